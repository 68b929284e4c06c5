"""Ways to look at the list of registrations."""

import re

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
from registration.models.lists import lost_mail


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
        if self.value() not in dict(self.lookup_choices):
            return queryset
        # As text: SQLite cannot look into a list.
        days = Cast("days", TextField())
        return queryset.alias(days_text=days).filter(
            days_text__contains=f'"{self.value()}"'
        )


# In the address of an export: with sensitive answers too.
SENSITIVE = "sensitive"
# What filters_of() makes, by the names in the address.
OF_ONE_MEETING = re.compile(r"question_\d+|chosen|mailing")


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


class MailFilter(admin.SimpleListFilter):
    """Whom mail does not reach."""

    title = _("mail")
    parameter_name = "mail"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [("lost", _("Failed or came back"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        return queryset.with_lost_mail() if self.value() else queryset


class RegistrationList(ChangeList):
    """The list on the screen; it knows how to ask for itself as a file."""

    def note_lost_mail(self) -> None:
        """Whom mail does not reach, among the rows of the page: one query."""
        rows = self.result_list
        lost = lost_mail().filter(object_id__in=[row.pk for row in rows])
        states = dict(lost.values_list("object_id", "state"))
        for row in rows:
            row.lost_mail = states.get(row.pk, "")

    def get_filters_params(self, params: dict | None = None) -> dict:
        """Without what is no filter here, such as another meeting's question."""
        asked = super().get_filters_params(params)
        asked.pop(SENSITIVE, None)
        known = {getattr(each, "parameter_name", "") for each in self.list_filter}
        return {
            name: value
            for name, value in asked.items()
            if name in known or not OF_ONE_MEETING.fullmatch(name)
        }

    @property
    def export_query(self) -> str:
        return self._query_of_export()

    @property
    def sensitive_export_query(self) -> str:
        return self._query_of_export(**{SENSITIVE: "1"})

    def _query_of_export(self, **more: str) -> str:
        chosen = [spec for spec in self.filter_specs if isinstance(spec, MeetingFilter)]
        meeting = {spec.parameter_name: spec.value() for spec in chosen}
        return self.get_query_string(meeting | more, ["p", "all", "e"])
