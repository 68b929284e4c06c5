"""A reader's own agenda as a calendar, which follows releases and the day."""

from django.utils.translation import gettext as _

from agenda.feeds.ics import calendar, event_of_item, event_of_session
from agenda.models import OwnAgenda
from agenda.outline import Outline
from agenda.own.parts import Part, parts_of, starred


def to_own_ics(outline: Outline, agenda: OwnAgenda) -> bytes:
    """One event for each session and item that is starred and still on the agenda."""
    parts = [part for part in starred(parts_of(outline, agenda)) if part.date]
    events = [_event(part, outline) for part in parts]
    name = _("My agenda: %s") % outline.meeting
    return calendar(outline.meeting, events, [p.date for p in parts], name).encode()


def _event(part: Part, outline: Outline) -> str:
    if part.item:
        return event_of_item(part.item, outline)
    return event_of_session(part.session, outline)
