import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.models.item import Item
from agenda.models.session import Session
from meeting.models import Meeting

MOST_STARS = 300
# So long after the meeting it is kept: its calendar address goes on working meanwhile.
KEPT_AFTER = timedelta(days=60)


def new_token() -> str:
    return secrets.token_urlsafe(18)


def kept_until(meeting: Meeting) -> datetime:
    return meeting.ends_at + KEPT_AFTER


class OwnAgendaQuerySet(models.QuerySet["OwnAgenda"]):
    def of(self, meeting: Meeting, token: str) -> "OwnAgenda | None":
        """Whose token this is, at this meeting."""
        # PostgreSQL refuses a text with what a quoted cookie can say.
        if not token or "\0" in token:
            return None
        return self.filter(meeting=meeting, token=token).first()

    def past(self, meeting: Meeting, now: datetime) -> Self:
        """Those of the meeting that are kept no longer."""
        theirs = self.filter(meeting=meeting)
        return theirs if now >= kept_until(meeting) else theirs.none()


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

    objects = OwnAgendaQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader's agenda")
        verbose_name_plural = _("readers' agendas")

    def __str__(self) -> str:
        return f"{self.meeting}: {self.pk}"

    @property
    def calendar_address(self) -> str:
        """Where a calendar program fetches it, time and again."""
        path = reverse("mine-calendar", args=[self.meeting.slug, self.token])
        return settings.SITE_URL + path

    @property
    def calendar_subscription(self) -> str:
        """The same, as a link by which a calendar program subscribes."""
        return "webcal:" + self.calendar_address.partition(":")[2]

    @property
    def stars(self) -> set[str]:
        """What is starred, as pages name it: "i12" an item, "s3" a session."""
        items = self.items.values_list("pk", flat=True)
        sessions = self.sessions.values_list("pk", flat=True)
        return {f"i{pk}" for pk in items} | {f"s{pk}" for pk in sessions}

    def star(self, part: Item | Session) -> None:
        if len(self.stars) >= MOST_STARS:
            text = _("So much cannot be starred: take something off your agenda first.")
            raise ValidationError(text, code="too_many")
        self._of_its_kind(part).add(part)
        self._changed()

    def unstar(self, part: Item | Session) -> None:
        self._of_its_kind(part).remove(part)
        self._changed()

    def _of_its_kind(self, part: Item | Session) -> models.Manager:
        return self.items if isinstance(part, Item) else self.sessions

    def _changed(self) -> None:
        self.changed_at = timezone.now()
        self.save(update_fields=["changed_at"])
