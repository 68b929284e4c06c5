"""The programme for other programs; each reads the outline once."""

import json
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from agenda.feeds.conditional import feed_response
from agenda.feeds.embedding import embedded, language_wish
from agenda.feeds.ics import item_to_ics, session_to_ics, to_ics
from agenda.feeds.schedule import schedule_of
from agenda.feeds.schedule_xml import to_xml
from agenda.outline import Outline
from agenda.state import programme_state
from agenda.views import find_meeting
from meeting.keeping import kept
from meeting.models import Meeting

HTML = "text/html; charset=utf-8"


@require_safe
@kept(state=programme_state)
def agenda_ics(request: HttpRequest, slug: str) -> HttpResponse:
    outline = Outline.released(find_meeting(slug), has_materials=False)
    return _calendar(outline, to_ics(outline), f"meeting-{slug}")


@require_safe
@kept(state=programme_state)
def session_ics(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    outline = Outline.released(find_meeting(slug), has_materials=False)
    for session in outline.sessions:
        if session.pk == pk and session.date:
            content = session_to_ics(session, outline)
            return _calendar(outline, content, f"meeting-{slug}-session-{pk}")
    raise Http404


@require_safe
@kept(state=programme_state)
def item_ics(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    outline = Outline.released(find_meeting(slug), has_materials=False)
    for each in outline.items:
        if each.slug == item and each.session.date:
            content = item_to_ics(each, outline)
            name = f"meeting-{slug}-item-{each.pk}"
            return _calendar(outline, content, name)
    raise Http404


@require_safe
@kept(state=programme_state)
def agenda_json(request: HttpRequest, slug: str) -> HttpResponse:
    values = schedule_of(Outline.released(find_meeting(slug)))
    content = json.dumps(values, ensure_ascii=False).encode()
    return feed_response(content, "application/json")


@require_safe
@kept(state=programme_state)
def agenda_xml(request: HttpRequest, slug: str) -> HttpResponse:
    values = schedule_of(Outline.released(find_meeting(slug)))
    return feed_response(to_xml(values), "application/xml; charset=utf-8")


@require_safe
@kept(language_wish, state=programme_state)
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """The agenda as a frame on another site, for those that the meeting allows."""
    meeting = _shown_elsewhere(slug)
    content = embedded(meeting, "agenda/embed.html", request.GET.get("lang", ""))
    response = feed_response(content, HTML)
    # Whatever else the policy says stays.
    response._csp_replace = {"frame-ancestors": meeting.embed_origins}
    response.xframe_options_exempt = True
    return response


@require_safe
def embed_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as plain HTML, to be fetched by a page of such a site."""
    meeting = _shown_elsewhere(slug)
    response = _fragment(request, slug=slug)
    origin = request.headers.get("Origin")
    if origin in meeting.embed_origins:
        response["Access-Control-Allow-Origin"] = origin
    patch_vary_headers(response, ["Origin"])
    return response


@kept(language_wish, state=programme_state)
def _fragment(request: HttpRequest, slug: str) -> HttpResponse:
    language = request.GET.get("lang", "")
    content = embedded(_shown_elsewhere(slug), "agenda/_embedded.html", language)
    return feed_response(content, HTML)


def _shown_elsewhere(slug: str) -> Meeting:
    meeting = find_meeting(slug)
    if not meeting.embed_origins:
        raise Http404
    return meeting


def _calendar(outline: Outline, content: bytes, name: str) -> HttpResponse:
    return feed_response(
        content,
        "text/calendar; charset=utf-8",
        filename=f"{name}.ics",
        changed_at=_changed_at(outline),
    )


def _changed_at(outline: Outline) -> datetime | None:
    """None where nothing was released: then it is whatever it is now."""
    if outline.release is None:
        return None
    meeting: Meeting = outline.meeting
    moments = [outline.changed_at, meeting.updated_at]
    # From then on nothing of it is to be confirmed.
    return max(*moments, *([meeting.ends_at] if meeting.is_over else []))
