"""What was changed, with its undo; and items from a pasted text."""

import pytest
from django.urls import reverse

from agenda.models import Edit, Item, editing
from tests.making import make_item, make_meeting, make_session, make_speaker
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db
TEXT = "I. Floods\nModerator: Bela HOVY, IOM\n- Ms. Jane DOE, UN: Rain\nnot clear"


def rename(item, title):
    with editing(item.meeting, what=f"Renamed to {title}") as edit:
        item.title = title
        item.save()
    return edit


def edits_of(meeting):
    return reverse("admin:agenda_edits", args=[meeting.pk])


def paste(client, session, **data):
    return client.post(reverse("admin:agenda_paste", args=[session.pk]), data)


def test_edits_show_old_beside_new(client):
    item = make_item(title="Opening")
    rename(item, "Welcome")
    sign_in(client)

    page = client.get(edits_of(item.meeting)).content.decode()

    assert '<del dir="auto">Opening</del> → <ins dir="auto">Welcome</ins>' in page
    assert "Renamed to Welcome" in page


def test_edits_never_show_the_link_to_take_part_remotely(client):
    session = make_session()
    with editing(session.meeting, what="Changed the link"):
        session.remote_url = "https://meet.example.org/private"
        session.save()
    sign_in(client)

    page = client.get(edits_of(session.meeting)).content.decode()

    assert "meet.example.org" not in page
    assert '<del dir="auto">(empty)</del> → <ins dir="auto">(not shown)</ins>' in page


def test_an_edit_is_undone_by_its_button(client):
    item = make_item(title="Opening")
    edit = rename(item, "Welcome")
    user = sign_in(client)

    client.post(edits_of(item.meeting), {"undo": edit.number})

    item.refresh_from_db()
    assert item.title == "Opening"
    assert Edit.objects.first().by == user


def test_what_cannot_be_undone_is_said(client):
    item = make_item(title="Opening")
    edit = rename(item, "Welcome")
    rename(item, "Remarks")
    sign_in(client)

    response = client.post(edits_of(item.meeting), {"undo": edit.number}, follow=True)

    assert "the system: Renamed to Remarks (title)." in response.content.decode()


def test_edits_of_another_meeting_are_not_undone_here(client):
    edit = rename(make_item(), "Welcome")
    sign_in(client)

    response = client.post(edits_of(make_meeting()), {"undo": edit.number})

    assert response.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_edits_take_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    item = make_item()
    for number in range(count):
        rename(item, f"Title {number}")
    sign_in(client)
    client.get(edits_of(item.meeting))

    with django_assert_num_queries(16):
        client.get(edits_of(item.meeting))


def test_a_pasted_text_is_shown_before_it_is_saved(client):
    session = make_session()
    make_speaker("Bela HOVY")
    sign_in(client)

    page = paste(client, session, text=TEXT, show="").content.decode()

    assert not Item.objects.exists()
    assert "I. Floods" in page
    assert page.count(">known</span>") == page.count(">new</span>") == 1
    assert "Line 4:" in page
    assert "- Ms. Jane DOE, UN: Rain\nnot clear</textarea>" in page


def test_a_pasted_text_is_saved(client):
    session = make_session()
    sign_in(client)

    response = paste(client, session, text=TEXT, save="")

    assert response.status_code == 302
    assert Item.objects.get().title == "Floods"
    assert Edit.objects.get().what == "Pasted 1 item into “Morning session”"


def test_a_text_without_items_is_not_saved_and_stays(client):
    session = make_session()
    sign_in(client)

    page = paste(client, session, text="- Ms. Jane DOE, UN: Rain", save="")

    assert "No item was found in this text." in page.content.decode()
    assert "- Ms. Jane DOE, UN: Rain</textarea>" in page.content.decode()


@pytest.mark.parametrize("deletes", [True, False])
def test_before_undo_it_is_said_what_does_not_come_back(client, deletes):
    item = make_item(title="Opening")
    user = sign_in(client)
    with editing(item.meeting, by=user, what="Something"):
        if deletes:
            item.delete()
        else:
            Item.objects.update(title="Welcome")

    pages = [
        edits_of(item.meeting),
        reverse("admin:agenda_programme", args=[item.meeting.pk]),
    ]

    for page in pages:
        html = client.get(page).content.decode()
        assert ("but not its materials" in html) == deletes
