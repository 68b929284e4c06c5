from auditlog.registry import auditlog
from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.item import Item
from meeting.models import Meeting


class Mark(models.Model):
    """How an item goes on the day, as the desk says it; readers see it at once."""

    class State(models.TextChoices):
        STARTED = "started", _("has begun")
        DONE = "done", _("is over")
        CANCELLED = "cancelled", _("cancelled")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="marks")
    item = models.OneToOneField(Item, models.CASCADE, related_name="mark")
    state = models.CharField(_("state"), max_length=9, choices=State, blank=True)
    minutes = models.SmallIntegerField(
        _("minutes late"),
        default=0,
        help_text=_("By which it, and what follows in its session, is later."),
    )
    started_at = models.DateTimeField(_("began"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("mark of the day")
        verbose_name_plural = _("marks of the day")

    def __str__(self) -> str:
        return f"{self.item}: {self.get_state_display() or self.minutes}"


auditlog.register(Mark, exclude_fields=["updated_at"])
