"""The rules of a zone's clock, as calendars carry them (RFC 5545, 3.6.5)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from agenda.feeds.lines import digits, text_line
from meeting.models import Meeting

# A year around is enough to hold both changes of the clocks.
AROUND = timedelta(days=366)
A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)


def clock_of(meeting: Meeting, dates: Iterable[date] = ()) -> str:
    """Those of the meeting's zone, around its days and these."""
    days = [meeting.starts_on, meeting.ends_on, *dates]
    return zone_text(meeting.timezone, min(days) - AROUND, max(days) + AROUND)


@lru_cache(maxsize=64)
def zone_text(name: str, first: date, last: date) -> str:
    """Made once and kept, for they take longer than all the rest.

    Written here because icalendar has clocks go forward an hour too late (7.3).
    """
    zone = ZoneInfo(name)
    start = datetime.combine(first, time(), tzinfo=UTC)
    rules = [_rule(start, zone)]
    rules += [_rule(moment, zone) for moment in _changes(zone, start, last)]
    body = "".join(rules)
    return f"BEGIN:VTIMEZONE\r\n{text_line('TZID', name)}{body}END:VTIMEZONE\r\n"


def _changes(zone: ZoneInfo, start: datetime, last: date) -> Iterator[datetime]:
    """The moments from which on the clock is another one."""
    day = start
    while day.date() <= last:
        if _clock(day, zone) != _clock(day + A_DAY, zone):
            yield _change_after(day, zone)
        day += A_DAY


def _change_after(day: datetime, zone: ZoneInfo) -> datetime:
    before, after = day, day + A_DAY
    while after - before > A_SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _clock(middle, zone) == _clock(day, zone):
            before = middle
        else:
            after = middle
    return after


def _clock(moment: datetime, zone: ZoneInfo) -> tuple:
    there = moment.astimezone(zone)
    return there.utcoffset(), there.dst(), there.tzname()


def _rule(moment: datetime, zone: ZoneInfo) -> str:
    """What holds from a moment on; its beginning is told by the clock before it."""
    before, _dst, _name = _clock(moment - A_SECOND, zone)
    offset, dst, name = _clock(moment, zone)
    # Ireland's winter is said to save daylight, by less than nothing.
    kind = "DAYLIGHT" if dst and dst > timedelta(0) else "STANDARD"
    return (
        f"BEGIN:{kind}\r\nDTSTART:{digits(moment + before)}\r\n"
        f"TZOFFSETFROM:{_offset(before)}\r\nTZOFFSETTO:{_offset(offset)}\r\n"
        f"TZNAME:{name}\r\nEND:{kind}\r\n"
    )


def _offset(offset: timedelta) -> str:
    """As "-0500", and "+053028" where a clock goes by the sun."""
    seconds = int(offset.total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    words = f"{'-' if seconds < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"
    return f"{words}{rest:02}" if rest else words
