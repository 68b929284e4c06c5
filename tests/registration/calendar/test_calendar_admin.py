"""What staff see and decide when a meeting has moved."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from agenda.models import Session
from meeting.mail.models import Message
from registration.calendar import watching
from registration.models import CalendarWatch
from registration.tasks import watch_calendars
from tests.making import make_choice, make_registration, make_session
from tests.parts.staff import form_data, form_values, sign_in
from tests.registration.calendar.moving import make_told, make_two_days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def make_moved(count=1):
    """A meeting in another room than people's calendars say."""
    meeting = make_two_days()
    for _person in range(count):
        make_told(meeting)
    meeting.room = "Room 7"
    meeting.save()
    watching.follow(meeting.pk)
    return meeting


def page_of(meeting):
    return reverse("admin:registration_registration_moved", args=[meeting.pk])


def save(client, kind, obj, **changes):
    """In the admin, as a browser would."""
    url = reverse(f"admin:{kind}_change", args=[obj.pk])
    data = form_data(client.get(url)) | changes
    response = client.post(url, data, follow=True)
    assert response.redirect_chain, response.context["errors"]
    return response.content.decode()


def moved():
    return Message.objects.filter(kind="registration_moved")


def test_saving_a_meeting_moves_peoples_days_at_once_and_says_who_is_told(client):
    sign_in(client)
    meeting = make_two_days()
    registration = make_told(meeting)

    page = save(
        client,
        "meeting_meeting",
        meeting,
        starts_on="2027-03-20",
        ends_on="2027-03-21",
    )

    registration.refresh_from_db()
    assert registration.days == ["2027-03-20", "2027-03-21"]
    assert (
        "1 person has the meeting as it was in the calendar, and will be told at 07.10."
    ) in page
    assert f'href="{page_of(meeting)}"' in page


def test_releasing_other_hours_says_who_is_told(client):
    sign_in(client)
    meeting = make_two_days()
    make_session(meeting)
    make_told(meeting)
    make_told(meeting)
    Session.objects.update(ends_at=F("ends_at") + timedelta(hours=2))

    page = release(client, meeting)

    assert "2 people have the meeting as it was in their calendars" in page


def test_releasing_what_no_calendar_says_is_silent(client):
    sign_in(client)
    meeting = make_two_days()
    make_session(meeting)
    make_told(meeting)
    Session.objects.update(title="Opening session")

    page = release(client, meeting)

    assert "Release 2 is out" in page
    assert "in their calendars" not in page


def test_who_is_told_by_the_release_is_not_counted_with_the_others(client):
    sign_in(client)
    meeting = make_two_days()
    session = make_session(meeting)
    make_choice(make_told(meeting), session, status="confirmed")
    make_told(meeting)
    Session.objects.update(ends_at=F("ends_at") + timedelta(hours=2))

    page = release(client, meeting, tells="on")

    assert "1 person is written to about what concerns them." in page
    assert "1 person has the meeting as it was in the calendar" in page


def release(client, meeting, **said):
    """On the page for it, as a browser would."""
    url = reverse("admin:agenda_release_make", args=[meeting.pk])
    shown = client.get(url).context
    data = form_values(shown["form"]) | {"digest": shown["proposal"].digest}
    return client.post(url, data | said, follow=True).text


def test_saving_what_no_calendar_says_is_silent(client):
    sign_in(client)
    meeting = make_two_days()
    make_told(meeting)

    page = save(client, "meeting_meeting", meeting, objectives="To meet.")

    assert "otherwise" not in page
    assert CalendarWatch.objects.get().moved_at is None


def test_the_first_page_says_how_many_are_told_and_when(client):
    sign_in(client)
    meeting = make_moved(count=3)

    todo = client.get("/admin/").context["todo"]

    assert {
        "count": 3,
        "text": "people will be told at 07.10 that dates, hours or place have changed",
        "url": page_of(meeting),
    } in todo


def test_the_first_page_says_nothing_once_they_are_told(client, now):
    sign_in(client)
    make_moved()
    now.shift(timedelta(minutes=11))
    watch_calendars()

    assert "have changed" not in client.get("/admin/").content.decode()


def test_the_page_shows_each_change_with_its_number(client):
    sign_in(client)
    meeting = make_moved(count=3)
    make_registration(meeting)

    response = client.get(page_of(meeting))

    assert response.context["count"] == 3
    old = "Conference Room 4, United Nations Headquarters"
    new = "Room 7, United Nations Headquarters"
    assert response.context["changes"] == [
        ((day, old), (day, new), 3)
        for day in ("Saturday 13 March 2027", "Sunday 14 March 2027")
    ]
    assert "07.10 on 12 January 2027, New York time" in response.content.decode()


def test_the_page_shows_hours_on_the_clock_they_were_told_by(client):
    sign_in(client)
    meeting = make_two_days()
    make_session(meeting)
    make_told(meeting, days=["2027-03-13"])
    meeting.timezone = "Europe/Paris"
    meeting.save()
    watching.follow(meeting.pk)

    (old, new, _count), *_rest = client.get(page_of(meeting)).context["changes"]

    assert old[0] == "Saturday 13 March 2027, 10.00–13.00 (UTC−5)"
    assert new[0] == "Saturday 13 March 2027, 16.00–19.00 (UTC+1)"


def test_staff_have_them_told_now(client):
    sign_in(client)
    meeting = make_moved()

    client.post(page_of(meeting), {"decision": "tell"})
    watch_calendars()

    assert moved().count() == 1


def test_staff_have_nobody_told(client, now):
    sign_in(client)
    meeting = make_moved()

    client.post(page_of(meeting), {"decision": "leave"})
    now.shift(timedelta(hours=1))
    watch_calendars()

    assert not moved().exists()


@pytest.mark.parametrize("decision", ["tell", "leave", "else"])
def test_a_second_click_says_that_nothing_is_left(client, decision):
    sign_in(client)
    meeting = make_moved()
    watching.leave(meeting.pk)

    page = client.post(page_of(meeting), {"decision": decision}, follow=True)

    assert "There is nothing to tell any more." in page.content.decode()
    assert not moved().exists()


def test_looking_tells_nobody(client):
    sign_in(client)
    meeting = make_moved()

    client.get(page_of(meeting))

    assert CalendarWatch.objects.get().moved_at is not None
    assert not moved().exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_page_is_for_those_who_may_change_registrations(client, method):
    sign_in(client, "Organizer")
    meeting = make_moved()

    response = getattr(client, method)(page_of(meeting), {"decision": "leave"})

    assert response.status_code == 403
    assert CalendarWatch.objects.get().moved_at is not None


def test_the_page_of_no_meeting_is_not_found(client):
    sign_in(client)
    meeting = make_two_days()
    url = page_of(meeting)
    meeting.delete()

    assert client.get(url).status_code == 404


def test_the_page_of_a_meeting_at_rest_says_so(client):
    sign_in(client)

    page = client.get(page_of(make_two_days())).content.decode()

    assert "there is nothing to tell" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_many(
    client, count, django_assert_num_queries
):
    sign_in(client)
    meeting = make_moved(count)
    client.get(page_of(meeting))  # From now on it is the meeting worked on.

    with django_assert_num_queries(10):
        assert client.get(page_of(meeting)).context["count"] == count
