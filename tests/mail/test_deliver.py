"""One message at a time, to a mail server that is there."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from meeting.mail.delivery import sweep
from meeting.mail.failures import pause_after
from meeting.mail.models import MailServer, Message
from tests.making import make_message
from tests.parts.smtp import Moods

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


def test_deliver_waits_longer_each_time_and_gives_up_in_a_day(
    mail_goes_out, settings, monkeypatch
):
    settings.MAIL_RETRY = 60
    monkeypatch.setattr("random.uniform", lambda least, most: most)
    mail_goes_out.answers[TO] = "451 4.3.2 Mailbox busy"
    message = make_message()
    start, pauses = timezone.now(), []

    with time_machine.travel(start, tick=False) as now:
        while as_stored(message).deliver() == "queued":
            due_at = as_stored(message).due_at
            pauses.append(due_at - timezone.now())
            now.move_to(due_at)
        assert timezone.now() - start < timedelta(days=1)

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=66)
    stored = as_stored(message)
    assert (stored.state, stored.tries) == ("failed", 10)
    assert stored.last_error == "451 4.3.2 Mailbox busy"
    assert mail_goes_out.asked[TO] == 10


def test_pauses_are_spread(settings):
    pauses = {pause_after(1) for _time in range(10)}

    assert len(pauses) == 10
    assert min(pauses) > timedelta(seconds=settings.MAIL_RETRY * 0.89)


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

    assert as_stored(message).last_error == "550 5.1.1 No such person here"
    assert not Message.objects.claimable().exists()


def test_a_server_that_is_down_costs_no_try_and_is_noted(mail_goes_out):
    mail_goes_out.stop()
    message = make_message()

    assert message.deliver() == "queued"

    stored, server = as_stored(message), MailServer.objects.get()
    assert (stored.state, stored.tries, stored.due_at) == ("queued", 0, message.due_at)
    assert "ConnectionRefusedError" in server.said
    assert server.failed_at is not None
    assert server.answered_at is None


def test_a_server_that_refuses_the_log_in_costs_no_try(mail_goes_out, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "secret"
    message = make_message()

    assert message.deliver() == "queued"

    assert as_stored(message).tries == 0
    assert "SMTP AUTH extension not supported" in MailServer.objects.get().said


def test_a_server_that_answers_is_noted(mail_goes_out):
    make_message().deliver()

    assert MailServer.objects.get().answered_at is not None


def test_a_dropped_connection_is_tried_again(mail_goes_out):
    mail_goes_out.hangs_up = True
    message = make_message()

    assert message.deliver() == "queued"

    stored = as_stored(message)
    assert stored.tries == 1
    assert stored.due_at > timezone.now() + timedelta(seconds=50)
    assert stored.last_error.startswith("SMTPServerDisconnected")


def test_a_conversation_ends_before_the_lease(mail_goes_out, settings):
    settings.MAIL_LEASE = 1
    mail_goes_out.moods = Moods(seed=1, delays=4, seconds=5)
    message = make_message()

    # The server would have taken it in the end.
    assert message.deliver() == "queued"

    stored = as_stored(message)
    assert stored.tries == 1
    assert stored.last_error == "TimeoutError: not done with this mail after 0.8 s"


@pytest.mark.django_db(transaction=True)
def test_what_was_sent_is_noted_once_the_database_is_back(mail_goes_out, monkeypatch):
    message, note = make_message(), Message._note
    away = [OperationalError, InterfaceError]

    def note_later(self, **fields):
        if away:
            raise away.pop()
        note(self, **fields)

    monkeypatch.setattr(Message, "_note", note_later)

    assert message.deliver() == "sent"

    assert as_stored(message).state == "sent"
    assert len(mail_goes_out.received) == 1


def test_a_mail_that_cannot_be_made_fails_alone(mail_goes_out):
    message = make_message(to="a@b@example.org")

    assert message.deliver() == "failed"

    assert "Invalid address" in as_stored(message).last_error
    assert make_message().deliver() == "sent"


def test_what_was_read_before_another_tried_is_left_alone(mail_goes_out):
    message = make_message()
    before = as_stored(message)
    mail_goes_out.answers[TO] = "451 4.3.2 Mailbox busy"
    message.deliver()
    mail_goes_out.answers.clear()

    assert before.deliver() == "queued"

    assert mail_goes_out.received == []
    assert as_stored(message).tries == 1


def test_stopped_is_not_sent(mail_goes_out):
    message = make_message(state="stopped")

    assert message.deliver() == "stopped"

    assert mail_goes_out.received == []


def test_without_a_mail_server_messages_are_kept(mail_goes_out, settings):
    message = make_message()
    settings.EMAIL_URL = ""

    assert message.deliver() == "queued"
    assert sweep() == 0
    assert as_stored(message).tries == 0

    settings.EMAIL_URL = mail_goes_out.url
    assert sweep() == 1
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


def test_what_is_stopped_while_it_is_sent_is_not_tried_again(mail_goes_out):
    message = make_message()
    assert message.claim()
    Message.objects.stop()

    message.note_failure(OSError("It broke off."))

    assert as_stored(message).state == "stopped"


def test_what_left_while_it_was_stopped_is_sent(mail_goes_out):
    message = make_message()
    assert message.claim()
    Message.objects.stop()

    message.note_sent()

    assert as_stored(message).state == "sent"


def test_what_is_stopped_is_not_taken_over_from_a_worker_that_died(settings):
    lost = timezone.now() - timedelta(seconds=settings.MAIL_LEASE + 1)
    make_message(state="sending", claimed_at=lost)

    Message.objects.stop()

    assert not Message.objects.claimable().exists()


def test_what_goes_on_while_a_worker_is_at_it_stays_that_workers():
    message = make_message()
    assert message.claim()
    Message.objects.stop()

    assert Message.objects.go_on() == 1

    assert not as_stored(message).claim()


def test_the_log_names_nobody(mail_goes_out, caplog):
    message = make_message()
    mail_goes_out.answers[TO] = f"550 5.1.1 <{TO}>: No such person"

    message.deliver()

    assert (
        f"Message {message.pk} not sent: 550 5.1.1 <…>: No such person" in caplog.text
    )
    assert TO not in caplog.text
    assert TO in as_stored(message).last_error
