"""A difference of two programmes told row by row, in the order of the agenda."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.differences import facts, names, people, sentences
from agenda.differences.matching import (
    Key,
    Matching,
    Pair,
    key_of,
    out_of_order,
    owner_of,
)
from agenda.models import Item, Presentation, Role, Session
from agenda.outline import Outline, OutlineDay

# So many items are named where their numbers count on.
SOME = 3


class Sort(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    HOURS = "hours"
    ROOM = "room"
    RENAMED = "renamed"
    PEOPLE = "people"
    ORDER = "order"
    NOTE = "note"
    MORE = "more"
    NUMBER = "number"


SORTS = list(Sort)
# What befalls all that takes place in a session.
OF_WHOLE_SESSION = {Sort.ADDED, Sort.REMOVED, Sort.MOVED, Sort.HOURS, Sort.ROOM}


@dataclass(frozen=True)
class Difference:
    """One thing that readers see otherwise, and about which row.

    `touches` are the sessions, items and presentations of either programme whose
    people it concerns: none where numbers merely count on.
    """

    kind: str
    pk: int
    sort: Sort
    text: str
    touches: frozenset[Key] = frozenset()
    place: tuple = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        return self.text


def in_words(before: Outline, after: Outline) -> list[Difference]:
    """Every difference that readers see, as the active language says it."""
    return sorted(_Telling(before, after).all(), key=lambda each: each.place)


class _Telling:
    def __init__(self, before: Outline, after: Outline) -> None:
        self.before, self.after = before, after
        self.rows = Matching(before, after)
        self.places = _places(before, after)

    def all(self) -> Iterator[Difference]:
        yield from self._days()
        yield from self._come_and_gone()
        yield from self._sessions()
        yield from self._items()
        yield from self._presentations()
        for role, old, text in people.told(self.rows):
            yield self._tell(role, Sort.PEOPLE, text, *filter(None, [old]))
        yield from self._spelling()
        yield from self._order()
        yield from self._numbers()

    def _tell(self, row: Model, sort: str, text: str, *others: Model) -> Difference:
        kind, pk = key_of(row)
        sort = Sort(sort)
        touched: set[Key] = set()
        for each in (row, *others):
            touched |= _around(each, sort)
        place = (*self.places[kind, pk], SORTS.index(sort), pk)
        return Difference(kind, pk, sort, _sentence(text), frozenset(touched), place)

    def _days(self) -> Iterator[Difference]:
        old = {day.date: day for day in self.before.days}
        new = {day.date: day for day in self.after.days}
        for each in {**old, **new}:
            was, now = old.get(each), new.get(each)
            row = next((day.day for day in (now, was) if day and day.day), None)
            for sort, text in (row and self._of_day(each, was, now)) or ():
                place = (_of_date(each), (-1, 0, 0), -1, -1, SORTS.index(sort), row.pk)
                yield Difference("day", row.pk, sort, _sentence(text), place=place)

    def _of_day(
        self, day: date | None, was: OutlineDay | None, now: OutlineDay | None
    ) -> Iterator[tuple[Sort, str]]:
        what = {"what": names.day(day)}
        if was is None and _is_bare(now):
            yield Sort.ADDED, _("%(what)s is now on the agenda") % what
        if now is None and _is_bare(was):
            yield Sort.REMOVED, _("%(what)s is no longer on the agenda") % what
        facts_of_both = _facts_of_day(was), _facts_of_day(now)
        for sort, text in sentences.of_texts(what, *facts_of_both):
            yield Sort(sort), text

    def _come_and_gone(self) -> Iterator[Difference]:
        """Unless it is said already of what it stands in."""
        rows = self.rows
        for old, new in (*rows.sessions, *rows.items, *rows.presentations):
            row = old or new
            if (old and new) or not rows.is_in_both(owner_of(row)):
                continue
            if new:
                yield self._tell(new, Sort.ADDED, sentences.added(new))
            else:
                yield self._tell(old, Sort.REMOVED, sentences.removed(old))

    def _sessions(self) -> Iterator[Difference]:
        for old, new in _both(self.rows.sessions):
            was, now = facts.of_session(old), facts.of_session(new)
            if was == now:
                continue
            along = new.pk in self.along
            for sort, text in sentences.of_session(old, new, was, now, along):
                yield self._tell(new, sort, text, old)

    def _items(self) -> Iterator[Difference]:
        for old, new in _both(self.rows.items):
            was, now = facts.of_item(old), facts.of_item(new)
            has_moved = self.rows.is_moved(old, new)
            if not has_moved and new.session_id in self.along:
                was["hours"] = now["hours"]
            if was == now and not has_moved:
                continue
            for sort, text in sentences.of_item(old, new, was, now, has_moved):
                yield self._tell(new, sort, text, old)

    def _presentations(self) -> Iterator[Difference]:
        for old, new in _both(self.rows.presentations):
            was, now = facts.of_presentation(old), facts.of_presentation(new)
            has_moved = self.rows.is_moved(old, new)
            if was == now and not has_moved:
                continue
            for sort, text in sentences.of_presentation(old, new, was, now, has_moved):
                yield self._tell(new, sort, text, old)

    @cached_property
    def along(self) -> set[int]:
        """Sessions whose items all begin and end as much later as they themselves."""
        stay = defaultdict(list)
        for was, now in _both(self.rows.items):
            if not self.rows.is_moved(was, now) and (was.starts_at or now.starts_at):
                stay[now.session_id].append((was, now))
        return {
            new.pk
            for old, new in _both(self.rows.sessions)
            if _goes_along(_shift(old, new), stay[new.pk])
        }

    def _spelling(self) -> Iterator[Difference]:
        roles = defaultdict(list)
        for role in (*self.after.roles, *self.before.roles):
            roles[role.speaker_id].append(role)
        for pk, speaker in self.after.speakers_by_pk.items():
            was = self.before.speakers_by_pk.get(pk)
            if was and was.name != speaker.name and roles[pk]:
                both = {"before": names.quoted(was.name)}
                both["after"] = names.quoted(speaker.name)
                text = _("The name %(before)s is now written %(after)s") % both
                said = self._tell(roles[pk][0], Sort.RENAMED, text, *roles[pk])
                yield Difference(
                    "speaker", pk, said.sort, said.text, said.touches, said.place
                )

    def _order(self) -> Iterator[Difference]:
        """What stands elsewhere among its neighbours, and for no reason said already."""
        for kind in ("session", "item", "presentation", "role"):
            was = {row.pk: n for n, row in enumerate(getattr(self.before, f"{kind}s"))}
            place = {row.pk: n for n, row in enumerate(getattr(self.after, f"{kind}s"))}
            pairs = _both(getattr(self.rows, f"{kind}s"))
            pairs.sort(key=lambda pair: place[pair[1].pk])
            if not out_of_order(pairs, was):
                continue
            groups = defaultdict(list)
            for old, new in pairs:
                if not self.rows.is_moved(old, new) and _stays(old, new):
                    groups[owner_of(new), *_shelf(new)].append((old, new))
            for group in groups.values():
                rows = [new for _old, new in group]
                for row in out_of_order(group, was):
                    yield self._tell(row, Sort.ORDER, _comes(row, rows))

    def _numbers(self) -> Iterator[Difference]:
        pairs = [
            (old, new)
            for old, new in _both(self.rows.items)
            if old.numeral != new.numeral
        ]
        if not pairs:
            return
        pairs.sort(key=lambda pair: self.places[key_of(pair[1])])
        first = pairs[0][1]
        numbers = [_number(*pair) for pair in pairs[:SOME]]
        if more := len(pairs[SOME:]):
            words = ngettext("one more item", "%(n)d more items", more)
            numbers.append(words % {"n": more})
        text = _("Other numbers: %(items)s") % {"items": "; ".join(numbers)}
        place = (_LAST, (0, 0, 0), 0, 0, SORTS.index(Sort.NUMBER), first.pk)
        yield Difference("item", first.pk, Sort.NUMBER, _sentence(text), place=place)


# After all days.
_LAST = (2, date.max)
Place = tuple[tuple[int, date], tuple[int, float, int], int, int]


def _of_date(day: date | None) -> tuple[int, date]:
    return (1, date.max) if day is None else (0, day)


def _places(before: Outline, after: Outline) -> dict[Key, Place]:
    """Where each row stands on the agenda; what is gone stands where it was."""
    found: dict[Key, Place] = {}
    for outline in (after, before):
        for row, place in _places_in(outline, found):
            found.setdefault(key_of(row), place)
    return found


def _places_in(
    outline: Outline, found: dict[Key, Place]
) -> Iterator[tuple[Model, Place]]:
    latest = 0.0
    for n, session in enumerate(outline.sessions):
        if session.starts_at:
            latest = session.starts_at.timestamp()
        is_aside = session.kind == Session.Kind.SIDE_EVENT
        yield session, (_of_date(session.date), (int(is_aside), latest, n), -1, -1)
    for n, item in enumerate(outline.items):
        yield item, (*found["session", item.session_id][:2], n, -1)
    for n, part in enumerate(outline.presentations):
        if part.item_id:
            yield part, (*found["item", part.item_id][:3], n)
        else:
            yield part, (_of_date(part.date), (1, 0, 0), -1, n)
    for role in outline.roles:
        yield role, found[owner_of(role)]


def _both(pairs: Iterable[tuple]) -> list[tuple[Any, Any]]:
    return [(old, new) for old, new in pairs if old and new]


def _facts_of_day(day: OutlineDay | None) -> facts.Facts:
    return {
        "note": day.day.note if day and day.day else "",
        "is_complete": day is None or day.is_complete,
    }


def _is_bare(day: OutlineDay) -> bool:
    """Shown for no other reason than that the programme names it."""
    return not (day.sessions or day.side_events or day.unplaced)


def _around(row: Model, sort: Sort) -> set[Key]:
    """The sessions and items whose people it concerns."""
    match row:
        case Session():
            items = row.listed_items if sort in OF_WHOLE_SESSION else []
            return {key_of(row), *map(key_of, items)}
        case Item():
            return {key_of(row), ("session", row.session_id)}
        case Presentation():
            around = _around(row.item, sort) if row.item_id else set()
            return {key_of(row), *around}
        case Role():
            return _around(row.item if row.item_id else row.presentation, sort)
    return set()


def _shift(old: Session | Item, new: Session | Item, name: str = "starts_at") -> Any:
    """How much later it is; None where that is not known."""
    was, now = getattr(old, name), getattr(new, name)
    return now - was if was and now else None


def _goes_along(shift: timedelta | None, items: list[Pair]) -> bool:
    return bool(shift and items) and all(
        _shift(*pair) == shift and _shift(*pair, "ends_at") in (shift, None)
        for pair in items
    )


def _stays(old: Model, new: Model) -> bool:
    if isinstance(new, Role):
        return people.is_same_person(old, new)
    if isinstance(new, Presentation):
        return _shelf(old) == _shelf(new)
    hours = facts.hours_of(old, old.meeting), facts.hours_of(new, new.meeting)
    return hours[0] == hours[1] and _shelf(old) == _shelf(new)


def _shelf(row: Model) -> tuple:
    """What parts rows besides what they stand in."""
    match row:
        case Session():
            return (row.date, row.kind)
        case Presentation(item_id=None):
            return (row.date,)
    return ()


def _comes(row: Model, rows: list) -> str:
    place = rows.index(row)
    if isinstance(row, Role):
        who = {"who": names.person(row), "place": names.place_of(row)}
        if not place:
            return _("%(who)s is now named first in %(place)s") % who
        who["other"] = names.person(rows[place - 1])
        return _("%(who)s is now named after %(other)s in %(place)s") % who
    what = {"what": names.within(row)}
    if not place:
        return _("%(what)s now comes first") % what
    what["other"] = names.within(rows[place - 1])
    return _("%(what)s now comes after %(other)s") % what


def _number(old: Item, new: Item) -> str:
    what = {"before": old.numeral, "after": new.numeral}
    what["title"] = names.quoted(new.title or _("Title to be confirmed"))
    if not new.numeral:
        return _("%(title)s has none, and was %(before)s") % what
    if not old.numeral:
        return _("%(title)s is %(after)s, and had none") % what
    return _("%(title)s is %(after)s, and was %(before)s") % what


def _sentence(text: str) -> str:
    text = capfirst(text)
    return text if text.endswith((".”", "?”", "!”")) else f"{text}."
