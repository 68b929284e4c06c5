"""Whatever happens, in whatever order: the calendar has what is so, and no more."""

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agenda.models import Session
from meeting.mail.models import Message
from meeting.models import Meeting
from registration.calendar.entries import entries_of
from registration.calendar.hours import Hours
from registration.mails import owe
from registration.models import Registration
from registration.tasks import watch_calendars
from tests.making import make_meeting, make_registration, make_session
from tests.registration.calendar.reading import Program, shown

FIRST = date(2027, 3, 11)
NAMES = ["rooms", "titles", "zones", "hours"]

steps = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(
                [
                    "confirm",
                    "decline",
                    "withdraw",
                    "come_back",
                    "send_again",
                    "ask",
                    "merge",
                ]
            )
        ),
        st.tuples(st.just("days"), st.integers(1, 31)),
        st.tuples(st.just("attend"), st.booleans()),
        st.tuples(st.just("move"), st.integers(0, 6), st.integers(1, 5)),
        st.tuples(st.sampled_from(NAMES), st.integers(0, 2)),
        st.tuples(st.just("later"), st.sampled_from([0, 1, 4, 12])),
    ),
    max_size=25,
)


class World:
    """A meeting with a person, whose calendar program reads each mail."""

    def __init__(self, clock):
        self.clock = clock
        self.meeting = make_meeting(
            starts_on=FIRST, ends_on=FIRST + timedelta(days=2), city="Geneva"
        )
        self.session = make_session(self.meeting)
        self.pk = make_registration(self.meeting).pk
        owe(self.person, "received")

    @property
    def person(self):
        known = Registration.objects.select_related("meeting", "category")
        return known.get(pk=self.pk)

    def do(self, name, *more):
        self.clock.shift(0.2)
        if name in ("confirm", "decline", "withdraw", "come_back", "send_again"):
            getattr(self.person, name)()
        else:
            getattr(self, name)(*more)

    def ask(self):
        self.person.ask_for_correction(["function"], "Please")

    def merge(self):
        other = make_registration(Meeting.objects.get())
        owe(other, "received")
        self.person.absorb(other)
        # What the other had is taken out by the next mail that tells the calendar.
        owe(self.person, "corrected")

    def days(self, which):
        person = self.person
        days = [day.isoformat() for day in person.meeting.days]
        chosen = [day for place, day in enumerate(days) if which >> place & 1]
        person.days = chosen or days
        person.correct(changed=["days"])

    def attend(self, is_remote):
        person = self.person
        person.attendance = "remote" if is_remote else "in_person"
        person.correct(changed=["attendance"])

    def move(self, by, length):
        first = FIRST + timedelta(days=by)
        self.change(starts_on=first, ends_on=first + timedelta(days=length - 1))
        # As staff do: people register and correct for the new days from now on.
        watch_calendars()

    def rooms(self, number):
        self.change(room=f"Room {number}")

    def titles(self, number):
        self.change(title=f"Meeting {number}")

    def zones(self, number):
        zones = ["America/New_York", "Europe/Paris", "Pacific/Kiritimati"]
        self.change(timezone=zones[number])

    def hours(self, number):
        meeting = Meeting.objects.get()
        starts = datetime.combine(FIRST, time(9 + number), tzinfo=meeting.zone)
        Session.objects.update(starts_at=starts, ends_at=starts + timedelta(hours=3))

    def change(self, **fields):
        Meeting.objects.update(**fields)

    def later(self, minutes):
        # Beat looks each minute; what happens, happens at the first look or the last.
        for passed in (min(minutes, 1), minutes - 1):
            if passed > 0:
                self.clock.shift(60 * passed)
                watch_calendars()

    def program(self):
        program = Program()
        for message in Message.objects.order_by("pk"):
            program.take(message.calendar)
        return program


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_the_calendar_has_what_is_so_after_all_mails(steps):
    with (
        time_machine.travel("2027-01-12T12:00Z", tick=False) as clock,
        undone(),
    ):
        world = World(clock)
        for step in steps:
            world.do(*step)
        world.later(12)

        person = world.person
        entries = entries_of(person, Hours(person.meeting))
        assert world.program().entries == shown(entries)
        assert person.is_active == bool(entries)


@contextmanager
def undone():
    """Leave the database as it was: one test tries many lives."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
