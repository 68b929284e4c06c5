"""The programme as a calendar (RFC 5545)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings

from agenda.feeds.clock import clock_of
from agenda.feeds.identity import host
from agenda.feeds.lines import line, moment_line, text_line, utc
from agenda.feeds.words import lines_of_item, lines_of_session, title_of
from agenda.models import Item, Session
from agenda.outline import Outline
from meeting.mail.cleaning import is_address
from meeting.models import Meeting

# A day, or a moment by the clock of the meeting's zone.
Moment = date | datetime
AN_HOUR = timedelta(hours=1)


def to_ics(outline: Outline) -> bytes:
    """One event a session, with its items; all-day where the hours are not known."""
    sessions = [session for session in outline.sessions if session.date]
    events = (event_of_session(session, outline) for session in sessions)
    dates = (session.date for session in sessions)
    return calendar(outline.meeting, events, dates).encode()


def session_to_ics(session: Session, outline: Outline) -> bytes:
    event = event_of_session(session, outline)
    return calendar(outline.meeting, [event], [session.date]).encode()


def item_to_ics(item: Item, outline: Outline) -> bytes:
    event = event_of_item(item, outline)
    return calendar(outline.meeting, [event], [item.session.date]).encode()


def calendar(
    meeting: Meeting,
    events: Iterable[str],
    dates: Iterable[date] = (),
    name: str = "",
) -> str:
    """A whole calendar of events that are written already, under the meeting's title.

    `dates` are those of its events, which may lie outside the meeting's days.
    """
    name = name or meeting.title
    return "".join(
        [
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Plenary//Agenda//EN\r\n",
            "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n",
            text_line("NAME", name),
            text_line("X-WR-CALNAME", name),
            f"X-WR-TIMEZONE:{meeting.timezone}\r\n",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n",
            clock_of(meeting, dates),
            *events,
            "END:VCALENDAR\r\n",
        ]
    )


def event_of_session(session: Session, outline: Outline) -> str:
    """The session needs a date; its UID is the same for ever."""
    return _event(
        outline,
        uid=f"session-{session.uid}",
        times=times_of(session),
        summary=f"{session} – {outline.meeting}",
        place=session.place,
        url=session.get_absolute_url(),
        lines=lines_of_session(session, session.listed_items),
    )


def event_of_item(item: Item, outline: Outline) -> str:
    """Its session needs a date; its UID is the same for ever."""
    return _event(
        outline,
        uid=f"item-{item.pk}",
        times=times_of_item(item),
        summary=title_of(item),
        place=item.session.place,
        url=item.get_absolute_url(),
        lines=[f"{item.session} – {outline.meeting}", *lines_of_item(item)],
        is_cancelled=item.is_cancelled,
    )


def times_of(session: Session) -> tuple[Moment, Moment]:
    """Start and end in the meeting's zone; whole days where the start is unknown."""
    if session.starts_at is None:
        return session.date, session.date + timedelta(days=1)
    end = session.ends_at or session.starts_at + AN_HOUR
    zone = session.meeting.zone
    return session.starts_at.astimezone(zone), end.astimezone(zone)


def times_of_item(item: Item) -> tuple[Moment, Moment]:
    """Its own hours; those of its session where it has none."""
    if item.starts_at is None:
        return times_of(item.session)
    zone = item.meeting.zone
    return item.starts_at.astimezone(zone), end_of(item).astimezone(zone)


def end_of(item: Item) -> datetime:
    """When it ends, as far as that can be told: an item has an hour of its start."""
    if item.ends_at:
        return item.ends_at
    if item.minutes:
        return item.starts_at + timedelta(minutes=item.minutes)
    starts = [other.starts_at for other in item.session.listed_items]
    ends = [*starts, item.session.ends_at]
    later = [end for end in ends if end and end > item.starts_at]
    return min(later, default=item.starts_at + AN_HOUR)


def _event(
    outline: Outline,
    *,
    uid: str,
    times: tuple[Moment, Moment],
    summary: str,
    place: str,
    url: str,
    lines: Iterable[str],
    is_cancelled: bool = False,
) -> str:
    meeting, changed = outline.meeting, utc(outline.changed_at)
    number = outline.release.number if outline.release else 0
    where = ", ".join(filter(None, [place, meeting.venue, meeting.city]))
    description = "\n".join(lines)
    return "".join(
        [
            "BEGIN:VEVENT\r\n",
            line("UID", f"{uid}@{host()}"),
            f"DTSTAMP:{changed}\r\nLAST-MODIFIED:{changed}\r\nSEQUENCE:{number}\r\n",
            f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}\r\n",
            moment_line("DTSTART", times[0]),
            moment_line("DTEND", times[1]),
            text_line("SUMMARY", summary),
            text_line("LOCATION", where) if where else "",
            text_line("DESCRIPTION", description) if description else "",
            line("URL", settings.SITE_URL + url),
            _organizer(meeting),
            "END:VEVENT\r\n",
        ]
    )


def _organizer(meeting: Meeting) -> str:
    if not is_address(meeting.contact_email):
        return ""
    name = {"CN": meeting.organizer_name} if meeting.organizer_name else {}
    return line("ORGANIZER", f"mailto:{meeting.contact_email}", **name)
