from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from registration.models.answer import SESSIONS, SESSIONS_LABEL
from registration.models.question import Question


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def open(self) -> Self:
        """Asked for, and not made yet."""
        return self.filter(asked_at__isnull=False, made_at=None, cancelled_at=None)

    def unchecked(self) -> Self:
        """Made by a person, and not looked at by the staff yet."""
        return self.filter(made_at__isnull=False, checked_at=None)


class Correction(models.Model):
    """What a person changed by their link, or was asked to, old beside new.

    `fields` names what was asked for: fields of the registration, "sessions", or the
    key of a question. `changes` is a list of {key, label, before, after}, in words.
    """

    registration = models.ForeignKey(
        "registration.Registration", models.CASCADE, related_name="corrections"
    )
    fields = models.JSONField(_("to be corrected"), default=list, blank=True)
    note = models.TextField(_("what is wrong"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    changes = models.JSONField(_("changes"), default=list, blank=True)
    made_at = models.DateTimeField(_("made"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(
                    asked_at__isnull=False,
                    made_at__isnull=True,
                    cancelled_at__isnull=True,
                ),
                name="correction_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {', '.join(self.fields)}"

    @property
    def labels(self) -> list[str]:
        """What was asked for, in the words of the form."""
        return self._labels_of(self.fields)

    @property
    def left(self) -> list[str]:
        """What was asked for, and stayed as it was."""
        changed = {change["key"] for change in self.changes}
        left = [name for name in self.fields if name not in changed]
        return self._labels_of(left) if left else []

    def _labels_of(self, names: list[str]) -> list[str]:
        meta = self.registration._meta
        numbers = filter(None, map(Question.number_of, names))
        asked = {q.key: q.text for q in Question.objects.filter(pk__in=numbers)}
        asked[SESSIONS] = str(SESSIONS_LABEL)
        return [
            asked.get(name) or str(capfirst(meta.get_field(name).verbose_name))
            for name in names
            if name in asked or Question.number_of(name) is None
        ]

    def check_off(self, by: Any) -> None:
        """Somebody of the staff has looked at it."""
        self.checked_by, self.checked_at = by, timezone.now()
        self.save(update_fields=["checked_by", "checked_at"])
