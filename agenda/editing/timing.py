"""Hours: of what follows on, ten minutes later, on another day."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.editing.parts import Who, called, find, items_of, sessions_on
from agenda.models import Day, Edit, Item, Presentation, Session, editing
from meeting.models import Meeting

HOURS = ["starts_at", "ends_at"]


def count_hours(start: datetime | None, items: Iterable[Item]) -> list[Item]:
    """Give those that follow on the hours that come of it; whose hours have changed.

    The first begins with its session. What has no hours takes no time.
    """
    # In UTC, where a minute more is a minute more in every night of the year.
    at, changed = start and start.astimezone(UTC), []
    for item in items:
        before = (item.starts_at, item.ends_at)
        if item.follows:
            item.starts_at, item.ends_at = at, None
        if item.starts_at and item.minutes:
            item.ends_at = item.starts_at + timedelta(minutes=item.minutes)
        if item.starts_at:
            at = item.ends_at
        if before != (item.starts_at, item.ends_at):
            changed.append(item)
    return changed


def recount(session: Session) -> None:
    """After whatever was done to a session or in it."""
    keep_hours(count_hours(session.starts_at, items_of(session)))


def keep_hours(items: list[Item]) -> None:
    Item.objects.bulk_update(items, [*HOURS, "follows"])


def hours_of(row: Session | Item) -> tuple[time | None, time | None]:
    """From when to when, on a clock at the meeting."""
    start, end = row.starts_at, row.ends_at
    if start is None and end is None:
        return None, None
    zone = row.meeting.zone
    return tuple(
        moment and moment.astimezone(zone).time().replace(microsecond=0)
        for moment in (start, end)
    )


def length_of(item: Item) -> int | None:
    """How many minutes it lasts."""
    if item.starts_at and item.ends_at:
        return int((item.ends_at - item.starts_at).total_seconds() // 60)
    return item.minutes


def shift(row: Session | Item, by: timedelta) -> None:
    row.starts_at, row.ends_at = (
        moment and moment + by for moment in (row.starts_at, row.ends_at)
    )


def lay_out(old: Sequence[Item], new: Sequence[Item]) -> None:
    """Give a stretch of items in another order its hours: one after the other.

    Each keeps its length, and the pauses stay where they were. Where one has no
    hours, all keep theirs.
    """
    if any(None in (item.starts_at, item.ends_at) for item in old):
        return
    lengths = {item.pk: item.ends_at - item.starts_at for item in old}
    pauses = [after.starts_at - before.ends_at for before, after in pairwise(old)]
    at = old[0].starts_at
    for item, pause in zip(new, [*pauses, timedelta()], strict=True):
        item.starts_at, item.ends_at = at, at + lengths[item.pk]
        at = item.ends_at + pause


def take_items_along(session: Session) -> None:
    """To the date of their session, the items with hours keep them on its clock."""
    timed = [item for item in items_of(session) if item.starts_at or item.ends_at]
    for item in timed:
        item.set_hours(*hours_of(item))
    keep_hours(timed)


def put_on(session: Session, day: date | None) -> None:
    """On another day, at the same hours, with all that is in it."""
    hours = hours_of(session) if day else (None, None)
    session.date = day
    session.set_hours(*hours)
    session.save(update_fields=["date", *HOURS, "updated_at"])
    take_items_along(session)


def shift_item(meeting: Meeting, pk: int, minutes: int, *, by: Who) -> Edit:
    """An item, and all that follows in its session, so much later or earlier."""
    with editing(meeting, by=by) as edit:
        item = find(meeting, "item", pk)
        _need_hours(item)
        edit.what = _so_much(item, minutes)
        items = items_of(item.session)
        place = [each.pk for each in items].index(pk)
        # It begins on its own from now on: before it there is a pause.
        items[place].follows = False
        for each in items[place:]:
            if not each.follows:
                shift(each, timedelta(minutes=minutes))
        count_hours(item.session.starts_at, items)
        _stay_on_their_day(item.session, items)
        keep_hours(items)
    return edit


def shift_session(meeting: Meeting, pk: int, minutes: int, *, by: Who) -> Edit:
    """A session, and those that begin on its day once it is over, with their items."""
    with editing(meeting, by=by) as edit:
        session = find(meeting, "session", pk)
        _need_hours(session)
        edit.what = _so_much(session, minutes)
        over = session.ends_at or session.starts_at
        for each in sessions_on(meeting, session.kind, session.date):
            if each.pk == pk or (each.starts_at and each.starts_at >= over):
                move_hours(each, timedelta(minutes=minutes))
                _stay_on_their_day(each, [each])
                each.save(update_fields=[*HOURS, "updated_at"])
    return edit


def move_hours(session: Session, by: timedelta) -> None:
    """Of a session, not saved itself, and of all its items."""
    shift(session, by)
    move_items(session, by)


def move_items(session: Session, by: timedelta) -> None:
    items = items_of(session)
    for item in items:
        shift(item, by)
    count_hours(session.starts_at, items)
    _stay_on_their_day(session, items)
    keep_hours(items)


def set_hours(session: Session, start: time | None, end: time | None) -> None:
    """Of a session on its day; its items go along by as much as its beginning."""
    before = session.starts_at
    session.set_hours(start, end)
    session.save(update_fields=[*HOURS, "updated_at"])
    known = before and session.starts_at
    move_items(session, session.starts_at - before if known else timedelta())


def move_along(meeting: Meeting, days: int, *, by: Who) -> Edit:
    """The whole programme, so many days later or earlier, at the same hours."""
    what = ngettext(
        "Moved the whole programme by %(days)+d day",
        "Moved the whole programme by %(days)+d days",
        abs(days),
    ) % {"days": days}
    distance = timedelta(days=days)
    with editing(meeting, by=by, what=what) as edit:
        for session in meeting.sessions.exclude(date=None):
            session.meeting = meeting
            put_on(session, session.date + distance)
        for row in _dated(meeting, latest_first=days > 0):
            row.date += distance
            row.save(update_fields=["date"])
    return edit


def _dated(meeting: Meeting, *, latest_first: bool) -> list[Day | Presentation]:
    """What else has a date; of one date there is one day, also on the way."""
    days = list(meeting.programme_days.all())
    if latest_first:
        days.reverse()
    return [*days, *meeting.presentations.exclude(date=None)]


def _need_hours(row: Session | Item) -> None:
    if row.starts_at is None:
        text = _("“%(name)s” has no hours yet. Give it hours first.")
        raise ValidationError(text, code="no_hours", params={"name": called(row)})


def _so_much(row: Session | Item, minutes: int) -> str:
    text = ngettext(
        "“%(name)s” and what follows: %(minutes)d minute later",
        "“%(name)s” and what follows: %(minutes)d minutes later",
        abs(minutes),
    )
    if minutes < 0:
        text = ngettext(
            "“%(name)s” and what follows: %(minutes)d minute earlier",
            "“%(name)s” and what follows: %(minutes)d minutes earlier",
            abs(minutes),
        )
    return text % {"name": called(row), "minutes": abs(minutes)}


def _stay_on_their_day(session: Session, rows: Iterable[Session | Item]) -> None:
    zone = session.meeting.zone
    for row in rows:
        for moment in filter(None, (row.starts_at, row.ends_at)):
            if moment.astimezone(zone).date() != session.date:
                text = _("“%(name)s” would lie on another day. Nothing was changed.")
                params = {"name": called(row)}
                raise ValidationError(text, code="another_day", params=params)
