"""A participant's own pages, by the private link of their mails."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from meeting.files.keeping import NotKeptError
from meeting.models import Meeting
from registration.answers import lines_of
from registration.calendar.feed import file_of
from registration.documents import has_documents
from registration.forms import CorrectionForm, LanguageForm
from registration.mails import mail_language
from registration.models import Follow, Places, Registration
from registration.remote import remote_sessions, takes_part_remotely
from registration.views.methods import sent, sent_files, show_or_send

OwnView = Callable[..., HttpResponse]


def by_link(view: OwnView) -> Callable[..., HttpResponse]:
    """Find whose link it is; their pages are kept by no cache and no search engine.

    They are in the person's own language, which is chosen on them.

    The Referrer-Policy of all pages, same-origin, keeps the link from other sites.
    "no-referrer" would too, but makes browsers send forms with `Origin: null`, which
    is refused.
    """

    @never_cache
    @wraps(view)
    def find(request: HttpRequest, slug: str, token: str, **more: int) -> HttpResponse:
        meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
        registration = Registration.by_token(meeting, token)
        if registration is None:
            response = _link_over(request, meeting)
        else:
            registration.is_own_doing = True
            language = mail_language(registration.language)
            try:
                with translation.override(language):
                    response = view(request, registration, **more)
            except Registration.DoesNotExist:
                # Erased, or merged into another one, while this was under way.
                response = _link_over(request, meeting)
            response["Content-Language"] = language
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return find


def _link_over(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    template, status = "registration/link_over.html", HTTPStatus.NOT_FOUND
    return render(request, template, {"meeting": meeting}, status=status)


def show(
    request: HttpRequest, registration: Registration, page: str, **more: object
) -> HttpResponse:
    """One of the pages of a link."""
    context = {
        "meeting": registration.meeting,
        "registration": registration,
        "token": request.resolver_match.kwargs["token"],
        **more,
    }
    return render(request, f"registration/{page}.html", context)


@require_safe
@by_link
def me(request: HttpRequest, registration: Registration) -> HttpResponse:
    return _show_me(request, registration)


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
        only=(asked and asked.fields) or None,
    )
    if form.is_complete:
        try:
            return _correct(request, registration, form)
        except NotKeptError as error:
            form.add_error(None, error)
    form.keep_files()
    page = "more_questions" if form.step else "correct"
    return show(request, registration, page, form=form, correction=asked)


def _correct(
    request: HttpRequest, registration: Registration, form: CorrectionForm
) -> HttpResponse:
    if form.has_changed():
        if not registration.correct(form.answers, form.changed_data):
            return _too_late(request, registration)
        messages.success(request, _("Your changes are saved."))
    return redirect("me", **request.resolver_match.kwargs)


@show_or_send
@by_link
def withdraw(request: HttpRequest, registration: Registration) -> HttpResponse:
    if registration.can_withdraw:
        if request.method != "POST":
            return show(request, registration, "withdraw")
        registration.withdraw()
    return _back(request)


@show_or_send
@by_link
def come_back(request: HttpRequest, registration: Registration) -> HttpResponse:
    if request.method == "POST":
        registration.come_back()
    return _back(request)


@show_or_send
@by_link
def accept(request: HttpRequest, registration: Registration) -> HttpResponse:
    if request.method == "POST":
        _say_whether(registration.accept(), request, _("The seat is yours."))
    return _back(request)


@show_or_send
@by_link
def accept_choice(
    request: HttpRequest, registration: Registration, pk: int
) -> HttpResponse:
    get_object_or_404(registration.choices, pk=pk)
    if request.method == "POST":
        accepted = registration.accept_choice(pk)
        _say_whether(accepted, request, _("The place is yours."))
    return _back(request)


@show_or_send
@by_link
def give_up(request: HttpRequest, registration: Registration, pk: int) -> HttpResponse:
    choices = registration.choices.filter(session__isnull=False)
    choice = get_object_or_404(choices.select_related("session__meeting"), pk=pk)
    if registration.can_withdraw:
        if request.method != "POST":
            return show(request, registration, "give_up", choice=choice)
        if registration.drop_choice(pk):
            text = _("You are no longer expected at “%(session)s”.")
            messages.success(request, text % {"session": choice.session})
    return _back(request)


@show_or_send
@by_link
def change_language(request: HttpRequest, registration: Registration) -> HttpResponse:
    form = LanguageForm(sent(request), registration=registration)
    if form.is_valid():
        registration.change_language(form.cleaned_data["language"])
        with translation.override(mail_language(registration.language)):
            messages.success(request, _("Your language is changed."))
    elif request.method == "POST":
        return _show_me(request, registration, form)
    return _back(request)


@show_or_send
@by_link
def change_news(request: HttpRequest, registration: Registration) -> HttpResponse:
    if request.method == "POST":
        registration.take_news("again" in request.POST)
        if registration.takes_news:
            text = _("You get news by mail again.")
        else:
            text = _("You get no more news by mail.")
        messages.success(request, text)
    return _back(request)


@show_or_send
@by_link
def change_follow(request: HttpRequest, registration: Registration) -> HttpResponse:
    """Write to them when what they have starred in this browser changes, or no more."""
    if request.method == "POST":
        if "on" not in request.POST:
            registration.unfollow_agenda()
            messages.success(
                request, _("You get no mails about what you have starred.")
            )
        elif registration.follow_agenda(_stars_token(request, registration.meeting)):
            text = _("We write to you when something that you have starred changes.")
            messages.success(request, text)
        else:
            text = _("Star something in the agenda first, in this same browser.")
            messages.error(request, text)
    return _back(request)


def _stars_token(request: HttpRequest, meeting: Meeting) -> str:
    """Of the agenda that is this browser's own, if it has one."""
    return request.COOKIES.get(f"agenda_{meeting.pk}", "")


@require_safe
@by_link
def calendar(request: HttpRequest, registration: Registration) -> HttpResponse:
    name = f"meeting-{registration.meeting.slug}.ics"
    return HttpResponse(
        file_of(registration),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _show_me(
    request: HttpRequest, registration: Registration, form: LanguageForm | None = None
) -> HttpResponse:
    places = Places(registration.meeting)
    return show(
        request,
        registration,
        "me",
        form=form or LanguageForm(registration=registration),
        position=places.position_of(registration),
        waits_for=places.waits_for(registration),
        correction=registration.open_correction,
        lines=lines_of(registration),
        has_documents=has_documents(registration),
        is_remote=takes_part_remotely(registration),
        remote_sessions=remote_sessions(registration),
        follows=Follow.objects.filter(registration=registration).exists(),
        has_stars=bool(_stars_token(request, registration.meeting)),
    )


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of the link that they came by."""
    link = request.resolver_match.kwargs
    return redirect("me", link["slug"], link["token"])


def _say_whether(accepted: bool, request: HttpRequest, text: str) -> None:
    if accepted:
        messages.success(request, text)
    else:
        text = _("There was nothing to accept any more. See below how it stands.")
        messages.error(request, text)


def _too_late(request: HttpRequest, registration: Registration) -> HttpResponse:
    messages.error(request, _("This registration can no longer be corrected."))
    return redirect("me", **request.resolver_match.kwargs)
