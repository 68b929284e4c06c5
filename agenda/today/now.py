"""What is on, and what comes next, room by room."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlencode

from django.utils import timezone

from agenda.models import Item, Role, Session
from agenda.outline import Outline


@dataclass
class Place:
    """A session that is on in its room."""

    session: Session

    @property
    def items(self) -> list[Item]:
        return [item for item in self.session.listed_items if item.is_now]

    @property
    def coming(self) -> Item | None:
        """What comes next in the same session."""
        items = self.session.listed_items
        on = [place for place, item in enumerate(items) if item.is_now]
        after = items[on[-1] + 1 :] if on else items
        return next((item for item in after if _is_to_come(item, bool(on))), None)


class NowAndNext:
    """An outline at this moment: of the whole meeting, or of one room."""

    def __init__(self, outline: Outline, room: str = "") -> None:
        self.outline, self.meeting, self.room = outline, outline.meeting, room
        self.moment = timezone.now()
        self.sessions = [
            session
            for session in outline.sessions
            if session.starts_at and room in {"", session.place}
        ]

    @property
    def rooms(self) -> list[str]:
        places = (session.place for session in self.outline.sessions)
        return list(dict.fromkeys(filter(None, places)))

    @cached_property
    def places(self) -> list[Place]:
        return [Place(session) for session in self.sessions if session.is_now]

    @cached_property
    def coming(self) -> list[Session]:
        """What begins next in each room, of the day on which it goes on."""
        firsts: dict[str, Session] = {}
        for session in sorted(self._to_come, key=lambda each: each.starts_at):
            firsts.setdefault(session.place, session)
        found = list(firsts.values())
        return [each for each in found if self._day_of(each) == self._day_of(found[0])]

    @property
    def _to_come(self) -> Iterator[Session]:
        for session in self.sessions:
            has_begun = session.is_now or session.is_closed
            if session.starts_at > self.moment and not has_begun:
                yield session

    @property
    def stage(self) -> str:
        """on; between two sessions; before the first one; after the last; unknown."""
        if self.places:
            return "on"
        if self.coming:
            return "between" if self.has_begun else "before"
        if self.meeting.is_over or self.sessions:
            return "after"
        return "unknown"

    @property
    def has_begun(self) -> bool:
        return any(
            session.starts_at and session.starts_at <= self.moment
            for session in self.outline.sessions
        )

    @property
    def next(self) -> Session:
        return self.coming[0]

    @property
    def is_next_today(self) -> bool:
        return (
            self._day_of(self.next) == self.moment.astimezone(self.meeting.zone).date()
        )

    @property
    def is_of_these_days(self) -> bool:
        """Whether other pages say it too."""
        within = self.meeting.starts_at <= self.moment < self.meeting.ends_at
        return bool(self.places) or (within and bool(self.coming))

    @property
    def query(self) -> str:
        """With it a page asks whether this is still so."""
        asked = {"v": self.outline.version, "room": self.room}
        return urlencode({name: value for name, value in asked.items() if value})

    def _day_of(self, session: Session) -> date:
        return session.starts_at.astimezone(self.meeting.zone).date()


def people_in(item: Item) -> list[Role]:
    """Who is heard in it, in order; whose name is not known yet, is left out."""
    heard = [role for each in item.listed_presentations for role in each.listed_roles]
    return [role for role in (*heard, *item.listed_roles) if role.speaker]


def _is_to_come(item: Item, something_is_on: bool) -> bool:
    if item.mark and item.mark.state:
        return False
    start: datetime | None = item.starts_at
    return something_is_on or start is None or start > timezone.now()
