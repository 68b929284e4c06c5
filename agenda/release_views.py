"""What was released of an agenda, and what each release has changed, for readers."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from agenda.differences import brought_by
from agenda.feeds.atom import ENTRIES, to_atom
from agenda.models import Release
from agenda.outline import Outline
from agenda.reader import wishes
from agenda.state import programme_state
from agenda.views import find_meeting, reader_context
from meeting.keeping import kept
from meeting.models import Meeting


@require_safe
@kept(state=programme_state)
def releases(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(slug)
    found = Release.objects.out().filter(meeting=meeting).without_content()
    context = {"meeting": meeting, "releases": found}
    return render(request, "agenda/releases.html", context)


@require_safe
@kept(wishes, state=programme_state)
def release(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The agenda as it was, or is, by this release."""
    meeting = find_meeting(slug)
    context = _of_release(meeting, number)
    found = context["release"]
    context["outline"] = Outline(found.snapshot, found)
    context |= reader_context(request, meeting)
    return _not_to_find(render(request, "agenda/release.html", context))


@require_safe
@kept(state=programme_state)
def changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What this release has changed, in words."""
    context = _of_release(find_meeting(slug), number)
    ((_release, differences),) = brought_by([context["release"]])
    context["differences"] = differences
    return _not_to_find(render(request, "agenda/release_changes.html", context))


@require_safe
def agenda_atom(request: HttpRequest, slug: str) -> HttpResponse:
    """What has changed, as a feed; nothing is compared for who has it already."""
    meeting = find_meeting(slug)
    out = Release.objects.out().filter(meeting=meeting)
    shown = list(out.without_content()[:ENTRIES])
    if not shown:
        raise Http404
    etag = _etag(meeting, shown)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        found = list(out[:ENTRIES])
        for each in found:
            each.meeting = meeting
        response = HttpResponse(
            to_atom(meeting, brought_by(found)),
            content_type="application/atom+xml; charset=utf-8",
        )
    response["ETag"] = etag
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _not_to_find(response: HttpResponse) -> HttpResponse:
    """Search engines should lead to what is so now."""
    response["X-Robots-Tag"] = "noindex"
    return response


def _of_release(meeting: Meeting, number: int) -> dict[str, Any]:
    """That release and the one that readers see; 404 where it is not out."""
    out = Release.objects.out().filter(meeting=meeting)
    found = out.filter(number=number).first()
    if found is None:
        raise Http404
    found.meeting = meeting
    latest = out.without_content().first()
    latest.meeting = meeting
    return {"meeting": meeting, "release": found, "current": latest}


def _etag(meeting: Meeting, releases: list[Release]) -> str:
    """Another one where another text would be written.

    No hour says as much: a note that is corrected has none.
    """
    of_each = [(each.pk, each.note, each.at) for each in releases]
    facts = [of_each, meeting.updated_at, get_language()]
    digest = hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
    return f'"{digest}"'
