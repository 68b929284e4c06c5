"""Which row of one programme is which of the other."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model

from agenda.differences import facts
from agenda.models import Item, Presentation, Role, Session
from agenda.outline import Outline

Pair = tuple[Any, Any]
# A row's own kind, and its primary key.
Key = tuple[str, int]


class Matching:
    """Rows by primary key; one that was made anew as it was, and where, is the same."""

    def __init__(self, before: Outline, after: Outline) -> None:
        self.before, self.after = before, after
        # From a row that is gone to the one that stands for it.
        self._anew: dict[Key, int] = {}
        # Rows of the later programme that the earlier one has too.
        self._in_both: set[Key] = set()
        self.sessions = self._pairs("session", facts.of_session)
        self.items = self._pairs("item", facts.of_item)
        self.presentations = self._pairs("presentation", facts.of_presentation)
        self.roles = self._pairs("role", facts.of_role)

    def _pairs(self, kind: str, of: Callable[[Any], facts.Facts]) -> list[Pair]:
        old = {row.pk: row for row in getattr(self.before, f"{kind}s")}
        new = {row.pk: row for row in getattr(self.after, f"{kind}s")}
        pairs = [(row, new[pk]) for pk, row in old.items() if pk in new]
        self._in_both |= {(kind, row.pk) for _old, row in pairs}
        gone = [row for pk, row in old.items() if pk not in new]
        waiting = defaultdict(list)
        for pk, row in new.items():
            if pk not in old:
                waiting[_sign(of(row), owner_of(row))].append(row)
        for row in gone:
            same = waiting[_sign(of(row), self.now(owner_of(row)))]
            pairs.append((row, same.pop(0) if same else None))
            if anew := pairs[-1][1]:
                self._anew[kind, row.pk] = anew.pk
                self._in_both.add((kind, anew.pk))
        new_ones = (row for rows in waiting.values() for row in rows)
        return [*pairs, *((None, row) for row in new_ones)]

    def now(self, key: Key | None) -> Key | None:
        """The same row, as the later programme names it."""
        return key and (key[0], self._anew.get(key, key[1]))

    def is_in_both(self, key: Key | None) -> bool:
        """Whether both have it; what stands on a day alone is in neither's way."""
        return key is None or self.now(key) in self._in_both

    def is_moved(self, old: Model, new: Model) -> bool:
        return self.now(owner_of(old)) != owner_of(new)


def key_of(row: Model) -> Key:
    return row._meta.model_name, row.pk


def owner_of(row: Session | Item | Presentation | Role) -> Key | None:
    """What it stands in; None for what stands on a day."""
    match row:
        case Item():
            return "session", row.session_id
        case Role(item_id=int()):
            return "item", row.item_id
        case Role():
            return "presentation", row.presentation_id
        case Presentation(item_id=int()):
            return "item", row.item_id
    return None


def _sign(row: facts.Facts, owner: Key | None) -> tuple:
    return (owner, *row.values())


def out_of_order(pairs: Iterable[Pair], was: dict[int, int]) -> list[Any]:
    """The fewest that must have moved, of pairs in their new order.

    `was` has the place of each row in the earlier programme.
    """
    pairs = list(pairs)
    kept = _longest_rise([was[old.pk] for old, _new in pairs])
    return [new for n, (_old, new) in enumerate(pairs) if n not in kept]


def _longest_rise(values: list[int]) -> set[int]:
    """Where the values of a longest rising row of them stand."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for n, value in enumerate(values):
        place = bisect_left(tails, value)
        tails[place:] = [value, *tails[place + 1 :]]
        before.append(ends[place - 1] if place else None)
        ends[place:] = [n, *ends[place + 1 :]]
    found, at = set(), ends[-1] if ends else None
    while at is not None:
        found.add(at)
        at = before[at]
    return found
