"""How many came, by category and status: of whom we still know, and of whom not."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from meeting.admin.base import ReadOnly
from meeting.admin_site import working_meeting
from registration.admin.pages import OwnPages
from registration.models import Tally
from registration.numbers import numbers_of


@admin.register(Tally)
class NumbersAdmin(OwnPages, ReadOnly, admin.ModelAdmin):
    section = "registration"
    name = _("Numbers")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Not a list of rows, but the one table of the meeting that is worked on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        meeting = working_meeting(request)
        numbers = numbers_of(meeting) if meeting else None
        return self.show(
            request, "numbers", title=_("Numbers"), meeting=meeting, numbers=numbers
        )
