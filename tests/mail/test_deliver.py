"""One message at a time, to a mail server that is there."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.utils import timezone

from meeting.mail.models import Message
from tests.making import make_message
from tests.parts.waiting import free_port

pytestmark = pytest.mark.django_db
TO = "person@example.org"


def as_stored(message):
    return Message.objects.get(pk=message.pk)


def test_deliver_sends_once(mail_goes_out):
    message = make_message()

    assert message.deliver() == "sent"
    assert as_stored(message).deliver() == "sent"

    assert mail_goes_out.ids == [message.message_id]
    stored = as_stored(message)
    assert (stored.tries, stored.last_error) == (1, "")
    assert stored.sent_at is not None


def test_deliver_leaves_alone_what_another_worker_has(mail_goes_out):
    message = make_message(state="sending", claimed_at=timezone.now())

    assert message.deliver() == "sending"

    assert mail_goes_out.received == []
    assert as_stored(message).tries == 0


def test_deliver_takes_over_when_the_lease_is_over(mail_goes_out, settings):
    lost = timezone.now() - timedelta(seconds=settings.MAIL_LEASE + 1)
    message = make_message(state="sending", claimed_at=lost, tries=1)

    assert message.deliver() == "sent"

    assert mail_goes_out.ids == [message.message_id]
    assert as_stored(message).tries == 2


def test_the_lease_is_longer_than_a_mail_server_may_be_silent():
    assert django_settings.MAIL_LEASE > django_settings.EMAIL_TIMEOUT


def test_deliver_waits_longer_each_time_the_server_says_later(mail_goes_out):
    mail_goes_out.answers[TO] = "451 4.3.2 Mailbox busy"
    message = make_message()
    pauses = []

    with time_machine.travel(timezone.now(), tick=False):
        for _try in range(3):
            assert as_stored(message).deliver() == "queued"
            pauses.append(as_stored(message).due_at - timezone.now())

    assert pauses[0] < pauses[1] < pauses[2]
    assert "451" in as_stored(message).last_error
    assert mail_goes_out.received == []


def test_the_pause_between_tries_ends_at_an_hour(mail_goes_out):
    mail_goes_out.answers[TO] = "451 4.3.2 Mailbox busy"
    message = make_message(tries=500)

    message.deliver()

    pause = as_stored(message).due_at - timezone.now()
    assert timedelta(minutes=59) < pause <= timedelta(hours=1)


def test_deliver_arrives_after_the_server_said_later(mail_goes_out):
    mail_goes_out.answers[TO] = "451 4.3.2 Mailbox busy"
    message = make_message()
    message.deliver()
    mail_goes_out.answers.clear()

    assert as_stored(message).deliver() == "sent"

    assert mail_goes_out.ids == [message.message_id]
    assert as_stored(message).last_error == ""


def test_deliver_fails_in_the_servers_words(mail_goes_out):
    mail_goes_out.answers[TO] = "550 5.1.1 No such person here"
    message = make_message()

    assert message.deliver() == "failed"

    assert "550" in as_stored(message).last_error
    assert "No such person here" in as_stored(message).last_error
    assert not Message.objects.due().exists()


def test_deliver_tries_a_server_that_is_down_within_one_sweep(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{settings.EMAIL_PORT}"
    message = make_message(tries=50)

    assert message.deliver() == "queued"

    stored = as_stored(message)
    assert "ConnectionRefusedError" in stored.last_error
    assert stored.due_at <= timezone.now() + timedelta(seconds=settings.MAIL_SWEEP)


def test_without_a_mail_server_messages_are_kept(mail_goes_out, settings):
    message = make_message()
    settings.EMAIL_URL = ""

    assert message.deliver() == "queued"
    assert Message.objects.due().deliver() == 0
    assert as_stored(message).tries == 0

    settings.EMAIL_URL = mail_goes_out.url
    assert Message.objects.due().deliver() == 1
    assert mail_goes_out.ids == [message.message_id]


def test_resend_owes_the_same_mail_anew(mail_goes_out):
    message = make_message(html="<p>A text.</p>", reply_to="us@example.org", once="x")
    message.deliver()

    again = message.resend()

    assert again.pk != message.pk
    assert again.message_id != message.message_id
    assert (again.state, again.once) == ("queued", "")
    assert again.deliver() == "sent"
    first, second = mail_goes_out.received
    assert first.get_body().get_content() == second.get_body().get_content()
    assert first["Subject"] == second["Subject"]
    assert as_stored(message).state == "sent"


def test_mail_refused_for_days_is_given_up_with_the_servers_words(mail_goes_out):
    mail_goes_out.answers["full@example.org"] = "450 Mailbox full"
    message = make_message(
        to="full@example.org", created_at=timezone.now() - timedelta(days=6)
    )

    assert message.deliver() == Message.State.FAILED

    assert "Mailbox full" in message.last_error
