from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.addresses import below
from agenda.models.session import Session, is_within
from agenda.models.speaker import Speaker
from meeting.models import Meeting
from meeting.words import free_slug


class ItemQuerySet(models.QuerySet["Item"]):
    def in_order(self) -> Self:
        return self.order_by(
            "session__date", "session__position", "session__pk", "position", "pk"
        )


class Item(models.Model):
    """An agenda item in a session."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("opening")
        PANEL = "panel", _("panel")
        SPECIAL_PRESENTATION = "special presentation", _("special presentation")
        STATEMENT = "statement", _("statement")
        TOUR_DE_TABLE = "tour-de-table", _("tour-de-table")
        BREAK = "break", _("break")
        CLOSING = "closing", _("closing")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="items", editable=False
    )
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="items", verbose_name=_("session")
    )
    slug = models.SlugField(
        _("short address"), max_length=80, allow_unicode=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, blank=True)
    is_numbered = models.BooleanField(
        _("numbered"), default=True, help_text=_("Off for what prints no numeral.")
    )
    set_number = models.PositiveIntegerField(
        _("number"),
        null=True,
        blank=True,
        help_text=_("Only where it should not simply follow the item before."),
    )
    title = models.CharField(_("title"), max_length=500, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    follows = models.BooleanField(
        _("follows on"),
        default=False,
        help_text=_(
            "It begins when the item before ends, and not at an hour of its own."
        ),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("How long it lasts.")
    )
    is_complete = models.BooleanField(
        _("complete"), default=True, help_text=_("Off: more is to be confirmed.")
    )
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)
    note = models.TextField(_("note"), blank=True)
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)

    # As the day has it, where an outline has looked: see agenda/today/shifting.py.
    delay = timedelta(0)
    planned = None

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "slug"], name="item_slug_once_a_meeting"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="item_ends_after_it_starts",
                violation_error_message=_("The item ends before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(set_number__isnull=True) | Q(set_number__gt=0),
                name="item_number_counts_from_one",
                violation_error_message=_("Numbers begin at 1."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Item to be confirmed"))

    def save(self, *args, **kwargs) -> None:
        self.meeting_id = self.session.meeting_id
        if not self.slug:
            others = Item.objects.filter(meeting=self.meeting_id).exclude(pk=self.pk)
            taken = set(others.values_list("slug", flat=True))
            self.slug = free_slug(self.title, "item", taken)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return below("agenda", self.meeting.slug, f"{self.slug}/")

    @property
    def is_now(self) -> bool:
        """As the desk says; where it has said nothing, by the hours."""
        if self.mark and self.mark.state:
            return self.mark.is_started and not self.session.is_long_over
        if self.session.is_under_way:
            return False
        return is_within(timezone.now(), self.starts_at, self.ends_at)

    @property
    def is_cancelled(self) -> bool:
        return self.mark is not None and self.mark.is_cancelled

    @property
    def minutes_late(self) -> int:
        """Later than planned, as the day has it; less than nought: earlier."""
        return int(self.delay.total_seconds()) // 60

    def set_hours(self, start, end) -> None:
        """Take hours of the session's day in the meeting's zone; or none."""
        date, zone = self.session.date, self.session.meeting.zone
        self.starts_at, self.ends_at = (
            hour and date and datetime.combine(date, hour, tzinfo=zone)
            for hour in (start, end)
        )

    @staticmethod
    def count(items: Iterable["Item"]) -> dict[int, int]:
        """The number of each numbered item, by primary key, of all in their order.

        Numbers run through the whole meeting; one set on purpose is kept, and those
        after it count on from there.
        """
        numbers, number = {}, 0
        for item in items:
            if item.is_numbered:
                number = item.set_number or number + 1
                numbers[item.pk] = number
        return numbers


class Presentation(models.Model):
    """One intervention: who speaks (its roles) and what about.

    Without an item it is known to take place, and waits to be given one.
    """

    class Kind(models.TextChoices):
        PRESENTATION = "presentation", _("presentation")
        REMARKS = "remarks", _("remarks")
        STATEMENT = "statement", _("statement")
        MESSAGE = "message", _("message")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="presentations", editable=False
    )
    item = models.ForeignKey(
        Item,
        models.CASCADE,
        related_name="presentations",
        null=True,
        blank=True,
        verbose_name=_("item"),
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind, default=Kind.PRESENTATION
    )
    title = models.CharField(_("title"), max_length=500, blank=True)
    date = models.DateField(
        _("date"), null=True, blank=True, help_text=_("Where it has no item yet.")
    )
    source = models.URLField(
        _("source"), max_length=1000, blank=True, help_text=_("Where this was read.")
    )
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)
    note = models.TextField(_("note"), blank=True)
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)

    class Meta:
        verbose_name = _("presentation")
        verbose_name_plural = _("presentations")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def save(self, *args, **kwargs) -> None:
        if self.item:
            self.meeting_id = self.item.meeting_id
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        if self.item:
            return f"{self.item.get_absolute_url()}#p{self.pk}"
        return below("agenda", self.meeting.slug)


class RoleQuerySet(models.QuerySet["Role"]):
    def of(self, meeting: Meeting) -> Self:
        return self.filter(Q(item__meeting=meeting) | Q(presentation__meeting=meeting))


class Role(models.Model):
    """What somebody does in an item or a presentation, and in which style and office.

    A style belongs to an appearance, not to a person: the same man is "Ambassador" on
    one page and "Mr." on another. Without a speaker, the name is to be confirmed.
    """

    class Kind(models.TextChoices):
        SPEAKER = "speaker", _("Speaker")
        KEYNOTE = "keynote", _("Keynote speaker")
        PANELLIST = "panellist", _("Panellist")
        DELIVERED_BY = "delivered_by", _("Delivered by")
        MODERATOR = "moderator", _("Moderator")
        CHAIR = "chair", _("Chair")
        DISCUSSION_LEADER = "discussion_leader", _("Discussion leader")
        RAPPORTEUR = "rapporteur", _("Rapporteur")

    item = models.ForeignKey(
        Item, models.CASCADE, related_name="roles", null=True, blank=True
    )
    presentation = models.ForeignKey(
        Presentation, models.CASCADE, related_name="roles", null=True, blank=True
    )
    kind = models.CharField(
        _("role"), max_length=17, choices=Kind, default=Kind.SPEAKER
    )
    speaker = models.ForeignKey(
        Speaker,
        models.PROTECT,
        related_name="roles",
        null=True,
        blank=True,
        verbose_name=_("speaker"),
        help_text=_("Empty: the name is to be confirmed."),
    )
    style = models.CharField(
        _("style"), max_length=100, blank=True, help_text=_("Such as H.E. Mr.")
    )
    function = models.CharField(_("function"), max_length=300, blank=True)
    affiliation = models.CharField(
        _("affiliation"),
        max_length=300,
        blank=True,
        help_text=_("State, mission or organization."),
    )
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)
    note = models.TextField(_("note"), blank=True)
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=True, presentation__isnull=False)
                | Q(item__isnull=False, presentation__isnull=True),
                name="role_in_one_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.speaker or _('to be confirmed')}"

    @property
    def is_speaker(self) -> bool:
        """Whether the name needs no label: its owner is who is heard."""
        return self.kind == self.Kind.SPEAKER

    @property
    def agenda_item(self) -> Item | None:
        """Where on the agenda it is; None for a presentation that has no item yet."""
        return self.presentation.item if self.presentation else self.item

    @property
    def office(self) -> str:
        return ", ".join(filter(None, [self.function, self.affiliation]))

    @property
    def is_known(self) -> bool:
        """Whether anything is said of who it is."""
        return bool(self.speaker or self.office or self.note)


auditlog.register(Item)
auditlog.register(Presentation)
auditlog.register(Role)
