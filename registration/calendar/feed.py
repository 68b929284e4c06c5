"""The person's calendar as it is now: a file to keep, or an address to look at again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from registration.calendar.entries import Entries, Entry, entries_of, entry_of_session
from registration.calendar.hours import Hours
from registration.calendar.objects import calendar_text, event_of, new_calendar
from registration.calendar.telling import sequence_now
from registration.remote import remote_sessions, seated

if TYPE_CHECKING:
    from registration.models import Registration

# How often a calendar program should look whether something has changed.
REFRESH = timedelta(hours=1)


def file_of(registration: "Registration") -> str:
    """The person's days, as they are at this moment."""
    number = sequence_now(registration)
    events = [
        event_of(registration, {**entry, "sequence": number})
        for entry in _days(registration).values()
    ]
    return calendar_text(new_calendar("PUBLISH"), registration.meeting, events)


def feed_of(registration: "Registration") -> str:
    """The person's days, and their sessions, with the links to take part remotely.

    The same to the last letter while nothing changes.
    """
    meeting = registration.meeting
    calendar = new_calendar("PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, meeting.title)
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    since = _since(registration)
    days = _with_sequence(registration, _days(registration)).values()
    events = [event_of(registration, entry, since) for entry in days]
    events += [event_of(registration, *each) for each in _sessions(registration)]
    return calendar_text(calendar, meeting, events)


def _days(registration: "Registration") -> Entries:
    return entries_of(registration, Hours(registration.meeting))


def _with_sequence(registration: "Registration", entries: Entries) -> Entries:
    """The numbers of the mails that have said so last."""
    told = registration.calendar_told
    return {
        day: {**entry, "sequence": told.get(day, {}).get("sequence", 0)}
        for day, entry in entries.items()
    }


def _sessions(registration: "Registration") -> Iterator[tuple[Entry, datetime]]:
    """With when each came to be so: chosen ones, and those with a link to take part."""
    if not registration.is_active:
        return
    since = _since(registration)
    links = {each.pk: each for each in remote_sessions(registration)}
    sessions = {each.pk: each for each in seated(registration)} | links
    for session in sorted(sessions.values(), key=lambda each: each.by_hours):
        if session.date is None:
            continue
        entry = entry_of_session(registration, session)
        if session.pk in links:
            entry["link"] = session.remote_url
            yield entry, max(since, session.updated_at)
        else:
            yield entry, since


def _since(registration: "Registration") -> datetime:
    return max(registration.updated_at, registration.meeting.updated_at)
