"""Ways to look at the list of registrations."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from meeting.admin.base import MeetingFilter
from meeting.admin_site import working_meeting
from registration.models import Registration


class DayFilter(admin.SimpleListFilter):
    """Who takes part on a day of the meeting that is worked on."""

    title = _("day")
    parameter_name = "day"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        meeting = working_meeting(request)
        days = meeting.days if meeting else []
        return [(day.isoformat(), formats.date_format(day, "D j M")) for day in days]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        if not self.value():
            return queryset
        # As text: SQLite cannot look into a list.
        days = Cast("days", TextField())
        return queryset.alias(days_text=days).filter(
            days_text__contains=f'"{self.value()}"'
        )


class CorrectedFilter(admin.SimpleListFilter):
    """What people corrected themselves, until somebody of the staff has looked."""

    title = _("corrections")
    parameter_name = "corrected"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [("1", _("Corrected, to be checked"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        return queryset.corrected() if self.value() else queryset


class RegistrationList(ChangeList):
    """The list on the screen; it knows how to ask for itself as a file."""

    @property
    def export_query(self) -> str:
        chosen = [spec for spec in self.filter_specs if isinstance(spec, MeetingFilter)]
        meeting = {spec.parameter_name: spec.value() for spec in chosen}
        return self.get_query_string(meeting, ["p", "all", "e"])
