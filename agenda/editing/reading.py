"""Kept values of a programme, as people read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils import formats
from django.utils.translation import gettext as _

from agenda.models import Edit, Snapshot
from agenda.models.snapshot import MODELS, PRIVATE, READERS, Change, Values

# What follows from other things, or is nobody's concern.
UNSAID = {"position", "slug", "uid"}
NAMED_BY = {"day": "date", "speaker": "name"}


@dataclass(frozen=True)
class Line:
    """One value, old beside new; or a whole row that came or went."""

    part: str
    label: str = ""
    before: str = ""
    after: str = ""


class Reader:
    """Knows the names of all rows of a draft, also of some that are gone."""

    def __init__(self, now: Snapshot, edits: list[Edit]) -> None:
        self.zone = now.meeting.zone
        self.rows: dict[tuple[str, int], Values] = {}
        for edit in edits:
            for change in edit.list_changes():
                known = self.rows.setdefault((change.kind, change.pk), {})
                self.rows[change.kind, change.pk] = (change.before or {}) | known
                if change.before is None:
                    self.rows[change.kind, change.pk] |= change.after
        for kind, rows in now.rows.items():
            self.rows |= {(kind, pk): values for pk, values in rows.items()}

    def lines(self, edit: Edit) -> Iterator[Line]:
        for change in edit.list_changes():
            part = self.name(change.kind, change.pk, change.before or change.after)
            if change.before is None:
                yield Line(part, after=_("Added"))
            elif change.after is None:
                yield Line(part, before=_("Deleted"))
            else:
                yield from self._values(edit, change, part)

    def _values(self, edit: Edit, change: Change, part: str) -> Iterator[Line]:
        for name, value in change.after.items():
            was_moved = [change.kind, change.pk] in (edit.moved or [])
            if name in UNSAID and not (name == "position" and was_moved):
                continue
            yield Line(
                part,
                str(_field(change.kind, name).verbose_name),
                self.value(change.kind, name, change.before[name]),
                self.value(change.kind, name, value),
            )

    def name(self, kind: str, pk: int, values: Values | None = None) -> str:
        """ "Item “Opening”": what a row is and what it is called."""
        row = self.rows.get((kind, pk), {})
        label = str(MODELS[kind]._meta.verbose_name)
        called = row.get(NAMED_BY.get(kind, "title")) or ""
        if kind == "role" and row.get("speaker_id"):
            called = self.called("speaker", row["speaker_id"])
        if not called and values:
            called = values.get(NAMED_BY.get(kind, "title")) or ""
        return f"{label[:1].upper()}{label[1:]}" + (f" “{called}”" if called else "")

    def called(self, kind: str, pk: int) -> str:
        row = self.rows.get((kind, pk), {})
        return row.get(NAMED_BY.get(kind, "title")) or f"#{pk}"

    def value(self, kind: str, name: str, value: Any) -> str:
        field = _field(kind, name)
        if value in (None, "", []):
            return _("(empty)")
        if name in PRIVATE:
            # Who may only look reads what was changed as well.
            return _("(not shown)")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if field.related_model:
            return f"“{self.called(field.related_model._meta.model_name, value)}”"
        if isinstance(field, models.DateTimeField):
            moment = READERS[kind][name](value).astimezone(self.zone)
            return f"{moment:%H.%M}, {formats.date_format(moment, 'j F Y')}"
        if isinstance(field, models.DateField):
            return formats.date_format(date.fromisoformat(value), "j F Y")
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return str(value)


def _field(kind: str, name: str) -> models.Field:
    fields = MODELS[kind]._meta.concrete_fields
    return next(field for field in fields if field.attname == name)
