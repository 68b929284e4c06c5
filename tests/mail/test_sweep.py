"""Many messages over one connection."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Heartbeat, Message
from meeting.mail.tasks import beat, deliver, sweep
from tests.making import make_message, make_registration

pytestmark = pytest.mark.django_db


def make_messages(*names, **fields):
    about = make_registration()
    return [make_message(about, to=f"{name}@example.org", **fields) for name in names]


def test_sweep_sends_what_is_due_oldest_first(mail_goes_out):
    late = timezone.now() - timedelta(hours=1)
    (second,) = make_messages("second")
    (first,) = make_messages("first", due_at=late)
    make_messages("later", due_at=timezone.now() + timedelta(minutes=1))
    make_messages("done", state="sent")
    make_messages("wrong", state="failed")

    assert sweep() == 2

    assert mail_goes_out.ids == [first.message_id, second.message_id]


def test_sweep_goes_on_after_a_refusal(mail_goes_out):
    _good, bad, _last = messages = make_messages("good", "bad", "last")
    mail_goes_out.answers[bad.to] = "550 5.1.1 No such person here"

    assert sweep() == 2

    states = [Message.objects.get(pk=message.pk).state for message in messages]
    assert states == ["sent", "failed", "sent"]


def test_sweep_stops_in_time_and_leaves_the_rest(mail_goes_out):
    make_messages("one", "two")

    assert Message.objects.due().deliver(seconds=-1) == 0

    assert Message.objects.due().count() == 2


def test_deliver_task_may_run_twice_and_for_what_is_gone(mail_goes_out):
    (message,) = make_messages("one")

    deliver(message.pk)
    deliver(message.pk)
    deliver(message.pk + 1)

    assert mail_goes_out.ids == [message.message_id]


def test_beat_keeps_one_row_of_when_it_was_heard():
    beat()
    first = Heartbeat.objects.get().at
    beat()

    assert Heartbeat.objects.get().at > first
