from collections.abc import Iterator
from datetime import date, datetime
from itertools import combinations
from typing import Any, Self

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agenda.models import Session
from agenda.names import sort_key
from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.words import likeness, plain
from registration.models.answer import Choice
from registration.models.arriving import Arriving
from registration.models.category import Category
from registration.models.correction import Correction
from registration.models.lists import RegistrationQuerySet
from registration.models.merging import Merging
from registration.models.notice import PrivacyNotice
from registration.models.own_doing import OwnDoing
from registration.models.places import Places
from registration.models.restoring import Restoring
from registration.models.status import HOLDING, OUT, Status
from registration.models.waiting import Waiting

# What the keys are made of; without these, others may have changed it since it was read.
KEYED = {"name", "organization", "state"}
# What the form asks of a person who registers, and lets them correct later.
PERSONS_OWN = [
    "category",
    "organization",
    "state",
    "honorific",
    "name",
    "function",
    "attendance",
    "days",
    "access_needs",
    "dietary_needs",
    "badge_name",
    "is_listed",
    "language",
]


class Registration(Arriving, OwnDoing, Waiting, Restoring, Merging, models.Model):
    """One person's registration for one meeting."""

    Status = Status
    PERSONS_OWN = PERSONS_OWN

    class Attendance(models.TextChoices):
        IN_PERSON = "in_person", _("In person")
        REMOTE = "remote", _("Remotely")

    meeting = models.ForeignKey(
        Meeting,
        models.PROTECT,
        related_name="registrations",
        verbose_name=_("meeting"),
    )
    reference = models.CharField(
        _("reference"), max_length=11, unique=True, editable=False
    )
    submission = models.CharField(
        max_length=64, unique=True, editable=False, help_text=_("The form's own key.")
    )
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.RECEIVED
    )
    held = models.CharField(
        _("stands beneath"),
        max_length=16,
        choices=Status,
        blank=True,
        editable=False,
        help_text=_("The status that it has again once it is corrected."),
    )
    arrived_at = models.DateTimeField(
        _("in line since"), default=timezone.now, editable=False
    )
    offer_until = models.DateTimeField(
        _("offered until"), null=True, blank=True, editable=False
    )
    decline_reason = models.TextField(
        _("reason for declining"), max_length=1000, blank=True, editable=False
    )
    is_reason_shown = models.BooleanField(default=False, editable=False)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="registrations",
        verbose_name=_("category"),
    )
    organization = models.CharField(_("State or organization"), max_length=300)
    state = models.CharField(max_length=3, blank=True, editable=False)
    honorific = models.CharField(_("honorific"), max_length=50, blank=True)
    name = models.CharField(_("name"), max_length=200)
    badge_name = models.CharField(
        _("name on the badge"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the name as above."),
    )
    function = models.CharField(_("function"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254)
    attendance = models.CharField(
        _("takes part"),
        max_length=9,
        choices=Attendance,
        default=Attendance.IN_PERSON,
    )
    days = models.JSONField(_("days"), default=list, blank=True)
    access_needs = models.TextField(_("access needs"), max_length=1000, blank=True)
    dietary_needs = models.TextField(_("dietary needs"), max_length=1000, blank=True)
    is_listed = models.BooleanField(_("in the list of participants"), default=False)
    language = models.CharField(
        _("language for mails"),
        max_length=10,
        choices=settings.OFFICIAL_LANGUAGES.items(),
        default="en",
    )
    notice = models.ForeignKey(
        PrivacyNotice,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("privacy notice agreed to"),
    )
    agreed_at = models.DateTimeField(_("agreed"), null=True, blank=True, editable=False)
    # For finding doubles, and who belongs together; see `set_keys`.
    name_key = models.CharField(max_length=200, blank=True, editable=False)
    organization_key = models.CharField(max_length=200, blank=True, editable=False)
    former_references = models.JSONField(
        _("references before it was merged"), default=list, blank=True, editable=False
    )
    is_demo = models.BooleanField(_("made up"), default=False, editable=False)
    link_version = models.PositiveIntegerField(default=1, editable=False)
    takes_news = models.BooleanField(
        _("takes news"),
        default=True,
        editable=False,
        help_text=_("Off: asked by the link in a mail to get no more of its kind."),
    )
    calendar_told = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text=_("The calendar entries that the person has, by day."),
    )
    created_at = models.DateTimeField(_("received"), default=timezone.now)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    messages = GenericRelation(Message)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("export_registration", _("Can export registrations")),
            ("view_sensitive", _("Can see sensitive answers")),
        ]
        indexes = [
            models.Index(fields=["meeting", "status", "attendance"]),
            models.Index(fields=["meeting", "status", "arrived_at"]),
            models.Index(fields=["meeting", "organization_key"]),
            models.Index(fields=["meeting", "name_key"]),
            models.Index(
                fields=["offer_until"],
                condition=Q(status="offered"),
                name="registration_offered",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                Lower("email"),
                name="registration_once_an_address",
                violation_error_message=_(
                    "Somebody with this e-mail address is registered already."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "received",
                        "needs_correction",
                        "waiting",
                        "offered",
                        "confirmed",
                        "declined",
                        "withdrawn",
                    ]
                ),
                name="registration_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="needs_correction") ^ Q(held=""),
                name="registration_held_beneath_correction",
            ),
            models.CheckConstraint(
                condition=Q(status="offered") ^ Q(offer_until__isnull=True),
                name="registration_offer_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.reference})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is None:
            self.set_keys()
        elif KEYED & {*fields}:
            self.set_keys()
            kwargs["update_fields"] = {*fields, "name_key", "organization_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """The person's own page; whoever has the address can act for them."""
        return reverse("me", args=[self.meeting.slug, self.token])

    @property
    def standing(self) -> str:
        """The status, or the one beneath while something is to be corrected."""
        return self.held if self.status == Status.NEEDS_CORRECTION else self.status

    @property
    def holds_place(self) -> bool:
        """Whether a seat is theirs or kept for them."""
        return self.standing in HOLDING

    @property
    def is_active(self) -> bool:
        return self.status not in OUT

    @property
    def is_open_offer(self) -> bool:
        is_offered = self.status == Status.OFFERED
        return is_offered and timezone.now() < self.offer_until

    @property
    def can_correct(self) -> bool:
        """Whether the person may still correct it: later, only what they are asked to."""
        if self.status == Status.NEEDS_CORRECTION:
            return not self.meeting.is_over
        return self.is_active and timezone.now() < self.meeting.changes_end_at

    @property
    def can_withdraw(self) -> bool:
        return self.is_active and not self.meeting.is_over

    @property
    def can_return(self) -> bool:
        """Whether the person, having withdrawn, may register again."""
        is_withdrawn = self.status == self.Status.WITHDRAWN
        return is_withdrawn and self.meeting.is_registration_open

    @cached_property
    def chosen_sessions(self) -> list[Choice]:
        """Sessions and side events that the person chose, in the order of their hours."""
        return self.choices.as_readers_know()

    @property
    def clashes(self) -> list[tuple[Session, Session]]:
        """Chosen sessions of which nobody can be at both."""
        chosen = [choice.session for choice in self.chosen_sessions]
        return [(a, b) for a, b in combinations(chosen, 2) if a.clashes_with(b)]

    @property
    def open_correction(self) -> Correction | None:
        """What the secretariat has asked to be corrected, until it is."""
        return self.corrections.open().first()

    @property
    def waiting_position(self) -> int | None:
        """The place on the waiting list, counted among those who wait for the same."""
        return Places(self.meeting).position_of(self)

    @property
    def person(self) -> str:
        """The name with its honorific: "H.E. Ms. Amina Yusuf"."""
        return f"{self.honorific} {self.name}".strip()

    @property
    def badge(self) -> str:
        return self.badge_name or self.name

    @property
    def dates(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.days]

    @property
    def status_if_back(self) -> str:
        """What it would become if the person who withdrew came back now."""
        return self._status_on_arrival(Places(self.meeting))

    @property
    def status_since(self) -> datetime:
        entries = LogEntry.objects.get_for_object(self)
        changed = entries.filter(changes__has_key="status").order_by("-timestamp")
        latest = changed.values_list("timestamp", flat=True).first()
        # What was written in bulk is in no audit trail.
        return latest or self.created_at

    @property
    def reason(self) -> str:
        """Why it was declined, where the person may know."""
        return self.decline_reason if self.is_reason_shown else ""

    def set_keys(self) -> None:
        """By what it is compared with others; whoever writes in bulk calls it."""
        self.name_key = likeness(self.name)
        self.organization_key = self.state or likeness(self.organization)

    def changes_since(self, before: Self) -> Iterator[dict[str, str]]:
        """What the person says of themselves now, beside what they said, in words."""
        for name in PERSONS_OWN:
            if getattr(self, name) != getattr(before, name):
                field = self._meta.get_field(name)
                yield {
                    "key": name,
                    "label": capfirst(str(field.verbose_name)),
                    "before": before.in_words(name),
                    "after": self.in_words(name),
                }

    def in_words(self, name: str) -> str:
        """One of its fields as people read it."""
        field, value = self._meta.get_field(name), getattr(self, name)
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        if name == "days":
            return ", ".join(date_format(day, "j F Y") for day in self.dates)
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        return str(value)

    def place_in_list(self) -> tuple:
        """Categories in their order, States alphabetically, people by family name."""
        position = (self.category.position, self.category_id)
        return (*position, plain(self.organization), sort_key(self.name), self.pk)


auditlog.register(
    Registration,
    exclude_fields=[
        "updated_at",
        "submission",
        "link_version",
        "calendar_told",
        "name_key",
        "organization_key",
    ],
)
