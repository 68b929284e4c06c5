"""What staff do to registrations: to many in the list, or to one on its page."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from registration.models import Registration

Status = Registration.Status


class Decisions:
    actions = ["approve", "decline", "send_again", "send_new_link"]

    @admin.action(
        description=_("Approve: give a seat, or a place on the waiting list"),
        permissions=["change"],
    )
    @transaction.atomic
    def approve(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        found = _oldest_first(queryset)
        decided = {Status.CONFIRMED, Status.WITHDRAWN}
        changed = [each for each in found if each.status not in decided]
        changed = [each for each in changed if each.confirm()]
        waiting = sum(each.status == Status.WAITING for each in changed)
        confirmed = len(changed) - waiting
        parts = [ngettext("%d confirmed", "%d confirmed", confirmed) % confirmed]
        if waiting:
            text = ngettext(
                "%d put on the waiting list", "%d put on the waiting list", waiting
            )
            parts.append(text % waiting)
        self.say(request, *parts, left=len(found) - len(changed))

    @admin.action(description=_("Decline"), permissions=["change"])
    @transaction.atomic
    def decline(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        found = _oldest_first(queryset)
        here = [each for each in found if each.status != Status.WITHDRAWN]
        changed = sum(each.decline() for each in here)
        text = ngettext("%d declined", "%d declined", changed) % changed
        self.say(request, text, left=len(found) - changed)

    @admin.action(description=_("Send the mail again"), permissions=["change"])
    @transaction.atomic
    def send_again(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> None:
        mails = [each.send_again() for each in _oldest_first(queryset)]
        text = ngettext("%d mail written", "%d mails written", len(mails))
        self.say(request, text % len(mails))

    @admin.action(
        description=_("Revoke the link and send a new one"), permissions=["change"]
    )
    @transaction.atomic
    def send_new_link(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> None:
        found = _oldest_first(queryset)
        for registration in found:
            registration.revoke_link()
            registration.send_again()
        text = ngettext("%d new link sent", "%d new links sent", len(found))
        self.say(request, text % len(found))

    def say(self, request: HttpRequest, *parts: str, left: int = 0) -> None:
        """How many changed, and for how many there was nothing to do."""
        kept = ngettext("%d left as it was", "%d left as they were", left) % left
        words = [part for part in (*parts, kept if left else "") if part]
        self.message_user(request, ", ".join(words) + ".", messages.SUCCESS)

    def offered(
        self, request: HttpRequest, registration: Registration
    ) -> dict[str, str]:
        """What this person of the staff can sensibly do to it, in words."""
        idle = {
            Status.CONFIRMED: {"approve"},
            Status.DECLINED: {"decline"},
            Status.WITHDRAWN: {"approve", "decline"},
        }.get(registration.status, set())
        actions = self.get_actions(request)
        return {
            name: actions[name][2]
            for name in self.actions
            if name in actions and name not in idle
        }

    @method_decorator(require_POST)
    def act(self, request: HttpRequest, pk: int, action: str) -> HttpResponse:
        """Do to one registration what the list does to many."""
        actions = self.get_actions(request)
        if action not in self.actions or action not in actions:
            raise PermissionDenied
        registrations = self.get_queryset(request).filter(pk=pk)
        if not registrations:
            raise Http404
        actions[action][0](self, request, registrations)
        return redirect("admin:registration_registration_change", pk)


def _oldest_first(registrations: QuerySet[Registration]) -> list[Registration]:
    """Whoever came first is decided on first."""
    return list(registrations.select_related("meeting").order_by("created_at", "pk"))
