import re

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meeting.models.meeting import Meeting

RESERVED_PAGE_SLUGS = {
    "agenda",
    "contribute",
    "contributed-papers",
    "desk",
    "documents",
    "embed",
    "me",
    "mine",
    "now",
    "offline",
    "participants",
    "register",
    "releases",
    "sessions",
    "search",
    "speakers",
}
# A list of documents under this address shows those that were contributed alone.
CONTRIBUTED = re.compile(r"contributed-papers(-\d+)?")


def validate_page_slug(slug: str) -> None:
    if slug in RESERVED_PAGE_SLUGS:
        raise ValidationError(
            _("“%(slug)s” is a page of the site itself. Choose another address."),
            code="reserved",
            params={"slug": slug},
        )


class Page(models.Model):
    """A section of the meeting's site: a text of its own, or the way to a list."""

    class Shows(models.TextChoices):
        TEXT = "text", _("its own text")
        OBJECTIVES = "objectives", _("the objectives")
        AGENDA = "agenda", _("the agenda")
        SPEAKERS = "speakers", _("the speakers")
        DOCUMENTS = "documents", _("the documents")
        PARTICIPANTS = "participants", _("the list of participants")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="pages")
    group = models.CharField(
        _("group"),
        max_length=200,
        blank=True,
        help_text=_("Heading in the menu under which it stands."),
    )
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(
        _("short address"),
        max_length=80,
        allow_unicode=True,
        validators=[validate_page_slug],
    )
    shows = models.CharField(
        _("shows"), max_length=12, choices=Shows, default=Shows.TEXT
    )
    body = models.TextField(
        _("text"),
        blank=True,
        help_text=_("Markdown: a blank line between paragraphs, “- ” before a point."),
    )
    # By which people may still come: they are led to the one of now.
    former_slugs = models.JSONField(default=list, blank=True, editable=False)
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)
    note = models.TextField(_("editors' note"), blank=True)
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "slug"],
                name="page_slug_once_a_meeting",
                violation_error_message=_("Another page has this short address."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs) -> None:
        """A short address that is given up goes on leading here."""
        before = Page.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        if before and before != self.slug:
            former = [each for each in self.former_slugs if each != self.slug]
            self.former_slugs = [*former, before]
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        slug = self.meeting.slug
        match self.shows:
            case self.Shows.TEXT:
                return reverse("page", args=[slug, self.slug])
            case self.Shows.OBJECTIVES:
                return reverse("home", args=[slug]) + "#objectives"
            case self.Shows.DOCUMENTS if CONTRIBUTED.fullmatch(self.slug):
                return reverse("contributed-papers", args=[slug])
        return reverse(self.shows, args=[slug])


auditlog.register(Page, exclude_fields=["former_slugs"])
