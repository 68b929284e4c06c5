"""The contributor's page: by its private link, and without an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agenda.models import Contributor
from agenda.views import find_meeting


@never_cache
@require_safe
def contribute(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    contributor = find_contributor(slug, token)
    asked = contributor.requests.select_related("item", "presentation", "material")
    context = {
        "meeting": contributor.meeting,
        "contributor": contributor,
        "requests": asked.prefetch_related("submissions"),
    }
    return render(request, "agenda/contribute.html", context)


def find_contributor(slug: str, token: str) -> Contributor:
    contributor = Contributor.by_token(find_meeting(slug), token)
    if contributor is None:
        raise Http404
    return contributor
