"""What pages tell search engines of the programme."""

from django import template
from django.utils.safestring import SafeString

from agenda.feeds.structured import (
    as_script,
    item_event,
    meeting_event,
    person,
    session_event,
)
from agenda.models import Item, Role, Session, Speaker
from agenda.outline import Outline
from meeting.models import Meeting

register = template.Library()


@register.simple_tag
def meeting_data(meeting: Meeting) -> SafeString:
    return as_script(meeting_event(meeting))


@register.simple_tag
def agenda_data(outline: Outline) -> SafeString:
    return as_script(meeting_event(outline.meeting, outline.sessions))


@register.simple_tag
def session_data(session: Session) -> SafeString:
    return as_script(session_event(session))


@register.simple_tag
def item_data(item: Item) -> SafeString:
    return as_script(item_event(item))


@register.simple_tag
def person_data(
    meeting: Meeting, speaker: Speaker, roles: list[Role], photo: str
) -> SafeString:
    return as_script(person(meeting, speaker, roles, photo))
