from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from icalendar import Calendar

from registration.calendar.feed import file_of
from registration.models import Registration
from tests.making import make_meeting, make_registration, make_session

pytestmark = pytest.mark.django_db

# New York changes its clocks in the night to Sunday 14 March 2027.
SATURDAY, SUNDAY = date(2027, 3, 13), date(2027, 3, 14)


def events_of(registration):
    return Calendar.from_ical(file_of(registration)).walk("VEVENT")


def test_calendar_has_one_event_for_each_chosen_day():
    meeting = make_meeting(starts_on=SATURDAY, ends_on=date(2027, 3, 15))
    days = ["2027-03-13", "2027-03-15"]
    registration = make_registration(meeting, days=days)

    events = events_of(registration)

    assert [str(event["UID"]) for event in events] == [
        f"registration-{registration.reference}-{day}@localhost" for day in days
    ]


def test_calendar_has_the_hours_of_the_days_programme():
    meeting = make_meeting(starts_on=SATURDAY)
    hour = datetime(2027, 3, 13, 20, tzinfo=UTC)
    make_session(meeting)
    make_session(meeting, starts_at=hour, ends_at=hour + timedelta(hours=3))
    make_session(meeting, starts_at=None, ends_at=None)
    make_session(meeting, kind="side_event", ends_at=hour + timedelta(hours=6))

    event = events_of(make_registration(meeting))[0]

    assert event.start == datetime(2027, 3, 13, 10, tzinfo=meeting.zone)
    assert event.end == datetime(2027, 3, 13, 18, tzinfo=meeting.zone)


def test_calendar_is_right_across_the_change_of_the_clocks():
    meeting = make_meeting(starts_on=SATURDAY)
    make_session(meeting, date=SATURDAY)
    make_session(meeting, date=SUNDAY)
    registration = make_registration(meeting)

    calendar = Calendar.from_ical(file_of(registration))

    starts = [event.start for event in calendar.walk("VEVENT")]
    assert [start.astimezone(UTC).hour for start in starts] == [15, 14]
    assert [start.hour for start in starts] == [10, 10]
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == [
        "America/New_York"
    ]
    assert calendar.get_missing_tzids() == set()
    # A calendar that knows no zone by name goes by these rules.
    zone = calendar.walk("VTIMEZONE")[0].to_tz()
    offsets = [datetime(2027, 3, day, 10, tzinfo=zone).utcoffset() for day in (13, 14)]
    assert offsets == [timedelta(hours=-5), timedelta(hours=-4)]


@pytest.mark.parametrize(
    ("zone", "hours"), [("Etc/GMT+12", -12), ("Pacific/Kiritimati", 14), ("UTC", 0)]
)
def test_calendar_is_right_at_the_ends_of_the_world(zone, hours):
    meeting = make_meeting(starts_on=SATURDAY, timezone=zone)
    make_session(meeting)

    event = events_of(make_registration(meeting, days=["2027-03-13"]))[0]

    assert (event.start.date(), event.start.hour) == (SATURDAY, 10)
    assert event.start.utcoffset() == timedelta(hours=hours)


def test_calendar_has_whole_days_where_hours_are_not_known():
    meeting = make_meeting(starts_on=SATURDAY, ends_on=SATURDAY)

    event = events_of(make_registration(meeting))[0]

    assert (event.start, event.end) == (SATURDAY, SUNDAY)


@pytest.mark.parametrize(
    ("status", "held", "said"),
    [
        ("received", "", "TENTATIVE"),
        ("waiting", "", "TENTATIVE"),
        ("offered", "", "TENTATIVE"),
        ("confirmed", "", "CONFIRMED"),
        ("needs_correction", "received", "TENTATIVE"),
        ("needs_correction", "confirmed", "CONFIRMED"),
    ],
)
def test_calendar_says_whether_the_place_is_sure(status, held, said):
    event = events_of(make_registration(status=status, held=held))[0]

    assert event["STATUS"] == said


@pytest.mark.parametrize("status", ["declined", "withdrawn"])
def test_calendar_of_who_does_not_come_is_empty(status):
    assert events_of(make_registration(status=status)) == []


@pytest.mark.parametrize(
    ("attendance", "place"),
    [
        ("in_person", "Conference Room 4, United Nations Headquarters, New York"),
        ("remote", "Remotely"),
    ],
)
def test_calendar_says_where(attendance, place):
    meeting = make_meeting(city="New York")

    event = events_of(make_registration(meeting, attendance=attendance))[0]

    assert event["LOCATION"] == place


def test_calendar_of_later_replaces_the_earlier():
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as now:
        registration = make_registration()
        first = events_of(registration)[0]
        now.shift(3600)
        second = events_of(registration)[0]

    assert first["UID"] == second["UID"]
    assert first["SEQUENCE"] < second["SEQUENCE"]
    assert first["DTSTAMP"].dt < second["DTSTAMP"].dt


def test_calendar_is_one_query(django_assert_num_queries):
    make_session(make_registration().meeting)
    registration = Registration.objects.select_related("meeting").get()

    with django_assert_num_queries(1):
        file_of(registration)


def test_calendar_lines_end_as_the_standard_wants():
    meeting = make_meeting(title="Ünïcödé, and more of it; " * 9)
    lines = file_of(make_registration(meeting)).split("\r\n")

    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "METHOD:PUBLISH" in lines
    assert all("\n" not in line and len(line.encode()) <= 75 for line in lines)
