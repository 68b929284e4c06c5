"""Whoever is told by two at once is told once, and in order."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from meeting.mail.models import Message
from meeting.models import Meeting
from registration.calendar import watching
from registration.models import CalendarWatch, Registration
from registration.tasks import watch_calendars
from tests.registration.calendar.moving import change, mails, make_told, make_two_days
from tests.registration.calendar.reading import events_in


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
