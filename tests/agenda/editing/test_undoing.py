import pytest
from django.core.exceptions import ValidationError

from agenda.editing.undoing import undo
from agenda.models import Draft, Edit, Item, Material, Session, Snapshot, editing
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db


def change(row, what="Changed", by=None, **values):
    with editing(row.meeting, what=what, by=by) as edit:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return edit


def put(item, positions):
    """Move one item, and all others that follow from it."""
    with editing(item.meeting, what=f"Moved {item}") as edit:
        edit.moved = [["item", item.pk]]
        for each, position in positions.items():
            Item.objects.filter(pk=each.pk).update(position=position)
    return edit


def titles(session):
    return [item.title for item in session.items.all()]


def refused(edit):
    with pytest.raises(ValidationError) as error:
        undo(edit, by=None)
    return error.value


def test_values_go_back_to_what_they_were():
    item, user = make_item(title="Opening", note="At ten."), make_user()
    edit = change(item, "Renamed", title="Welcome")

    undoing = undo(edit, by=user)

    item.refresh_from_db()
    assert (item.title, item.note) == ("Opening", "At ten.")
    assert (undoing.undoes, undoing.by, undoing.what) == (
        edit,
        user,
        "Taken back: Renamed",
    )


def test_hours_go_back_to_the_same_moments():
    session = make_session()
    before = session.starts_at
    edit = change(session, starts_at=None, ends_at=None)

    undo(edit, by=None)

    session.refresh_from_db()
    assert session.starts_at == before


def test_what_is_undone_is_done_again_by_undoing_that():
    item = make_item(title="Opening")
    undoing = undo(change(item, "Renamed", title="Welcome"), by=None)

    again = undo(undoing, by=None)

    item.refresh_from_db()
    assert (item.title, again.what) == ("Welcome", "Done again: Renamed")


def test_what_was_deleted_comes_back_with_all_below_it():
    session = make_session()
    presentation = make_presentation(make_item(session))
    make_role(presentation)
    before = Snapshot.of(session.meeting).rows
    with editing(session.meeting, what="Deleted") as edit:
        Session.objects.get().delete()

    undo(edit, by=None)

    assert Snapshot.of(session.meeting).rows == before


def test_what_was_added_goes_away():
    session = make_session()
    with editing(session.meeting) as edit:
        make_presentation(make_item(session, released=False), released=False)

    undo(edit, by=None)

    assert not Item.objects.exists()


def test_nobody_elses_change_is_taken_back_along():
    item, other = make_item(title="Opening"), make_user("other")
    edit = change(item, title="Welcome")
    change(item, "Renamed again", by=other, title="Remarks")

    error = refused(edit)

    item.refresh_from_db()
    assert (error.code, item.title) == ("changed_since", "Remarks")
    assert error.message == (
        "Not taken back: it has been changed since. other: Renamed again (title)."
    )
    assert Draft.version_of(item.meeting) == 2


def test_another_value_of_the_same_row_may_have_changed_since():
    item = make_item(title="Opening")
    edit = change(item, title="Welcome")
    change(item, note="At ten.")

    undo(edit, by=None)

    item.refresh_from_db()
    assert (item.title, item.note) == ("Opening", "At ten.")


def test_nothing_is_undone_twice():
    item = make_item(title="Opening")
    edit = change(item, "Renamed", title="Welcome")
    undo(edit, by=None)

    error = refused(edit)

    assert "Taken back: Renamed" in error.message


def test_what_somebody_has_put_into_it_since_is_not_lost():
    session = make_session()
    with editing(session.meeting) as edit:
        item = make_item(session, released=False)
    with editing(session.meeting, what="Added a presentation"):
        make_presentation(item, released=False)

    error = refused(edit)

    assert error.code == "changed_since"
    assert "the system: Added a presentation" in error.message
    assert Item.objects.exists()


def test_papers_that_were_added_to_it_since_are_not_lost():
    session = make_session()
    with editing(session.meeting) as edit:
        item = make_item(session, released=False)
    make_material(session.meeting, item=item)

    assert refused(edit).code == "has_materials"
    assert Material.objects.exists()


def test_nothing_comes_back_into_what_is_gone():
    session = make_session()
    item = make_item(session)
    with editing(session.meeting, what="Deleted the item") as edit:
        item.delete()
    with editing(session.meeting, what="Deleted the session"):
        session.delete()

    error = refused(edit)

    assert error.code == "owner_gone"
    assert "the system: Deleted the session" in error.message


def test_an_address_that_is_taken_meanwhile_is_given_anew():
    session = make_session()
    item = make_item(session, title="Opening")
    with editing(session.meeting) as edit:
        item.delete()
    make_item(session, title="Opening")

    undo(edit, by=None)

    slugs = Item.objects.values_list("slug", flat=True)
    assert sorted(slugs) == ["opening", "opening-2"]


def test_a_move_goes_back():
    session = make_session()
    a, b, c = (make_item(session, title=title) for title in "ABC")
    edit = put(c, {c: 1, a: 2, b: 3})
    assert titles(session) == ["C", "A", "B"]

    undo(edit, by=None)

    assert titles(session) == ["A", "B", "C"]


def test_a_move_goes_back_among_those_that_have_moved_since():
    session = make_session()
    a, b, c, d = (make_item(session, title=title) for title in "ABCD")
    edit = put(c, {c: 1, a: 2, b: 3})
    put(d, {d: 1, c: 2, a: 3, b: 4})
    assert titles(session) == ["D", "C", "A", "B"]

    undo(edit, by=None)

    assert titles(session) == ["D", "A", "B", "C"]


def test_a_move_does_not_go_back_over_a_later_one_of_the_same():
    session = make_session()
    a, b, c = (make_item(session, title=title) for title in "ABC")
    edit = put(c, {c: 1, a: 2, b: 3})
    put(c, {a: 1, c: 2})

    error = refused(edit)

    assert "the system: Moved C" in error.message
    assert titles(session) == ["A", "C", "B"]


def test_edits_of_other_meetings_are_not_in_the_way():
    item = make_item(title="Opening")
    other = make_item(make_session(make_meeting()))
    edit = change(item, title="Welcome")
    change(other, title="Other")
    change(other, title="Another")

    undo(edit, by=None)

    item.refresh_from_db()
    assert item.title == "Opening"
    assert Edit.objects.filter(meeting=other.meeting).count() == 2
