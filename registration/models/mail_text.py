"""The secretariat's own words for the mails of a meeting."""

from typing import TYPE_CHECKING, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meeting.letters import Placeholder, mistakes
from meeting.models import Meeting
from registration.mails.kinds import KINDS
from registration.mails.placeholders import placeholders

if TYPE_CHECKING:
    from registration.models.mailing import Mailing

LONGEST = 20_000


class MailTextQuerySet(models.QuerySet["MailText"]):
    def of_kind(self, kind: str) -> Self:
        """In all languages that it is written in."""
        return self.filter(kind=kind, mailing=None)


class MailText(models.Model):
    """Subject and body of one kind of mail, or of one mail to many, in one language."""

    meeting = models.ForeignKey(
        Meeting,
        models.CASCADE,
        related_name="mail_texts",
        verbose_name=_("meeting"),
    )
    kind = models.CharField(_("mail"), max_length=30, blank=True)
    mailing = models.ForeignKey(
        "registration.Mailing",
        models.CASCADE,
        related_name="texts",
        null=True,
        blank=True,
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=settings.OFFICIAL_LANGUAGES.items(),
        default="en",
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), validators=[MaxLengthValidator(LONGEST)])
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = MailTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a mail")
        verbose_name_plural = _("texts of mails")
        ordering = ["meeting", "kind", "language"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="") ^ Q(mailing__isnull=True),
                name="mail_text_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind", "language"],
                condition=Q(mailing__isnull=True),
                name="mail_text_of_kind_once",
            ),
            models.UniqueConstraint(
                fields=["mailing", "language"],
                name="mail_text_of_mailing_once",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def placeholders(self) -> list[Placeholder]:
        """Those that this text may name."""
        if self.mailing_id:
            mailing: Mailing = self.mailing
            return mailing.placeholders
        return placeholders(KINDS[self.kind].places)

    def clean(self) -> None:
        """Refuse what would arrive as braces."""
        found = {
            name: list(mistakes(getattr(self, name), self.placeholders))
            for name in ("subject", "body")
        }
        if wrong := {name: errors for name, errors in found.items() if errors}:
            raise ValidationError(wrong)


auditlog.register(MailText, exclude_fields=["updated_at"])
