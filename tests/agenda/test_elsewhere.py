"""What belongs to another meeting, or to another contributor, is nobody's here."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agenda.models import Edit, Item, Material, Request
from meeting.mail.models import Message
from tests.making import (
    PDF,
    make_contributor,
    make_item,
    make_meeting,
    make_request,
    make_session,
    make_submission,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return make_item(make_session(make_meeting())).meeting


@pytest.fixture
def elsewhere():
    return make_item(make_session(make_meeting())).meeting


@pytest.fixture(autouse=True)
def staff(client):
    sign_in(client)


def ours(name, *args):
    return reverse(f"admin:agenda_{name}", args=args)


def test_no_material_is_added_at_a_place_of_another_meeting(client, here, elsewhere):
    page = ours("material_add")
    item = elsewhere.items.get()
    for place in ({"item": item.pk}, {"place": f"item:{item.pk}"}):
        fields = {"kind": "paper", "visibility": "public", "title": "A paper"}
        fields |= {"meeting": here.pk, "url": "https://example.org/a.pdf", **place}
        client.post(page, fields)

    places = Material.objects.values_list("meeting", "item__meeting")
    assert set(places) <= {(here.pk, None), (elsewhere.pk, elsewhere.pk)}


def test_several_files_go_to_no_place_of_another_meeting(client, here, elsewhere):
    session = elsewhere.sessions.get()
    response = client.post(
        ours("material_several"),
        {
            "meeting_pk": here.pk,
            "place": f"session:{session.pk}",
            "files": [SimpleUploadedFile("a.pdf", PDF)],
            "kind": "paper",
            "visibility": "public",
        },
    )

    assert "place" in response.context["form"].errors
    assert not Material.objects.exists()


def test_a_decision_is_about_a_version_of_this_request_alone(client, here, elsewhere):
    mine = make_request(make_contributor(here))
    others = make_submission(make_request(make_contributor(elsewhere)))

    response = client.post(
        ours("request_decide", mine.pk), {"do": "accept", "seen": others.pk}
    )

    others.refresh_from_db()
    assert (response.status_code, others.state) == (404, "received")


def test_what_the_desk_does_to_many_is_of_its_meeting_alone(client, here, elsewhere):
    others = make_request(make_contributor(elsewhere))
    make_request(make_contributor(here))
    typed = {"do": "remind", "r": f"{others.pk}:", "sure": "1"}

    client.post(ours("papers_many", here.pk), typed, follow=True)

    others.refresh_from_db()
    assert (others.reminders, Message.objects.count()) == (0, 0)


def test_nobody_is_asked_for_what_stands_on_another_agenda(client, here, elsewhere):
    session = elsewhere.sessions.get()
    typed = {"whom": "session", "session": session.pk, "kinds": "paper", "sure": "1"}

    response = client.post(ours("papers_ask", here.pk), typed)

    errors = response.context["form"].errors.as_data()
    assert [error.code for error in errors["session"]] == ["invalid_choice", "session"]
    assert not Request.objects.exists()


@pytest.mark.parametrize("name", ["part", "add"])
def test_parts_of_another_programme_are_not_found(client, here, elsewhere, name):
    rows = elsewhere.items if name == "part" else elsewhere.sessions
    address = ours(f"programme_{name}", here.pk, "item", rows.get().pk)

    assert client.get(address).status_code == 404
    assert client.post(address, {"title": "Mine now"}).status_code in {404, 409}
    assert [item.title for item in elsewhere.items.all()] == ["Item 1"]


def test_commands_of_the_editor_reach_no_other_programme(client, here, elsewhere):
    pk = elsewhere.items.get().pk
    before = Item.objects.filter(pk=pk).values().get()

    client.post(ours("programme", here.pk), {"do": f"remove item {pk}"})

    assert Item.objects.filter(pk=pk).values().get() == before
    assert not Edit.objects.exists()


def test_edits_are_taken_back_in_their_own_meeting_alone(client, here, elsewhere):
    edit_page = ours("item_change", elsewhere.items.get().pk)
    data = form_data(client.get(edit_page)) | {"title": "Changed"}
    client.post(edit_page, data)
    edit = Edit.objects.get()

    client.post(ours("edits", here.pk), {"undo": edit.pk})
    client.post(ours("programme", here.pk), {"do": f"undo edit {edit.pk}"})

    assert elsewhere.items.get().title == "Changed"


def test_a_tap_of_the_day_is_for_the_own_items(client, here, elsewhere):
    item = elsewhere.items.get()

    with time_machine.travel(elsewhere.starts_at):
        sign_in(client, username="anew")
        client.post(ours("day", here.pk), {"tap": f"{item.pk}:start"})

    assert not elsewhere.marks.exists()


def test_stars_are_of_one_meeting(client, here, elsewhere):
    item = elsewhere.items.get()

    response = client.post(reverse("mine", args=[here.slug]), {"add": f"i{item.pk}"})

    assert response.status_code == 409
