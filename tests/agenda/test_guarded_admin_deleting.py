"""Nothing is deleted that somebody else has changed since one was asked."""

import pytest
from django.contrib.admin.models import DELETION, LogEntry

from agenda.models import Edit, Item
from tests.agenda.test_guarded_admin import ann as ann  # Fixtures.
from tests.agenda.test_guarded_admin import bob as bob
from tests.agenda.test_guarded_admin import open_page, page_of
from tests.making import make_item, make_meeting, make_session

pytestmark = pytest.mark.django_db
ITEMS = "/admin/agenda/item/"
EVERYWHERE = f"{ITEMS}?meeting=all"


def test_nothing_is_deleted_that_was_changed_since_one_was_asked(ann, bob):
    item = make_item(title="Opening")
    seen = bob.get(page_of(item, "delete")).context["seen"]
    ann.post(page_of(item), open_page(ann, item) | {"title": "Welcome"})

    response = bob.post(
        page_of(item, "delete"), {"post": "yes", "seen": seen}, follow=True
    )

    assert Item.objects.exists()
    assert "ann: Changed title of “Welcome”" in response.content.decode()


def test_nothing_in_a_list_is_deleted_that_was_changed_meanwhile(ann, bob):
    item = make_item(title="Opening")
    chosen = {"action": "delete_selected", "_selected_action": [item.pk]}
    seen = bob.post(ITEMS, chosen).context["seen"]
    ann.post(page_of(item), open_page(ann, item) | {"title": "Welcome"})

    response = bob.post(ITEMS, chosen | {"post": "yes", "seen": seen}, follow=True)

    assert Item.objects.exists()
    assert "ann: Changed title of “Welcome”" in response.content.decode()


@pytest.fixture
def chosen_in_a_list(bob):
    """Items of two meetings that bob is asked about: what he sends, and their rows."""
    items = [make_item(make_session(make_meeting()), title=each) for each in "AB"]
    data = {
        "action": "delete_selected",
        "_selected_action": [item.pk for item in items],
    }
    seen = bob.post(EVERYWHERE, data).context["seen"]
    return data | {"post": "yes", "seen": seen}, items


def test_a_list_over_several_meetings_deletes_by_an_edit_of_each(bob, chosen_in_a_list):
    data, items = chosen_in_a_list

    bob.post(EVERYWHERE, data)

    assert not Item.objects.exists()
    edits = {edit.meeting_id: edit.what for edit in Edit.objects.all()}
    assert edits == {
        items[0].meeting_id: "Deleted “A”",
        items[1].meeting_id: "Deleted “B”",
    }


@pytest.mark.parametrize("changed", [[0], [1], [0, 1]])
def test_a_list_over_several_meetings_deletes_nothing_that_was_changed_meanwhile(
    ann, bob, chosen_in_a_list, changed
):
    data, items = chosen_in_a_list
    for n in changed:
        new = open_page(ann, items[n]) | {"title": f"New {n}"}
        ann.post(page_of(items[n]), new)

    response = bob.post(EVERYWHERE, data, follow=True)

    html = response.content.decode()
    assert Item.objects.count() == 2
    told = [n for n in (0, 1) if f"ann: Changed title of “New {n}”" in html]
    assert told == changed
    assert "Successfully deleted" not in html


def test_what_a_list_did_not_delete_is_not_logged_as_deleted(
    ann, bob, chosen_in_a_list
):
    data, items = chosen_in_a_list
    ann.post(page_of(items[1]), open_page(ann, items[1]) | {"title": "New"})

    bob.post(EVERYWHERE, data)

    assert not LogEntry.objects.filter(action_flag=DELETION).exists()


def test_a_list_does_not_mind_what_was_changed_elsewhere(ann, bob, chosen_in_a_list):
    data, items = chosen_in_a_list
    other = make_item(items[0].session, title="Other")
    ann.post(page_of(other), open_page(ann, other) | {"title": "New"})

    bob.post(EVERYWHERE, data)

    assert list(Item.objects.values_list("title", flat=True)) == ["New"]


@pytest.mark.parametrize("seen", ["", "7", "x:1", "1:9999999999999", "\0"])
def test_a_list_that_says_no_version_deletes_nothing_that_was_changed(
    ann, bob, chosen_in_a_list, seen
):
    data, items = chosen_in_a_list
    ann.post(page_of(items[0]), open_page(ann, items[0]) | {"title": "New"})

    bob.post(EVERYWHERE, data | {"seen": seen})

    assert Item.objects.count() == 2


def test_what_a_list_deletes_is_an_edit(ann):
    item = make_item(title="Opening")

    ann.post(
        ITEMS,
        {"action": "delete_selected", "_selected_action": [item.pk], "post": "yes"},
    )

    assert Edit.objects.get().what == "Deleted “Opening”"
