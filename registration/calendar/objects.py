"""Calendar entries in the words of RFC 5545, and of RFC 5546 where they are sent."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from agenda.feeds.clock import clock_of
from meeting.mail.cleaning import is_address, one_line
from meeting.models import Meeting
from registration.calendar.entries import CANCELLED, LONGEST_LINE, Entries, Entry

if TYPE_CHECKING:
    from registration.models import Registration

END = "END:VCALENDAR\r\n"
PLAIN = str.maketrans('"\\', "'/")


def to_send(registration: "Registration", entries: Entries) -> Iterator[str]:
    """An object for each entry, as a mail carries them.

    RFC 5546 allows entries of several names in one object only where it is published.
    """
    has_organizer = is_address(registration.meeting.contact_email)
    for entry in entries.values():
        event = event_of(registration, entry)
        if entry["status"] == CANCELLED:
            method = "CANCEL"
        else:
            # Answers to a request would go to whoever asks.
            method = "REQUEST" if has_organizer else "PUBLISH"
        if has_organizer:
            event.add("attendee", _attendee(registration, entry))
        yield calendar_text(new_calendar(method), registration.meeting, [event])


def event_of(
    registration: "Registration", entry: Entry, at: datetime | None = None
) -> Event:
    """`at` is when it came to be so, where that is not now."""
    meeting = registration.meeting
    event = Event()
    event.add("uid", entry["uid"])
    event.add("dtstamp", at or timezone.now())
    event.add("sequence", entry["sequence"])
    for name in ("start", "end"):
        event.add(f"dt{name}", _moment(entry[name], meeting))
    event["summary"] = vText(entry["summary"])
    event.add("status", entry["status"])
    event.add("organizer", _organizer(meeting))
    event.add("url", settings.SITE_URL + meeting.get_absolute_url())
    event["location"] = vText(_where(registration, entry))
    event.add("description", _description(registration, entry))
    return event


def _description(registration: "Registration", entry: Entry) -> str:
    lines = [_("Your reference: %s") % registration.reference]
    if link := entry.get("link"):
        lines.append(_("Take part remotely: %s") % link)
    return "\n".join(lines)


def _where(registration: "Registration", entry: Entry) -> str:
    is_remote = registration.attendance == registration.Attendance.REMOTE
    return _("Remotely") if is_remote else entry["place"]


def new_calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Plenary//Registration//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def calendar_text(calendar: Calendar, meeting: Meeting, events: Iterable[Event]) -> str:
    """The whole object, with the rules of the meeting's clock and these events."""
    head = calendar.to_ical().decode().removesuffix(END)
    body = "".join(event.to_ical().decode() for event in events)
    return f"{head}{clock_of(meeting)}{body}{END}"


def _moment(iso: str, meeting: Meeting) -> date | datetime:
    if len(iso) == len("2027-02-16"):
        return date.fromisoformat(iso)
    return datetime.fromisoformat(iso).astimezone(meeting.zone)


def _organizer(meeting: Meeting) -> vCalAddress:
    """Whom the mail can be answered; without that, who sends it."""
    contact = meeting.contact_email
    address = (
        contact if is_address(contact) else parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    )
    return _address(address, meeting.organizer_name)


def _attendee(registration: "Registration", entry: Entry) -> vCalAddress:
    is_sure = entry["status"] == "CONFIRMED"
    attendee = _address(registration.email, registration.name)
    attendee.params |= {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED" if is_sure else "TENTATIVE",
        # They answer by their link, not by the calendar.
        "RSVP": "FALSE",
    }
    return attendee


def _address(address: str, name: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    # Quotation marks would end the name in older programs, and a backslash takes what
    # follows it along in some.
    if plain := one_line(name, LONGEST_LINE).translate(PLAIN):
        found.params["CN"] = plain
    return found
