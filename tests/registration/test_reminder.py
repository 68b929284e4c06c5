from datetime import date

import pytest
import time_machine

from meeting.mail.models import Message
from registration.models import Registration
from registration.tasks import run_mailings
from tests.making import make_meeting, make_registration, make_session

pytestmark = pytest.mark.django_db
Status = Registration.Status


def make_participant(meeting, **fields):
    return make_registration(meeting, **{"status": Status.CONFIRMED, **fields})


# Three days before 16 February, at nine in New York: 14.00 UTC. The meeting begins at
# midnight there, while nothing is known of its hours.
@pytest.mark.parametrize(
    ("now", "count"),
    [
        ("2027-02-13T13:59Z", 0),
        ("2027-02-13T14:00Z", 1),
        ("2027-02-16T04:59Z", 1),
        ("2027-02-16T05:00Z", 0),
    ],
)
def test_remind_writes_so_many_days_before_in_the_meetings_zone(now, count):
    with time_machine.travel(now, tick=False):
        make_participant(make_meeting(starts_on=date(2027, 2, 16), reminder_days=3))
        run_mailings()

    assert Message.objects.count() == count


def test_remind_writes_once_however_often_it_runs():
    with time_machine.travel("2027-02-14T12:00Z", tick=False) as now:
        make_participant(make_meeting(starts_on=date(2027, 2, 16)))
        for _run in range(3):
            run_mailings()
            now.shift(24 * 3600 / 2)

    assert Message.objects.get().kind == "registration_reminder"


@pytest.mark.parametrize("status", set(Status) - {Status.CONFIRMED})
def test_remind_leaves_those_alone_who_are_not_expected(status):
    with time_machine.travel("2027-02-14T12:00Z", tick=False):
        make_participant(make_meeting(starts_on=date(2027, 2, 16)), status=status)
        run_mailings()

    assert not Message.objects.exists()


def test_remind_leaves_out_a_meeting_that_asks_for_no_reminder():
    with time_machine.travel("2027-02-14T12:00Z", tick=False):
        make_participant(make_meeting(starts_on=date(2027, 2, 16), reminder_days=None))
        run_mailings()

    assert not Message.objects.exists()


def test_remind_goes_on_after_an_address_that_is_none():
    with time_machine.travel("2027-02-14T12:00Z", tick=False):
        meeting = make_meeting(starts_on=date(2027, 2, 16))
        make_participant(meeting, email="none")
        make_participant(meeting, email="amina@example.org")
        make_participant(meeting, email="none either")
        run_mailings()

    assert Message.objects.get().to == "amina@example.org"


def test_reminder_says_when_the_persons_own_days_begin():
    with time_machine.travel("2027-02-14T12:00Z", tick=False):
        meeting = make_meeting(starts_on=date(2027, 2, 16), title="Meeting")
        make_session(meeting)
        make_session(meeting, date=date(2027, 2, 17))
        make_participant(meeting, days=["2027-02-17"])
        run_mailings()

    message = Message.objects.get()
    assert message.text.splitlines()[0] == (
        "The Meeting begins for you at 10.00 on 17 February 2027, New York time (UTC−5)."
    )
    assert "Your days: Wednesday 17 February 2027." in message.text
