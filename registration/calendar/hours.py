"""First and last hour of each day's programme."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from agenda.models import Release, Session
from meeting.models import Meeting

OfDays = dict[date, tuple[datetime, datetime]]


def hours_of(meeting: Meeting, days: Iterable[date]) -> OfDays:
    """Of these days of a meeting; those without hours are left out."""
    wanted = set(days)
    known = hours_of_all([meeting])[meeting.pk]
    return {day: hours for day, hours in known.items() if day in wanted}


def hours_of_all(meetings: Iterable[Meeting]) -> dict[int, OfDays]:
    """Of all these meetings, each by its number, in one query."""
    sessions = Release.objects.sessions(meetings)
    return {pk: _of(each) for pk, each in sessions.items()}


def _of(sessions: Iterable[Session]) -> OfDays:
    known = defaultdict(list)
    for session in sessions:
        if session.kind == Session.Kind.SESSION and session.starts_at:
            ends = filter(None, [session.starts_at, session.ends_at])
            zone = session.meeting.zone
            known[session.date] += [end.astimezone(zone) for end in ends]
    return {
        day: (min(ends), max(ends))
        for day, ends in known.items()
        if min(ends) < max(ends)
    }


class Hours(dict[date, tuple[datetime, datetime]]):
    """Those of all days of a meeting, read once for many people."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__(hours_of(meeting, meeting.days))
        self.meeting = meeting
        # Whether it is known that somebody watches for changes of this meeting.
        self.is_watched = False
