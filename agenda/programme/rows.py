"""Rows of the database, told from each other and kept up to date."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, ProtectedError
from django.utils.translation import gettext as _

Row = TypeVar("Row", bound=Model)
# What something can be known by, surest first; None where it lacks the like.
Keys = tuple[Hashable | None, ...]


class LossError(Exception):
    """Something would be lost; `sentences` say what, and what to do."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = list(sentences)
        super().__init__("\n".join(self.sentences))


@dataclass
class Changes:
    """Writes rows, where they differ, and counts what it did."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __str__(self) -> str:
        counts = {"added": self.added, "changed": self.changed}
        counts |= {"removed": self.removed}
        return _("%(added)s added, %(changed)s changed, %(removed)s removed") % counts

    def write(self, row: Row, **values: Any) -> Row:
        """Save a row that is new, or that differs from what it should be."""
        is_new = row._state.adding
        differs = any(_value(row, name) != _plain(v) for name, v in values.items())
        for name, value in values.items():
            setattr(row, name, value)
        if is_new or differs:
            row.save()
        self.added += is_new
        self.changed += differs and not is_new
        return row

    def remove(self, rows: Iterable[Model]) -> None:
        """Raises LossError where something that is kept hangs on a row."""
        for row in rows:
            try:
                row.delete()
            except ProtectedError as error:
                sentence = _(
                    "“%(row)s” is not in the file, and participants have chosen it."
                    " Write it into the file, or have them choose anew first."
                )
                raise LossError([sentence % {"row": row}]) from error
            self.removed += 1


def _value(row: Model, name: str) -> Any:
    return getattr(row, row._meta.get_field(name).attname)


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def pair(
    wanted: list[Keys], rows: Iterable[tuple[Row, Keys]]
) -> tuple[list[Row | None], list[Row]]:
    """For each thing wanted, the row that it is already; and the rows left over.

    What shares its surest key goes together first, in order, then what shares the
    next one.
    """
    found: list[Row | None] = [None] * len(wanted)
    left = list(rows)
    for rank in range(max(map(len, wanted), default=0)):
        waiting = defaultdict(deque)
        for row, keys in left:
            if keys[rank] is not None:
                waiting[keys[rank]].append(row)
        taken = set()
        for place, keys in enumerate(wanted):
            if found[place] is None and waiting[keys[rank]]:
                found[place] = waiting[keys[rank]].popleft()
                taken.add(found[place].pk)
        left = [(row, keys) for row, keys in left if row.pk not in taken]
    return found, [row for row, _keys in left]


def any_of(*values: Hashable) -> Hashable | None:
    """A key of these values; none, where all that follow the first are empty."""
    return values if any(values[1:]) else None
