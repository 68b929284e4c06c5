"""A meeting of two days that moves, and people who have it in their calendars."""

from datetime import date, timedelta

from meeting.mail.models import Message
from meeting.models import Meeting
from registration.mails import owe
from registration.models import Status
from registration.tasks import watch_calendars
from tests.making import (
    make_meeting,
    make_registration,
)

MOVED = "registration_moved"


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
