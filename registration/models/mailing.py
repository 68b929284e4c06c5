"""A mail to many: written by hand, or sent by a rule at a time of the meeting."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.letters import Placeholder
from meeting.mail.models import Message
from meeting.models import Meeting
from registration.calendar.hours import hours_of
from registration.mails.kinds import KINDS, REMINDER
from registration.mails.placeholders import placeholders, speaker_placeholders

# Where a day has no hour of its own.
MORNING = time(9)
# What was due so long ago is not sent any more, whatever it says.
STALE = timedelta(days=30)


class MailingQuerySet(models.QuerySet["Mailing"]):
    def active(self) -> Self:
        """What may have to be sent now, or later."""
        return self.filter(state=Mailing.State.ACTIVE, meeting__is_published=True)

    @transaction.atomic
    def make_reminders(self) -> None:
        """Give each meeting to come the rule that every meeting has."""
        yesterday = timezone.now().date() - timedelta(days=1)
        lacking = Meeting.objects.filter(ends_on__gte=yesterday).exclude(
            mailings__kind=REMINDER
        )
        rules = [
            Mailing(
                meeting=meeting,
                kind=REMINDER,
                name=str(KINDS[REMINDER].label),
                people={"status": ["confirmed"]},
                when=Mailing.When.RELATIVE,
                anchor=Mailing.Anchor.START,
                hour=MORNING,
                is_news=False,
                includes_latecomers=True,
                state=Mailing.State.ACTIVE,
            )
            for meeting in lacking
        ]
        self.bulk_create(rules, ignore_conflicts=True)


class Mailing(models.Model):
    """One text, to a choice of people, now, at a time, or by a date of the meeting.

    Each person gets it once: the outbox refuses a second message of the name `once`.
    `people` is a choice as `registration.mailings.choosing` reads it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        STOPPED = "stopped", _("stopped")
        DONE = "done", _("done")
        DROPPED = "dropped", _("not sent")

    class To(models.TextChoices):
        REGISTERED = "registered", _("Registered people")
        SPEAKERS = "speakers", _("Speakers on the agenda")

    class When(models.TextChoices):
        NOW = "now", _("Now, once it is confirmed on the next page")
        AT = "at", _("At a time")
        RELATIVE = "relative", _("Before or after a date of the meeting")

    class Anchor(models.TextChoices):
        REGISTRATION_OPENS = "registration_opens", _("registration opens")
        REGISTRATION_CLOSES = "registration_closes", _("registration closes")
        PAPERS_DUE = "papers_due", _("papers are due")
        START = "start", _("the meeting begins")
        END = "end", _("the meeting ends")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="mailings", verbose_name=_("meeting")
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("For the staff: what it is about.")
    )
    kind = models.CharField(
        max_length=30,
        blank=True,
        editable=False,
        help_text=_("The kind of mail whose words it takes."),
    )
    to = models.CharField(_("to"), max_length=10, choices=To, default=To.REGISTERED)
    people = models.JSONField(default=dict, blank=True, editable=False)
    when = models.CharField(_("when"), max_length=8, choices=When, default=When.NOW)
    send_at = models.DateTimeField(_("time"), null=True, blank=True)
    anchor = models.CharField(
        _("date of the meeting"), max_length=20, choices=Anchor, blank=True
    )
    days = models.SmallIntegerField(
        _("days"), default=0, help_text=_("Before the date they are negative.")
    )
    hour = models.TimeField(_("hour"), null=True, blank=True)
    includes_latecomers = models.BooleanField(
        _("also to those who come later"),
        default=False,
        help_text=_(
            "On: whoever registers, or comes to be one of those chosen, after the time"
            " gets it too, until the meeting begins."
        ),
    )
    is_news = models.BooleanField(
        _("news"),
        default=True,
        help_text=_(
            "Not about the person's own registration: people can ask for no more of it"
            " with one click, and those who have asked do not get it."
        ),
    )
    state = models.CharField(
        _("state"), max_length=7, choices=State, default=State.DRAFT
    )
    done_for = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("The due time for which all who were to get it had it written."),
    )
    note = models.TextField(_("note"), blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail to many")
        verbose_name_plural = _("mails to many")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "active", "stopped", "done", "dropped"]
                ),
                name="mailing_state_known",
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind"],
                condition=~Q(kind=""),
                name="mailing_of_kind_once",
            ),
            models.CheckConstraint(
                condition=~Q(when="at") | Q(send_at__isnull=False),
                name="mailing_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(when="relative") | ~Q(anchor=""),
                name="mailing_relative_to_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.when == self.When.AT and not self.send_at:
            raise ValidationError(
                {"send_at": ValidationError(_("Say when it is sent."), "no_time")}
            )
        if self.when == self.When.RELATIVE and not self.anchor:
            sentence = _("Say before or after which date it is sent.")
            raise ValidationError({"anchor": ValidationError(sentence, "no_date")})

    @property
    def once(self) -> str:
        """The name under which the outbox lets each person have it once."""
        return self.kind or f"mailing:{self.pk}"

    @property
    def is_rule(self) -> bool:
        """Whether it follows a date, and may have more to do when that date moves."""
        return self.when == self.When.RELATIVE

    @property
    def placeholders(self) -> list[Placeholder]:
        if self.to == self.To.SPEAKERS:
            return speaker_placeholders()
        return placeholders()

    @property
    def messages(self) -> models.QuerySet[Message]:
        """All that it has written, with what became of each."""
        return Message.objects.filter(once=self.once, **self._of_this_meeting())

    def _of_this_meeting(self) -> dict[str, Any]:
        from registration.models import Registration

        if not self.kind:
            return {}
        # The name of a kind is the same at every meeting.
        return {
            "content_type__model": "registration",
            "object_id__in": Registration.objects.filter(
                meeting=self.meeting_id
            ).values("pk"),
        }

    # When.

    @property
    def due_at(self) -> datetime | None:
        """When it is to be sent; None while its date is not known."""
        if self.when != self.When.RELATIVE:
            return self.send_at
        at = self._anchor_at()
        if at is None:
            return None
        local = at.astimezone(self.meeting.zone)
        # By the calendar and the clock on the wall: hours may be lost between.
        day = local.date() + timedelta(days=self.day_offset)
        hour = self.hour or local.time()
        due = datetime.combine(day, hour, tzinfo=self.meeting.zone)
        # Within the hour that a clock shows twice, no two zones compare as equal.
        return due.astimezone(UTC)

    @property
    def day_offset(self) -> int:
        """Days from its date of the meeting; before it they are negative."""
        if self.kind == REMINDER:
            return -(self.meeting.reminder_days or 0)
        return self.days

    def _anchor_at(self) -> datetime | None:
        meeting = self.meeting
        if self.kind == REMINDER and meeting.reminder_days is None:
            return None
        return {
            self.Anchor.REGISTRATION_OPENS: meeting.registration_opens_at,
            self.Anchor.REGISTRATION_CLOSES: meeting.registration_ends_at,
            self.Anchor.PAPERS_DUE: self._on(meeting.papers_deadline),
            self.Anchor.START: self._on(meeting.starts_on),
            self.Anchor.END: self._on(meeting.ends_on),
        }[self.Anchor(self.anchor)]

    def _on(self, day: date | None) -> datetime | None:
        return day and datetime.combine(day, MORNING, tzinfo=self.meeting.zone)

    @property
    def last_chance(self) -> datetime | None:
        """Until when it makes sense; what was due before the meeting, until it begins."""
        due = self.due_at
        if due is None:
            return None
        begins = self._meeting_begins_at()
        return begins if due < begins else max(due + STALE, self.meeting.ends_at)

    def _meeting_begins_at(self) -> datetime:
        first = hours_of(self.meeting, [self.meeting.starts_on])
        return min(
            (start for start, _end in first.values()), default=self.meeting.starts_at
        )

    @property
    def is_due(self) -> bool:
        """Whether people are to be written to now."""
        due, now = self.due_at, timezone.now()
        if self.state != self.State.ACTIVE or due is None or due > now:
            return False
        return self.done_for != due or self.includes_latecomers

    @property
    def is_over(self) -> bool:
        """Whether it makes no sense any more to send it to anybody."""
        last = self.last_chance
        return last is not None and timezone.now() >= last

    @property
    def _is_written(self) -> bool:
        """Whether nobody else is to get it, once what is written has left."""
        is_for_all = self.done_for is not None and self.done_for == self.due_at
        return is_for_all and not (self.is_rule or self.includes_latecomers)

    # What the staff do.

    @property
    def is_begun(self) -> bool:
        return self.state != self.State.DRAFT

    @property
    def can_be_changed(self) -> bool:
        """Whether somebody is still to get it as it would stand then."""
        return self.state in (self.State.DRAFT, self.State.ACTIVE, self.State.STOPPED)

    @property
    def can_be_deleted(self) -> bool:
        """What nobody was written leaves nothing behind; a kind's would come again."""
        is_unsent = self.state in (self.State.DRAFT, self.State.DROPPED)
        return is_unsent and not self.kind and not self.messages.exists()

    @property
    def can_be_resumed(self) -> bool:
        """Also where it was dropped, and its date has moved since."""
        is_dropped = self.state == self.State.DROPPED and self.due_at is not None
        return self.state == self.State.STOPPED or (is_dropped and not self.is_over)

    @property
    def has_text(self) -> bool:
        return bool(self.kind) or self.texts.exists()

    @transaction.atomic
    def begin(self) -> bool:
        """Let it be sent, now or when it is due; False where somebody has done so."""
        now = timezone.now()
        send_at = now if self.when == self.When.NOW else self.send_at
        return self._become(self.State.ACTIVE, (self.State.DRAFT,), send_at=send_at)

    @transaction.atomic
    def stop(self) -> bool:
        """Send nothing more of it: not what is written and waits, nor to anybody else."""
        if not self._become(self.State.STOPPED, (self.State.ACTIVE, self.State.DONE)):
            return False
        self.messages.stop()
        return True

    @transaction.atomic
    def resume(self) -> bool:
        """Go on where it was stopped, or where it was dropped and its date has moved."""
        before = (self.State.STOPPED, self.State.DROPPED)
        state = self.State.DONE if self._is_written else self.State.ACTIVE
        if not self._become(state, before, note=""):
            return False
        self._still_wanted().go_on()
        return True

    def _still_wanted(self) -> models.QuerySet[Message]:
        """Not those of people who have asked for no news since they were written."""
        if not self.is_news:
            return self.messages
        from registration.mailings.choosing import everybody  # It imports this module.

        refusing = everybody(self).filter(takes_news=False).order_by()
        return self.messages.exclude(object_id__in=refusing.values("pk"))

    def _become(self, state: str, before: tuple[str, ...], **fields: Any) -> bool:
        # One UPDATE decides between two who press at the same time.
        mine = Mailing.objects.filter(pk=self.pk, state__in=before)
        old = self.state
        fields |= {"state": state, "updated_at": timezone.now()}
        if not mine.update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        # An UPDATE is in no audit trail by itself.
        LogEntry.objects.log_create(
            self,
            force_log=True,
            action=LogEntry.Action.UPDATE,
            changes={"state": [old, state]},
        )
        return True


auditlog.register(Mailing, exclude_fields=["updated_at", "done_for"])
