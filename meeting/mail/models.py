"""The outbox: every mail that the system owes, is sending or has sent."""

import logging
import smtplib
import threading
import time
from collections.abc import Iterable
from datetime import timedelta
from email.utils import make_msgid
from itertools import islice
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.mail.cleaning import (
    calendar_lines,
    is_address,
    lines,
    one_line,
    validate_address,
    web_address,
)

log = logging.getLogger(__name__)

# Whoever kills a worker can catch only one mail between the server's "250 OK" and our
# own note of it: the threads of a process take turns.
_one_at_a_time = threading.Lock()


# Mail servers that others run give up after as long (RFC 5321, 4.5.4.1).
GIVE_UP = timedelta(days=5)
LATE = timedelta(minutes=5)
# So many rows at a time are written of a mail to thousands.
MANY = 500


def late() -> Q:
    """Not even tried for minutes after it was due: something is not running."""
    unsent = [Message.State.QUEUED, Message.State.SENDING]
    return Q(state__in=unsent, due_at__lt=timezone.now() - LATE)


class MessageQuerySet(models.QuerySet["Message"]):
    def unsent(self) -> Self:
        return self.filter(state__in=[Message.State.QUEUED, Message.State.SENDING])

    def claimable(self) -> Self:
        """Owed, or claimed so long ago that its worker must have died."""
        lost = timezone.now() - timedelta(seconds=settings.MAIL_LEASE)
        return self.filter(
            Q(state=Message.State.QUEUED)
            | Q(state=Message.State.SENDING, claimed_at__lt=lost)
        )

    def due(self) -> Self:
        """What the sweep should deliver now, oldest first."""
        return self.claimable().filter(due_at__lte=timezone.now()).order_by("due_at")

    def stop(self) -> int:
        """Let none of these leave; what is being sent at this moment does."""
        return self.filter(state=Message.State.QUEUED).update(
            state=Message.State.STOPPED
        )

    def go_on(self) -> int:
        """Owe anew what was stopped; the next sweep sends it."""
        return self.filter(state=Message.State.STOPPED).update(
            state=Message.State.QUEUED, due_at=timezone.now()
        )

    def deliver(self, seconds: float = 60) -> int:
        """Send these over one connection, for so many seconds; say how many left."""
        if not settings.EMAIL_URL:
            return 0
        sent, stop = 0, time.monotonic() + seconds
        connection = get_connection()
        try:
            for pk in list(self.values_list("pk", flat=True)[:1000]):
                if time.monotonic() > stop:
                    break
                for message in Message.objects.filter(pk=pk):
                    sent += message.deliver(connection) == Message.State.SENT
        finally:
            _close(connection)
        return sent


class Message(models.Model):
    """A mail to one person about one thing, as it was written, and what became of it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to be sent")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        STOPPED = "stopped", _("stopped")
        BOUNCED = "bounced", _("came back")

    content_type = models.ForeignKey(ContentType, models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    about = GenericForeignKey()
    kind = models.CharField(_("kind"), max_length=50)
    once = models.CharField(
        max_length=100,
        blank=True,
        help_text=_("A message with such a name is owed only once to each person."),
    )
    to = models.EmailField(_("to"), max_length=254)
    reply_to = models.EmailField(_("reply to"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    calendar = models.TextField(
        _("calendar"),
        blank=True,
        help_text=_("One or more iCalendar objects; each names its METHOD."),
    )
    is_bulk = models.BooleanField(
        _("one of many"),
        default=False,
        help_text=_("Sent when nothing waits that is about one person alone."),
    )
    unsubscribe = models.URLField(
        _("address to unsubscribe"),
        max_length=500,
        blank=True,
        help_text=_("Of what is not about the person's own doing (RFC 8058)."),
    )
    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    provider_id = models.CharField(
        _("name at the provider"), max_length=200, blank=True, db_index=True
    )
    state = models.CharField(
        _("state"), max_length=7, choices=State, default=State.QUEUED
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("came back"), null=True, blank=True)
    bounce = models.TextField(_("why it came back"), blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"]),
            models.Index(
                fields=["is_bulk", "due_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="mail_message_to_send",
            ),
            # How far a mail to many is.
            models.Index(
                fields=["once", "state"],
                condition=~Q(once=""),
                name="mail_message_of_many",
            ),
            models.Index(fields=["sent_at"], name="mail_message_sent"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "once"],
                condition=~Q(once=""),
                name="message_owed_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "queued",
                        "sending",
                        "sent",
                        "failed",
                        "stopped",
                        "bounced",
                    ]
                ),
                name="message_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @classmethod
    def owe(
        cls,
        about: models.Model,
        kind: str,
        *,
        to: str,
        at_once: bool = True,
        **fields: Any,
    ) -> Self:
        """Write a mail into the outbox, and have it sent when the transaction holds.

        Where hundreds are owed, none need be sent `at_once`: the sweep follows.
        `fields` are those of the model. Raises ValidationError where `to` is not one
        plain address, which is what keeps line breaks out of the envelope.
        """
        at_once = at_once and "due_at" not in fields
        if at_once:
            # The task asked for on commit comes first; the sweep sees to lost ones.
            fields["due_at"] = timezone.now() + timedelta(seconds=settings.MAIL_SWEEP)
        message = cls.written(about, kind, to=to, **fields)
        message.save(force_insert=True)
        if at_once:
            transaction.on_commit(message.ask, robust=True)
        return message

    @classmethod
    def owe_many(cls, messages: Iterable[Self]) -> int:
        """Owe many that were `written`, and say how many; not who has one by that name.

        They leave with the next sweep, which is asked for when the transaction holds.
        """
        count, waiting = 0, iter(messages)
        with transaction.atomic():
            while some := list(islice(waiting, MANY)):
                cls.objects.bulk_create(some, ignore_conflicts=True)
                # The database does not say which of them it had already.
                ids = [message.message_id for message in some]
                count += cls.objects.filter(message_id__in=ids).count()
            if count:
                transaction.on_commit(ask_for_sweep, robust=True)
        return count

    @classmethod
    def written(cls, about: models.Model, kind: str, *, to: str, **fields: Any) -> Self:
        """A mail that is not in the outbox yet; all that makes one goes through here."""
        validate_address(to)
        for name in ("kind", "once", "language", "subject"):
            if name in fields:
                fields[name] = one_line(fields[name], _longest(name))
        for name in ("text", "html"):
            if name in fields:
                fields[name] = lines(fields[name])
        if "calendar" in fields:
            fields["calendar"] = calendar_lines(fields["calendar"])
        if not is_address(fields.get("reply_to", "")):
            fields["reply_to"] = ""
        if "unsubscribe" in fields:
            longest = _longest("unsubscribe")
            fields["unsubscribe"] = web_address(fields["unsubscribe"], longest)
        domain = urlsplit(settings.SITE_URL).hostname
        message_id = make_msgid(domain=domain)
        return cls(about=about, kind=kind, to=to, message_id=message_id, **fields)

    def ask(self) -> None:
        """Ask a worker to deliver it; a dead broker is no matter, the sweep follows."""
        from meeting.mail.tasks import ask  # tasks imports this module

        ask(self.pk)

    def deliver(self, connection: BaseEmailBackend | None = None) -> str:
        """Send it unless it was sent, or another worker has it; return its state.

        A connection that is handed in is left open for the next one.
        """
        if not settings.EMAIL_URL:
            return self.state
        own = connection or get_connection()
        try:
            with _one_at_a_time:
                if self._claim():
                    self._send(own)
        finally:
            if connection is None:
                _close(own)
        return self.state

    def resend(self) -> Self:
        """Owe the same mail anew, to be sent whatever became of this one."""
        copied = ["reply_to", "language", "subject", "text", "html", "calendar"]
        fields = {name: getattr(self, name) for name in [*copied, "unsubscribe"]}
        return Message.owe(self.about, self.kind, to=self.to, **fields)

    def _claim(self) -> bool:
        # One UPDATE decides who sends it, on both databases and without row locks.
        now = timezone.now()
        mine = Message.objects.claimable().filter(pk=self.pk)
        if not mine.update(
            state=self.State.SENDING, claimed_at=now, tries=F("tries") + 1
        ):
            state = Message.objects.filter(pk=self.pk).values_list("state", flat=True)
            self.state = state.first() or self.state
            return False
        self.refresh_from_db()
        return True

    def _send(self, connection: BaseEmailBackend) -> None:
        try:
            # Opened here, so that it is not closed before the row says "sent".
            connection.open()
            self._to_email(connection).send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            # What a broken conversation left open must not reach the next mail.
            _close(connection)
            self._not_sent(error)
        else:
            self._note(state=self.State.SENT, sent_at=timezone.now(), last_error="")

    def _to_email(self, connection: BaseEmailBackend) -> EmailMultiAlternatives:
        email = EmailMultiAlternatives(
            self.subject,
            self.text,
            to=[self.to],
            reply_to=[self.reply_to] if self.reply_to else None,
            headers={
                "Message-ID": self.message_id,
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
            },
            connection=connection,
        )
        if self.html:
            email.attach_alternative(self.html, "text/html")
        if self.calendar:
            email.attach("meeting.ics", self.calendar, "text/calendar")
        return email

    def _not_sent(self, error: Exception) -> None:
        pause = _pause(error, self.tries)
        if timezone.now() - self.created_at > GIVE_UP:
            pause = None
        said = f"{type(error).__name__}: {error}"[:2000]
        if pause is None:
            self._note(state=self.State.FAILED, last_error=said)
        else:
            due_at = timezone.now() + pause
            self._note(state=self.State.QUEUED, last_error=said, due_at=due_at)
        log.warning("Message %s not sent: %s", self.pk, self.last_error)

    def _note(self, **fields: Any) -> None:
        # Not by save(): the person may be erased meanwhile, and this mail with them.
        for name, value in fields.items():
            setattr(self, name, value)
        Message.objects.filter(pk=self.pk).update(**fields)


def _pause(error: Exception, tries: int) -> timedelta | None:
    """How long to wait before the next try; None where there should be none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((reply[0] for reply in error.recipients.values()), default=0)
    else:
        code = getattr(error, "smtp_code", 0)
    if isinstance(error, ValueError | smtplib.SMTPNotSupportedError):
        return None
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPAuthenticationError):
        code = 0  # The server's trouble and ours, not this mail's.
    if 400 <= code < 500:
        return timedelta(seconds=min(20 * 2 ** min(tries, 10), 3600))
    if code >= 500:
        return None
    # The server is down or hangs up. Asking is cheap, and it may be back any moment.
    return timedelta(seconds=settings.MAIL_SWEEP)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        log.debug("The mail server was gone before we said goodbye.")


def _longest(name: str) -> int:
    return Message._meta.get_field(name).max_length


def ask_for_sweep() -> None:
    from meeting.mail.tasks import ask_for, sweep  # tasks imports this module

    ask_for(sweep)


class Heartbeat(models.Model):
    """When a part of the installation was heard last; a row each."""

    class Part(models.TextChoices):
        WORKER = "worker", _("worker")
        BEAT = "beat", _("beat")
        # Asked for by beat, done by a worker: what lies between works too.
        QUEUE = "queue", _("queue")

    name = models.CharField(
        max_length=20, choices=Part, default=Part.QUEUE, unique=True
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at.isoformat()}"

    @classmethod
    def note(cls, name: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})


class MailServer(models.Model):
    """How it goes with the mail server, as all workers found it; one row."""

    answered_at = models.DateTimeField(_("answered last"), null=True)
    failed_at = models.DateTimeField(_("failed last"), null=True)
    said = models.TextField(_("what it said, or what went wrong"), blank=True)
    next_at = models.DateTimeField(
        _("next mail not before"), null=True, help_text=_("By the rate limit.")
    )

    def __str__(self) -> str:
        return self.said
