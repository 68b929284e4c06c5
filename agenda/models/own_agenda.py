import secrets

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.models.item import Item
from agenda.models.session import Session
from meeting.models import Meeting


def new_token() -> str:
    return secrets.token_urlsafe(18)


class OwnAgenda(models.Model):
    """One reader's own agenda: what they have starred, without saying who they are.

    Whoever has the token has the agenda: it stands in a cookie and in the address of
    the calendar.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="own_agendas")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    items = models.ManyToManyField(Item, related_name="own_agendas")
    sessions = models.ManyToManyField(Session, related_name="own_agendas")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reader's agenda")
        verbose_name_plural = _("readers' agendas")

    def __str__(self) -> str:
        return f"{self.meeting}: {self.pk}"
