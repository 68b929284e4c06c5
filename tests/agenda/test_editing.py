import pytest

from agenda.models import ConflictError, Draft, Edit, Item, editing
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db


def rename(item, title, **options):
    with editing(item.meeting, what=f"Renamed to {title}", **options):
        Item.objects.filter(pk=item.pk).update(title=title)


def test_an_edit_keeps_each_value_before_and_after():
    item, user = make_item(title="Opening"), make_user()

    rename(item, "Opening remarks", by=user)

    edit = Edit.objects.get()
    assert (edit.number, edit.by, edit.what) == (1, user, "Renamed to Opening remarks")
    assert edit.changes == [
        {
            "kind": "item",
            "pk": item.pk,
            "before": {"title": "Opening"},
            "after": {"title": "Opening remarks"},
        }
    ]
    assert Draft.version_of(item.meeting) == 1


def test_what_changes_nothing_is_no_edit():
    item = make_item(title="Opening")

    rename(item, "Opening")

    assert not Edit.objects.exists()


def test_the_second_to_change_the_same_is_told_and_changes_nothing():
    item, user = make_item(title="Opening"), make_user()
    seen = Draft.version_of(item.meeting)
    rename(item, "Opening remarks", by=user, seen=seen)

    with pytest.raises(ConflictError) as conflict:
        rename(item, "Welcome", seen=seen)

    (clash,) = conflict.value.clashes
    assert (clash.edit.by, clash.kind, clash.name) == (user, "item", "title")
    item.refresh_from_db()
    assert item.title == "Opening remarks"
    assert Draft.version_of(item.meeting) == 1


def test_changes_of_other_things_do_not_meet():
    session = make_session()
    first, second = make_item(session), make_item(session)
    seen = Draft.version_of(session.meeting)
    rename(first, "First", seen=seen)

    rename(second, "Second", seen=seen)

    assert Draft.version_of(session.meeting) == 2


def test_whoever_has_seen_it_may_change_it_again():
    item = make_item()
    rename(item, "First")

    rename(item, "Second", seen=Draft.version_of(item.meeting))

    item.refresh_from_db()
    assert item.title == "Second"


def test_nothing_is_deleted_that_somebody_else_has_just_changed():
    item = make_item()
    presentation = make_presentation(item, title="Floods")
    seen = Draft.version_of(item.meeting)
    with editing(item.meeting, what="Renamed"):
        presentation.title = "Floods and droughts"
        presentation.save()

    with pytest.raises(ConflictError), editing(item.meeting, what="Deleted", seen=seen):
        item.delete()

    assert Item.objects.count() == 1


def test_places_that_follow_from_a_move_are_nobodys_decision():
    session = make_session()
    one, two, three = (make_item(session, position=n) for n in (1, 2, 3))
    seen = Draft.version_of(session.meeting)

    def put(item, positions):
        with editing(session.meeting, what="Moved", seen=seen) as edit:
            edit.moved = [["item", item.pk]]
            for each, position in positions.items():
                Item.objects.filter(pk=each.pk).update(position=position)

    put(one, {two: 1, one: 2})
    put(three, {three: 1, two: 2, one: 3})
    with pytest.raises(ConflictError):
        put(one, {three: 2, one: 1})

    assert Draft.version_of(session.meeting) == 2


def test_edits_are_counted_for_each_meeting():
    rename(make_item(), "First")
    rename(make_item(make_session(make_meeting())), "Second")

    assert [edit.number for edit in Edit.objects.all()] == [1, 1]


def test_an_edit_looks_at_all_of_it_in_few_queries(django_assert_max_num_queries):
    item = make_item()

    with django_assert_max_num_queries(22):
        rename(item, "First", seen=0)
