"""What a person's calendar should have, beside what it has been told.

`Registration.calendar_told` holds the entries that were sent, by day. One that was
taken back stays there as cancelled, with its number, so that a later one is higher;
one that has no day any more stands under its UID until it is taken back.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypedDict

from agenda.feeds.ics import times_of
from agenda.feeds.identity import host
from agenda.models import Session
from meeting.mail.cleaning import one_line
from meeting.models import Meeting
from registration.calendar.hours import OfDays

if TYPE_CHECKING:
    from registration.models import Registration

CANCELLED = "CANCELLED"
LONGEST_LINE = 700


class Entry(TypedDict, total=False):
    """Days or moments as ISO 8601; no place where the person takes part remotely.

    `link` is for the person's own calendar address alone: no mail has it.
    """

    uid: str
    start: str
    end: str
    place: str
    status: str
    summary: str
    sequence: int
    link: str


Entries = dict[str, Entry]
# What a person reads in the calendar; of the status each decision writes by itself.
READ = ("start", "end", "place", "summary")


def entries_of(registration: "Registration", hours: OfDays) -> Entries:
    """As they should be now, by day; none for who does not come."""
    if not registration.is_active:
        return {}
    meeting = registration.meeting
    is_remote = registration.attendance == registration.Attendance.REMOTE
    # Whoever is asked for a correction keeps the seat meanwhile.
    is_sure = registration.standing == registration.Status.CONFIRMED
    entries: Entries = {}
    for day in sorted(registration.dates):
        start, end = hours.get(day) or (day, day + timedelta(days=1))
        entries[day.isoformat()] = {
            "uid": _uid(registration, day),
            "start": start.isoformat(),
            "end": end.isoformat(),
            "place": "" if is_remote else place_of(meeting),
            "status": "CONFIRMED" if is_sure else "TENTATIVE",
            "summary": one_line(meeting.title, LONGEST_LINE),
        }
    return entries


def entry_of_session(registration: "Registration", session: Session) -> Entry:
    """Of a session in which they have a place; by the address of the calendar alone."""
    meeting = registration.meeting
    start, end = times_of(session)
    place = filter(None, [session.place, meeting.venue, meeting.city])
    return {
        "uid": f"session-{session.uid}-{registration.reference}@{host()}",
        "start": start.isoformat(),
        "end": end.isoformat(),
        "place": one_line(", ".join(place), LONGEST_LINE),
        "status": "CONFIRMED",
        "summary": one_line(str(session), LONGEST_LINE),
        "sequence": 0,
    }


def place_of(meeting: Meeting) -> str:
    place = ", ".join(filter(None, [meeting.room, meeting.venue, meeting.city]))
    return one_line(place, LONGEST_LINE)


def _uid(registration: "Registration", day: date) -> str:
    """The one that the day's entry has, wherever the day has moved; else a new one."""
    told = registration.calendar_told
    if known := told.get(day.isoformat()):
        return known["uid"]
    # An entry that has moved to another day keeps the name of its first one.
    taken = {entry["uid"] for entry in told.values()}
    name = f"registration-{registration.reference}-{day}"
    uid, number = f"{name}@{host()}", 1
    while uid in taken:
        number += 1
        uid = f"{name}-{number}@{host()}"
    return uid


def standing(told: Entries) -> Entries:
    """Those that were not taken back: what the calendar has."""
    return {key: each for key, each in told.items() if each["status"] != CANCELLED}


def differences(
    told: Entries, entries: Entries
) -> list[tuple[Entry | None, Entry | None]]:
    """Each entry that a calendar has otherwise than it should: before, and now."""
    has = standing(told)
    pairs = ((has.get(key), entries.get(key)) for key in sorted({*has, *entries}))
    return [(old, new) for old, new in pairs if _read(old) != _read(new)]


def _read(entry: Entry | None) -> list[str] | None:
    return entry and [entry[name] for name in READ]


def last_sequence(told: Entries) -> int:
    return max((entry["sequence"] for entry in told.values()), default=-1)


def by_moved_days(told: Entries, days: dict[str, str]) -> Entries:
    """The same entries when days have moved; whose day is gone stands by its UID."""
    moved = {days.get(key, key): entry for key, entry in told.items() if key in days}
    others = {key: entry for key, entry in told.items() if key not in days}
    return moved | {
        entry["uid"] if key in moved else key: entry for key, entry in others.items()
    }


def both(told: Entries, others: Entries) -> Entries:
    """What a calendar has of two registrations of one person, of each day one."""
    entries = dict(told)
    for key, entry in others.items():
        mine = entries.get(key)
        if mine is None or mine["status"] == CANCELLED != entry["status"]:
            entries[key] = entry
        elif entry["status"] != CANCELLED:
            entries[entry["uid"]] = entry
    return entries


def signature(meeting: Meeting, hours: OfDays) -> str:
    """All of a meeting on which people's entries rest; it changes when one of it does."""
    days = meeting.days
    of_days = [(day, *hours[day]) for day in days if day in hours]
    parts = [meeting.title, meeting.timezone, place_of(meeting), days, of_days]
    return hashlib.sha256(json.dumps(parts, default=_iso).encode()).hexdigest()


def _iso(moment: date) -> str:
    return moment.isoformat()


def iso_days(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]
