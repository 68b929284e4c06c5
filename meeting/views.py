"""The meeting's own pages, and those of the site above all meetings."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views import defaults
from django.views.decorators.http import require_safe

from meeting.gate import AT_ONCE
from meeting.models import Meeting

View = Callable[[HttpRequest], HttpResponse]
# How a NUL is written in each, and what stands for a sign that is none (U+FFFD).
NUL = {"QUERY_STRING": "%00", "HTTP_COOKIE": r"\000"}
BROKEN = {"QUERY_STRING": "%EF%BF%BD", "HTTP_COOKIE": "?"}
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    meeting = Meeting.objects.current()
    if meeting is None:
        return render(request, "meeting/none.html")
    return show_home(request, meeting)


@require_safe
def home(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    return show_home(request, meeting)


def show_home(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    references = list(meeting.references.all())
    context = {
        "meeting": meeting,
        "mandates": [each for each in references if each.kind == "mandate"],
        "references": [each for each in references if each.kind == "reference"],
    }
    return render(request, "meeting/home.html", context)


@require_safe
def page(request: HttpRequest, slug: str, page: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    found = meeting.pages.filter(slug=page).first()
    if found is None:
        return _lead_on_to_page(meeting, page)
    context = {"meeting": meeting, "page": found}
    return render(request, "meeting/page.html", context)


def _lead_on_to_page(meeting: Meeting, slug: str) -> HttpResponse:
    """By an address that the page had; the last to have it, if there were several."""
    for page in meeting.pages.order_by("-pk"):
        if slug in page.former_slugs:
            address = reverse("page", args=[meeting.slug, page.slug])
            return HttpResponsePermanentRedirect(address)
    raise Http404


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    meetings = Meeting.objects.published()
    return render(request, "meeting/meetings.html", {"meetings": meetings})


def refuse_nul(get_response: View) -> View:
    """No address has a NUL in it, and PostgreSQL takes none in a text to look for.

    In what follows the path, and in cookies, it reads as other broken signs do.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            return HttpResponseBadRequest()
        for name, written in NUL.items():
            if written in request.META.get(name, ""):
                request.META[name] = request.META[name].replace(written, BROKEN[name])
        return get_response(request)

    return answer


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not isinstance(exception, TOO_MUCH):
        return defaults.bad_request(request, exception)
    # Closed on what nobody has read, a connection is reset, and the answer may be lost
    # with it (RFC 9112, 9.6).
    with suppress(OSError):
        while request.read(AT_ONCE):
            pass
    return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    slug = request.path.strip("/").partition("/")[0]
    meeting = Meeting.objects.published().filter(slug=slug).first()
    if meeting is None and (moved := Meeting.objects.formerly(slug)):
        return _lead_on(request, slug, moved)
    context = {"meeting": meeting}
    return render(request, "404.html", context, status=HTTPStatus.NOT_FOUND)


def _lead_on(request: HttpRequest, slug: str, meeting: Meeting) -> HttpResponse:
    """To the same page under the meeting's address of now; forms are sent on whole."""
    address = request.get_full_path().replace(f"/{slug}", f"/{meeting.slug}", 1)
    response = HttpResponsePermanentRedirect(address)
    if request.method not in {"GET", "HEAD"}:
        response.status_code = HTTPStatus.PERMANENT_REDIRECT
    return response


def failed(request: HttpRequest) -> HttpResponse:
    # Nothing is asked of the database: it may be what failed.
    return render(request, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)
