"""A meeting that moves: who is told, when, and once."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from auditlog.models import LogEntry
from django.db import connection
from django.utils import timezone

from agenda.models import Session
from meeting.mail.models import Message
from meeting.models import Meeting
from registration.calendar import watching
from registration.mails import owe
from registration.models import CalendarWatch, Registration, Status
from registration.tasks import watch_calendars
from tests.making import (
    make_category,
    make_meeting,
    make_registration,
    make_session,
)
from tests.registration.calendar.reading import events_in, methods_in

pytestmark = pytest.mark.django_db
MOVED = "registration_moved"


@pytest.fixture
def now():
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as traveller:
        yield traveller


def make_two_days(**fields):
    """On 13 and 14 March 2027."""
    return make_meeting(starts_on=date(2027, 3, 13), **fields)


def make_told(meeting, **fields):
    """Confirmed, and with the meeting in the calendar."""
    registration = make_registration(meeting, **{"status": Status.CONFIRMED} | fields)
    owe(registration, "confirmed")
    return registration


def change(meeting, **fields):
    """As in a shell: nobody is asked to look."""
    Meeting.objects.filter(pk=meeting.pk).update(**fields)


def look(now, minutes=1):
    """So many minutes of beat."""
    for _minute in range(minutes):
        now.shift(timedelta(minutes=1))
        watch_calendars()


def mails():
    return Message.objects.filter(kind=MOVED).order_by("pk")


def days_of(registration):
    registration.refresh_from_db()
    return registration.days


@pytest.mark.parametrize(
    "fields",
    [
        {"room": "Room 7"},
        {"venue": "Palais des Nations"},
        {"city": "Geneva"},
        {"title": "Another title"},
        {"timezone": "Europe/Paris"},
        {"starts_on": date(2027, 3, 20), "ends_on": date(2027, 3, 21)},
    ],
)
def test_who_has_it_in_the_calendar_is_told_of_a_change(now, fields):
    meeting = make_two_days()
    make_session(meeting)
    registration = make_told(meeting)
    change(meeting, **fields)

    look(now, 12)

    message = mails().get()
    assert message.to == registration.email
    assert message.is_bulk
    assert methods_in(message.calendar) == ["REQUEST", "REQUEST"]


def test_changed_hours_are_told_to_those_who_come_that_day(now):
    meeting = make_two_days()
    session = make_session(meeting)
    comes = make_told(meeting)
    make_told(meeting, days=["2027-03-14"])
    Session.objects.update(ends_at=session.ends_at + timedelta(hours=2))

    look(now, 12)

    message = mails().get()
    assert message.to == comes.email
    assert events_in(message.calendar)[0].end.hour == 15


def test_hours_within_the_day_change_nothing(now):
    meeting = make_two_days()
    make_session(meeting)
    middle = make_session(meeting)
    make_told(meeting)
    Session.objects.filter(pk=middle.pk).update(
        ends_at=middle.ends_at - timedelta(hours=1)
    )

    look(now, 12)

    assert not mails().exists()


def test_a_room_is_nothing_to_who_takes_part_remotely(now):
    meeting = make_two_days()
    make_told(meeting, attendance="remote")
    change(meeting, room="Room 7")

    look(now, 12)

    assert not mails().exists()


@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN])
def test_who_does_not_come_any_more_is_left_alone(now, status):
    meeting = make_two_days()
    registration = make_told(meeting)
    Registration.objects.filter(pk=registration.pk).update(status=status)
    change(meeting, room="Room 7")

    look(now, 12)

    assert not mails().exists()


def test_who_was_told_nothing_is_told_nothing(now):
    meeting = make_two_days()
    make_registration(meeting, status=Status.CONFIRMED)
    watch_calendars()
    change(meeting, room="Room 7")

    look(now, 12)

    assert not mails().exists()


def test_the_mail_waits_until_it_was_quiet_for_ten_minutes(now):
    meeting = make_two_days()
    make_told(meeting)
    change(meeting, room="Room 7")
    look(now)

    look(now, 9)
    assert not mails().exists()
    look(now)

    assert mails().count() == 1


def test_two_changes_within_the_quiet_time_are_one_mail(now):
    meeting = make_two_days()
    make_told(meeting)
    change(meeting, room="Room 7")
    look(now, 6)
    change(meeting, room="Room 8")

    look(now, 30)

    assert "LOCATION:Room 8" in mails().get().calendar


def test_moved_and_moved_back_is_no_mail(now):
    meeting = make_two_days()
    registration = make_told(meeting)
    before = days_of(registration)
    change(meeting, starts_on=date(2027, 3, 20), ends_on=date(2027, 3, 21))
    look(now, 3)
    change(meeting, starts_on=date(2027, 3, 13), ends_on=date(2027, 3, 14))

    look(now, 30)

    assert not mails().exists()
    assert days_of(registration) == before
    assert CalendarWatch.objects.get().moved_at is None


def test_a_first_look_only_notes(now):
    meeting = make_two_days()
    make_told(meeting)
    CalendarWatch.objects.all().delete()
    change(meeting, room="Room 7")

    look(now, 30)

    assert not mails().exists()


def test_a_second_change_later_is_a_second_mail(now):
    meeting = make_two_days()
    make_told(meeting)
    change(meeting, room="Room 7")
    look(now, 15)
    change(meeting, room="Room 8")

    look(now, 15)

    first, second = (events_in(mail.calendar)[0] for mail in mails())
    assert first["SEQUENCE"] < second["SEQUENCE"]
    assert first["UID"] == second["UID"]


@pytest.mark.parametrize(
    "fields",
    [
        {"is_published": False},
        {"starts_on": date(2027, 1, 8), "ends_on": date(2027, 1, 9)},
    ],
)
def test_a_meeting_that_is_over_or_hidden_is_not_looked_at(now, fields):
    meeting = make_two_days()
    make_told(meeting)
    change(meeting, room="Room 7", **fields)

    look(now, 30)

    assert not mails().exists()


def test_the_mail_says_what_is_so_now(now):
    meeting = make_two_days(title="Meeting")
    make_session(meeting)
    make_told(meeting)
    change(meeting, room="Room 7")

    look(now, 12)

    message = mails().get()
    assert message.subject == "Changed: Meeting"
    assert message.reply_to == "secretariat@example.org"
    assert message.text.startswith(
        "The dates, the hours or the place of the Meeting have changed."
    )
    assert "Where: Room 7, United Nations Headquarters." in message.text


def test_one_without_a_plain_address_is_not_in_the_way(now):
    meeting = make_two_days()
    odd = make_told(meeting)
    make_told(meeting)
    Registration.objects.filter(pk=odd.pk).update(email="none")
    change(meeting, room="Room 7")

    look(now, 30)

    assert mails().count() == 1
    assert watching.affected(Meeting.objects.get()) == []


def test_a_decision_without_a_mail_is_no_move(now):
    meeting = make_two_days()
    registration = make_told(meeting, attendance="remote")
    Registration.objects.filter(pk=registration.pk).update(status=Status.RECEIVED)
    change(meeting, room="Room 7")

    look(now, 30)

    assert not mails().exists()


# Days.


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


# Now, or not at all.


def test_they_can_be_told_at_once(now):
    meeting = make_two_days()
    make_told(meeting)
    change(meeting, room="Room 7")
    look(now)

    CalendarWatch.objects.get().hurry()
    watch_calendars()

    assert mails().count() == 1


def test_nobody_is_told_what_was_left_and_later_mails_say_it(now):
    meeting = make_two_days(ends_on=date(2027, 3, 15))
    registration = make_told(meeting)
    change(meeting, room="Room 7", ends_on=date(2027, 3, 14))
    look(now)

    assert watching.leave(meeting.pk)
    look(now, 30)

    assert not mails().exists()
    registration = Registration.objects.select_related("meeting").get()
    registration.withdraw()
    assert methods_in(Message.objects.first().calendar) == ["CANCEL"] * 3


def test_what_was_told_cannot_be_left_any_more(now):
    meeting = make_two_days()
    make_told(meeting)
    change(meeting, room="Room 7")
    look(now, 12)

    assert not watching.leave(meeting.pk)
    assert not CalendarWatch.objects.get().hurry()


def test_what_moves_again_while_people_are_told_waits_anew(now, monkeypatch):
    monkeypatch.setattr(watching, "CHUNK", 1)
    meeting = make_two_days()
    first, second = make_told(meeting), make_told(meeting)
    change(meeting, room="Room 7")
    look(now, 10)
    written = watching._written

    def write(*args):
        change(meeting, room="Room 8")
        return written(*args)

    monkeypatch.setattr(watching, "_written", write)
    look(now)
    assert [mail.to for mail in mails()] == [first.email]
    monkeypatch.setattr(watching, "_written", written)
    look(now, 12)

    assert [mail.to for mail in mails()] == [first.email, first.email, second.email]
    assert "Room 8" in mails().last().calendar


# How much it asks for.


def test_watching_takes_the_same_queries_however_many_come(
    now, django_assert_num_queries
):
    meeting = make_two_days()
    make_session(meeting)
    make_told(meeting)
    watch_calendars()
    known, category = Registration.objects.get(), make_category()
    Registration.objects.bulk_create(
        Registration(
            meeting=meeting,
            category=category,
            reference=f"{number:011}",
            submission=str(number),
            name=f"Person {number}",
            email=f"{number}@example.org",
            days=known.days,
            status=Status.CONFIRMED,
            calendar_told=known.calendar_told,
        )
        for number in range(10_000)
    )
    make_two_days()
    watch_calendars()

    with django_assert_num_queries(3):
        watch_calendars()


# At once.


def together(*acts):
    """Have each done by a thread of its own, at the same moment."""
    barrier, errors = Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait()
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.django_db(transaction=True)
def test_two_who_watch_tell_everybody_once():
    meeting = make_two_days()
    for _person in range(7):
        make_told(meeting)
    change(meeting, room="Room 7")
    watch_calendars()
    CalendarWatch.objects.update(moved_at=timezone.now() - timedelta(hours=1))

    together(watch_calendars, watch_calendars)

    told = sorted(mails().values_list("to", flat=True))
    people = Registration.objects.values_list("email", flat=True)
    assert told == sorted(people)


@pytest.mark.django_db(transaction=True)
def test_who_is_written_to_at_the_same_time_is_told_in_order():
    meeting = make_two_days()
    registration = make_told(meeting)
    change(meeting, room="Room 7")
    watch_calendars()
    CalendarWatch.objects.update(moved_at=timezone.now() - timedelta(hours=1))

    together(
        watch_calendars,
        lambda: Registration.objects.get(pk=registration.pk).send_again(),
    )

    sequences = [
        int(events_in(message.calendar)[0]["SEQUENCE"])
        for message in Message.objects.all()
    ]
    assert len({*sequences}) == len(sequences) >= 2
    registration.refresh_from_db()
    assert registration.calendar_told["2027-03-13"]["sequence"] == max(sequences)
    assert watching.affected(Meeting.objects.get()) == []
