"""The programme as a calendar (RFC 5545)."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from agenda.models import Session
from agenda.outline import Outline


def to_ics(outline: Outline) -> bytes:
    """One event a session, with its items; all-day where the hours are not known."""
    meeting = outline.meeting
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Plenary//Agenda//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", meeting.title)
    for session in outline.sessions:
        if session.date:
            calendar.add_component(_event(session))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(session: Session) -> Event:
    meeting = session.meeting
    event = Event()
    event.add("uid", f"session-{session.uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", session.updated_at)
    event.add("summary", f"{session} – {meeting}")
    for name, moment in zip(("dtstart", "dtend"), times_of(session), strict=True):
        event.add(name, moment)
    place = ", ".join(filter(None, [session.place, meeting.venue, meeting.city]))
    if place:
        event.add("location", place)
    event.add("url", settings.SITE_URL + session.get_absolute_url())
    description = "\n".join(_description(session))
    if description:
        event.add("description", description)
    return event


def times_of(session: Session) -> tuple:
    """Start and end in the meeting's zone; whole days where the start is unknown."""
    if session.starts_at is None:
        return session.date, session.date + timedelta(days=1)
    end: datetime = session.ends_at or session.starts_at + timedelta(hours=1)
    zone = session.meeting.zone
    return session.starts_at.astimezone(zone), end.astimezone(zone)


def _description(session: Session) -> list[str]:
    lines = [f"{item.numeral} {item}".strip() for item in session.listed_items]
    if {"start", "end"} & set(session.tbc) or session.starts_at is None:
        lines.append(_("Hours to be confirmed."))
    if not session.is_complete:
        lines.append(_("More items to be confirmed."))
    return lines
