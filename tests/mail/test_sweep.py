"""Many messages over one connection."""

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from meeting.mail import delivery
from meeting.mail.models import Heartbeat, Message
from meeting.mail.tasks import beat, deliver, sweep
from tests.making import make_message, make_registration
from tests.parts.smtp import Moods
from tests.parts.waiting import wait_for

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

    assert delivery.sweep(seconds=-1) == 0

    assert Message.objects.due().count() == 2


def test_deliver_task_may_run_twice_and_for_what_is_gone(mail_goes_out):
    (message,) = make_messages("one")

    deliver(message.pk)
    deliver(message.pk)
    deliver(message.pk + 1)

    assert mail_goes_out.ids == [message.message_id]
    assert mail_goes_out.connections == 1


def test_sweep_sends_what_is_about_one_person_before_what_is_to_many(mail_goes_out):
    late = timezone.now() - timedelta(hours=1)
    (bulk,) = make_messages("bulk", due_at=late, is_bulk=True)
    (own,) = make_messages("own")

    sweep()

    assert mail_goes_out.ids == [own.message_id, bulk.message_id]


def test_sweep_uses_one_connection_for_many(mail_goes_out):
    make_messages("one", "two", "three", "four")

    assert sweep() == 4

    assert mail_goes_out.connections == 1


def test_sweep_goes_on_over_a_new_connection_after_a_dropped_one(mail_goes_out):
    messages = make_messages("one", "two", "three", "four")
    mail_goes_out.moods = Moods(seed=seed_that_drops(messages[1]), drops=0.3)

    assert sweep() == 3

    states = [Message.objects.get(pk=message.pk).state for message in messages]
    assert states == ["sent", "queued", "sent", "sent"]
    assert mail_goes_out.connections == 2


def seed_that_drops(unlucky):
    for seed in count():
        moods, names = Moods(seed, drops=0.3), ["one", "two", "three", "four"]
        fates = {f"{name}@example.org": 0 for name in names}
        for address in fates:
            moods.begins(address)
        if [a for a in fates if moods.befalls("drops", a)] == [unlucky.to]:
            return seed


def test_sweep_asks_nothing_of_mails_while_the_server_is_down(mail_goes_out):
    make_messages("one", "two")
    mail_goes_out.stop()

    assert sweep() == 0
    assert delivery.server_is_silent()
    assert set(Message.objects.values_list("tries", flat=True)) == {0}

    mail_goes_out.start()
    assert sweep() == 2
    assert not delivery.server_is_silent()


def test_deliver_task_leaves_a_silent_server_to_the_sweep(mail_goes_out):
    (message,) = make_messages("one")
    mail_goes_out.stop()
    sweep()
    mail_goes_out.start()

    deliver(message.pk)
    assert mail_goes_out.received == []

    assert sweep() == 1


def test_deliver_task_asks_again_where_nobody_sweeps(mail_goes_out, settings):
    settings.MAIL_SWEEP = 0.01
    (message,) = make_messages("one")
    mail_goes_out.stop()
    sweep()
    mail_goes_out.start()

    wait_for(lambda: not delivery.server_is_silent())
    deliver(message.pk)

    assert mail_goes_out.ids == [message.message_id]


def test_a_second_sweep_returns_at_once(mail_goes_out):
    make_messages("one")

    with delivery._sweeping:
        assert sweep() == 0

    assert sweep() == 1


def test_a_conversation_that_the_server_has_ended_is_begun_anew(mail_goes_out):
    mail_goes_out.most_mails = 2
    messages = make_messages("one", "two", "three", "four")

    assert sweep() == 4

    assert mail_goes_out.ids == [message.message_id for message in messages]
    assert set(Message.objects.values_list("tries", flat=True)) == {1}
    assert mail_goes_out.connections == 2


def test_beat_keeps_one_row_of_when_it_was_heard():
    beat()
    first = Heartbeat.objects.get().at
    beat()

    assert Heartbeat.objects.get().at > first
