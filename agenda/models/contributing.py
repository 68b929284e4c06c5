"""The papers desk: who is asked for what, and what has arrived."""

from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.fields import GenericRelation
from django.core import signing
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.models.item import Item, Presentation
from agenda.models.material import Material
from agenda.models.speaker import Speaker
from meeting.files.names import stored_name
from meeting.mail.models import Message
from meeting.models import Meeting

LINK = signing.Signer(salt="agenda.contributor")


def submission_name(submission: "Submission", filename: str) -> str:
    return stored_name("submissions", filename)


class Contributor(models.Model):
    """A speaker, or an organization, whom the desk of one meeting asks for something.

    Has no account: who has the private link sends, replaces and corrects by it.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="contributors")
    speaker = models.ForeignKey(
        Speaker,
        models.CASCADE,
        related_name="contributors",
        null=True,
        blank=True,
        verbose_name=_("speaker"),
    )
    organization = models.CharField(
        _("organization"),
        max_length=300,
        blank=True,
        help_text=_("For a contributed paper: who contributes it, as it is printed."),
    )
    contact = models.CharField(
        _("contact person"), max_length=200, blank=True, help_text=_("Shown nowhere.")
    )
    email = models.EmailField(
        _("e-mail"),
        max_length=254,
        blank=True,
        help_text=_("Empty: that of the speaker. Shown on no page and in no file."),
    )
    zone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        help_text=_("In which deadlines are written to them. Empty: the meeting's."),
    )
    language = models.CharField(
        _("language of mails"),
        max_length=10,
        choices=settings.OFFICIAL_LANGUAGES.items(),
        default="en",
    )
    link_version = models.PositiveIntegerField(default=1, editable=False)

    messages = GenericRelation(Message)

    class Meta:
        verbose_name = _("contributor")
        verbose_name_plural = _("contributors")
        ordering = ["speaker__sort_name", "organization", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "speaker"],
                condition=Q(speaker__isnull=False),
                name="contributor_once_a_speaker",
            ),
            models.UniqueConstraint(
                fields=["meeting", "organization"],
                condition=~Q(organization=""),
                name="contributor_once_an_organization",
            ),
            models.CheckConstraint(
                condition=Q(speaker__isnull=True) ^ Q(organization=""),
                name="contributor_speaker_or_organization",
                violation_error_message=_(
                    "Choose a speaker, or write an organization."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.speaker or self.organization)

    def get_absolute_url(self) -> str:
        token = LINK.sign_object({"c": self.pk, "v": self.link_version})
        return reverse("contribute", args=[self.meeting.slug, token])

    @property
    def address(self) -> str:
        """The private link as a mail carries it."""
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def mail_address(self) -> str:
        """Where they are written to; empty where nobody knows."""
        return self.email or (self.speaker.email if self.speaker else "")

    @property
    def link_ends_at(self) -> datetime:
        days = timedelta(days=settings.LINK_DAYS_AFTER_MEETING)
        return self.meeting.ends_at + days

    @property
    def own_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone) if self.zone else self.meeting.zone

    @property
    def called(self) -> str:
        """How a mail addresses them."""
        return self.contact or str(self)

    @classmethod
    def by_token(cls, meeting: Meeting, token: str) -> Self | None:
        """Whose link this is; None where it is wrong, revoked or past its time."""
        try:
            signed = LINK.unsign_object(token)
        except signing.BadSignature:
            return None
        known = cls.objects.filter(meeting=meeting).select_related("meeting", "speaker")
        found = known.filter(pk=signed["c"], link_version=signed["v"]).first()
        if found is None or timezone.now() > found.link_ends_at:
            return None
        return found

    def revoke_link(self) -> None:
        """The link works no longer; the next mail carries another."""
        self.link_version += 1
        self.save(update_fields=["link_version"])


class RequestQuerySet(models.QuerySet["Request"]):
    def with_latest(self) -> Self:
        """Each with the state, number and time of what was sent last, for lists."""
        latest = Submission.objects.filter(request=OuterRef("pk")).order_by("-number")
        return self.annotate(
            latest_state=Subquery(latest.values("state")[:1]),
            latest_at=Subquery(latest.values("at")[:1]),
        )

    def awaited(self) -> Self:
        """Nothing has come yet, or what has come is to be changed."""
        asked_again = Q(latest_state=Submission.State.CHANGE_ASKED)
        return self.with_latest().filter(Q(latest_state__isnull=True) | asked_again)

    def late(self) -> Self:
        """Awaited still, after their time."""
        return self.awaited().filter(due_at__lt=timezone.now())


class Request(models.Model):
    """One thing that a contributor is asked for, until when, and by which rules."""

    class Kind(models.TextChoices):
        PAPER = "paper", _("Paper")
        SLIDES = "presentation", _("Slides")
        STATEMENT = "statement", _("Statement")
        BIOGRAPHY = "biography", _("Biography")
        PHOTO = "photo", _("Photo")
        TITLE = "title", _("Title of the presentation")

    class State(models.TextChoices):
        AWAITED = "awaited", _("awaited")
        LATE = "late", _("late")
        RECEIVED = "received", _("to be looked at")
        CHANGE_ASKED = "change_asked", _("a change is asked for")
        ACCEPTED = "accepted", _("accepted")
        PLANNED = "planned", _("posted at a set time")
        POSTED = "posted", _("posted")

    # What becomes a material of this kind when it is posted.
    DOCUMENTS = (Kind.PAPER, Kind.SLIDES, Kind.STATEMENT)
    TEXTS = (Kind.BIOGRAPHY, Kind.TITLE)

    contributor = models.ForeignKey(
        Contributor, models.CASCADE, related_name="requests"
    )
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    item = models.ForeignKey(
        Item, models.CASCADE, related_name="requests", null=True, blank=True
    )
    presentation = models.ForeignKey(
        Presentation, models.CASCADE, related_name="requests", null=True, blank=True
    )
    due_at = models.DateTimeField(_("deadline"))
    takes_late = models.BooleanField(
        _("taken later too"),
        default=True,
        help_text=_("On: who has sent nothing by then can still send it."),
    )
    max_pages = models.PositiveIntegerField(_("pages at most"), null=True, blank=True)
    note = models.TextField(
        _("what you ask for"),
        blank=True,
        help_text=_("In your words: the points to be covered, spacing, format."),
    )
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(
        _("reminded"), null=True, blank=True, editable=False
    )
    reminders = models.PositiveIntegerField(default=0, editable=False)
    material = models.OneToOneField(
        Material,
        models.SET_NULL,
        related_name="request",
        null=True,
        blank=True,
        editable=False,
        help_text="What it was posted as.",
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(presentation__isnull=True),
                name="request_in_one_place",
            )
        ]

    def __str__(self) -> str:
        return ": ".join(filter(None, [self.words, self.place_words]))

    @property
    def words(self) -> str:
        return str(self.get_kind_display())

    @property
    def place(self) -> Item | Presentation | None:
        """Where on the programme it belongs; None: to the person or the meeting."""
        return self.presentation or self.item

    @property
    def place_words(self) -> str:
        """Its title; that of the item where a presentation has none yet."""
        place = self.place
        if isinstance(place, Presentation) and place.item and not place.title:
            place = place.item
        return str(place or "")

    @property
    def is_document(self) -> bool:
        return self.kind in self.DOCUMENTS

    @property
    def is_text(self) -> bool:
        return self.kind in self.TEXTS

    @property
    def most_pages(self) -> int | None:
        """As asked; for a paper else as the meeting has it for all papers."""
        if self.max_pages is None and self.kind == self.Kind.PAPER:
            return self.contributor.meeting.papers_max_pages
        return self.max_pages

    @property
    def latest(self) -> "Submission | None":
        """What was sent last; from what is prefetched, where it is."""
        return next(iter(self.submissions.all()), None)

    @property
    def is_past_due(self) -> bool:
        return timezone.now() >= self.due_at

    @property
    def state(self) -> str:
        latest, states = self.latest, self.State
        if latest is None:
            return states.LATE if self.is_past_due else states.AWAITED
        match latest.state:
            case Submission.State.RECEIVED:
                return states.RECEIVED
            case Submission.State.CHANGE_ASKED:
                return states.CHANGE_ASKED
        if latest.posted_at is None:
            return states.ACCEPTED
        return states.POSTED if latest.is_posted else states.PLANNED

    @property
    def posted(self) -> "Submission | None":
        """The version that readers have at this moment."""
        if self.is_document and not (self.material and self.material.has_readers):
            return None
        return next((each for each in self.submissions.all() if each.is_posted), None)

    @property
    def is_awaited(self) -> bool:
        """As `awaited()` finds it."""
        states = self.State
        return self.state in (states.AWAITED, states.LATE, states.CHANGE_ASKED)

    @property
    def is_late(self) -> bool:
        """As `late()` finds it."""
        return self.is_past_due and self.is_awaited

    @property
    def state_words(self) -> str:
        return str(self.State(self.state).label)

    @property
    def takes(self) -> bool:
        """Whether something can be sent, or replaced, at this moment."""
        if not self.is_past_due:
            return True
        latest = self.latest
        if latest is None:
            return self.takes_late
        return latest.state == Submission.State.CHANGE_ASKED

    @property
    def due_there(self) -> datetime:
        """The deadline as a clock where the contributor is shows it."""
        return self.due_at.astimezone(self.contributor.own_zone)


class Submission(models.Model):
    """What a contributor sent in answer to a request; each one is kept."""

    class State(models.TextChoices):
        RECEIVED = "received", _("to be looked at")
        CHANGE_ASKED = "change_asked", _("a change is asked for")
        ACCEPTED = "accepted", _("accepted")

    request = models.ForeignKey(Request, models.CASCADE, related_name="submissions")
    number = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=500, blank=True)
    text = models.TextField(_("text"), blank=True)
    file = models.FileField(
        _("file"), max_length=200, upload_to=submission_name, blank=True
    )
    filename = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.OFFICIAL_LANGUAGES.items(),
        blank=True,
    )
    at = models.DateTimeField(_("sent"), default=timezone.now)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    comment = models.TextField(
        _("what is to be changed"), blank=True, help_text=_("The contributor reads it.")
    )
    decided_by = models.ForeignKey(
        User, models.SET_NULL, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(
        null=True, blank=True, help_text="Since, or from when, readers have it."
    )

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "number"], name="submission_once_a_request"
            )
        ]

    def __str__(self) -> str:
        return self.filename or self.text[:80]

    @property
    def is_posted(self) -> bool:
        """Whether readers were given it, and its time has come."""
        return self.posted_at is not None and self.posted_at <= timezone.now()


auditlog.register(Contributor)
auditlog.register(Request)
auditlog.register(Submission)
