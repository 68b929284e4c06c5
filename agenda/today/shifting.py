"""By which hours a programme goes, once the desk has said what runs late."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from agenda.models import Item, Mark, Session

ON_TIME = timedelta(0)


class Hours(NamedTuple):
    starts_at: datetime | None
    ends_at: datetime | None


def shift(sessions: Iterable[Session], marks: Iterable[Mark]) -> None:
    """Set `mark`, `delay` and `planned` of each item, and move hours to what is so.

    It counts from what was planned, so doing it again changes nothing.
    """
    by_item = {mark.item_id: mark for mark in marks}
    for session in sessions:
        _shift(session, by_item)


def _shift(session: Session, marks: Mapping[int, Mark]) -> None:
    before: Item | None = None
    for item in session.listed_items:
        mark = marks.get(item.pk)
        planned = planned_hours(item)
        item.delay = mark.delay if mark else _passed_on(before, planned[0], item)
        item.mark = mark if mark and mark.says_something else None
        _move(item, planned, item.delay, item.delay)
        before = item
    said = [item.mark for item in session.listed_items]
    session.is_under_way = any(mark and mark.is_started for mark in said)
    session.is_closed = bool(
        said and said[-1] and said[-1].is_done and not session.is_under_way
    )
    _shift_session(session)


def _passed_on(before: Item | None, start: datetime | None, item: Item) -> timedelta:
    """How late an item is that nobody has said anything of."""
    if before is None or before.delay == ON_TIME:
        return ON_TIME
    if before.delay < ON_TIME:
        # An hour that was printed is never moved up by itself.
        return before.delay if item.follows else ON_TIME
    if start is None or before.ends_at is None:
        return before.delay
    # A pause that was planned between them makes up for some of it, or for all.
    return min(before.delay, max(ON_TIME, before.ends_at - start))


def _shift_session(session: Session) -> None:
    items = session.listed_items
    if not items:
        session.planned = None
        return
    planned = start, end = planned_hours(session)
    # It opens with what takes place.
    first = next((item for item in items if not item.is_cancelled), items[0])
    last = items[-1]
    opens = planned_hours(first)[0]
    at_start = first.delay if opens is None or opens == start else ON_TIME
    is_early = first.delay < ON_TIME and opens and start
    if is_early and opens + first.delay < start:
        at_start = opens + first.delay - start
    _move(session, planned, at_start, _beyond(end, items, last))


def _beyond(end: datetime | None, items: list[Item], last: Item) -> timedelta:
    """By how much what runs late goes on after the end that was planned."""
    if end is None:
        return ON_TIME
    late = [item for item in items if item.delay > ON_TIME and not item.is_cancelled]
    ends = [item.ends_at for item in late if item.ends_at]
    if last in late and last.ends_at is None:
        ends.append(end + last.delay)
    return max([end, *ends]) - end


def _move(
    part: Item | Session, planned: Hours, by: timedelta, end_by: timedelta
) -> None:
    start, end = planned
    part.starts_at, part.ends_at = start and start + by, end and end + end_by
    is_moved = (part.starts_at, part.ends_at) != planned
    part.planned = planned if is_moved else None


def planned_hours(part: Item | Session) -> Hours:
    """As released, whatever the day has made of them."""
    return getattr(part, "planned", None) or Hours(part.starts_at, part.ends_at)
