"""The whole programme of a meeting, put together for its readers."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Self

from django.db.models import Model, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from agenda.models import (
    Day,
    Item,
    Mark,
    Material,
    Presentation,
    Release,
    Role,
    Session,
    Snapshot,
    Speaker,
)
from agenda.models.snapshot import made
from agenda.numerals import to_roman
from agenda.today.shifting import shift
from agenda.today.versions import version_of
from meeting.models import Meeting

PAUSE = timedelta(minutes=30)


@dataclass
class Band:
    """What takes place at one time: a session, or parallel ones side by side."""

    sessions: list[Session]
    before: "Band | None" = None

    @property
    def ends_at(self) -> datetime | None:
        return max((s.ends_at for s in self.sessions if s.ends_at), default=None)

    def lasts_beyond(self, moment: datetime) -> bool:
        return self.ends_at is not None and self.ends_at > moment

    @property
    def pause_from(self) -> datetime | None:
        """Since when there is a break before it that is worth a line."""
        start, end = self.sessions[0].starts_at, self.before and self.before.ends_at
        return end if start and end and start - end >= PAUSE else None


@dataclass
class OutlineDay:
    date: date | None
    sessions: list[Session]
    side_events: list[Session]
    unplaced: list[Presentation]
    day: Day | None = None

    @property
    def is_complete(self) -> bool:
        return self.day is None or self.day.is_complete

    @property
    def bands(self) -> list[Band]:
        """The sessions in order, those that overlap together."""
        bands: list[Band] = []
        for session in self.sessions:
            before = bands[-1] if bands else None
            if before and session.starts_at and before.lasts_beyond(session.starts_at):
                before.sessions.append(session)
            else:
                bands.append(Band([session], before))
        return bands


@dataclass
class OutlineRoom:
    """What takes place in one room, day by day; without a name: not known where."""

    number: int
    name: str
    sessions: list[Session]


class Outline:
    """Days with their sessions, items and people, as a snapshot has them.

    Each row gets what hangs on it as a plain list: `listed_items` a session,
    `listed_presentations` an item, `listed_roles` and `listed_materials` where they
    belong. Items get their `numeral`, and what the day has made of them: `mark`, or
    None; `planned`, their hours as released, where they go by others.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        release: Release | None = None,
        marks: Iterable[Mark] = (),
        *,
        has_materials: bool = True,
        for_participants: bool = False,
    ) -> None:
        self.meeting, self.release = snapshot.meeting, release
        self.marks = list(marks)
        self.speakers_by_pk = {row.pk: row for row in snapshot.made("speaker")}
        self.programme_days: list[Day] = snapshot.made("day")
        self.sessions: list[Session] = snapshot.made("session")
        self.items: list[Item] = snapshot.made("item")
        self.presentations: list[Presentation] = snapshot.made("presentation")
        self.roles: list[Role] = snapshot.made("role")
        self.materials = (
            _made_materials(self.meeting, for_participants) if has_materials else []
        )
        self._connect()
        self._number()
        if release and self.meeting.is_over:
            self._settle()
        shift(self.sessions, self.marks)

    @classmethod
    def released(cls, meeting: Meeting, **which: bool) -> Self:
        """What readers see: three queries, however long it is; two without materials."""
        release = Release.objects.current(meeting)
        if release is None:
            return cls(Snapshot.kept(meeting), **which)
        release.meeting = meeting
        return cls(release.snapshot, release, meeting.marks.all(), **which)

    @classmethod
    def draft(cls, meeting: Meeting) -> Self:
        """What the secretariat is at work on: seven queries."""
        return cls(Snapshot.of(meeting))

    def _connect(self) -> None:
        """Tie the rows to each other, so that no page asks for them one by one."""
        for row in (*self.sessions, *self.items, *self.presentations, *self.materials):
            row._state.fields_cache["meeting"] = self.meeting
        for session in self.sessions:
            session.updated_at = self.at
        for item in self.items:
            # Where the day has said nothing of it.
            item._state.fields_cache["mark"], item.planned = None, None
        for role in self.roles:
            speaker = self.speakers_by_pk.get(role.speaker_id)
            role._state.fields_cache["speaker"] = speaker
        sessions, items, presentations = self.sessions, self.items, self.presentations
        _tie(sessions, items, "session", "listed_items")
        _tie(items, presentations, "item", "listed_presentations")
        _tie(items, self.roles, "item", "listed_roles")
        _tie(presentations, self.roles, "presentation", "listed_roles")
        _tie(sessions, self.materials, "session", "listed_materials")
        _tie(items, self.materials, "item", "listed_materials")
        _tie(presentations, self.materials, "presentation", "listed_materials")
        _tie(self.roles, self.materials, "role", "listed_materials")

    @property
    def at(self) -> datetime:
        """Since when it reads so."""
        return self.release.at if self.release else timezone.now()

    @property
    def changed_at(self) -> datetime:
        """Since when it reads so, with what the desk has said of the day."""
        return max([self.at, *(mark.updated_at for mark in self.marks)])

    @property
    def version(self) -> str:
        """With it an open page asks whether all of this is still so."""
        return version_of(self)

    def _number(self) -> None:
        numbers = Item.count(self.items)
        for item in self.items:
            item.numeral = to_roman(numbers.get(item.pk, 0))

    def _settle(self) -> None:
        """Nothing is to be confirmed any more: what is not known is left out."""
        for row in (*self.programme_days, *self.sessions, *self.items):
            row.is_complete = True
        titled = (*self.sessions, *self.items, *self.presentations)
        for row in (*titled, *self.roles, *self.materials):
            row.tbc = []
        for session in self.sessions:
            session.title = session.title or _("Session")
        for item in self.items:
            item.title = item.title or _("Item")
        for part in (*self.items, *self.presentations):
            part.listed_roles = [role for role in part.listed_roles if role.is_known]

    @cached_property
    def days(self) -> list[OutlineDay]:
        """Every day of the programme in order; last, undated things, if there are any."""
        days = {day.date: day for day in self.programme_days}
        dates = {row.date for row in (*self.sessions, *self.unplaced)} | days.keys()
        ordered = sorted(dates - {None}) + ([None] if None in dates else [])
        return [
            OutlineDay(
                date=date,
                sessions=self._of("session", date),
                side_events=self._of("side_event", date),
                unplaced=[each for each in self.unplaced if each.date == date],
                day=days.get(date),
            )
            for date in ordered
        ]

    @property
    def rooms(self) -> list[OutlineRoom]:
        """Every room by its name; last, what has none yet."""
        places = defaultdict(list)
        for session in sorted(self.sessions, key=lambda each: each.by_hours):
            places[session.place].append(session)
        ordered = sorted(places, key=lambda name: (not name, name))
        return [
            OutlineRoom(number, name, places[name])
            for number, name in enumerate(ordered, start=1)
        ]

    @property
    def documents(self) -> list[Material]:
        """Those of the meeting as a whole."""
        return [material for material in self.materials if material.is_of_meeting]

    @property
    def documents_in_order(self) -> Iterator[tuple[Model, list[Material]]]:
        """Each part of the programme that has materials, with all that are in it."""
        for session in self.sessions:
            if session.listed_materials:
                yield session, session.listed_materials
            for item in session.listed_items:
                if materials := list(materials_in(item)):
                    yield item, materials
        for presentation in self.unplaced:
            if presentation.listed_materials:
                yield presentation, presentation.listed_materials

    @property
    def speakers(self) -> list[tuple[Speaker, list[Role]]]:
        """Everybody with a role, by family name, with what they do in order."""
        roles = defaultdict(list)
        for role in sorted(self.roles, key=self._place_of):
            if role.speaker:
                roles[role.speaker].append(role)
        return sorted(roles.items(), key=lambda pair: pair[0].sort_name)

    def _place_of(self, role: Role) -> int:
        """Which item of the agenda it is in; last, where it has none yet."""
        part = role.presentation or role
        return self._places.get(part.item_id, len(self.items))

    @cached_property
    def _places(self) -> dict[int, int]:
        return {item.pk: place for place, item in enumerate(self.items)}

    @property
    def unplaced(self) -> list[Presentation]:
        return [each for each in self.presentations if each.item_id is None]

    def _of(self, kind: str, date: date | None) -> list[Session]:
        return [
            each for each in self.sessions if (each.kind, each.date) == (kind, date)
        ]


def materials_in(item: Item) -> Iterator[Material]:
    yield from item.listed_materials
    for presentation in item.listed_presentations:
        yield from presentation.listed_materials
        for role in presentation.listed_roles:
            yield from role.listed_materials
    for role in item.listed_roles:
        yield from role.listed_materials


def _tie(owners: list[Model], rows: Iterable[Model], key: str, name: str) -> None:
    """Set `key` of each row to its owner, and `name` of each owner to its rows."""
    by_pk = {owner.id: owner for owner in owners}
    lists = defaultdict(list)
    column = f"{key}_id"
    for row in rows:
        # Past Django's descriptors, which are slow to read and to write through.
        if owner := by_pk.get(row.__dict__[column]):
            row._state.fields_cache[key] = owner
            lists[owner.id].append(row)
    for owner in owners:
        setattr(owner, name, lists[owner.id])


def _made_materials(meeting: Meeting, for_participants: bool) -> list[Material]:
    names = [field.attname for field in Material._meta.concrete_fields]
    # Read as text: nearly all of a thousand are empty, and no work then.
    names[names.index("tbc")] = "tbc_text"
    tbc_text = Cast("tbc", TextField())
    all_of_it = meeting.materials.all()
    shown = all_of_it.for_participants() if for_participants else all_of_it.public()
    found = shown.annotate(tbc_text=tbc_text)
    materials = []
    for values in found.values_list(*names):
        row = dict(zip(names, values, strict=True))
        text = row.pop("tbc_text")
        row["tbc"] = [] if text == "[]" else json.loads(text)
        materials.append(made(Material, row))
    return materials
