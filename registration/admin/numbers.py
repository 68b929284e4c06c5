"""How many came, by category and status: of whom we still know, and of whom not."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from meeting.admin_site import working_meeting
from registration.models import Tally
from registration.numbers import numbers_of


@admin.register(Tally)
class NumbersAdmin(admin.ModelAdmin):
    section = "registration"
    name = _("Numbers")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Not a list of rows, but the one table of the meeting that is worked on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        meeting = working_meeting(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Numbers"),
            "meeting": meeting,
            "numbers": numbers_of(meeting) if meeting else None,
        }
        return TemplateResponse(request, "admin/registration/numbers.html", context)
