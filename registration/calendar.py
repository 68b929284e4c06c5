"""A registration as calendar entries: one for each day that the person comes."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from agenda.models import Session
from meeting.models import Meeting

if TYPE_CHECKING:
    from registration.models import Registration


def hours_of(
    meeting: Meeting, days: list[date]
) -> dict[date, tuple[datetime, datetime]]:
    """First hour and last of each day's programme; days without hours are left out."""
    sessions = Session.objects.of_programme().filter(
        meeting=meeting, date__in=days, starts_at__isnull=False
    )
    hours = defaultdict(list)
    for day, *ends in sessions.values_list("date", "starts_at", "ends_at"):
        hours[day] += [hour.astimezone(meeting.zone) for hour in ends if hour]
    return {
        day: (min(known), max(known))
        for day, known in hours.items()
        if min(known) < max(known)
    }


def calendar_of(registration: "Registration") -> str:
    """An .ics file with the person's days, each in the hours of its programme."""
    meeting, days = registration.meeting, registration.dates
    hours = hours_of(meeting, days)
    calendar = Calendar()
    calendar.add("prodid", "-//Plenary//Registration//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for day in days:
        calendar.add_component(_event(registration, day, hours.get(day)))
    # A year around is enough to hold both changes of the clocks.
    calendar.add_missing_timezones(
        meeting.starts_on - timedelta(days=366), meeting.ends_on + timedelta(days=366)
    )
    return calendar.to_ical().decode()


def _event(
    registration: "Registration", day: date, hours: tuple[datetime, datetime] | None
) -> Event:
    meeting, now = registration.meeting, timezone.now()
    start, end = hours or (day, day + timedelta(days=1))
    host = urlsplit(settings.SITE_URL).hostname
    event = Event()
    event.add("uid", f"registration-{registration.reference}-{day}@{host}")
    event.add("dtstamp", now)
    # A later file about the same day replaces the earlier one.
    event.add("sequence", max(0, int((now - registration.created_at).total_seconds())))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", meeting.title)
    event.add("status", _certainty(registration))
    event.add("url", settings.SITE_URL + meeting.get_absolute_url())
    event["location"] = vText(_place(registration))
    event.add("description", _("Your reference: %s") % registration.reference)
    return event


def _certainty(registration: "Registration") -> str:
    if not registration.is_active:
        return "CANCELLED"
    # Whoever is asked for a correction keeps the seat meanwhile.
    is_confirmed = registration.standing == registration.Status.CONFIRMED
    return "CONFIRMED" if is_confirmed else "TENTATIVE"


def _place(registration: "Registration") -> str:
    if registration.attendance == registration.Attendance.REMOTE:
        return _("Remotely")
    meeting = registration.meeting
    return ", ".join(filter(None, [meeting.room, meeting.venue, meeting.city]))
