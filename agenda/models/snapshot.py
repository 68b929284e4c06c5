"""A meeting's whole programme at one moment, as plain values: kept, compared, shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import QuerySet
from django.db.models.base import ModelState

from agenda.models.item import Item, Presentation, Role
from agenda.models.session import Day, Session
from agenda.models.speaker import Speaker
from meeting.models import Meeting

# A row by its columns, its values as JSON has them; and rows by primary key, in order.
Values = dict[str, Any]
Rows = dict[int, Values]
# As a release keeps rows: the names of the columns once.
Kept = dict[str, dict[str, list]]

MODELS: dict[str, type[models.Model]] = {
    "day": Day,
    "session": Session,
    "item": Item,
    "presentation": Presentation,
    "role": Role,
    "speaker": Speaker,
}
# Implied, or no part of what a programme says: who a person is needs no release.
LEFT_OUT = {
    "id",
    "meeting_id",
    "updated_at",
    "email",
    "takes_news",
    "biography",
    "photo",
    "thumbnail",
}
# For the secretariat, and for those whom it concerns; in no release.
PRIVATE = {"remote_url"}

_READ = {
    models.DateTimeField: datetime.fromisoformat,
    models.DateField: date.fromisoformat,
    models.UUIDField: UUID,
}
COLUMNS = {
    kind: [
        field.attname
        for field in model._meta.concrete_fields
        if field.attname not in LEFT_OUT
    ]
    for kind, model in MODELS.items()
}
# Columns whose values JSON does not know, with what makes them of its text.
READERS = {
    kind: {
        field.attname: read
        for field in model._meta.concrete_fields
        if (read := _READ.get(type(field)))
    }
    for kind, model in MODELS.items()
}


@dataclass(frozen=True)
class Change:
    """What became of one row; without `before` it is new, without `after` gone.

    Of a row that stays, both have only the columns that differ.
    """

    kind: str
    pk: int
    before: Values | None
    after: Values | None

    @property
    def names(self) -> set[str]:
        """The columns that differ; "*" stands for the row itself."""
        if self.before is None or self.after is None:
            return {"*"}
        return set(self.after)


class Snapshot:
    """Days, sessions, items, presentations, roles and speakers of one meeting."""

    def __init__(self, meeting: Meeting, rows: dict[str, Rows]) -> None:
        self.meeting, self.rows = meeting, rows

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        """The draft as it stands: six queries, however long it is."""
        return cls(meeting, {kind: _rows(meeting, kind) for kind in MODELS})

    @classmethod
    def kept(cls, meeting: Meeting, *parts: Kept) -> Self:
        """What `to_keep` has written, also by an earlier version with other columns."""
        rows: dict[str, Rows] = {kind: {} for kind in MODELS}
        for part in parts:
            for kind, table in part.items():
                columns = table["columns"]
                rows[kind] = {
                    pk: dict(zip(columns, values, strict=True))
                    for pk, *values in table["rows"]
                }
        return cls(meeting, rows)

    def to_keep(self, kinds: Iterable[str]) -> Kept:
        """What readers may have of these kinds, for a column of JSON."""
        kept = {}
        for kind in kinds:
            columns = [name for name in COLUMNS[kind] if name not in PRIVATE]
            rows = [
                [pk, *map(values.get, columns)]
                for pk, values in self.rows[kind].items()
            ]
            kept[kind] = {"columns": columns, "rows": rows}
        return kept

    def public(self) -> "Snapshot":
        """As readers would have it."""
        return Snapshot.kept(self.meeting, self.to_keep(MODELS))

    def made(self, kind: str) -> list[models.Model]:
        """The rows as objects, in their order: to be read, and never saved."""
        model, readers = MODELS[kind], READERS[kind]
        # Columns that a release of an earlier version does not have.
        plain = {
            field.attname: field.get_default() for field in model._meta.concrete_fields
        }
        plain["meeting_id"] = self.meeting.pk
        found = []
        for pk, values in self.rows[kind].items():
            row = plain | values
            row["id"] = pk
            for name, read in readers.items():
                if isinstance(row[name], str):
                    row[name] = read(row[name])
            found.append(made(model, row))
        return found


def made(model: type[models.Model], row: Values) -> models.Model:
    """An object of its columns, to be read: without the signals and checks that make
    Django's own way ten times as slow.
    """
    state = ModelState()
    state.adding, state.fields_cache = False, {}
    row["_state"] = state
    one = model.__new__(model)
    one.__dict__ = row
    return one


def differences(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """What must happen to the rows of one so that they are those of the other."""
    for kind in MODELS:
        before, after = old.rows[kind], new.rows[kind]
        for pk in {**before, **after}:
            was, is_now = before.get(pk), after.get(pk)
            if was is None or is_now is None:
                yield Change(kind, pk, was, is_now)
            elif names := [n for n in is_now if was.get(n) != is_now[n]]:
                yield Change(
                    kind,
                    pk,
                    {name: was.get(name) for name in names},
                    {name: is_now[name] for name in names},
                )


def _rows(meeting: Meeting, kind: str) -> Rows:
    columns, readers = COLUMNS[kind], READERS[kind]
    places = [n for n, name in enumerate(columns, start=1) if name in readers]
    rows = {}
    for found in _query(meeting, kind).values_list("pk", *columns):
        values = list(found)
        for place in places:
            values[place] = _as_json(values[place])
        rows[values[0]] = dict(zip(columns, values[1:], strict=True))
    return rows


def _query(meeting: Meeting, kind: str) -> QuerySet:
    match kind:
        case "day":
            return meeting.programme_days.all()
        case "session":
            return meeting.sessions.all()
        case "item":
            return meeting.items.in_order()
        case "presentation":
            return meeting.presentations.all()
        case "role":
            return Role.objects.of(meeting)
    return Speaker.objects.of(meeting)


def _as_json(value: datetime | date | UUID | None) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, UUID) else value.isoformat()
