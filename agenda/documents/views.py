"""The pages on which readers find what was posted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agenda.documents.contributed import organizations_of
from agenda.documents.listing import Listing
from agenda.documents.wishes import Wishes
from agenda.outline import Outline
from agenda.reader import Reader
from agenda.search.query import LONGEST
from agenda.state import programme_state
from agenda.views import find_meeting
from meeting.keeping import kept


@require_safe
def documents(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them, kept for everybody; or those asked for, made each time."""
    wishes = Wishes(request.GET)
    if not wishes:
        return _all_documents(request, slug=slug)
    response = _show(request, slug, wishes)
    # Browsers keep the page for when there is no connection: the whole one.
    response["Cache-Control"] = "private, no-cache"
    return response


@kept(state=programme_state)
def _all_documents(request: HttpRequest, slug: str) -> HttpResponse:
    return _show(request, slug, Wishes({}))


def _show(request: HttpRequest, slug: str, wishes: Wishes) -> HttpResponse:
    meeting = find_meeting(slug)
    context = {
        "meeting": meeting,
        "reader": Reader(meeting),
        "listing": Listing(Outline.released(meeting), wishes),
        "wishes": wishes,
        "longest": LONGEST,
    }
    return render(request, "agenda/documents.html", context)


@require_safe
@kept(state=programme_state)
def contributed_papers(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(slug)
    organizations = organizations_of(Outline.released(meeting))
    context = {
        "meeting": meeting,
        "organizations": organizations,
        "count": sum(len(each.documents) for each in organizations),
    }
    return render(request, "agenda/contributed_papers.html", context)
