"""The contributor's pages: by the private link of their mails, and without an account."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from agenda.contributing.cards import Card, cards_of
from agenda.contributing.forms import FORMS, SendForm, ZoneForm
from agenda.models import Contributor, Submission
from agenda.views import find_meeting
from meeting.files.giving import give

OwnView = Callable[..., HttpResponseBase]


def by_link(view: OwnView) -> OwnView:
    """Find whose link it is; their pages are kept by no cache and no search engine.

    The Referrer-Policy of all pages, same-origin, keeps the link from other sites.
    "no-referrer" would too, but makes browsers send forms with `Origin: null`, which
    is refused.
    """

    @never_cache
    @wraps(view)
    def find(request: HttpRequest, slug: str, token: str, **more: int) -> HttpResponse:
        meeting = find_meeting(slug)
        contributor = Contributor.by_token(meeting, token)
        if contributor is None:
            template, status = "agenda/contribute_over.html", HTTPStatus.NOT_FOUND
            response = render(request, template, {"meeting": meeting}, status=status)
        else:
            contributor.meeting = meeting
            response = view(request, contributor, **more)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return find


@require_safe
@by_link
def contribute(request: HttpRequest, contributor: Contributor) -> HttpResponse:
    return _show_all(request, contributor, ZoneForm(contributor=contributor))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def send(request: HttpRequest, contributor: Contributor, pk: int) -> HttpResponse:
    card = _card(contributor, pk)
    make_form = FORMS[card.asked.kind]
    if request.method != "POST":
        if not card.asked.takes:
            return redirect(contributor)
        return _show_form(request, contributor, card, make_form(asked=card.asked))
    form = make_form(request.POST, request.FILES, asked=card.asked)
    if form.is_valid() and "preview" in request.GET:
        return _show_form(request, contributor, card, form, preview=form.sent.text)
    if form.is_valid() and form.keep():
        return redirect("contribute-sent", **request.resolver_match.kwargs)
    form.say_choose_again()
    return _show_form(request, contributor, card, form)


@require_safe
@by_link
def sent(request: HttpRequest, contributor: Contributor, pk: int) -> HttpResponse:
    cards = cards_of(contributor)
    card = _of(cards, pk)
    if card.asked.latest is None:
        return redirect(contributor)
    awaited = [each for each in cards if each.is_awaited]
    return _show(request, contributor, "contribute_sent", card=card, awaited=awaited)


@require_safe
@by_link
def own_file(
    request: HttpRequest, contributor: Contributor, pk: int
) -> HttpResponseBase:
    """What they sent themselves, as a download: it never runs in our origin."""
    theirs = Submission.objects.filter(request__contributor=contributor)
    found = get_object_or_404(theirs.exclude(file=""), pk=pk)
    return give(request, found.file, found.filename, digest=found.sha256)


@require_POST
@by_link
def change_zone(request: HttpRequest, contributor: Contributor) -> HttpResponse:
    form = ZoneForm(request.POST, contributor=contributor)
    if not form.is_valid():
        return _show_all(request, contributor, form)
    contributor.zone = form.cleaned_data["zone"]
    contributor.save(update_fields=["zone"])
    messages.success(request, _("Deadlines are in the hours of your time zone now."))
    return redirect(contributor)


def _show_all(
    request: HttpRequest, contributor: Contributor, form: ZoneForm
) -> HttpResponse:
    cards = cards_of(contributor)
    more = {"cards": cards, "takes": any(each.asked.takes for each in cards)}
    return _show(request, contributor, "contribute", form=form, **more)


def _show_form(
    request: HttpRequest,
    contributor: Contributor,
    card: Card,
    form: SendForm,
    preview: str = "",
) -> HttpResponse:
    more = {"card": card, "form": form, "preview": preview}
    return _show(request, contributor, "contribute_send", **more)


def _show(
    request: HttpRequest, contributor: Contributor, page: str, **more: object
) -> HttpResponse:
    context = {
        "meeting": contributor.meeting,
        "contributor": contributor,
        "token": request.resolver_match.kwargs["token"],
        **more,
    }
    return render(request, f"agenda/{page}.html", context)


def _card(contributor: Contributor, pk: int) -> Card:
    return _of(cards_of(contributor, pk=pk), pk)


def _of(cards: list[Card], pk: int) -> Card:
    for card in cards:
        if card.asked.pk == pk:
            return card
    raise Http404
