from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.addresses import below
from agenda.models.item import Item, Presentation, Role
from agenda.models.session import Session
from meeting.files.checking import validate_upload
from meeting.files.facts import facts_of
from meeting.files.images import MATERIAL_SIDE, for_the_web
from meeting.files.kinds import is_picture
from meeting.files.names import clean_name, stored_name
from meeting.models import Meeting
from meeting.symbols import official_document_url


def storage_name(material: "Material", filename: str) -> str:
    """A name that nobody can guess; people get the clean one on download."""
    return stored_name("materials", filename)


class MaterialQuerySet(models.QuerySet["Material"]):
    def public(self) -> Self:
        """What everybody may open at this moment."""
        return self._out().filter(visibility=Material.Visibility.PUBLIC)

    def for_participants(self) -> Self:
        """What those with a confirmed registration may open at this moment."""
        open_to = [Material.Visibility.PUBLIC, Material.Visibility.PARTICIPANTS]
        return self._out().filter(visibility__in=open_to)

    def _out(self) -> Self:
        """Without what is held back until a time that is still to come."""
        now = timezone.now()
        return self.filter(Q(visible_from__isnull=True) | Q(visible_from__lte=now))

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

        @property
        def words(self) -> str:
            """As readers and the desk say it: a presentation is what somebody gives."""
            return _("Slides") if self is self.PRESENTATION else self.label

        @classmethod
        def in_words(cls) -> list[tuple[str, str]]:
            return [(kind.value, kind.words) for kind in cls]

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("everybody")
        PARTICIPANTS = "participants", _("participants")
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
    pages = models.PositiveIntegerField(
        null=True, blank=True, editable=False, help_text="Pages or slides, if known."
    )
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    thumbnail = models.FileField(max_length=200, blank=True, editable=False)
    number = models.PositiveIntegerField(
        default=1, editable=False, help_text="Which version of the file this is."
    )
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True, editable=False)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.OFFICIAL_LANGUAGES.items(),
        blank=True,
    )
    author = models.CharField(
        _("author"),
        max_length=300,
        blank=True,
        help_text=_(
            "As it is cited: a person, or the organization. Empty: the speaker."
        ),
    )
    is_contributed = models.BooleanField(
        _("contributed paper"),
        default=False,
        help_text=_("On: listed with the contributed papers, posted as received."),
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
        max_length=12,
        choices=Visibility,
        default=Visibility.PUBLIC,
        help_text=_("Participants: those whose registration is confirmed."),
    )
    visible_from = models.DateTimeField(
        _("held back until"),
        null=True,
        blank=True,
        help_text=_("In the meeting's time zone. Empty: visible at once."),
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

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        owner = self.session or self.item or self.presentation
        if self.role:
            owner = self.role.item or self.role.presentation
        if owner:
            self.meeting_id = owner.meeting_id
        if not self.file or not self.file._committed:
            self._keep_earlier()
            self._take_picture()
            self._look_at_file()
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return self.href or below("documents", self.meeting.slug)

    def get_kind_display(self) -> str:
        return str(self.Kind(self.kind).words)

    def show_to(self, visibility: str) -> None:
        self.visibility = visibility
        self.save(update_fields=["visibility"])

    def hold_back(self, until: datetime | None) -> None:
        """Not seen before this moment; None: seen at once."""
        self.visible_from = until
        self.save(update_fields=["visible_from"])

    @property
    def beside(self) -> MaterialQuerySet:
        """All that is in its place, itself too where it is stored."""
        return Material.objects.filter(
            meeting=self.meeting,
            session=self.session_id,
            item=self.item_id,
            presentation=self.presentation_id,
            role=self.role_id,
        )

    def put_last(self) -> None:
        last = self.beside.aggregate(last=models.Max("position"))["last"]
        self.position = 0 if last is None else last + 1

    @transaction.atomic
    def move(self, by: int) -> None:
        """Before the one above it in its place (-1), or behind the one below it (+1)."""
        Meeting.objects.select_for_update().get(pk=self.meeting_id)
        order = list(self.beside.values_list("pk", flat=True))
        place = order.index(self.pk)
        order.insert(max(place + by, 0), order.pop(place))
        for position, pk in enumerate(order, start=1):
            moved = Material.objects.filter(pk=pk).exclude(position=position)
            moved.update(position=position)

    def _keep_earlier(self) -> None:
        """The file that this one takes the place of stays, as an earlier version."""
        known = Material.objects.select_for_update().filter(pk=self.pk)
        for earlier in known.exclude(file=""):
            Version.objects.create(
                material=self,
                number=earlier.number,
                file=earlier.file.name,
                filename=earlier.filename,
                size=earlier.size,
                pages=earlier.pages,
                sha256=earlier.sha256,
                posted_at=earlier.posted_at,
            )
            self.number = earlier.number + 1

    def _take_picture(self) -> None:
        """A picture is made fit for the web, and tells nothing of who took it where."""
        if self.thumbnail._committed:
            self.thumbnail = ""
        if self.file and is_picture(self.file.name):
            self.file, self.thumbnail = for_the_web(self.file, MATERIAL_SIDE)

    def _look_at_file(self) -> None:
        """Name, size and pages of the file it has now, and since when it has it."""
        if not self.file:
            self.filename, self.size, self.posted_at = "", None, None
            self.pages, self.sha256 = None, ""
            return
        self.filename = clean_name(self.file.name)
        self.size, self.sha256, self.pages = facts_of(self.file)
        self.posted_at = timezone.now()

    @property
    def is_public(self) -> bool:
        return self.visibility == self.Visibility.PUBLIC

    @property
    def is_held_back(self) -> bool:
        return self.visible_from is not None and self.visible_from > timezone.now()

    @property
    def has_readers(self) -> bool:
        """Whether anybody besides the staff may open it at this moment."""
        return self.visibility != self.Visibility.STAFF and not self.is_held_back

    @property
    def is_open_to_all(self) -> bool:
        """Whether everybody may open it at this moment."""
        is_out = self.is_public and not self.is_held_back
        return is_out and self.meeting.is_published

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
        return self.url or self.symbol_url

    @property
    def symbol_url(self) -> str:
        """Where the official document is; empty where the symbol is none of those."""
        return official_document_url(self.symbol) if self.symbol else ""

    @property
    def thumbnail_href(self) -> str:
        """The photo made small; empty where there is none."""
        if not self.thumbnail:
            return ""
        return below("documents", self.meeting.slug, f"{self.pk}/thumbnail")

    @property
    def form(self) -> str:
        """What opens: the kind of file, the site of a film, or a web page."""
        if self.filename:
            return Path(self.filename).suffix.lstrip(".").upper()
        if self.kind == self.Kind.VIDEO and self.url:
            return urlsplit(self.url).hostname or ""
        return str(_("web page")) if self.href else ""


class Version(models.Model):
    """A file of a material that another has taken the place of; for staff."""

    material = models.ForeignKey(Material, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.FileField(_("file"), max_length=200)
    filename = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    pages = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    posted_at = models.DateTimeField(_("posted"), null=True)
    replaced_at = models.DateTimeField(_("replaced"), default=timezone.now)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["material", "number"], name="version_once_a_material"
            )
        ]

    def __str__(self) -> str:
        return self.filename


auditlog.register(Material)
