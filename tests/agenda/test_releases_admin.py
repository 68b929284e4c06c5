"""The page on which staff release the agenda, and the list of what was released."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agenda.models import Item, Release
from tests.making import make_item, make_meeting, make_session
from tests.parts.staff import form_values, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(client):
    """With one item released as Opening, and called Welcome since; staff are in."""
    sign_in(client)
    item = make_item(title="Opening")
    Item.objects.update(title="Welcome")
    return item.meeting


def page_of(meeting):
    return reverse("admin:agenda_release_make", args=[meeting.pk])


def shown(client, meeting):
    """What the page would send back, unchanged."""
    response = client.get(page_of(meeting))
    digest = response.context["proposal"].digest
    return form_values(response.context["form"]) | {"digest": digest}


def send(client, meeting, **said):
    return client.post(page_of(meeting), shown(client, meeting) | said, follow=True)


def test_the_page_says_what_readers_would_see_otherwise(client, meeting):
    page = client.get(page_of(meeting)).text

    assert "1 change for readers" in page
    assert "Item I “Opening” is now called “Welcome”." in page
    assert 'href="/15/releases/1/"' in page


def test_a_release_is_made_as_it_was_asked_for(client, meeting):
    response = send(client, meeting, note="A new title", state="final")

    release = Release.objects.current(meeting)
    assert (release.number, release.note, release.is_final) == (2, "A new title", True)
    assert release.by == response.wsgi_request.user
    assert "Release 2 is out" in response.text


def test_a_release_can_be_planned_on_the_clock_of_the_meeting(client, meeting):
    meeting.timezone = "Asia/Tokyo"
    meeting.save()
    at = (timezone.now() + timedelta(days=2)).astimezone(meeting.zone)

    page = send(client, meeting, when="later", at=at.strftime("%Y-%m-%dT18:30")).text

    (release,) = Release.objects.planned()
    assert release.at == at.replace(hour=18, minute=30, second=0, microsecond=0)
    assert "Release 2 is planned" in page


@pytest.mark.parametrize(
    ("said", "code"),
    [({"at": ""}, "no_moment"), ({"at": "2020-01-01T10:00"}, "past")],
)
def test_a_moment_that_cannot_be_is_asked_for_anew(client, meeting, said, code):
    response = send(client, meeting, when="later", note="Kept", **said)

    form = response.context["form"]
    assert form.has_error("at", code)
    assert "Kept" in response.text
    assert Release.objects.count() == 1


def test_a_planned_release_is_shown_and_can_be_withdrawn(client, meeting):
    planned = Release.objects.make(meeting, at=timezone.now() + timedelta(days=1))
    page = client.get(page_of(meeting)).text
    url = reverse("admin:agenda_release_withdraw", args=[planned.pk])
    assert f'action="{url}"' in page

    page = client.post(url, follow=True).text

    assert "Release 2 is withdrawn" in page
    assert Release.objects.count() == 1


def test_what_is_out_is_not_withdrawn(client, meeting):
    release = Release.objects.get()
    url = reverse("admin:agenda_release_withdraw", args=[release.pk])

    page = client.post(url, follow=True).text

    assert "is out already" in page
    assert Release.objects.count() == 1


def test_what_has_changed_since_it_was_shown_is_shown_again(client, meeting):
    data = shown(client, meeting) | {"note": "Kept"}
    Item.objects.update(title="Welcome to all")

    response = client.post(page_of(meeting), data)

    assert response.context["form"].has_error("__all__", "changed")
    assert "Welcome to all" in response.text
    assert "Kept" in response.text
    assert Release.objects.count() == 1
    assert (
        client.post(page_of(meeting), data | shown(client, meeting)).status_code == 302
    )


def test_of_two_who_release_at_once_one_does(client, meeting):
    data = shown(client, meeting)
    Release.objects.make(meeting)

    response = client.post(page_of(meeting), data)

    assert response.context["form"].has_error("__all__", "changed")
    assert Release.objects.count() == 2


def test_what_is_released_already_is_said_to_be(client, meeting):
    Release.objects.make(meeting)

    response = send(client, meeting)

    assert "there is nothing to release" in response.text
    assert response.context["form"].has_error("__all__", "nothing_new")
    assert Release.objects.count() == 2


def test_what_is_not_printed_is_no_change_for_readers(client, meeting):
    Item.objects.update(title="Opening", slug="another")

    page = client.get(page_of(meeting)).text

    assert "Nothing that is printed has changed" in page
    send(client, meeting)
    assert Release.objects.count() == 2


def test_a_first_release_is_made_of_what_there_is(client):
    sign_in(client)
    session = make_session(released=False)

    page = client.get(page_of(session.meeting)).text
    send(client, session.meeting)

    assert "nothing has been released" in page
    assert "New session: “Morning session”" in page
    assert Release.objects.get().number == 1


def test_organizers_look_and_do_not_release(client, meeting):
    sign_in(client, "Organizer")

    page = client.get(page_of(meeting)).text
    response = client.post(page_of(meeting), {})

    assert "is now called" in page
    assert "Release the agenda</button>" not in page
    assert 'name="digest"' not in page
    assert response.status_code == 403


def test_an_unknown_meeting_is_not_there(client, meeting):
    assert client.get(reverse("admin:agenda_release_make", args=[0])).status_code == 404


def test_the_first_page_counts_what_is_not_released(client, meeting):
    page = client.get("/admin/").text

    assert "change of the agenda is not released" in page
    assert page_of(meeting) in page


def test_the_list_says_what_each_changed_and_by_whom(client, meeting):
    send(client, meeting, note="A new title")

    page = client.get("/admin/agenda/release/").text

    assert "A new title" in page
    assert '<td class="field-changes">1</td>' in page
    assert "the first" in page
    assert "user1" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(
    client, meeting, django_assert_max_num_queries, count
):
    for number in range(count):
        Item.objects.update(title=f"Title {number}")
        Release.objects.make(meeting)
    client.get("/admin/")

    with django_assert_max_num_queries(15):
        client.get("/admin/agenda/release/")


def test_the_page_costs_the_same_however_long_the_agenda_is(
    client, meeting, django_assert_num_queries
):
    client.get(page_of(meeting))
    with django_assert_num_queries(QUERIES):
        client.get(page_of(meeting))
    for number in range(3):
        make_item(meeting.sessions.get(), title=f"Title {number}", released=False)

    with django_assert_num_queries(QUERIES):
        client.get(page_of(meeting))


QUERIES = 22


def test_a_planned_release_is_called_so_until_its_time(client, meeting):
    at = timezone.now() + timedelta(hours=1)
    Release.objects.make(meeting, at=at)

    before = client.get("/admin/agenda/release/").text
    with time_machine.travel(at + timedelta(seconds=1)):
        after = client.get("/admin/agenda/release/").text

    assert ("Planned" in before, "Planned" in after) == (True, False)


def test_the_add_page_is_the_one_that_releases(client, meeting):
    page = client.get("/admin/agenda/release/add/").text

    assert "is now called “Welcome”" in page


def test_the_note_of_a_release_can_be_put_right(client, meeting):
    release = Release.objects.get()
    url = reverse("admin:agenda_release_change", args=[release.pk])

    client.post(url, {"note": "The first programme"})

    release.refresh_from_db()
    assert release.note == "The first programme"
    assert "Opening" in str(release.content)


def test_a_meeting_without_anything_has_nothing_to_release(client):
    sign_in(client)
    meeting = make_meeting()

    assert client.get(page_of(meeting)).status_code == 200
