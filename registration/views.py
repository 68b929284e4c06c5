"""Registering, and looking after one's registration by a private link."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_safe

from meeting.models import Meeting
from registration.calendar import calendar_of
from registration.forms import CorrectionForm, RegistrationForm
from registration.models import Registration
from registration.references import reference_of

SENT_SALT = "registration.sent"
WITHOUT_COOKIE = _lazy(
    "Your browser did not send the cookie by which we know our own forms. All that you"
    " wrote is still here: allow cookies for this site, and send it once more."
)
OwnView = Callable[[HttpRequest, Registration], HttpResponse]

show_or_send = require_http_methods(["GET", "HEAD", "POST"])


@show_or_send
@cache_control(private=True, no_cache=True)
def register(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    if not meeting.is_registration_open:
        return _closed(request, meeting)
    form = RegistrationForm(_sent(request), meeting=meeting)
    if form.is_valid():
        form.instance.submit(form.submission)
        # Nothing here, in time or words, tells a new address from a known one.
        reference = reference_of(form.submission)
        return redirect("registered", slug, signing.dumps(reference, salt=SENT_SALT))
    context = {"meeting": meeting, "form": form}
    return render(request, "registration/register.html", context)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form that came without this site's cookie, keeping what was typed."""
    match, context = request.resolver_match, {}
    if match and match.url_name == "register":
        meetings = Meeting.objects.published()
        if meeting := meetings.filter(slug=match.kwargs["slug"]).first():
            if not meeting.is_registration_open:
                return _closed(request, meeting)
            form = RegistrationForm(request.POST, meeting=meeting)
            form.full_clean()
            form.add_error(None, ValidationError(WITHOUT_COOKIE, code="cookie"))
            context = {"meeting": meeting, "form": form}
    template = "registration/register.html" if context else "403.html"
    return render(request, template, context, status=HTTPStatus.FORBIDDEN)


def _closed(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    context, status = {"meeting": meeting}, HTTPStatus.OK
    if request.method == "POST":
        context["form"] = RegistrationForm(request.POST, meeting=meeting)
        status = HTTPStatus.FORBIDDEN
    return render(request, "registration/closed.html", context, status=status)


@require_safe
@never_cache
def registered(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    try:
        reference = signing.loads(token, salt=SENT_SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    context = {"meeting": meeting, "reference": reference}
    return render(request, "registration/registered.html", context)


@require_safe
def participants(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    context = {"meeting": meeting, "participants": meeting.registrations.for_list()}
    return render(request, "registration/participants.html", context)


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
    if not registration.can_change:
        return _too_late(request, registration)
    form = CorrectionForm(
        _sent(request), instance=registration, meeting=registration.meeting
    )
    if not form.is_valid():
        return _show(request, registration, "correct", form=form)
    if form.has_changed():
        if not registration.correct():
            return _too_late(request, registration)
        messages.success(request, _("Your changes are saved."))
    return redirect("me", **request.resolver_match.kwargs)


@show_or_send
@by_link
def withdraw(request: HttpRequest, registration: Registration) -> HttpResponse:
    if registration.can_change:
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


def _sent(request: HttpRequest):
    return request.POST if request.method == "POST" else None


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
