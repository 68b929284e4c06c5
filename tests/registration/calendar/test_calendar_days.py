"""When the days of a meeting move, people's days and entries move along."""

from datetime import date

import pytest
from auditlog.models import LogEntry

from meeting.mail.models import Message
from registration.tasks import watch_calendars
from tests.registration.calendar.moving import (
    change,
    days_of,
    look,
    mails,
    make_told,
    make_two_days,
)
from tests.registration.calendar.reading import events_in, methods_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "first", "last", "expected"),
    [
        ([13, 14, 15], 20, 22, [20, 21, 22]),
        ([14], 20, 22, [21]),
        ([13, 15], 14, 16, [14, 16]),
        ([14, 15], 12, 14, [13, 14]),
        ([13, 15], 14, 15, [14]),
        ([15], 14, 15, [14, 15]),
        ([13, 14], 13, 17, [13, 14]),
        ([], 20, 22, []),
    ],
)
def test_days_move_by_their_place(now, days, first, last, expected):
    meeting = make_two_days(ends_on=date(2027, 3, 15))
    days = [f"2027-03-{day}" for day in days]
    registration = make_told(meeting, days=days)
    watch_calendars()
    change(meeting, starts_on=date(2027, 3, first), ends_on=date(2027, 3, last))

    look(now)

    assert days_of(registration) == [f"2027-03-{day}" for day in expected]


def test_an_entry_keeps_its_name_when_its_day_moves(now):
    meeting = make_two_days()
    make_told(meeting)
    before = events_in(Message.objects.get().calendar)
    change(meeting, starts_on=date(2027, 3, 14), ends_on=date(2027, 3, 15))

    look(now, 12)

    events = events_in(mails().get().calendar)
    assert [event["UID"] for event in events] == [event["UID"] for event in before]
    assert [event.start.day for event in events] == [14, 15]


def test_a_day_beyond_a_shorter_meeting_is_taken_out(now):
    meeting = make_two_days(ends_on=date(2027, 3, 15))
    make_told(meeting)
    change(meeting, starts_on=date(2027, 3, 14))

    look(now, 12)

    calendar = mails().get().calendar
    assert methods_in(calendar) == ["REQUEST", "REQUEST", "CANCEL"]
    assert str(events_in(calendar)[2]["UID"]).endswith("2027-03-15@localhost")


def test_a_last_day_that_was_cut_off_by_mistake_is_theirs_again(now):
    meeting = make_two_days(ends_on=date(2027, 3, 15))
    registration = make_told(meeting)
    change(meeting, ends_on=date(2027, 3, 14))
    look(now, 3)
    assert days_of(registration) == ["2027-03-13", "2027-03-14"]
    change(meeting, ends_on=date(2027, 3, 15))

    look(now, 30)

    assert days_of(registration) == ["2027-03-13", "2027-03-14", "2027-03-15"]
    assert not mails().exists()


def test_a_day_taken_anew_gets_another_name_than_one_that_moved_away(now):
    meeting = make_two_days()
    registration = make_told(meeting)
    change(meeting, starts_on=date(2027, 3, 14), ends_on=date(2027, 3, 16))
    look(now, 12)
    registration.refresh_from_db()

    registration.days = ["2027-03-14", "2027-03-15", "2027-03-16"]
    registration.correct()
    change(meeting, starts_on=date(2027, 3, 13), ends_on=date(2027, 3, 16))
    look(now, 12)
    registration.refresh_from_db()
    registration.days = [f"2027-03-{day}" for day in (13, 14, 15, 16)]
    registration.correct()

    uids = [event["UID"] for event in events_in(Message.objects.first().calendar)]
    assert len({*uids}) == 4


def test_moved_days_are_in_the_audit_trail_of_the_meeting(now):
    meeting = make_two_days()
    make_told(meeting)
    make_told(meeting)
    change(meeting, starts_on=date(2027, 3, 20), ends_on=date(2027, 3, 21))

    look(now)

    entry = LogEntry.objects.get_for_object(meeting).first()
    assert entry.changes["days of registrations"] == [
        "2027-03-13, 2027-03-14",
        "2027-03-20, 2027-03-21",
    ]
    assert entry.additional_data == {"registrations": 2}
