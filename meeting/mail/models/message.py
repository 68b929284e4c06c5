"""The outbox: every mail that the system owes, is sending or has sent."""

import logging
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
from django.db import DatabaseError, InterfaceError, connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q
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
from meeting.mail.failures import (
    is_final,
    pause_after,
    without_addresses,
    words_of,
)

log = logging.getLogger(__name__)

LATE = timedelta(minutes=5)
# Nobody should get the same mail twice within so long by mistake.
LATELY = timedelta(hours=1)
# The kind of the mail by which somebody of the staff looks whether mail arrives.
TEST = "test"
# So many rows at a time are written of a mail to thousands.
MANY = 500


def late() -> Q:
    """Not even tried for minutes after it was due: something is not running.

    A mail to thousands takes its time; it is late when nothing at all leaves.
    """
    since = timezone.now() - LATE
    unsent = [Message.State.QUEUED, Message.State.SENDING]
    nothing_leaves = ~Exists(Message.objects.filter(sent_at__gte=since))
    is_of_matter = Q(is_bulk=False) | nothing_leaves
    return Q(state__in=unsent, due_at__lt=since) & is_of_matter


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
        """What the sweep should deliver now, the most urgent first."""
        due = self.claimable().filter(due_at__lte=timezone.now())
        return due.order_by("is_bulk", "due_at", "pk")

    def lost(self) -> Self:
        """Failed or came back, and the same has not been sent by a later mail."""
        later = Message.objects.filter(
            content_type=OuterRef("content_type"),
            object_id=OuterRef("object_id"),
            kind=OuterRef("kind"),
            subject=OuterRef("subject"),
            state=Message.State.SENT,
            created_at__gt=OuterRef("created_at"),
        )
        failed = [Message.State.FAILED, Message.State.BOUNCED]
        return self.filter(~Exists(later), state__in=failed)

    def news(self) -> Self:
        """What a person can ask for no more of."""
        return self.exclude(unsubscribe="")

    def stop(self) -> int:
        """Let none of these leave; what is being sent at this moment is not tried again."""
        return self.unsent().update(state=Message.State.STOPPED)

    def go_on(self) -> int:
        """Owe anew what was stopped; the next sweep sends it."""
        stopped = self.filter(state=Message.State.STOPPED)
        # A worker may be at it still: until the lease is over nobody else sends it.
        lost = timezone.now() - timedelta(seconds=settings.MAIL_LEASE)
        claimed = stopped.filter(claimed_at__gte=lost)
        at_work = claimed.update(state=Message.State.SENDING)
        return at_work + stopped.update(
            state=Message.State.QUEUED, due_at=timezone.now()
        )


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
            models.Index(fields=["-created_at", "-id"], name="mail_message_newest"),
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
        fields["kind"] = kind
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
        return cls(about=about, to=to, message_id=message_id, **fields)

    def ask(self) -> None:
        """Ask a worker to deliver it; a dead broker is no matter, the sweep follows."""
        from meeting.mail.tasks import ask  # tasks imports this module

        ask(self.pk)

    def deliver(self) -> str:
        """Send it unless it was sent, or another worker has it; return its state."""
        from meeting.mail import delivery  # It imports this module.

        if settings.EMAIL_URL:
            delivery.deliver(self)
        return self.state

    @property
    def present_address(self) -> str:
        """Where whom it is about is written to now; else where this one went."""
        if self.kind == TEST:
            return self.to
        about = self.about
        # Some have an address of their own, or that of whom they stand for.
        address = getattr(about, "mail_address", "") or getattr(about, "email", "")
        return address or self.to

    def try_now(self, to: str = "") -> bool:
        """Have it tried at once, perhaps at another address; False where it has left."""
        # One UPDATE decides between this and a worker that has just begun with it.
        waiting = Message.objects.filter(
            pk=self.pk, state__in=[self.State.QUEUED, self.State.FAILED]
        )
        fields = {"state": self.State.QUEUED, "due_at": timezone.now()}
        if to:
            validate_address(to)
            fields["to"] = to
        if not waiting.update(**fields):
            return False
        transaction.on_commit(self.ask, robust=True)
        return True

    def written_lately(self, to: str) -> Self | None:
        """The same mail to this address, if it left, or is to leave, within the hour."""
        lately = timezone.now() - LATELY
        gone = [self.State.QUEUED, self.State.SENDING, self.State.SENT]
        same = Message.objects.filter(
            content_type=self.content_type_id,
            object_id=self.object_id,
            kind=self.kind,
            subject=self.subject,
            to__iexact=to,
            state__in=gone,
        )
        return same.filter(Q(sent_at__gt=lately) | Q(created_at__gt=lately)).first()

    def resend(self, to: str = "") -> Self:
        """Owe the same mail anew, to be sent whatever became of this one."""
        copied = ["reply_to", "language", "subject", "text", "html", "calendar"]
        fields = {name: getattr(self, name) for name in [*copied, "unsubscribe"]}
        return Message.owe(self.about, self.kind, to=to or self.to, **fields)

    def note_bounce(self, words: str, *, is_permanent: bool) -> None:
        """Keep what was said of it after it left; once it came back, no more of it."""
        fields: dict[str, Any] = {"bounce": one_line(words, 2000)}
        if is_permanent:
            fields |= {"state": self.State.BOUNCED, "bounced_at": timezone.now()}
        # One UPDATE: of two notifications at the same time one is taken.
        sent = Message.objects.filter(pk=self.pk, state=self.State.SENT)
        if sent.update(**fields):
            for name, value in fields.items():
                setattr(self, name, value)

    def claim(self) -> bool:
        """Make it this worker's for the length of the lease, as it was read."""
        # One UPDATE decides who sends it, on both databases and without row locks; by
        # the number of tries, nobody sends what another has tried meanwhile.
        now = timezone.now()
        mine = Message.objects.claimable().filter(pk=self.pk, tries=self.tries)
        fields = {"state": self.State.SENDING, "claimed_at": now}
        if not mine.update(tries=F("tries") + 1, **fields):
            state = Message.objects.filter(pk=self.pk).values_list("state", flat=True)
            self.state = state.first() or self.state
            return False
        self.state, self.claimed_at = self.State.SENDING, now
        self.tries += 1
        return True

    def note_sent(self, provider_id: str = "") -> None:
        fields = {"state": self.State.SENT, "sent_at": timezone.now(), "last_error": ""}
        if provider_id:
            fields["provider_id"] = provider_id
        # The server has it: whoever does not know sends it again. So a database that
        # is away for a moment is waited for, as long as the mail is ours.
        stop = self.claimed_at + timedelta(seconds=settings.MAIL_LEASE)
        while True:
            try:
                return self._note(**fields)
            except (DatabaseError, InterfaceError):
                if connection.in_atomic_block or timezone.now() > stop:
                    raise
                log.warning("Message %s was sent; the database is away.", self.pk)
                connection.close()
                time.sleep(0.2)

    def note_failure(self, error: Exception) -> None:
        """Have it tried again later, or give it up; the server's words are kept."""
        said = words_of(error)
        pause = None if is_final(error) else pause_after(self.tries)
        if pause is None:
            self._note(state=self.State.FAILED, last_error=said)
        else:
            due_at = timezone.now() + pause
            self._note(state=self.State.QUEUED, last_error=said, due_at=due_at)
        log.warning("Message %s not sent: %s", self.pk, without_addresses(said))

    def _note(self, **fields: Any) -> None:
        # Not by save(): the person may be erased meanwhile, and this mail with them.
        # Not where the lease is over: then another worker has it.
        mine = Message.objects.filter(pk=self.pk)
        if fields["state"] != self.State.SENT:
            mine = mine.filter(claimed_at=self.claimed_at)
        if fields["state"] == self.State.QUEUED:
            # What was stopped meanwhile is not tried again.
            mine = mine.exclude(state=self.State.STOPPED)
        mine.update(**fields)
        for name, value in fields.items():
            setattr(self, name, value)


def _longest(name: str) -> int:
    return Message._meta.get_field(name).max_length


def ask_for_sweep() -> None:
    from meeting.mail.tasks import ask_for, sweep  # tasks imports this module

    ask_for(sweep)
