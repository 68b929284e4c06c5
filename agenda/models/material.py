from pathlib import Path
from typing import Self
from uuid import uuid4

from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agenda.addresses import below
from agenda.models.item import Item, Presentation, Role
from agenda.models.session import Session
from agenda.uploads import validate_upload
from meeting.models import Meeting
from meeting.symbols import official_document_url


def storage_name(material: "Material", filename: str) -> str:
    """A name that nobody can guess; people get the clean one on download."""
    return f"materials/{uuid4().hex}{Path(filename).suffix.lower()}"


class MaterialQuerySet(models.QuerySet["Material"]):
    def public(self) -> Self:
        return self.filter(visibility=Material.Visibility.PUBLIC)

    def visible_to(self, user: AnonymousUser | AbstractBaseUser) -> Self:
        """What this reader may open: with a permission, also what only staff sees."""
        if user.has_perm("agenda.view_material"):
            return self.all()
        return self.public().filter(meeting__is_published=True)


class Material(models.Model):
    """A file or a link on a meeting, or on one part of its programme.

    With neither it is announced, and still to come.
    """

    class Kind(models.TextChoices):
        PRESENTATION = "presentation", _("Presentation")
        PAPER = "paper", _("Paper")
        STATEMENT = "statement", _("Statement")
        VIDEO = "video", _("Video")
        AGENDA = "agenda", _("Agenda")
        ORGANIZATION_OF_WORK = "organization of work", _("Organization of work")
        INFORMATION_NOTE = "information note", _("Information note")
        BACKGROUND = "background document", _("Background document")
        PARTICIPANTS = "list of participants", _("List of participants")
        REPORT = "report", _("Report")
        NEWS = "news", _("News")
        PHOTO = "photo", _("Photo")
        LINK = "link", _("Link")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("everybody")
        STAFF = "staff", _("staff only")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="materials", verbose_name=_("meeting")
    )
    session = models.ForeignKey(
        Session, models.CASCADE, related_name="materials", null=True, blank=True
    )
    item = models.ForeignKey(
        Item, models.CASCADE, related_name="materials", null=True, blank=True
    )
    presentation = models.ForeignKey(
        Presentation, models.CASCADE, related_name="materials", null=True, blank=True
    )
    role = models.ForeignKey(
        Role, models.CASCADE, related_name="materials", null=True, blank=True
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, default=Kind.PRESENTATION
    )
    title = models.CharField(_("title"), max_length=500, blank=True)
    url = models.URLField(_("link"), max_length=1000, blank=True)
    file = models.FileField(
        _("file"),
        max_length=200,
        upload_to=storage_name,
        validators=[validate_upload],
        blank=True,
    )
    filename = models.CharField(max_length=255, blank=True, editable=False)
    size = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.OFFICIAL_LANGUAGES.items(),
        blank=True,
    )
    symbol = models.CharField(
        _("symbol"), max_length=100, blank=True, help_text=_("Such as A/RES/70/1.")
    )
    date = models.CharField(
        _("date"),
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(
                r"^\d{4}(-\d{2}(-\d{2})?)?$",
                _("Write the date as 2017, 2017-08 or 2017-08-31."),
            )
        ],
        help_text=_("As exact as it is known: 2017, 2017-08 or 2017-08-31."),
    )
    visibility = models.CharField(
        _("visible to"),
        max_length=6,
        choices=Visibility,
        default=Visibility.PUBLIC,
    )
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)
    note = models.TextField(_("note"), blank=True)
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                # In at most one place: of each two, one is empty.
                condition=(Q(session__isnull=True) | Q(item__isnull=True))
                & (Q(session__isnull=True) | Q(presentation__isnull=True))
                & (Q(session__isnull=True) | Q(role__isnull=True))
                & (Q(item__isnull=True) | Q(presentation__isnull=True))
                & (Q(item__isnull=True) | Q(role__isnull=True))
                & (Q(presentation__isnull=True) | Q(role__isnull=True)),
                name="material_in_one_place",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()

    def save(self, *args, **kwargs) -> None:
        owner = self.session or self.item or self.presentation
        if self.role:
            owner = self.role.item or self.role.presentation
        if owner:
            self.meeting_id = owner.meeting_id
        if not self.file:
            self.filename, self.size = "", None
        elif not self.file._committed:
            self.filename = Path(self.file.name).name[:255]
            self.size = self.file.size
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return self.href or below("documents", self.meeting.slug)

    @property
    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC

    @property
    def is_of_meeting(self) -> bool:
        """Whether it belongs to the meeting as a whole, and to no part of it."""
        places = (self.session_id, self.item_id, self.presentation_id, self.role_id)
        return not any(places)

    @property
    def href(self) -> str:
        """Where it is read; empty while it is still to come."""
        if self.filename:
            rest = f"{self.pk}/{self.filename}"
            return below("documents", self.meeting.slug, rest)
        return self.url or official_document_url(self.symbol)

    @property
    def form(self) -> str:
        """What opens: the kind of file, or a web page."""
        if self.filename:
            return Path(self.filename).suffix.lstrip(".").upper()
        return str(_("web page")) if self.href else ""


auditlog.register(Material)
