"""A participant's own pages, by the private link of their mails."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from meeting.models import Meeting
from registration.calendar import calendar_of
from registration.forms import CorrectionForm
from registration.models import Registration
from registration.views.methods import sent, sent_files, show_or_send

OwnView = Callable[[HttpRequest, Registration], HttpResponse]


def by_link(view: OwnView) -> Callable[..., HttpResponse]:
    """Find whose link it is; their pages are kept by no cache and no search engine.

    The Referrer-Policy of all pages, same-origin, keeps the link from other sites.
    "no-referrer" would too, but makes browsers send forms with `Origin: null`, which
    is refused.
    """

    @never_cache
    @wraps(view)
    def find(request: HttpRequest, slug: str, token: str) -> HttpResponse:
        meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
        registration = Registration.by_token(meeting, token)
        if registration is None:
            response = render(
                request,
                "registration/link_over.html",
                {"meeting": meeting},
                status=HTTPStatus.NOT_FOUND,
            )
        else:
            registration.is_own_doing = True
            response = view(request, registration)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return find


@require_safe
@by_link
def me(request: HttpRequest, registration: Registration) -> HttpResponse:
    return _show(request, registration, "me")


@show_or_send
@by_link
def correct(request: HttpRequest, registration: Registration) -> HttpResponse:
    if not registration.can_correct:
        return _too_late(request, registration)
    asked = registration.open_correction
    form = CorrectionForm(
        sent(request),
        sent_files(request),
        instance=registration,
        meeting=registration.meeting,
        only=asked.fields if asked else None,
    )
    if not form.is_complete:
        form.keep_files()
        page = "more_questions" if form.step else "correct"
        return _show(request, registration, page, form=form, correction=asked)
    if form.has_changed():
        if not registration.correct(form.answers):
            return _too_late(request, registration)
        messages.success(request, _("Your changes are saved."))
    return redirect("me", **request.resolver_match.kwargs)


@show_or_send
@by_link
def withdraw(request: HttpRequest, registration: Registration) -> HttpResponse:
    if registration.can_withdraw:
        if request.method != "POST":
            return _show(request, registration, "withdraw")
        registration.withdraw()
    return redirect("me", **request.resolver_match.kwargs)


@show_or_send
@by_link
def come_back(request: HttpRequest, registration: Registration) -> HttpResponse:
    if request.method == "POST" and registration.can_return:
        registration.come_back()
    return redirect("me", **request.resolver_match.kwargs)


@require_safe
@by_link
def calendar(request: HttpRequest, registration: Registration) -> HttpResponse:
    name = f"meeting-{registration.meeting.slug}.ics"
    return HttpResponse(
        calendar_of(registration),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _show(
    request: HttpRequest, registration: Registration, page: str, **more: object
) -> HttpResponse:
    context = {
        "meeting": registration.meeting,
        "registration": registration,
        "token": request.resolver_match.kwargs["token"],
        **more,
    }
    return render(request, f"registration/{page}.html", context)


def _too_late(request: HttpRequest, registration: Registration) -> HttpResponse:
    messages.error(request, _("This registration can no longer be corrected."))
    return redirect("me", **request.resolver_match.kwargs)
