"""What other pages show of the programme."""

from datetime import date
from typing import Any

from django import template

from agenda.models import Release, Session
from meeting.models import Meeting

register = template.Library()


@register.inclusion_tag("agenda/_glance.html")
def glance(meeting: Meeting) -> dict[str, Any]:
    """The sessions day by day, with what is on now: one query."""
    sessions = Release.objects.sessions([meeting])[meeting.pk]
    days: dict[date, list[Session]] = {}
    for session in sessions:
        if session.kind == Session.Kind.SESSION:
            days.setdefault(session.date, []).append(session)
    side_events = [each for each in sessions if each.kind == Session.Kind.SIDE_EVENT]
    return {"meeting": meeting, "days": days, "side_events": side_events}
