"""Another place: up or down by one, or into another day, session or item."""

from datetime import date
from itertools import takewhile

from django.utils.translation import gettext as _

from agenda.editing import timing
from agenda.editing.parts import (
    Part,
    Who,
    called,
    day_named,
    find,
    items_of,
    keys,
    number,
    sessions_on,
    siblings,
)
from agenda.models import Edit, Item, Presentation, Session, editing
from meeting.models import Meeting

# What an item has that begins by itself, and not when the one before ends.
OWN_HOURS = [*timing.HOURS, "follows", "minutes"]


def step(meeting: Meeting, kind: str, pk: int, by_places: int, *, by: Who) -> Edit:
    """Up (-1) or down (+1) among its own; at the end of them nothing happens."""
    with editing(meeting, by=by) as edit:
        part = find(meeting, kind, pk)
        rows = siblings(part)
        place = [row.pk for row in rows].index(pk)
        wanted = min(max(place + by_places, 0), len(rows) - 1)
        order = [row for row in rows if row.pk != pk]
        order.insert(wanted, rows[place])
        name = called(part)
        edit.moved = [[kind, pk]]
        _reorder(rows, order)
        text = _("Moved “%(name)s” up") if by_places < 0 else _("Moved “%(name)s” down")
        edit.what = text % {"name": name}
    return edit


def put(
    meeting: Meeting,
    kind: str,
    pk: int,
    into: date | int,
    after: int = 0,
    *,
    by: Who,
    seen: int | None = None,
) -> Edit:
    """Into a day, session or item: after one that stands there, or first with 0."""
    with editing(meeting, by=by, seen=seen) as edit:
        part = find(meeting, kind, pk)
        name = called(part)
        edit.moved = [[kind, pk]]
        match part:
            case Session():
                place = _put_session(part, into, after)
                names = ["date"]
            case Item():
                # An hour of its own is not that of another session: it goes.
                is_given_up = part.session_id != into and not part.follows
                place = _put_item(part, find(meeting, "session", into), after)
                names = ["session_id", *(OWN_HOURS if is_given_up else [])]
            case _:
                place = _put_presentation(part, find(meeting, "item", into), after)
                names = ["item_id"]
        edit.decided = keys(part, ["position", *names])
        edit.what = _("Moved “%(name)s” to %(place)s") % {"name": name, "place": place}
    return edit


def _put_session(session: Session, day: date, after: int) -> str:
    if session.date == day:
        rows = siblings(session)
        _reorder(rows, _ordered(rows, session, after))
    else:
        timing.put_on(session, day)
        rows = sessions_on(session.meeting, session.kind, day)
        number(_ordered(rows, session, after))
        session.put_in_order()
    return day_named(day)


def _put_item(item: Item, session: Session, after: int) -> str:
    if item.session_id == session.pk:
        rows = items_of(session)
        _reorder(rows, _ordered(rows, item, after))
        return _place_named(session, after, rows)
    left = item.session
    _follow_on(item)
    item.session = session
    item.save(update_fields=["session", "follows", "minutes"])
    rows = items_of(session)
    number(_ordered(rows, item, after))
    timing.recount(session)
    timing.recount(left)
    return str(session)


def _follow_on(item: Item) -> None:
    """In another session its hours are others; how long it lasts is the same."""
    if item.starts_at and not item.follows:
        item.minutes = timing.length_of(item)
        item.follows = True


def _put_presentation(presentation: Presentation, item: Item, after: int) -> str:
    presentation.item = item
    presentation.save(update_fields=["item"])
    number(_ordered(siblings(presentation), presentation, after))
    return f"“{called(item)}”"


def _place_named(session: Session, after: int, rows: list[Item]) -> str:
    before = next((row for row in rows if row.pk == after), None)
    if before is None:
        return _("the beginning of %(session)s") % {"session": session}
    return _("a place after “%(name)s”") % {"name": called(before)}


def _ordered(rows: list[Part], part: Part, after: int) -> list[Part]:
    """With one of them elsewhere; at the end where that place is no longer known."""
    order = [row for row in rows if row.pk != part.pk]
    moved = next(row for row in rows if row.pk == part.pk)
    before = len(list(takewhile(lambda row: row.pk != after, order)))
    order.insert(before + 1 if after else 0, moved)
    return order


def _reorder(old: list[Part], new: list[Part]) -> None:
    """Put them in another order; the hours stay with the places."""
    places = [n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a.pk != b.pk]
    if not places:
        return
    first, last = places[0], places[-1] + 1
    stretch = old[first:last], new[first:last]
    if isinstance(old[0], Session):
        _change_hours(*stretch)
    number(new)
    if isinstance(old[0], Item):
        timing.lay_out(*stretch)
        timing.count_hours(old[0].session.starts_at, new)
        timing.keep_hours(new)


def _change_hours(old: list[Session], new: list[Session]) -> None:
    """Sessions take each other's hours, and their items with them."""
    hours = [(session.starts_at, session.ends_at) for session in old]
    for session, (start, end) in zip(new, hours, strict=True):
        if (session.starts_at, session.ends_at) == (start, end):
            continue
        if session.starts_at and start:
            timing.move_hours(session, start - session.starts_at)
        session.starts_at, session.ends_at = start, end
        session.save(update_fields=[*timing.HOURS, "updated_at"])
