"""Two independent readers understand the hours of the calendar as they are meant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from tests.making import make_item, make_meeting, make_release, make_session

pytestmark = pytest.mark.django_db

# A zone, and a day: two are of a change of the clocks, forward and back.
PLACES = [
    ("Etc/GMT+12", date(2027, 2, 16)),
    ("Pacific/Kiritimati", date(2027, 2, 16)),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2027, 11, 7)),
    ("Europe/Dublin", date(2027, 3, 28)),
    ("Europe/Zurich", date(2027, 10, 31)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("Australia/Lord_Howe", date(2027, 10, 3)),
    ("Africa/Casablanca", date(2027, 2, 7)),
    ("Asia/Kathmandu", date(2027, 2, 16)),
    ("America/Santiago", date(2027, 9, 5)),
    ("Pacific/Chatham", date(2028, 4, 2)),
    ("America/New_York", date(2095, 3, 13)),
    ("UTC", date(2027, 2, 16)),
]


def make_two_days_of_sessions(zone, day):
    """A session of an hour each two hours from the day before on, a long one besides."""
    meeting = make_meeting(timezone=zone, starts_on=day - timedelta(days=1))
    midnight = datetime.combine(meeting.starts_on, time(), tzinfo=ZoneInfo(zone))
    first = midnight.astimezone(UTC)
    spans = [(first + timedelta(hours=n), 1) for n in range(0, 48, 2)]
    spans.append((first + timedelta(hours=20), 12))
    sessions = [
        make_session(
            meeting,
            date=start.astimezone(ZoneInfo(zone)).date(),
            starts_at=start,
            ends_at=start + timedelta(hours=hours),
            released=False,
        )
        for start, hours in spans
    ]
    make_release(meeting)
    return {
        f"session-{row.uid}@localhost": (row.starts_at, row.ends_at) for row in sessions
    }


def by_icalendar(body):
    """By the calendar's own rules of the clock, not by what this machine knows."""
    calendar = icalendar.Calendar.from_ical(body)
    [rules] = calendar.walk("VTIMEZONE")
    zone = rules.to_tz(lookup_tzid=False)
    return {
        str(event["uid"]): tuple(
            in_utc(event.decoded(name), event[name].params, zone)
            for name in ("dtstart", "dtend")
        )
        for event in calendar.walk("VEVENT")
    }


def in_utc(moment, parameters, zone):
    if "TZID" in parameters:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)


def by_vobject(body):
    # It keeps the rules of a zone that it read first, of whatever years they are.
    known = vars(vobject.icalendar)["__tzidMap"]
    for name in known.keys() - {"UTC"}:
        del known[name]
    return {
        event.uid.value: (
            event.dtstart.value.astimezone(UTC),
            event.dtend.value.astimezone(UTC),
        )
        for event in vobject.readOne(body.decode()).vevent_list
    }


@pytest.mark.parametrize("read", [by_icalendar, by_vobject])
@pytest.mark.parametrize(("zone", "day"), PLACES, ids=lambda value: str(value))
def test_hours_are_those_of_the_database(client, zone, day, read):
    meant = make_two_days_of_sessions(zone, day)

    found = read(client.get("/15/agenda.ics").content)

    assert found == meant


def test_clocks_of_a_session_outside_the_meeting_are_told_too(client):
    meeting = make_meeting(starts_on=date(2027, 2, 16))
    make_session(meeting, date=date(2029, 7, 2))

    [(start, _end)] = by_vobject(client.get("/15/agenda.ics").content).values()

    assert start == datetime(2029, 7, 2, 14, tzinfo=UTC)


def test_item_has_its_own_hours(client):
    session = make_session(make_meeting(starts_on=date(2027, 2, 16)))
    hours = [datetime(2027, 2, 16, hour, 30, tzinfo=UTC) for hour in (15, 16)]
    make_item(session, slug="panel", starts_at=hours[0], ends_at=hours[1])

    body = client.get("/15/agenda/panel.ics").content

    assert list(by_icalendar(body).values()) == [tuple(hours)]
    assert by_icalendar(body) == by_vobject(body)


def test_item_without_an_end_ends_when_the_next_begins(client):
    session = make_session(make_meeting(starts_on=date(2027, 2, 16)))
    hours = [datetime(2027, 2, 16, hour, tzinfo=UTC) for hour in (15, 16)]
    make_item(session, slug="first", starts_at=hours[0])
    make_item(session, slug="second", starts_at=hours[1])

    found = by_icalendar(client.get("/15/agenda/first.ics").content)

    assert list(found.values()) == [tuple(hours)]


def test_item_with_minutes_ends_after_them(client):
    session = make_session(make_meeting(starts_on=date(2027, 2, 16)))
    start = datetime(2027, 2, 16, 15, tzinfo=UTC)
    make_item(session, slug="short", starts_at=start, minutes=10)

    [(_start, end)] = by_icalendar(client.get("/15/agenda/short.ics").content).values()

    assert end == datetime(2027, 2, 16, 15, 10, tzinfo=UTC)


def test_item_without_hours_has_those_of_its_session_and_says_so(client):
    session = make_session()
    make_item(session, slug="panel")

    body = client.get("/15/agenda/panel.ics").content

    assert list(by_icalendar(body).values()) == [(session.starts_at, session.ends_at)]
    assert "Hours to be confirmed." in body.decode().replace("\r\n ", "")
