"""From the list of registrations to a mail to those who were chosen."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from registration.admin.decisions import Decisions
from registration.mailings import drafting
from registration.models import Registration


class Writing(Decisions):
    actions = [*Decisions.actions, "write_to_these"]

    def has_write_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registration.add_mailing")

    @admin.action(description=_("Write to these people…"), permissions=["write"])
    def write_to_these(
        self, request: HttpRequest, chosen: QuerySet[Registration]
    ) -> HttpResponse | None:
        if not self.are_of_one_meeting(request, chosen):
            return None
        mailing = drafting.pick(chosen, request.user)
        return redirect("admin:registration_mailing_change", mailing.pk)
