"""The person's calendar as it is now: a file to keep, or an address to look at again."""

from datetime import timedelta
from typing import TYPE_CHECKING

from registration.calendar.entries import Entries, entries_of, entry_of_session
from registration.calendar.hours import Hours
from registration.calendar.objects import calendar_text, event_of, new_calendar
from registration.calendar.telling import sequence_now

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
    """The person's days, and the sessions in which they have a place.

    The same to the last letter while nothing changes.
    """
    meeting = registration.meeting
    calendar = new_calendar("PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, meeting.title)
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    entries = _with_sequence(registration, _days(registration))
    if registration.is_active:
        entries |= _sessions(registration)
    at = max(registration.updated_at, meeting.updated_at)
    events = [event_of(registration, entry, at) for entry in entries.values()]
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


def _sessions(registration: "Registration") -> Entries:
    seated = [
        choice.session
        for choice in registration.chosen_sessions
        if choice.status == choice.Status.CONFIRMED and choice.session.date
    ]
    return {
        str(session.uid): entry_of_session(registration, session) for session in seated
    }
