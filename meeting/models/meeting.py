from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.embedding import origins_of

RESERVED_SLUGS = {
    "admin",
    "anymail",
    "api",
    "healthz",
    "meetings",
    "readyz",
    "static",
}
# A mistyped year must not make a page of a million days.
FIRST_DAY, LAST_DAY = date(1945, 1, 1), date(2199, 12, 31)
MOST_DAYS = 60


def validate_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone. Write one like “America/New_York”."),
            code="timezone",
            params={"name": name},
        )


def validate_meeting_slug(slug: str) -> None:
    if slug in RESERVED_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is an address of the site itself. Choose another."),
            code="reserved",
            params={"slug": slug},
        )


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def published(self) -> Self:
        return self.filter(is_published=True)

    def current(self) -> "Meeting | None":
        """The edition that `/` shows: the one chosen, else the latest."""
        return self.published().order_by("-is_current", "-starts_on", "-pk").first()

    def formerly(self, slug: str) -> "Meeting | None":
        """The edition that had this address before it was given another."""
        return self.published().filter(former_slugs__slug=slug).first()


class Meeting(models.Model):
    """One edition: what it is, when, where, why, and who may come."""

    number = models.PositiveIntegerField(
        _("number"), null=True, blank=True, help_text=_("Its place in the series.")
    )
    slug = models.SlugField(
        _("short address"),
        max_length=50,
        unique=True,
        validators=[validate_meeting_slug],
        help_text=_("As in /15/. Where you change it, the old one leads on."),
    )
    title = models.CharField(_("title"), max_length=300)
    series = models.CharField(_("series"), max_length=300, blank=True)
    is_published = models.BooleanField(
        _("published"), default=True, help_text=_("Whether its pages can be seen.")
    )
    is_current = models.BooleanField(_("current"), default=False)
    is_demo = models.BooleanField(
        _("demonstration"),
        default=False,
        help_text=_("Its pages say that dates and registrations are made up."),
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    timezone = models.CharField(
        _("time zone"),
        max_length=64,
        default="America/New_York",
        validators=[validate_timezone],
        help_text=_(
            "Where it takes place, such as America/New_York or Africa/Nairobi."
        ),
    )
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    room = models.CharField(
        _("room"),
        max_length=200,
        blank=True,
        help_text=_("Unless a session has its own."),
    )
    organizer_name = models.CharField(_("organizer"), max_length=200, blank=True)
    organizer_parent = models.CharField(
        _("of"), max_length=300, blank=True, help_text=_("The department above it.")
    )
    url = models.URLField(_("official page"), max_length=500, blank=True)
    site = models.URLField(_("earlier web site"), max_length=500, blank=True)
    languages = models.JSONField(
        _("working languages"),
        default=list,
        blank=True,
        help_text=_("Two-letter codes."),
    )
    contact_email = models.EmailField(
        _("secretariat's e-mail"),
        blank=True,
        help_text=_("Shown on the site; answers to the meeting's mails go there."),
    )
    embed_hosts = models.TextField(
        _("sites that may show the agenda"),
        blank=True,
        help_text=_("Their addresses, such as https://example.org. One a line."),
    )
    objectives = models.TextField(
        _("objectives"), blank=True, help_text=_("One sentence a line.")
    )
    open_to = models.TextField(
        _("who is invited"),
        blank=True,
        help_text=_("One category a line, in listing order."),
    )
    participant_categories = models.TextField(
        _("categories of participants"),
        blank=True,
        help_text=_("Who took part. One category a line."),
    )
    participant_count = models.PositiveIntegerField(
        _("number of participants"), null=True, blank=True
    )
    participation_notes = models.TextField(
        _("notes on participation"), blank=True, help_text=_("One note a line.")
    )
    papers_deadline = models.DateField(_("papers due"), null=True, blank=True)
    papers_max_pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    papers_spacing = models.CharField(_("spacing"), max_length=100, blank=True)
    papers_file_format = models.CharField(_("file format"), max_length=200, blank=True)
    papers_submit_to = models.CharField(_("submit to"), max_length=300, blank=True)
    papers_editing = models.CharField(_("editing"), max_length=300, blank=True)
    registration_opens_at = models.DateTimeField(
        _("registration opens"),
        null=True,
        blank=True,
        help_text=_("In the meeting's time zone. Empty: registration is not offered."),
    )
    registration_closes_at = models.DateTimeField(
        _("registration closes"),
        null=True,
        blank=True,
        help_text=_("In the meeting's time zone. Empty: when the meeting ends."),
    )
    capacity = models.PositiveIntegerField(
        _("seats"),
        null=True,
        blank=True,
        help_text=_("For people who come in person. Empty: no limit."),
    )
    organization_capacity = models.PositiveIntegerField(
        _("seats for each State or organization"),
        null=True,
        blank=True,
        help_text=_("Unless a category has its own number. Empty: no limit."),
    )
    counts_remote = models.BooleanField(
        _("remote participants count too"),
        default=False,
        help_text=_("On: who takes part remotely needs a free place as well."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to accept a free seat"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "A seat that becomes free is offered to the next person on the waiting"
            " list for so long. Empty: it is theirs at once."
        ),
    )
    changes_until = models.DateTimeField(
        _("changes by participants until"),
        null=True,
        blank=True,
        help_text=_("In the meeting's time zone. Empty: when the meeting ends."),
    )
    retention_days = models.PositiveIntegerField(
        _("days for which personal data is kept"),
        null=True,
        blank=True,
        help_text=_(
            "After the meeting registrations, with all that belongs to them, are"
            " erased; numbers stay. Empty: they are kept."
        ),
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("reminder, days before"),
        null=True,
        blank=True,
        default=3,
        help_text=_("Sent to participants. Empty: no reminder."),
    )
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)
    notes = models.JSONField(_("editors' notes"), default=dict, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="meeting_one_current",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="meeting_ends_after_it_starts",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gte=FIRST_DAY, ends_on__lte=LAST_DAY),
                name="meeting_in_our_time",
                violation_error_message=_("Is the year of both days right?"),
            ),
            models.CheckConstraint(
                condition=Q(registration_closes_at__gt=F("registration_opens_at")),
                name="meeting_registration_closes_after_opening",
                violation_error_message=_("Registration closes before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        self._keep_former_slug(kwargs.get("update_fields"))
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("home", args=[self.slug])

    def _keep_former_slug(self, fields: Iterable[str] | None) -> None:
        """An address that was once public leads on for ever."""
        if self._state.adding or (fields is not None and "slug" not in fields):
            return
        known = Meeting.objects.filter(pk=self.pk).exclude(slug=self.slug)
        for slug in known.values_list("slug", flat=True):
            self.former_slugs.filter(slug=self.slug).delete()
            self.former_slugs.model.objects.update_or_create(
                slug=slug, defaults={"meeting": self}
            )

    def clean(self) -> None:
        self._refuse_slug_of_another()
        if self.starts_on and self.ends_on and len(self.days) > MOST_DAYS:
            sentence = _("A meeting lasts at most %(days)s days. Is the year right?")
            raise ValidationError(
                {"ends_on": ValidationError(sentence, "long", {"days": MOST_DAYS})}
            )

    def _refuse_slug_of_another(self) -> None:
        formers = Meeting.objects.filter(former_slugs__slug=self.slug)
        if other := formers.exclude(pk=self.pk).first():
            sentence = _(
                "“%(slug)s” was the address of “%(other)s”, and still leads there."
                " Choose another."
            )
            facts = {"slug": self.slug, "other": other}
            error = ValidationError(sentence, "former_address", facts)
            raise ValidationError({"slug": error})

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def embed_origins(self) -> list[str]:
        """The sites that may show its agenda within their pages."""
        return origins_of(self.embed_hosts)

    @property
    def registration_ends_at(self) -> datetime | None:
        """When registration closes, also where nobody has set it."""
        if self.registration_opens_at is None:
            return None
        return min(self.registration_closes_at or self.ends_at, self.ends_at)

    @property
    def changes_end_at(self) -> datetime:
        """Until when participants may correct their registrations themselves."""
        return min(self.changes_until or self.ends_at, self.ends_at)

    @property
    def starts_at(self) -> datetime:
        """Midnight at the beginning of the first day, in the meeting's zone."""
        return self.midnight_of(self.starts_on)

    @property
    def ends_at(self) -> datetime:
        """Midnight at the end of the last day, in the meeting's zone."""
        return self.midnight_of(self.ends_on + timedelta(days=1))

    @property
    def kept_until(self) -> date | None:
        """The last day on which registrations are kept; None where no end is set."""
        if self.retention_days is None:
            return None
        return self.ends_on + timedelta(days=self.retention_days)

    @property
    def is_registration_open(self) -> bool:
        opens, now = self.registration_opens_at, timezone.now()
        return opens is not None and opens <= now < self.registration_ends_at

    @property
    def is_registration_to_come(self) -> bool:
        opens = self.registration_opens_at
        return opens is not None and timezone.now() < opens

    @property
    def is_over(self) -> bool:
        return timezone.now() >= self.ends_at

    @property
    def today(self) -> date:
        """The date that it is where the meeting takes place."""
        return timezone.now().astimezone(self.zone).date()

    @property
    def to_confirm(self) -> list[str]:
        """Which of its facts are to be confirmed: none, once it is over."""
        return [] if self.is_over else self.tbc

    @property
    def days(self) -> list[date]:
        """Each date of the meeting, first to last."""
        # One more than is allowed is enough to know that they are too many.
        length = min((self.ends_on - self.starts_on).days, MOST_DAYS) + 1
        return [self.starts_on + timedelta(days=day) for day in range(length)]

    def midnight_of(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)

    @transaction.atomic
    def make_current(self) -> None:
        """Show this edition at `/`, instead of the one shown until now."""
        for other in Meeting.objects.filter(is_current=True).exclude(pk=self.pk):
            other.is_current = False
            other.save(update_fields=["is_current"])
        self.is_current = True
        self.save(update_fields=["is_current"])


auditlog.register(Meeting, exclude_fields=["updated_at"])
