"""One contributor: what is asked, all that has come, and what is said of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
)

from agenda.admin.papers.comparing import Compared
from agenda.admin.papers.desk import go_to
from agenda.admin.papers.forms import (
    ChangeForm,
    DeadlineForm,
    DeskForm,
    DetailsForm,
    PostAtForm,
)
from agenda.admin.papers.history import history_of
from agenda.contributing import asking, deciding
from agenda.contributing.together import TO_POST
from agenda.models import Contributor, Request, Submission
from meeting.admin.base import need
from meeting.mail.admin import mails_about
from meeting.words import number_in

# Of each button, the form that it sends.
DECISIONS: dict[str, tuple[type[DeskForm], Any]] = {
    "accept": (DeskForm, gettext_lazy("It is accepted.")),
    "post": (DeskForm, gettext_lazy("It is accepted and posted.")),
    "post_at": (PostAtForm, gettext_lazy("It is accepted, and posted at that time.")),
    "change": (ChangeForm, gettext_lazy("A change is asked for.")),
}
WITH_PLACE = ("item", "presentation__item", "material__meeting")


class OnePages:
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Their page; POST corrects how they are reached."""
        contributor = self._contributor(request, pk)
        details = None
        if request.method == "POST":
            need(request, "agenda.change_contributor")
            details = DetailsForm(request.POST, instance=contributor)
            if details.is_valid():
                details.save()
                messages.success(request, _("It is saved."))
                return _back(pk)
            contributor = self._contributor(request, pk)
        return self._show_one(request, contributor, details=details)

    @method_decorator(require_POST)
    def link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the private link again, or let it open nothing any longer."""
        need(request, "agenda.change_contributor")
        contributor = self._contributor(request, pk)
        if request.POST.get("do") == "revoke":
            contributor.revoke_link()
            text = _("The link works no longer. The next mail carries another.")
            messages.success(request, text)
            return _back(pk)
        try:
            if not contributor.meeting.is_published:
                raise asking.unpublished()
            asking.send_link(contributor)
        except ValidationError as error:
            messages.error(request, _said(contributor, error))
        else:
            messages.success(request, _("The link is on its way to them."))
        return _back(pk)

    @method_decorator(require_POST)
    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is said of the version that was looked at."""
        need(request, "agenda.change_submission")
        asked = self._request(request, pk)
        do = request.POST.get("do", "")
        if do not in DECISIONS:
            raise Http404
        if do in ("post", "post_at"):
            for permission in TO_POST:
                need(request, permission)
        seen = number_in(request.POST.get("seen"))
        submission = get_object_or_404(asked.submissions, pk=seen)
        form_class, said = DECISIONS[do]
        meeting = asked.contributor.meeting
        form = form_class(request.POST, meeting=meeting, prefix=f"{do}-{pk}")
        if form.is_valid():
            try:
                _decide(do, submission, form.cleaned_data, request)
            except ValidationError as error:
                form.add_error(_field_of(error, form), error)
            else:
                messages.success(request, f"{asked}: {said}")
                return _back(asked.contributor_id, asked)
        bound = {(do, pk): form}
        return self._show_one(request, asked.contributor, bound=bound)

    @method_decorator(require_POST)
    def deadline(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, "agenda.change_request")
        asked = self._request(request, pk)
        contributor = asked.contributor
        prefix = f"deadline-{pk}"
        form = DeadlineForm(request.POST, meeting=contributor.meeting, prefix=prefix)
        if form.is_valid():
            data = form.cleaned_data
            try:
                if data["tells"] and not contributor.meeting.is_published:
                    raise asking.unpublished()
                asking.move_deadline(
                    contributor,
                    [pk],
                    data["at"],
                    tells=data["tells"],
                    line=data["line"],
                )
            except ValidationError as error:
                text = _said(contributor, error)
                form.add_error("tells", ValidationError(text, code="address"))
            else:
                messages.success(request, f"{asked}: {_('The deadline is moved.')}")
                return _back(contributor.pk, asked)
        return self._show_one(request, contributor, bound={("deadline", pk): form})

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asked whether it shall be; then it is asked for no longer."""
        need(request, "agenda.delete_request")
        asked = self._request(request, pk)
        contributor = asked.contributor
        if request.method == "POST":
            words = str(asked)
            try:
                asking.withdraw(asked)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                text = _("%s: They are asked for it no longer. Nobody is written to.")
                messages.success(request, text % words)
            return _back(contributor.pk)
        context = {
            "title": _("Withdraw a request"),
            "asked": asked,
            "contributor": contributor,
            "meeting": contributor.meeting,
        }
        return self.show(request, "withdraw", context)

    def _contributor(self, request: HttpRequest, pk: int) -> Contributor:
        need(request, "agenda.view_request")
        found = Contributor.objects.select_related("meeting", "speaker")
        contributor = get_object_or_404(found, pk=pk)
        contributor.meeting = go_to(request, contributor.meeting_id)
        return contributor

    def _request(self, request: HttpRequest, pk: int) -> Request:
        asked = get_object_or_404(
            Request.objects.select_related(*WITH_PLACE).prefetch_related("submissions"),
            pk=pk,
        )
        asked.contributor = self._contributor(request, asked.contributor_id)
        return asked

    def _show_one(
        self,
        request: HttpRequest,
        contributor: Contributor,
        *,
        details: DetailsForm | None = None,
        bound: dict[tuple[str, int], DeskForm] | None = None,
    ) -> HttpResponse:
        requests = contributor.requests.select_related(*WITH_PLACE)
        requests = list(requests.prefetch_related("submissions"))
        user, may = request.user, request.user.has_perm
        context = {
            "title": str(contributor),
            "meeting": contributor.meeting,
            "contributor": contributor,
            "asked": [self._asked(each, bound or {}) for each in requests],
            "may_decide": may("agenda.change_submission"),
            "may_post": may("agenda.change_submission") and user.has_perms(TO_POST),
            "may_move": may("agenda.change_request"),
            "may_withdraw": may("agenda.delete_request"),
            "may_ask": may("agenda.add_request"),
            "details": details,
            "wrong": next(iter((bound or {}).values()), None),
            "now": timezone.now(),
            **mails_about(request, contributor),
        }
        if may("agenda.change_contributor"):
            context["details"] = details or DetailsForm(instance=contributor)
        if may("auditlog.view_logentry"):
            context["history"] = history_of(contributor, requests)
        return self.show(request, "one", context)

    def _asked(
        self, asked: Request, bound: dict[tuple[str, int], DeskForm]
    ) -> dict[str, Any]:
        """A request with what has come for it, and the forms that act on it."""
        meeting = asked.contributor.meeting

        def form_of(do: str, form_class: type[DeskForm]) -> forms.Form:
            prefix = f"{do}-{asked.pk}"
            return bound.get((do, asked.pk)) or form_class(
                meeting=meeting, prefix=prefix
            )

        return {
            "request": asked,
            "compared": Compared(asked),
            "change": form_of("change", ChangeForm),
            "post_at": form_of("post_at", PostAtForm),
            "deadline": form_of("deadline", DeadlineForm),
            "is_open": any(pk == asked.pk for _do, pk in bound),
        }


def _decide(
    do: str, submission: Submission, data: dict[str, Any], request: HttpRequest
) -> None:
    match do:
        case "accept":
            deciding.accept(submission, by=request.user)
        case "change":
            due_at = data["at"]
            deciding.ask_change(
                submission, data["comment"], by=request.user, due_at=due_at
            )
        case _:
            deciding.post(submission, by=request.user, at=data.get("at"))


def _field_of(error: ValidationError, form: DeskForm) -> str | None:
    """Where on the page it stands."""
    code = error.error_list[0].code
    return code if code in form.fields else None


def _said(contributor: Contributor, error: ValidationError) -> str:
    if contributor.mail_address:
        return " ".join(error.messages)
    return _("No address is known. Write one below first.")


def _back(pk: int, asked: Request | None = None) -> HttpResponse:
    response = redirect("admin:agenda_contributor_change", pk)
    if asked:
        response["Location"] += f"#r{asked.pk}"
    return response
