"""A reader's own agenda as a calendar, which follows releases and the day."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from agenda.feeds.ics import times_of
from agenda.models import OwnAgenda
from agenda.outline import Outline
from agenda.own.parts import Part, parts_of, starred


def to_own_ics(outline: Outline, agenda: OwnAgenda) -> bytes:
    """One event for each session and item that is starred and still on the agenda."""
    meeting = outline.meeting
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Plenary//Own agenda//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("My agenda: %s") % meeting)
    calendar.add("refresh-interval", timedelta(minutes=15), {"value": "DURATION"})
    for part in starred(parts_of(outline, agenda)):
        if part.date:
            calendar.add_component(_event(part, outline))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _event(part: Part, outline: Outline) -> Event:
    meeting = outline.meeting
    event = Event()
    event.add("uid", _uid(part))
    # When it came to be so; the same for as long as nothing changes.
    changed = max(filter(None, [outline.at, part.mark and part.mark.updated_at]))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("summary", f"{part.title} – {meeting}")
    for name, moment in zip(("dtstart", "dtend"), _times(part), strict=True):
        event.add(name, moment)
    if part.is_cancelled:
        event.add("status", "CANCELLED")
    place = ", ".join(filter(None, [part.session.place, meeting.venue, meeting.city]))
    if place:
        event.add("location", place)
    event.add("url", settings.SITE_URL + part.what.get_absolute_url())
    if not part.has_own_hours:
        event.add("description", _("Hours to be confirmed."))
    return event


def _times(part: Part) -> tuple[date, date] | tuple[datetime, datetime]:
    """Its own hours; without those, the hours of its session."""
    return times_of(part.what if part.has_own_hours else part.session)


def _uid(part: Part) -> str:
    host = urlsplit(settings.SITE_URL).hostname
    if part.item:
        return f"item-{part.item.pk}@{host}"
    return f"session-{part.session.uid}@{host}"
