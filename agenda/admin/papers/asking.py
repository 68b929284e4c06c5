"""Asking: whom, for what, until when; a look at all of it; then the mails."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agenda.admin.papers.desk import go_to, unpublished
from agenda.admin.papers.forms import NONE, PICKED, AskForm
from agenda.contributing import asking
from agenda.contributing.choosing import Asked, ask_all, mail_to, plan
from meeting.admin.base import need
from meeting.models import Meeting

NEEDED = ("agenda.view_request", "agenda.add_request", "agenda.add_contributor")


class AskingPages:
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        for permission in NEEDED:
            need(request, permission)
        meeting = go_to(request, pk)
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
        if "sure" not in request.POST:
            return self._preview(request, meeting, form, asked)
        if not meeting.is_published:
            form.add_error(None, unpublished())
            return self._ask_form(request, meeting, form)
        keys = set(request.POST.getlist("ask"))
        self._ask(request, [each for each in asked if each.key in keys])
        return redirect("admin:agenda_papers", meeting.pk)

    def _ask_form(
        self, request: HttpRequest, meeting: Meeting, form: AskForm
    ) -> HttpResponse:
        context = {"title": _("Ask for papers"), "meeting": meeting, "form": form}
        return self.show(request, "ask", context)

    def _preview(
        self, request: HttpRequest, meeting: Meeting, form: AskForm, asked: list[Asked]
    ) -> HttpResponse:
        new = [each for each in asked if each.new]
        first = next((each for each in new if each.address), None)
        context = {
            "title": _("Ask for papers"),
            "meeting": meeting,
            "form": form,
            "new": new,
            "count": sum(len(each.new) for each in new),
            "without": [each for each in new if not each.address],
            "known": [each for each in asked if each.known],
            "nothing": [each for each in asked if not each.new and not each.known],
            "first": first,
            "mail": first and mail_to(first),
        }
        return self.show(request, "ask_preview", context)

    def _ask(self, request: HttpRequest, asked: list[Asked]) -> None:
        """All are asked in one transaction; only then they are written to."""
        told = ask_all(asked)
        written, unreached = asking.tell_all(told)
        if written:
            text = ngettext(
                "%d person or organization is asked: the mail is on its way.",
                "%d people and organizations are asked: the mails are on their way.",
                written,
            )
            messages.success(request, text % written)
        if unreached:
            text = _("Kept, but not written to, because no address is known: %s.")
            messages.warning(request, text % ", ".join(map(str, unreached)))
        if not told:
            messages.warning(request, _("Nothing new is asked for."))


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What the address of the page chooses beforehand."""
    initial: dict[str, Any] = {}
    if pk := request.GET.get("speaker"):
        initial |= {"whom": PICKED, "speakers": [pk]}
    if organization := request.GET.get("organization"):
        initial |= {"whom": NONE, "organizations": organization}
    return initial
