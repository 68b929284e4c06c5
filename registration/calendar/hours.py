"""First and last hour of each day's programme."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from agenda.models import Session
from meeting.models import Meeting

OfDays = dict[date, tuple[datetime, datetime]]


def hours_of(meeting: Meeting, days: Iterable[date]) -> OfDays:
    """Of these days of a meeting; those without hours are left out."""
    return _of([meeting], {"date__in": days})[meeting.pk]


def hours_of_all(meetings: Iterable[Meeting]) -> dict[int, OfDays]:
    """Of all these meetings, each by its number, in one query."""
    return _of(meetings, {})


def _of(meetings: Iterable[Meeting], days: dict) -> dict[int, OfDays]:
    zones = {meeting.pk: meeting.zone for meeting in meetings}
    sessions = Session.objects.of_programme().filter(
        meeting__in=zones, starts_at__isnull=False, **days
    )
    known = defaultdict(list)
    for pk, day, *ends in sessions.values_list(
        "meeting", "date", "starts_at", "ends_at"
    ):
        known[pk, day] += [end.astimezone(zones[pk]) for end in ends if end]
    hours: dict[int, OfDays] = {pk: {} for pk in zones}
    for (pk, day), ends in known.items():
        if min(ends) < max(ends):
            hours[pk][day] = min(ends), max(ends)
    return hours


class Hours(dict[date, tuple[datetime, datetime]]):
    """Those of all days of a meeting, read once for many people."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(hours_of(meeting, meeting.days))
        self.meeting = meeting
        # Whether it is known that somebody watches for changes of this meeting.
        self.is_watched = False
