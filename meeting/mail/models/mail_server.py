"""How it goes with the mail server, and when it may be given the next mail."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.mail.failures import words_of


class MailServer(models.Model):
    """How it goes with the mail server, as all workers found it; one row."""

    ONLY = 1

    answered_at = models.DateTimeField(_("answered last"), null=True)
    failed_at = models.DateTimeField(_("failed last"), null=True)
    said = models.TextField(_("what it said, or what went wrong"), blank=True)
    next_at = models.DateTimeField(
        _("next mail not before"), null=True, help_text=_("By the rate limit.")
    )

    def __str__(self) -> str:
        return self.said

    @classmethod
    def note_answer(cls) -> None:
        """It took a conversation with us."""
        cls._note(answered_at=timezone.now())

    @classmethod
    def note_failure(cls, error: Exception) -> None:
        cls._note(failed_at=timezone.now(), said=words_of(error))

    @classmethod
    def reserve(cls, patience: float) -> float | None:
        """Have a mail counted by the limit, and return in how many seconds it may leave.

        None, and nothing is counted, where that would be too long.
        """
        if not settings.MAIL_PER_MINUTE:
            return 0
        pause = timedelta(minutes=1) / settings.MAIL_PER_MINUTE
        longest = max(timedelta(seconds=patience), pause)
        while True:
            # No row lock: of two that read the same, one UPDATE finds it unchanged.
            server = cls.objects.get_or_create(pk=cls.ONLY)[0]
            now = timezone.now()
            at = max(now, server.next_at or now)
            if at - now > longest:
                return None
            unchanged = cls.objects.filter(pk=cls.ONLY, next_at=server.next_at)
            if unchanged.update(next_at=at + pause):
                return (at - now).total_seconds()

    @classmethod
    def _note(cls, **fields: Any) -> None:
        if not cls.objects.filter(pk=cls.ONLY).update(**fields):
            cls.objects.update_or_create(pk=cls.ONLY, defaults=fields)
