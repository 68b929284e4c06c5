"""Somebody watches what people's calendars say of a meeting."""

from datetime import datetime, timedelta
from functools import partial
from typing import Self

from django.db import models, transaction
from django.utils import timezone

from meeting.mail.tasks import ask_for
from meeting.models import Meeting
from registration.calendar.entries import iso_days, signature
from registration.calendar.hours import Hours, OfDays

# People are told once nobody has changed anything for so long.
CALENDAR_QUIET = timedelta(minutes=10)


class CalendarWatchQuerySet(models.QuerySet["CalendarWatch"]):
    def begin(self, hours: Hours) -> None:
        """Have a meeting watched from now on, unless it is already."""
        if not self.filter(meeting=hours.meeting).exists():
            watch = CalendarWatch.of(hours.meeting, hours)
            # Somebody else may have begun since.
            self.bulk_create([watch], ignore_conflicts=True)

    def moved(self) -> Self:
        """Those with a change of which people have not been told."""
        return self.filter(moved_at__isnull=False)


class CalendarWatch(models.Model):
    """What people's calendars say of a meeting, to notice when it has moved.

    `moved_at` is when a change was seen that they have not been told of.
    """

    meeting = models.OneToOneField(
        Meeting, models.CASCADE, related_name="calendar_watch"
    )
    seen = models.CharField(max_length=64)
    days = models.JSONField(default=list)
    moved_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarWatchQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.meeting_id)

    @classmethod
    def of(cls, meeting: Meeting, hours: OfDays) -> Self:
        """As it is now; not stored yet."""
        seen, days = signature(meeting, hours), iso_days(meeting.days)
        return cls(meeting=meeting, seen=seen, days=days)

    @property
    def due_at(self) -> datetime | None:
        """When people are told, unless something changes again before."""
        return self.moved_at and self.moved_at + CALENDAR_QUIET

    @property
    def is_due(self) -> bool:
        return self.moved_at is not None and self.due_at <= timezone.now()

    @transaction.atomic
    def hurry(self) -> bool:
        """Have people told now; False where there is nothing to tell any more."""
        from registration.tasks import watch_calendars  # tasks imports this module

        early = timezone.now() - CALENDAR_QUIET
        moved = CalendarWatch.objects.moved().filter(pk=self.pk)
        transaction.on_commit(partial(ask_for, watch_calendars), robust=True)
        return bool(moved.update(moved_at=early))
