"""What staff decide: on one registration on its page, on many from the list."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registration.admin.asking import FORMS, AskingForm
from registration.admin.history import history_of
from registration.admin.pages import OwnPages
from registration.bulk import working
from registration.bulk.actions import ACTIONS, Action, Said, full_in_words
from registration.models import Correction, Places, Registration, Status


def from_the_list(action: Action) -> Callable[..., HttpResponse | None]:
    """The action as the list offers it: it leads to a page that says what will be."""

    @admin.action(description=action.label, permissions=["change"])
    def choose(
        model_admin: Any, request: HttpRequest, chosen: QuerySet[Registration]
    ) -> HttpResponse | None:
        return model_admin.prepare(request, action, chosen)

    choose.__name__ = action.name
    return choose


class Decisions(OwnPages):
    actions = [from_the_list(action) for action in ACTIONS.values()]

    def prepare(
        self, request: HttpRequest, action: Action, chosen: QuerySet[Registration]
    ) -> HttpResponse | None:
        if not self.are_of_one_meeting(request, chosen):
            return None
        work = working.prepare(action.name, chosen, request.user, {})
        return redirect("admin:registration_registration_bulk", work.pk)

    def are_of_one_meeting(
        self, request: HttpRequest, chosen: QuerySet[Registration]
    ) -> bool:
        """Whether something can be done with those who were chosen; else say why not."""
        meetings = chosen.order_by().values_list("meeting", flat=True).distinct()
        match len(meetings):
            case 0:
                text = _("Nobody is chosen. Choose at least one person.")
            case 1:
                return True
            case _many:
                text = _(
                    "You chose people of several meetings. Choose those of one meeting."
                )
        self.message_user(request, text, messages.ERROR)
        return False

    # One registration.

    def offered(
        self, request: HttpRequest, registration: Registration
    ) -> list[dict[str, Any]]:
        """What this person of the staff can sensibly do to it, in words."""
        if not self.has_change_permission(request, registration):
            return []
        is_full = bool(self.missing(registration))
        offered = []
        for action in ACTIONS.values():
            is_idle = action.name == "approve" and self._only_waits(registration)
            is_idle |= action.name == "seat_over" and not is_full
            if (
                action.is_for_one
                and not is_idle
                and not action.why_not(registration, {})
            ):
                offered.append({"action": action, "asks": action.name in FORMS})
        return offered

    def _only_waits(self, registration: Registration) -> bool:
        is_waiting = registration.status == Status.WAITING
        return is_waiting and bool(self.missing(registration))

    def missing(self, registration: Registration) -> str:
        """Which places it lacks, where it lacks some and could have one."""
        is_settled = registration.holds_place or registration.status == Status.WITHDRAWN
        if is_settled:
            return ""
        places = Places(registration.meeting)
        return full_in_words(places, registration)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def act(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Ask what the action needs to know, and do it."""
        registration = self._registration_to_decide(request, pk)
        found = ACTIONS.get(action)
        if found is None or not found.is_for_one:
            raise Http404
        if found.name not in FORMS and request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if reason := found.why_not(registration, {}):
            return self._answer(request, registration, False, reason)
        if found.name not in FORMS:
            return self._decide(request, registration, found, {})
        form = self._form_of(request, found.name, registration.meeting)
        if not form.is_valid():
            return self._ask(request, registration, found, form)
        return self._decide(request, registration, found, form.said)

    def _registration_to_decide(self, request: HttpRequest, pk: int) -> Registration:
        if not self.has_change_permission(request):
            raise PermissionDenied
        registration = self.get_object(request, str(pk))
        if registration is None:
            raise Http404
        return registration

    def _form_of(self, request: HttpRequest, name: str, meeting: Any) -> AskingForm:
        data = request.POST if request.method == "POST" else None
        return FORMS[name](data, meeting=meeting)

    def _ask(
        self,
        request: HttpRequest,
        registration: Registration,
        action: Action,
        form: AskingForm,
    ) -> HttpResponse:
        return self.show(
            request,
            "registration/decide",
            title=action.label,
            subtitle=str(registration),
            registration=registration,
            missing=self.missing(registration),
            action=action,
            form=form,
        )

    def _decide(
        self, request: HttpRequest, found: Registration, action: Action, said: Said
    ) -> HttpResponse:
        registration, has_changed, reason = working.decide_on_one(
            action, found.pk, said, request.user
        )
        if has_changed and registration.status == Status.WAITING:
            reason = self.missing(registration)
        return self._answer(request, registration, has_changed, reason)

    def _answer(
        self, request: HttpRequest, registration: Registration, changed: bool, why: str
    ) -> HttpResponse:
        status = registration.get_status_display()
        text = _("%(name)s: %(status)s") if changed else _("%(name)s stays: %(status)s")
        words = text % {"name": registration.name, "status": status}
        words = f"{words} ({why})." if why else f"{words}."
        if registration.owed:
            words += " " + _("A mail is on its way.")
        self.message_user(
            request, words, messages.SUCCESS if changed else messages.WARNING
        )
        return redirect("admin:registration_registration_change", registration.pk)

    @method_decorator(require_POST)
    def check_correction(
        self, request: HttpRequest, pk: int, correction: int
    ) -> HttpResponse:
        """Somebody has looked at what the person corrected."""
        registration = self._registration_to_decide(request, pk)
        unchecked = Correction.objects.unchecked().filter(registration=registration)
        get_object_or_404(unchecked, pk=correction).check_off(request.user)
        self.message_user(request, _("The correction is checked."), messages.SUCCESS)
        return redirect("admin:registration_registration_change", pk)

    # Its page.

    def around(
        self, request: HttpRequest, registration: Registration
    ) -> dict[str, Any]:
        """What can be decided, what was corrected, and what happened until now."""
        corrections = registration.corrections
        around: dict[str, Any] = {
            "offered": self.offered(request, registration),
            "missing": self.missing(registration),
            "asked": corrections.open().select_related("asked_by").first(),
            "corrected": [each for each in corrections.unchecked() if each.changes],
            "may_decide": self.has_change_permission(request, registration),
        }
        if request.user.has_perm("auditlog.view_logentry"):
            around["history"] = history_of(registration)
        return around
