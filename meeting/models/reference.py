from auditlog.registry import auditlog
from django.db import models
from django.utils.translation import gettext_lazy as _

from meeting.models.meeting import Meeting
from meeting.symbols import official_document_url


class Reference(models.Model):
    """A document that the meeting rests on, cites, or whose facts it repeats."""

    class Kind(models.TextChoices):
        MANDATE = "mandate", _("mandate")
        REFERENCE = "reference", _("reference")
        SOURCE = "source", _("source")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="references")
    kind = models.CharField(
        _("kind"), max_length=9, choices=Kind, default=Kind.REFERENCE
    )
    symbol = models.CharField(
        _("symbol"), max_length=100, blank=True, help_text=_("Such as A/RES/70/1.")
    )
    part = models.CharField(
        _("part"), max_length=100, blank=True, help_text=_("Such as Annex II.")
    )
    title = models.CharField(_("title"), max_length=500, blank=True)
    url = models.URLField(_("address"), max_length=1000, blank=True)
    date = models.CharField(_("date"), max_length=10, blank=True)
    note = models.TextField(_("note"), blank=True)
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)
    tbc = models.JSONField(_("to be confirmed"), default=list, blank=True)

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("mandates, references and sources")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.symbol or self.title or self.url or self.note

    @property
    def href(self) -> str:
        return self.url or official_document_url(self.symbol)


auditlog.register(Reference)
