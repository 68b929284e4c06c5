"""The personal calendar address: days and sessions, read again and again."""

from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from agenda.models import Session
from meeting.models import Meeting
from registration.mails import owe
from registration.models import CalendarWatch, Registration, Status
from tests.making import (
    make_choice,
    make_meeting,
    make_registration,
    make_release,
    make_session,
)
from tests.registration.calendar.reading import events_in, methods_in

pytestmark = pytest.mark.django_db


def make_participant(meeting=None, **fields):
    return make_registration(meeting, **{"status": Status.CONFIRMED} | fields)


def path_of(registration):
    return urlsplit(registration.calendar_address).path


def read(client, registration, **headers):
    return client.get(path_of(registration), headers=headers)


def text_of(client, registration):
    return read(client, registration).content.decode()


def test_the_feed_is_a_calendar_that_is_kept_by_nobody_else(client):
    response = read(client, make_participant())

    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, max-age=300"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in response


def test_the_feed_says_when_to_look_again(client):
    lines = text_of(client, make_participant()).split("\r\n")

    assert "METHOD:PUBLISH" in lines
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert "X-PUBLISHED-TTL:PT1H" in lines
    assert "NAME:Meeting 15 on International Migration" in lines
    assert lines.count("BEGIN:VTIMEZONE") == 1
    assert all(len(line.encode()) <= 75 and "\n" not in line for line in lines)


def test_the_feed_has_the_days_with_hours_and_place(client):
    meeting = make_meeting(starts_on=date(2027, 3, 13), city="New York")
    make_session(meeting)

    first, second = events_in(text_of(client, make_participant(meeting)))

    assert (first.start.hour, first.end.hour) == (10, 13)
    assert str(first["LOCATION"]).startswith("Conference Room 4, United Nations")
    assert second.start == date(2027, 3, 14)
    assert "ATTENDEE" not in first


def test_the_feed_has_chosen_sessions_with_a_place_and_no_others(client):
    meeting = make_meeting()
    registration = make_participant(meeting, days=[])
    for status in ("received", "waiting", "offered", "confirmed"):
        fields = {"offer_until": timezone.now()} if status == "offered" else {}
        session = make_session(meeting, title=status, room="Room 7", is_chosen=True)
        make_choice(registration, session, status=status, **fields)

    event = events_in(text_of(client, registration))[0]

    assert (event["SUMMARY"], event["LOCATION"], event.start.hour) == (
        "confirmed",
        "Room 7, United Nations Headquarters",
        10,
    )
    assert len(events_in(text_of(client, registration))) == 1


def test_the_feed_names_entries_as_the_mails_do(client):
    registration = make_participant()
    mailed = events_in(owe(registration, "confirmed").calendar)

    events = events_in(text_of(client, registration))

    assert [event["UID"] for event in events] == [event["UID"] for event in mailed]


@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN])
def test_the_feed_of_who_does_not_come_is_empty_and_valid(client, status):
    meeting = make_meeting()
    registration = make_participant(meeting, status=status)
    make_choice(registration, make_session(meeting), status="confirmed")

    text = text_of(client, registration)

    assert methods_in(text) == ["PUBLISH"]
    assert events_in(text) == []
    # A calendar without any component is none (RFC 5545, 3.6).
    assert Calendar.from_ical(text).subcomponents != []


def test_the_feed_is_not_sent_again_while_nothing_changes(client):
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as now:
        meeting = make_meeting()
        session = make_session(meeting)
        registration = make_participant(meeting)
        etag = read(client, registration)["ETag"]
        now.shift(3600)

        same = read(client, registration, if_none_match=etag)
        Session.objects.update(ends_at=session.ends_at + timedelta(hours=1))
        make_release(meeting)
        other = read(client, registration, if_none_match=etag)

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200


def test_the_feed_opens_nothing_else_and_the_private_link_not_the_feed(client):
    registration = make_participant()
    token = path_of(registration).rpartition("/")[2].removesuffix(".ics")

    assert client.get(f"/15/me/{token}/").status_code == 404
    assert client.get(f"/15/calendar/{registration.token}.ics").status_code == 404


def test_the_feed_ends_when_the_link_is_revoked(client):
    registration = make_participant()
    path = path_of(registration)

    registration.revoke_link()

    assert client.get(path).status_code == 404
    assert read(client, registration).status_code == 200


def test_the_feed_ends_with_the_private_link(client):
    registration = make_participant()
    ends = registration.link_ends_at

    with time_machine.travel(ends, tick=False):
        assert read(client, registration).status_code == 200
    with time_machine.travel(ends + timedelta(seconds=1), tick=False):
        assert read(client, registration).status_code == 404


def test_the_feed_of_a_hidden_meeting_is_not_found(client):
    registration = make_participant(make_meeting(is_published=False))

    assert read(client, registration).status_code == 404


def test_the_feed_at_another_meeting_is_not_found(client):
    registration = make_participant()
    path = path_of(registration).replace("/15/", f"/{make_meeting().slug}/")

    assert client.get(path).status_code == 404


def test_the_feed_of_a_merged_registration_goes_on_with_the_kept_one(client):
    meeting = make_meeting()
    kept, other = make_participant(meeting), make_participant(meeting)
    path = path_of(other)

    kept.absorb(other)

    event = events_in(client.get(path).content.decode())[0]
    assert kept.reference in event["UID"]


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_feed_is_only_read(client, method):
    assert getattr(client, method)(path_of(make_participant())).status_code == 405


def test_the_feed_changes_nothing_by_being_read(client):
    registration = make_participant()
    before = Registration.objects.values().get()

    read(client, registration)

    assert Registration.objects.values().get() == before
    assert not CalendarWatch.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_takes_five_queries(client, count, django_assert_num_queries):
    meeting = make_meeting()
    registration = make_participant(meeting)
    for _session in range(count):
        session = make_session(meeting, is_chosen=True)
        make_choice(registration, session, status="confirmed")

    with django_assert_num_queries(5):
        read(client, registration)


def test_the_own_page_offers_the_calendar(client):
    registration = make_participant()

    page = client.get(registration.get_absolute_url()).content.decode()

    assert f'<code dir="ltr">{registration.calendar_address}</code>' in page
    webcal = registration.calendar_address.replace("http://", "webcal://")
    assert f'href="{webcal}"' in page
    assert f'href="{registration.get_absolute_url()}calendar.ics"' in page


@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN])
def test_the_own_page_offers_no_calendar_to_who_does_not_come(client, status):
    registration = make_participant(status=status)

    page = client.get(registration.get_absolute_url()).content.decode()

    assert "Your calendar" not in page


def test_the_address_is_of_this_site(settings):
    settings.SITE_URL = "https://meetings.example.org"
    registration = make_participant()

    assert registration.calendar_address.startswith(
        "https://meetings.example.org/15/calendar/"
    )
    assert registration.calendar_subscription.startswith(
        "webcal://meetings.example.org/15/calendar/"
    )
    assert Meeting.objects.count() == 1
