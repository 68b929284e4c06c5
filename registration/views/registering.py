"""The registration form, what follows it, and the public list of participants."""

from http import HTTPStatus

from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from meeting.files.keeping import NotKeptError
from meeting.models import Meeting
from registration import spam
from registration.forms import RegistrationForm
from registration.references import reference_of
from registration.views.methods import sent, sent_files, show_or_send

SENT_SALT = "registration.sent"
WITHOUT_COOKIE = _(
    "Your browser did not send the cookie by which we know our own forms. All that you"
    " wrote is still here: allow cookies for this site, and send it once more."
)


@show_or_send
@cache_control(private=True, no_cache=True)
def register(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    if not meeting.is_registration_open:
        return _closed(request, meeting)
    form = RegistrationForm(sent(request), sent_files(request), meeting=meeting)
    context = {"meeting": meeting, "form": form}
    if form.is_bound and (seconds := spam.wait_for(request, form)):
        return spam.refuse(request, "registration/register.html", context, seconds)
    if form.is_trapped:
        return _received(meeting, reference_of(form.data.get("key", "")))
    if form.is_complete:
        form.instance.is_own_doing = True
        try:
            form.instance.submit(form.submission, form.answers)
            # Nothing here, in time or words, tells a new address from a known one.
            return _received(meeting, reference_of(form.submission))
        except NotKeptError as error:
            form.add_error(None, error)
    form.keep_files()
    page = "more_questions" if form.step else "register"
    return render(request, f"registration/{page}.html", context)


def _received(meeting: Meeting, reference: str) -> HttpResponse:
    token = signing.dumps(reference, salt=SENT_SALT)
    return redirect("registered", meeting.slug, token)


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
