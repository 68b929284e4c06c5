"""Now and next: the page, and what open pages ask for every few seconds."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agenda.outline import Outline
from agenda.today.now import NowAndNext
from agenda.today.versions import is_latest
from agenda.views import find_meeting


@require_safe
def now(request: HttpRequest, slug: str) -> HttpResponse:
    """For phones; with `?screen=1` for a screen in the corridor."""
    meeting = find_meeting(slug)
    context = {
        "meeting": meeting,
        "day": NowAndNext(Outline.released(meeting), request.GET.get("room", "")),
        "is_screen": request.GET.get("screen") == "1",
    }
    return render(request, "agenda/now.html", context)


@never_cache
@require_safe
def now_part(request: HttpRequest, slug: str) -> HttpResponse:
    """The part that follows, or nothing where it is as the page has it."""
    meeting = find_meeting(slug)
    if is_latest(meeting, request.GET.get("v", "")):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    is_strip = request.GET.get("as") == "strip"
    template = "agenda/_now_strip.html" if is_strip else "agenda/_now.html"
    day = NowAndNext(Outline.released(meeting), request.GET.get("room", ""))
    return render(request, template, {"meeting": meeting, "day": day})


@never_cache
@require_safe
def now_version(request: HttpRequest, slug: str) -> HttpResponse:
    """For pages that show it in another way: they hear `programme-changed`."""
    meeting = find_meeting(slug)
    if is_latest(meeting, request.GET.get("v", "")):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return HttpResponse(headers={"HX-Trigger": "programme-changed"})
