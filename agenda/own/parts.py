"""What readers may star: the items and sessions that they see."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from agenda.models import Item, OwnAgenda, Release, Session
from agenda.outline import Outline
from meeting.models import Meeting

MODELS = {"i": ("item", Item), "s": ("session", Session)}


def part_named(meeting: Meeting, name: str) -> Item | Session | None:
    """The item "i12" or session "s3", where readers see it and it still exists."""
    kind, model = MODELS.get(name[:1], ("", None))
    if not kind or not name[1:].isdecimal() or len(name) > 12:
        return None
    pk = int(name[1:])
    release = Release.objects.current(meeting)
    if release is None:
        return None
    release.meeting = meeting
    if pk not in release.snapshot.rows[kind]:
        return None
    return model.objects.filter(meeting=meeting, pk=pk).first()


@dataclass
class Part:
    """An item or session as readers see it, with what their agenda says of it."""

    what: Item | Session
    is_starred: bool = False
    clashes: list["Part"] = field(default_factory=list)

    @property
    def item(self) -> Item | None:
        return self.what if isinstance(self.what, Item) else None

    @property
    def session(self) -> Session:
        return self.what.session if isinstance(self.what, Item) else self.what

    @property
    def name(self) -> str:
        return f"{'i' if self.item else 's'}{self.what.pk}"

    @property
    def title(self) -> str:
        numeral = self.item.numeral if self.item else ""
        return f"{numeral}. {self.what}" if numeral else str(self.what)

    @property
    def date(self) -> date | None:
        return self.session.date

    @property
    def has_own_hours(self) -> bool:
        return self.what.starts_at is not None

    @property
    def starts_at(self) -> datetime | None:
        return self.what.starts_at or self.session.starts_at

    @property
    def ends_at(self) -> datetime | None:
        return self.what.ends_at if self.has_own_hours else self.session.ends_at

    @property
    def is_cancelled(self) -> bool:
        return self.item is not None and self.item.is_cancelled

    def clashes_with(self, other: "Part") -> bool:
        """Whether nobody can be at both; those of one session follow each other."""
        if self.is_cancelled or other.is_cancelled:
            return False
        hours = (self.starts_at, self.ends_at, other.starts_at, other.ends_at)
        if self.session.pk == other.session.pk or None in hours:
            return False
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def parts_of(outline: Outline, agenda: OwnAgenda | None) -> list[Part]:
    """All that can be starred, in the order of the agenda."""
    stars = agenda.stars if agenda else set()
    parts = []
    for session in outline.sessions:
        parts += map(Part, [session, *session.listed_items])
    for part in parts:
        part.is_starred = part.name in stars
    return parts


def starred(parts: list[Part]) -> list[Part]:
    """Those that are starred, by their hours, each with those that clash with it."""
    chosen = [part for part in parts if part.is_starred]
    for part in chosen:
        part.clashes = [other for other in chosen if part.clashes_with(other)]
    # What has no hours stands at the end of its day.
    return sorted(chosen, key=lambda p: (not p.starts_at, p.starts_at or 0))


def by_day(parts: list[Part]) -> Iterator[tuple[date | None, list[Part]]]:
    """The parts of each day, the undated ones last."""
    dates = {part.date for part in parts}
    ordered = sorted(dates - {None}) + ([None] if None in dates else [])
    for day in ordered:
        yield day, [part for part in parts if part.date == day]
