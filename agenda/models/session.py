import uuid
from datetime import datetime, time, timedelta
from typing import Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.addresses import below
from meeting.models import Meeting


def is_within(now: datetime, start: datetime | None, end: datetime | None) -> bool:
    return start is not None and end is not None and start <= now < end


# So long after its end an item that has begun is still on, if nobody says otherwise.
OVERTIME = timedelta(minutes=30)
# What readers know of a session by its release alone; how many may choose it is said
# at once.
RELEASED = (
    "title",
    "ordinal",
    "kind",
    "date",
    "starts_at",
    "ends_at",
    "room",
    "tbc",
    "position",
)


class Day(models.Model):
    """What the programme says of a whole day: above all, that more is to come."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="programme_days")
    date = models.DateField(_("date"))
    is_complete = models.BooleanField(
        _("complete"), default=True, help_text=_("Off: more is to be confirmed.")
    )
    note = models.TextField(_("note"), blank=True)
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)

    class Meta:
        verbose_name = _("day")
        verbose_name_plural = _("days")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "date"], name="day_once_a_meeting"
            )
        ]

    def __str__(self) -> str:
        return self.date.isoformat()


class SessionQuerySet(models.QuerySet["Session"]):
    def outside_meeting(self) -> Self:
        """On a day that is none of the meeting's: it was moved, and they were not."""
        before = Q(date__lt=F("meeting__starts_on"))
        return self.filter(before | Q(date__gt=F("meeting__ends_on")))

    def to_choose(self) -> Self:
        """Those that people choose as they register, in the order of their hours."""
        return self.filter(is_chosen=True).order_by(
            F("date").asc(nulls_last=True),
            F("starts_at").asc(nulls_last=True),
            "position",
            "pk",
        )


class Session(models.Model):
    """A block of time in a room on a day."""

    class Kind(models.TextChoices):
        SESSION = "session", _("session")
        SIDE_EVENT = "side_event", _("side event")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="sessions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind, default=Kind.SESSION
    )
    title = models.CharField(
        _("title"), max_length=300, blank=True, help_text=_("Such as Morning session.")
    )
    ordinal = models.CharField(
        _("meeting number"),
        max_length=50,
        blank=True,
        help_text=_("Such as 3rd meeting."),
    )
    date = models.DateField(_("date"), null=True, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    room = models.CharField(
        _("room"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the meeting's room. For a side event: where it is held."),
    )
    webcast = models.URLField(
        _("webcast"),
        max_length=500,
        blank=True,
        help_text=_("Where everybody can watch it as it happens."),
    )
    is_embedded = models.BooleanField(
        _("shown within our page"),
        default=False,
        help_text=_(
            "The webcast or recording, where its site is one of those allowed."
        ),
    )
    recording = models.URLField(
        _("recording"),
        max_length=500,
        blank=True,
        help_text=_("Where it can be watched afterwards."),
    )
    remote_url = models.URLField(
        _("remote participation"),
        max_length=1000,
        blank=True,
        help_text=_("Only confirmed remote participants are given this link."),
    )
    organizers = models.TextField(
        _("organizers"), blank=True, help_text=_("Of a side event. One a line.")
    )
    attendance = models.CharField(_("attendance"), max_length=100, blank=True)
    url = models.URLField(_("more at"), max_length=500, blank=True)
    is_chosen = models.BooleanField(
        _("participants choose it"),
        default=False,
        help_text=_("Whoever registers says whether they come to it."),
    )
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        help_text=_("For those who choose it. Empty: no limit."),
    )
    is_complete = models.BooleanField(
        _("complete"), default=True, help_text=_("Off: more is to be confirmed.")
    )
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)
    note = models.TextField(_("note"), blank=True)
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    # As the day has it, where an outline has looked: whether one of its items has begun
    # and is not over; whether its last one is over.
    is_under_way = is_closed = False
    planned = None

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = [F("date").asc(nulls_last=True), "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_it_starts",
                violation_error_message=_("The session ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(kind="side_event") | Q(date__isnull=False),
                name="session_has_a_date",
                violation_error_message=_("A session needs a date."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Session to be confirmed"))

    def get_absolute_url(self) -> str:
        return f"{below('agenda', self.meeting.slug)}#s{self.pk}"

    @property
    def place(self) -> str:
        return self.room or (self.meeting.room if self.kind == "session" else "")

    @property
    def by_hours(self) -> tuple:
        """To sort by; what has no day or no hour yet stands last."""
        return (
            self.date is None,
            self.date,
            self.starts_at is None,
            self.starts_at,
            self.position,
            self.pk,
        )

    @property
    def is_now(self) -> bool:
        """As the desk says of its items; where it has said nothing, by the hours."""
        if self.is_closed:
            return False
        if self.is_under_way:
            return not self.is_long_over
        return is_within(timezone.now(), self.starts_at, self.ends_at)

    @property
    def is_long_over(self) -> bool:
        """Whether an item that nobody has called over is so all the same."""
        end = self.ends_at
        if end is None and self.date:
            end = self.meeting.midnight_of(self.date + timedelta(days=1))
        return end is not None and timezone.now() >= end + OVERTIME

    @property
    def is_to_come(self) -> bool:
        if self.starts_at:
            return not self.is_now and timezone.now() < self.starts_at
        return self.date is None or self.meeting.today <= self.date

    @property
    def is_on_a_later_day(self) -> bool:
        return self.date is not None and self.meeting.today < self.date

    @property
    def is_over(self) -> bool:
        return not self.is_now and not self.is_to_come

    def read_as(self, released: "Session") -> None:
        """Say of itself what readers know; to be read, and not to be saved."""
        for name in RELEASED:
            setattr(self, name, getattr(released, name))

    def clashes_with(self, other: "Session") -> bool:
        """Whether nobody can be at both from beginning to end."""
        hours = (self.starts_at, self.ends_at, other.starts_at, other.ends_at)
        if None in hours:
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def set_hours(self, start: time | None, end: time | None) -> None:
        """Take hours of the day in the meeting's zone; either may be unknown."""
        self.starts_at, self.ends_at = (
            hour and datetime.combine(self.date, hour, tzinfo=self.meeting.zone)
            for hour in (start, end)
        )

    def put_in_order(self) -> None:
        """Number the day's sessions by their hours; those without stay where they are."""
        order = []
        latest = None
        for session in self.meeting.sessions.filter(kind=self.kind, date=self.date):
            latest = max(filter(None, [latest, session.starts_at]), default=None)
            order.append((session.starts_at or latest, session))
        early = datetime.min.replace(tzinfo=timezone.get_default_timezone())
        order.sort(key=lambda pair: pair[0] or early)
        for position, (_start, session) in enumerate(order, start=1):
            if session.position != position:
                type(self).objects.filter(pk=session.pk).update(position=position)


auditlog.register(Day)
# Who takes part remotely is told the link; nobody else, and no log.
auditlog.register(Session, exclude_fields=["updated_at", "remote_url"])
