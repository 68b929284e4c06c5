"""What other pages show of the programme."""

from datetime import date
from typing import Any

from django import template

from agenda.models import Material, Session
from agenda.outline import Outline
from agenda.today.now import NowAndNext, people_in
from meeting.models import Meeting

register = template.Library()
register.filter("people_in", people_in)


@register.simple_tag
def now_and_next(meeting: Meeting) -> NowAndNext:
    """What is on: three queries, with all that `glance` prints."""
    return NowAndNext(Outline.released(meeting))


@register.inclusion_tag("agenda/_glance.html")
def glance(outline: Outline) -> dict[str, Any]:
    """The sessions day by day, with what is on now."""
    days: dict[date, list[Session]] = {}
    for session in outline.sessions:
        if session.kind == Session.Kind.SESSION:
            days.setdefault(session.date, []).append(session)
    kind = Session.Kind.SIDE_EVENT
    side_events = [each for each in outline.sessions if each.kind == kind]
    return {"meeting": outline.meeting, "days": days, "side_events": side_events}


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
