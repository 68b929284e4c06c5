"""A meeting that moves: who is told, when, and once."""

from datetime import date, timedelta

import pytest

from agenda.models import Session
from meeting.mail.models import Message
from meeting.models import Meeting
from registration.calendar import watching
from registration.models import CalendarWatch, Registration, Status
from registration.tasks import watch_calendars
from tests.making import (
    make_category,
    make_registration,
    make_release,
    make_session,
)
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
    make_release(meeting)

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
        for number in range(1_000)
    )
    make_two_days()
    watch_calendars()

    with django_assert_num_queries(3):
        watch_calendars()
