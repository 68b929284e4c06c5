from typing import Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.models import Meeting


class NoticeQuerySet(models.QuerySet["PrivacyNotice"]):
    def in_force(self) -> Self:
        """The newest version that is published; sorted, so that `first()` is it."""
        return self.filter(published_at__lte=timezone.now()).order_by("-version")


class PrivacyNotice(models.Model):
    """What a meeting's participants are told of their data; each version is kept."""

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="notices", verbose_name=_("meeting")
    )
    version = models.PositiveIntegerField(_("version"), editable=False)
    text = models.TextField(
        _("text"),
        help_text=_("Markdown: a blank line between paragraphs, “- ” before a point."),
    )
    published_at = models.DateTimeField(
        _("published"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From then on people agree to this version as they register."),
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")
        ordering = ["meeting", F("version").desc()]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "version"], name="notice_version_once"
            )
        ]

    def __str__(self) -> str:
        return str(_("Version %d") % self.version)

    def save(self, *args, **kwargs) -> None:
        if self.version is None:
            latest = self.meeting.notices.aggregate(latest=Max("version"))["latest"]
            self.version = (latest or 0) + 1
        super().save(*args, **kwargs)

    @property
    def is_fixed(self) -> bool:
        """Whether somebody may have agreed to it, so that it must stay as it is."""
        return self.published_at is not None

    def publish(self) -> None:
        if not self.is_fixed:
            self.published_at = timezone.now()
            self.save(update_fields=["published_at"])


auditlog.register(PrivacyNotice)
