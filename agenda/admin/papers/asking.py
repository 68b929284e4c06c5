"""Asking: whom, for what, until when; a look at all of it; then the mails."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agenda.admin.papers.desk import go_to
from agenda.admin.papers.forms import NONE, PICKED, AskForm
from agenda.contributing import asking, working
from agenda.contributing.choosing import Asked, mail_to, plan
from meeting.admin.base import need
from meeting.models import Meeting


class AskingPages:
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        for permission in working.TO_ASK:
            need(request, permission)
        meeting = go_to(request, pk)
        if begun := self.begun(request):
            return begun
        is_post = request.method == "POST"
        form = AskForm(
            request.POST if is_post else None,
            meeting=meeting,
            initial=_initial(request),
        )
        if not is_post or not form.is_valid() or "back" in request.POST:
            return self._ask_form(request, meeting, form)
        organizations = form.cleaned_data["organizations"]
        asked = plan(meeting, form.chosen, organizations, form.terms)
        _tick(request, asked)
        ticked = [each for each in asked if each.new and each.is_ticked]
        if "sure" in request.POST and not _stops(meeting, form, ticked):
            said, steps = working.as_terms(form.terms), working.steps_to_ask(ticked)
            return self.begin(request, meeting, working.ASK, said, steps)
        return self._preview(request, meeting, form, asked)

    def _ask_form(
        self, request: HttpRequest, meeting: Meeting, form: AskForm
    ) -> HttpResponse:
        context = {"title": _("Ask for papers"), "meeting": meeting, "form": form}
        return self.show(request, "ask", context)

    def _preview(
        self, request: HttpRequest, meeting: Meeting, form: AskForm, asked: list[Asked]
    ) -> HttpResponse:
        new = [each for each in asked if each.new]
        reader = _reader(request, new)
        context = {
            "title": _("Ask for papers"),
            "meeting": meeting,
            "form": form,
            "new": new,
            "count": sum(len(each.new) for each in new),
            "without": [each for each in new if not each.address],
            "known": [each for each in asked if each.known],
            "nothing": [each for each in asked if not each.new and not each.known],
            "reader": reader,
            "mail": reader and mail_to(reader),
            "shown_at": request.POST.get("shown_at") or timezone.now().isoformat(),
        }
        return self.show(request, "ask_preview", context)


def _tick(request: HttpRequest, asked: list[Asked]) -> None:
    """As the page was sent; all, where it was not shown yet."""
    was_shown = "shown_at" in request.POST or "sure" in request.POST
    keys = set(request.POST.getlist("ask"))
    for each in asked:
        each.is_ticked = each.key in keys or not was_shown


def _stops(meeting: Meeting, form: AskForm, ticked: list[Asked]) -> bool:
    """Whether something is in the way of asking them, which the form then says."""
    if not meeting.is_published:
        form.add_error(None, asking.unpublished())
    elif not ticked:
        text = _("Tick at least one person or organization that is to be asked.")
        form.add_error(None, ValidationError(text, code="nobody"))
    return bool(form.errors)


def _reader(request: HttpRequest, new: list[Asked]) -> Asked | None:
    """Whose mail is shown: that which is asked for, else the first that goes out."""
    chosen = request.POST.get("reader", "")
    by_key = {each.key: each for each in new}
    return by_key.get(chosen) or next((each for each in new if each.address), None)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address of the page chooses beforehand."""
    initial: dict[str, Any] = {}
    if pk := request.GET.get("speaker"):
        initial |= {"whom": PICKED, "speakers": [pk]}
    if organization := request.GET.get("organization"):
        initial |= {"whom": NONE, "organizations": organization}
    return initial
