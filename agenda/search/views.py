"""The page on which readers look for something."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agenda.outline import Outline
from agenda.search.finding import MOST_SHOWN, find
from agenda.search.query import LONGEST, Query
from agenda.views import find_meeting


@require_safe
def search(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(slug)
    query = Query(request.GET.get("q", ""))
    context = {
        "meeting": meeting,
        "query": query,
        "found": find(Outline.released(meeting), query) if query else None,
        "longest": LONGEST,
        "most_shown": MOST_SHOWN,
    }
    return render(request, "agenda/search.html", context)
