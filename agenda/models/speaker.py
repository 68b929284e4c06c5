import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from auditlog.registry import auditlog
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agenda.names import initials, sort_key, split_name
from meeting.files.checking import validate_picture
from meeting.files.images import PORTRAIT_SIDE, for_the_web
from meeting.files.names import stored_name
from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.words import free_slug

if TYPE_CHECKING:
    from agenda.models.item import Role


def photo_name(speaker: "Speaker", filename: str) -> str:
    """A name that nobody can guess."""
    return stored_name("photos", filename)


class SpeakerQuerySet(models.QuerySet["Speaker"]):
    def of(self, meeting: Meeting) -> Self:
        """Everybody with a role in this edition, by family name."""
        return self.filter(
            Q(roles__item__meeting=meeting) | Q(roles__presentation__meeting=meeting)
        ).distinct()

    def complete(self, speakers: Iterable["Speaker"]) -> None:
        """Give people of a release what is in none: biography and photo; one query."""
        by_pk = {speaker.pk: speaker for speaker in speakers}
        rows = self.filter(pk__in=by_pk).only("biography", "photo", "thumbnail")
        for row in rows:
            speaker = by_pk[row.pk]
            speaker.biography = row.biography
            speaker.photo, speaker.thumbnail = row.photo.name, row.thumbnail.name


class Speaker(models.Model):
    """A person on the agenda, the same one in every edition."""

    name = models.CharField(
        _("name"),
        max_length=200,
        help_text=_(
            "As the person writes it, family name in capitals:"
            " Juan José GÓMEZ CAMACHO, WU Hongbo."
        ),
    )
    sort_name = models.CharField(max_length=300, editable=False, db_index=True)
    slug = models.SlugField(
        _("short address"), max_length=80, unique=True, allow_unicode=True, blank=True
    )

    email = models.EmailField(
        _("e-mail"),
        max_length=254,
        blank=True,
        help_text=_("For the secretariat's mails; shown on no page and in no file."),
    )
    takes_news = models.BooleanField(
        _("takes news"),
        default=True,
        help_text=_("Off: asked by the link in a mail to get no more of its kind."),
    )

    biography = models.TextField(
        _("biography"),
        blank=True,
        help_text=_("Shown on the person's page. Paragraphs are kept."),
    )
    photo = models.FileField(
        _("photo"), max_length=200, upload_to=photo_name, blank=True
    )
    thumbnail = models.FileField(max_length=200, blank=True, editable=False)

    messages = GenericRelation(Message)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["sort_name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        self.name = " ".join(self.name.split())
        self.sort_name = sort_key(self.name)[:300]
        if not self.slug:
            taken = set(Speaker.objects.values_list("slug", flat=True))
            self.slug = free_slug(self.name, "speaker", taken)
        if not self.photo:
            self.thumbnail = ""
        elif not self.photo._committed:
            self.photo, self.thumbnail = for_the_web(self.photo, PORTRAIT_SIDE)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.photo:
            try:
                validate_picture(self.photo)
            except ValidationError as error:
                raise ValidationError({"photo": error}) from error

    def roles_at(self, meeting: Meeting) -> list["Role"]:
        """What the person does at this edition, in the order of the agenda."""
        roles = self.roles.of(meeting).select_related("item", "presentation")
        return list(roles)

    def take_news(self, takes: bool) -> None:
        """Write no more news to the person, or do so again."""
        if not takes:
            # Nor what is written already, and has not left.
            self.messages.news().stop()
        self.takes_news = takes
        self.save(update_fields=["takes_news"])

    @property
    def name_runs(self) -> list[tuple[str, bool]]:
        """The name in pieces, each with whether it is the family name."""
        return split_name(self.name)

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def paragraphs(self) -> list[str]:
        """Of the biography; a line that is not empty before another stays a line."""
        parts = re.split(r"\n\s*\n", self.biography.replace("\r\n", "\n"))
        return [part.strip() for part in parts if part.strip()]


class FormerSpeaker(models.Model):
    """A row that turned out to be another person's: mails name it for ever."""

    former = models.PositiveBigIntegerField(unique=True)
    speaker = models.ForeignKey(Speaker, models.CASCADE, related_name="former")

    def __str__(self) -> str:
        return f"{self.former} → {self.speaker_id}"


auditlog.register(Speaker)
