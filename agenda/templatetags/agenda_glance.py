"""What other pages show of the programme."""

from datetime import date
from typing import Any

from django import template

from agenda.models import Material, Release, Session
from agenda.outline import Outline
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


@register.inclusion_tag("agenda/_record.html")
def record(meeting: Meeting) -> dict[str, Any]:
    """What remains of a meeting: materials by item, report, recordings, programme."""
    outline = Outline.released(meeting)
    outcome = {Material.Kind.REPORT, Material.Kind.PARTICIPANTS}
    return {
        "meeting": meeting,
        "outline": outline,
        "general": [m for m in outline.documents if m.kind not in outcome],
        "outcome": [m for m in outline.documents if m.kind in outcome],
        "recordings": [each for each in outline.sessions if each.recording],
    }
