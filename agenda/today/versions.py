"""Whether what a page shows of the day is still so: asked by each, every few seconds."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils import timezone

from agenda.models import Release
from agenda.models.session import OVERTIME
from meeting.models import Meeting
from meeting.words import number_in

if TYPE_CHECKING:
    from agenda.outline import Outline


def version_of(outline: "Outline") -> str:
    """A name for what is so, and the moment at which the clock alone changes it."""
    marked = max((mark.updated_at for mark in outline.marks), default=None)
    release = outline.release and outline.release.pk
    until = min(_moments_to_come(outline))
    return f"{_stamp(outline.meeting, release, marked)}.{until.timestamp():.0f}"


def is_latest(meeting: Meeting, version: str) -> bool:
    """Two small queries, however long the programme is."""
    stamp, _dot, until = version.rpartition(".")
    if timezone.now().timestamp() >= number_in(until):
        return False
    current = Release.objects.out().filter(meeting=meeting).order_by("-number")
    release = current.values_list("pk", flat=True).first()
    marked = meeting.marks.aggregate(at=Max("updated_at"))["at"]
    return stamp == _stamp(meeting, release, marked)


def _stamp(meeting: Meeting, release: int | None, marked: datetime | None) -> str:
    moments = [meeting.updated_at, *([marked] if marked else [])]
    return "-".join([str(release or 0), *(f"{m.timestamp():.6f}" for m in moments)])


def _moments_to_come(outline: "Outline") -> list[datetime]:
    """When something begins or ends by the hours, or another day begins."""
    now = timezone.now()
    today = now.astimezone(outline.meeting.zone).date()
    moments = [outline.meeting.midnight_of(today + timedelta(days=1))]
    for part in (*outline.sessions, *outline.items):
        moments += filter(None, [part.starts_at, part.ends_at])
    ends = [session.ends_at for session in outline.sessions if session.is_under_way]
    moments += [end + OVERTIME for end in ends if end]
    return [moment for moment in moments if moment > now]
