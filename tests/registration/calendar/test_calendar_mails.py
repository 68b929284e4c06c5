"""What mails say to a person's calendar, and what is noted of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from meeting.mail.models import Message
from registration.calendar.entries import entries_of, standing
from registration.calendar.hours import Hours
from registration.mails import owe
from registration.models import Registration, Status
from tests.making import make_meeting, make_registration, make_session
from tests.registration.calendar.reading import (
    Program,
    events_in,
    methods_in,
    objects_in,
)

pytestmark = pytest.mark.django_db


def make_two_days(**fields):
    """On 13 and 14 March 2027; New York changes its clocks in the night between."""
    return make_meeting(starts_on=date(2027, 3, 13), **fields)


def told_to(registration):
    registration.refresh_from_db()
    return registration.calendar_told


def test_a_mail_asks_for_each_day_in_an_object_of_its_own():
    meeting = make_two_days()
    registration = make_registration(meeting, status=Status.CONFIRMED)

    calendar = owe(registration, "confirmed").calendar

    assert methods_in(calendar) == ["REQUEST", "REQUEST"]
    assert [str(event["UID"]) for event in events_in(calendar)] == [
        f"registration-{registration.reference}-2027-03-{day}@localhost"
        for day in (13, 14)
    ]


def test_a_request_has_what_calendar_programs_need():
    meeting = make_two_days(organizer_name="Population Division", city="New York")
    make_session(meeting)
    registration = make_registration(
        meeting, status=Status.CONFIRMED, name="Amina YUSUF", email="amina@example.org"
    )

    event = events_in(owe(registration, "confirmed").calendar)[0]

    assert event["ORGANIZER"] == "mailto:secretariat@example.org"
    assert event["ORGANIZER"].params == {"CN": "Population Division"}
    assert event["ATTENDEE"] == "mailto:amina@example.org"
    assert event["ATTENDEE"].params == {
        "CN": "Amina YUSUF",
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
    }
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == meeting.title
    assert event["LOCATION"] == (
        "Conference Room 4, United Nations Headquarters, New York"
    )
    assert event.start == datetime(2027, 3, 13, 10, tzinfo=meeting.zone)
    assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)
    assert event["URL"] == "http://localhost:8000/15/"


@pytest.mark.parametrize("status", ["received", "waiting", "offered"])
def test_who_is_not_sure_of_a_place_is_asked_tentatively(status):
    registration = make_registration(status=status)

    event = events_in(owe(registration, status).calendar)[0]

    assert event["STATUS"] == "TENTATIVE"
    assert event["ATTENDEE"].params["PARTSTAT"] == "TENTATIVE"


def test_without_an_address_to_answer_it_is_published():
    registration = make_registration(make_meeting(contact_email=""))

    calendar = owe(registration, "received").calendar

    assert methods_in(calendar) == ["PUBLISH", "PUBLISH"]
    assert events_in(calendar)[0]["ORGANIZER"] == "mailto:no-reply@localhost"
    assert "ATTENDEE" not in calendar


def test_lines_are_as_the_standard_wants():
    meeting = make_two_days(title="Ünïcödé, and more of it; " * 9, city="Genève")
    make_session(meeting)
    calendar = owe(make_registration(meeting), "received").calendar
    lines = calendar.split("\r\n")

    assert all("\n" not in line and "\r" not in line for line in lines)
    assert all(len(line.encode()) <= 75 for line in lines)
    assert lines.count("BEGIN:VCALENDAR") == lines.count("END:VCALENDAR") == 2
    assert lines.count("METHOD:REQUEST") == 2
    assert lines.count("BEGIN:VTIMEZONE") == 2  # One for each object.
    assert lines.count("BEGIN:VEVENT") == 2
    assert lines[-1] == ""


@pytest.mark.parametrize(
    "name",
    ["A\r\nMETHOD:CANCEL", 'A" B', "A\\", "A;CN=B:mailto:x@y.z", "A\x00B", "ع\u2028ب"],
)
def test_what_a_person_typed_begins_no_line(name):
    registration = make_registration(name="A")
    registration.name = registration.honorific = name
    registration.meeting.title = registration.meeting.organizer_name = name
    registration.meeting.room = name

    calendar = owe(registration, "received").calendar

    assert methods_in(calendar) == ["REQUEST", "REQUEST"]
    assert calendar.count("\r\nATTENDEE;") == calendar.count("\r\nORGANIZER;") == 2
    attendee = events_in(calendar)[0]["ATTENDEE"]
    assert attendee == f"mailto:{registration.email}"
    assert attendee.params["CUTYPE"] == "INDIVIDUAL"
    assert "\x00" not in calendar


def test_it_is_noted_what_a_calendar_has():
    meeting = make_two_days()
    make_session(meeting)
    registration = make_registration(meeting, days=["2027-03-13"])

    owe(registration, "received")

    assert told_to(registration) == {
        "2027-03-13": {
            "uid": f"registration-{registration.reference}-2027-03-13@localhost",
            "start": "2027-03-13T10:00:00-05:00",
            "end": "2027-03-13T13:00:00-05:00",
            "place": "Conference Room 4, United Nations Headquarters",
            "status": "TENTATIVE",
            "summary": meeting.title,
            "sequence": 0,
        }
    }
    assert registration.calendar_told == told_to(registration)


def test_nothing_is_noted_where_the_mail_is_not_owed():
    registration = make_registration()
    owe(registration, "received", once="same")
    before = told_to(registration)

    with pytest.raises(IntegrityError), transaction.atomic():
        owe(registration, "received", once="same")

    assert told_to(registration) == before


@pytest.mark.parametrize("act", ["withdraw", "decline"])
def test_who_does_not_come_is_taken_out(act):
    registration = make_registration()
    registration.confirm()

    getattr(registration, act)()

    calendar = Message.objects.first().calendar
    assert methods_in(calendar) == ["CANCEL", "CANCEL"]
    for event in events_in(calendar):
        assert event["STATUS"] == "CANCELLED"
        assert event["ORGANIZER"] == "mailto:secretariat@example.org"
        assert event["ATTENDEE"] == f"mailto:{registration.email}"
    assert standing(told_to(registration)) == {}


@pytest.mark.parametrize("act", ["withdraw", "decline"])
def test_who_was_told_nothing_is_taken_out_of_nothing(act):
    registration = make_registration()

    getattr(registration, act)()

    assert Message.objects.get().calendar == ""


def test_a_day_that_is_dropped_is_taken_out_and_the_other_stays():
    registration = make_registration(make_two_days())
    registration.confirm()

    registration.days = ["2027-03-14"]
    registration.correct()

    calendar = Message.objects.first().calendar
    assert methods_in(calendar) == ["REQUEST", "CANCEL"]
    assert [str(event["UID"])[-20:-10] for event in events_in(calendar)] == [
        "2027-03-14",
        "2027-03-13",
    ]


def test_the_sequence_rises_with_each_mail_also_within_a_second():
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as now:
        registration = make_registration(make_two_days())
        owe(registration, "received")
        registration.confirm()
        registration.days = ["2027-03-14"]
        registration.correct()
        registration.withdraw()
        registration.come_back()
        now.shift(3600)
        owe(registration, "received")

    sequences = [
        {int(event["SEQUENCE"]) for event in events_in(message.calendar)}
        for message in Message.objects.order_by("pk")
    ]
    assert sequences == [{0}, {1}, {2}, {3}, {4}, {3600}]


def test_who_comes_back_has_the_same_entries_again():
    registration = make_registration(make_two_days())
    registration.confirm()
    first = events_in(Message.objects.first().calendar)
    registration.withdraw()

    registration.come_back()

    calendar = Message.objects.first().calendar
    assert methods_in(calendar) == ["REQUEST", "REQUEST"]
    assert [event["UID"] for event in events_in(calendar)] == [
        event["UID"] for event in first
    ]


def test_an_older_object_read_says_the_same_as_a_newer():
    registration = make_registration()
    early = Registration.objects.select_related("meeting").get()
    owe(registration, "received")

    owe(early, "received")

    first, second = (m.calendar for m in Message.objects.order_by("pk"))
    assert events_in(first)[0]["SEQUENCE"] < events_in(second)[0]["SEQUENCE"]


def test_a_mail_about_something_else_says_nothing_to_the_calendar():
    registration = make_registration()

    assert owe(registration, "link").calendar == ""
    assert told_to(registration) == {}


def test_two_days_cost_few_queries(django_assert_num_queries):
    make_session(make_registration().meeting)
    registration = Registration.objects.select_related("meeting", "category").get()
    owe(registration, "received")

    # The text, the hours, what was told, both notes.
    with django_assert_num_queries(5):
        owe(registration, "received")


# Merged.


def merged(**mine):
    meeting = make_two_days()
    kept = make_registration(meeting, **mine)
    other = make_registration(meeting)
    program = Program()
    for registration in (kept, other):
        if registration is other or mine:
            owe(registration, "received")
    kept.absorb(other)
    kept.withdraw()
    for message in Message.objects.order_by("pk"):
        program.take(message.calendar)
    return program


def test_what_both_were_told_is_taken_out_with_the_one_that_is_kept():
    assert merged(days=["2027-03-13"]).entries == {}


def test_what_the_other_was_told_goes_on_with_the_one_that_is_kept():
    meeting = make_two_days()
    kept, other = make_registration(meeting), make_registration(meeting)
    owe(other, "received")
    uids = {entry["uid"] for entry in told_to(other).values()}

    kept.absorb(other)
    kept.confirm()

    calendar = Message.objects.first().calendar
    assert {str(event["UID"]) for event in events_in(calendar)} == uids
    assert methods_in(calendar) == ["REQUEST", "REQUEST"]


def test_merged_entries_of_the_other_go_with_the_next_mail():
    meeting = make_two_days()
    kept, other = make_registration(meeting), make_registration(meeting)
    for each in (kept, other):
        owe(each, "received")

    kept.absorb(other)
    kept.confirm()

    program = Program()
    for message in Message.objects.order_by("pk"):
        program.take(message.calendar)
    assert len(program.entries) == 2
    assert all(kept.reference in uid for uid in program.entries)


def test_hours_are_told_by_the_clock_of_each_day():
    meeting = make_two_days()
    for day in meeting.days:
        make_session(meeting, date=day)
    registration = make_registration(meeting)

    calendar = owe(registration, "received").calendar

    starts = [event.start.astimezone(UTC).hour for event in events_in(calendar)]
    assert starts == [15, 14]
    for each in objects_in(calendar):
        zone = each.walk("VTIMEZONE")[0].to_tz()
        moments = [datetime(2027, 3, day, 10, tzinfo=zone) for day in (13, 14)]
        assert [moment.utcoffset() for moment in moments] == [
            timedelta(hours=-5),
            timedelta(hours=-4),
        ]


def test_entries_are_whole_days_where_hours_are_not_known():
    meeting = make_two_days(ends_on=date(2027, 3, 13))
    registration = make_registration(meeting)

    event = events_in(owe(registration, "received").calendar)[0]

    assert (event.start, event.end) == (date(2027, 3, 13), date(2027, 3, 14))
    assert entries_of(registration, Hours(meeting)) != {}
