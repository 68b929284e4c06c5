"""The pages of a reader's own agenda; none of them is kept by any cache."""

from hashlib import sha256
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from agenda.models import OwnAgenda
from agenda.outline import Outline
from agenda.own.calendar import to_own_ics
from agenda.own.keeping import is_open, keep, new_agenda, own_agenda
from agenda.own.parts import by_day, part_named, parts_of, starred
from agenda.views import find_meeting
from meeting.models import Meeting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(slug)
    agenda = own_agenda(request, meeting)
    if request.method != "POST":
        return show(request, meeting, agenda)
    try:
        agenda = change(request, meeting, agenda)
    except ValidationError as error:
        return refuse(request, meeting, agenda, error)
    if wants_json(request):
        response = JsonResponse(state_of(agenda))
    else:
        response = redirect("mine", meeting.slug)
    if agenda:
        keep(response, agenda)
    return response


@never_cache
@require_safe
def stars(request: HttpRequest, slug: str) -> HttpResponse:
    """What the agenda's page, which is the same for everybody, cannot say of stars."""
    meeting = find_meeting(slug)
    state = state_of(own_agenda(request, meeting))
    token = get_token(request) if is_open(meeting) else ""
    return JsonResponse(state | {"token": token})


@require_safe
def calendar(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    meeting = find_meeting(slug)
    agenda = OwnAgenda.objects.of(meeting, token)
    if agenda is None:
        raise Http404
    body = to_own_ics(Outline.released(meeting), agenda)
    etag = quote_etag(sha256(body).hexdigest())
    response = HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": "private, max-age=300",
            "Content-Disposition": f'inline; filename="my-agenda-{meeting.slug}.ics"',
            "ETag": etag,
            "X-Robots-Tag": "noindex, nofollow",
        },
    )
    return get_conditional_response(request, etag=etag, response=response)


def change(
    request: HttpRequest, meeting: Meeting, agenda: OwnAgenda | None
) -> OwnAgenda | None:
    """Put on the agenda, or take off it, what the form names."""
    adds = "add" in request.POST
    part = part_named(meeting, request.POST.get("add" if adds else "remove", ""))
    if part is None:
        text = _("This is no longer on the agenda, or is about to be taken off it.")
        raise ValidationError(text, code="no_such_part")
    if adds:
        agenda = agenda or new_agenda(request, meeting)
        agenda.star(part)
    elif agenda:
        agenda.unstar(part)
    return agenda


def show(
    request: HttpRequest,
    meeting: Meeting,
    agenda: OwnAgenda | None,
    error: ValidationError | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    parts = parts_of(Outline.released(meeting), agenda)
    chosen = starred(parts)
    asked = request.GET.get("part")
    context = {
        "meeting": meeting,
        "agenda": agenda,
        "is_open": is_open(meeting),
        "days": list(by_day(chosen)),
        "all_days": list(by_day(parts)),
        "asked": next((part for part in parts if part.name == asked), None),
        "error": error,
    }
    response = render(request, "agenda/mine.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def refuse(
    request: HttpRequest,
    meeting: Meeting,
    agenda: OwnAgenda | None,
    error: ValidationError,
) -> HttpResponse:
    too_many = error.code == "too_many_agendas"
    status = HTTPStatus.TOO_MANY_REQUESTS if too_many else HTTPStatus.CONFLICT
    if wants_json(request):
        problem = {"code": error.code, "problem": error.messages[0]}
        return JsonResponse(state_of(agenda) | problem, status=status)
    return show(request, meeting, agenda, error, status)


def state_of(agenda: OwnAgenda | None) -> dict[str, list[str]]:
    return {"stars": sorted(agenda.stars) if agenda else []}


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
