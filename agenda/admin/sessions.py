"""Sessions with their items on one screen."""

from collections.abc import Iterator
from typing import Any

from adminsortable2.admin import SortableAdminBase
from django.contrib import admin
from django.db.models import Count, F, Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agenda.admin.forms import SessionForm
from agenda.admin.guarding import Guarded, GuardedForm
from agenda.admin.inlines import DayInline, HourColumns, ItemInline, MaterialInline
from agenda.admin.programme import ProgrammePages
from agenda.editing import timing
from agenda.models import Session
from agenda.models.snapshot import PRIVATE
from meeting.admin.base import (
    MeetingFilter,
    PlenaryModelAdmin,
    SavedWithAll,
    short_name,
)
from meeting.admin.meetings import MeetingAdmin
from meeting.models import Meeting


class MeetingWithDaysAdmin(GuardedForm, MeetingAdmin):
    inlines = [*MeetingAdmin.inlines, DayInline]

    def _meeting_of(
        self, request: HttpRequest, object_id: str | None
    ) -> Meeting | None:
        """A new one is nobody's draft yet."""
        return object_id and super()._meeting_of(request, object_id)


# The meeting knows nothing of its programme. In its place, not registered anew: so it
# stays where it is among the lists.
admin.site._registry[Meeting] = MeetingWithDaysAdmin(Meeting, admin.site)


class OpenFilter(admin.SimpleListFilter):
    """What is still to be confirmed."""

    title = _("state")
    parameter_name = "open"
    condition = Q(is_complete=False) | ~Q(tbc=[])

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [("1", _("To be confirmed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(self.condition) if self.value() else queryset


@admin.register(Session)
class SessionAdmin(
    ProgrammePages,
    Guarded,
    SavedWithAll,
    HourColumns,
    SortableAdminBase,
    PlenaryModelAdmin,
):
    section = "programme"
    form = SessionForm
    list_display = [
        "__str__",
        "day",
        "hours",
        "place",
        "kind",
        "item_count",
        "to_be_confirmed",
    ]
    list_filter = [MeetingFilter, "kind", "date", OpenFilter]
    list_select_related = ["meeting"]
    # Said again, because a query that counts does without the model's own order.
    ordering = [F("date").asc(nulls_last=True), "position", "pk"]
    search_fields = ["title", "ordinal", "room", "items__title"]
    inlines = [ItemInline, MaterialInline]
    after_save = []
    # What apps above ours know of a session, shown where people choose it.
    facts = []
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("meeting", "kind"),
                    ("title", "ordinal"),
                    ("date", "start", "end"),
                    "room",
                    "is_complete",
                    "tbc",
                    "note",
                ]
            },
        ),
        (
            _("Video"),
            {"fields": [("webcast", "recording"), "is_embedded", "remote_url"]},
        ),
        (
            _("Side event"),
            {
                "classes": ["collapse"],
                "fields": ["organizers", "attendance", "url"],
            },
        ),
    ]

    def get_fieldsets(
        self, request: HttpRequest, obj: Session | None = None
    ) -> list[tuple[str, dict[str, Any]]]:
        chosen = {"classes": ["collapse"], "fields": ["is_chosen", "capacity"]}
        if obj and obj.is_chosen:
            chosen = {"fields": [*chosen["fields"], *self.facts]}
        fieldsets = super().get_fieldsets(request, obj)
        if not self.has_change_permission(request, obj):
            fieldsets = [(name, _without_private(each)) for name, each in fieldsets]
        return [*fieldsets, (_("Chosen at registration"), chosen)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).annotate(item_count=Count("items"))

    def get_readonly_fields(
        self, request: HttpRequest, obj: Session | None = None
    ) -> list[str]:
        # All that hangs on it is of the same meeting.
        return ["meeting", *self.facts] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = super().get_changeform_initial_data(request)
        meeting = Meeting.objects.filter(pk=initial["meeting"]).first()
        return {"date": meeting and meeting.starts_on} | initial

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        session = form.instance
        session.put_in_order()
        if change and "date" in form.changed_data:
            timing.take_items_along(session)
        timing.recount(session)

    @admin.display(description=_("date"), ordering="date")
    def day(self, session: Session) -> str:
        return formats.date_format(session.date, "D j M Y") if session.date else ""

    @admin.display(description=_("hours"), ordering="starts_at")
    def hours(self, session: Session) -> str:
        return "–".join(filter(None, [self.start(session), self.end(session)]))

    @admin.display(description=_("room"), ordering="room")
    def place(self, session: Session) -> str:
        return session.place

    @admin.display(description=_("items"), ordering="item_count")
    def item_count(self, session: Session) -> int:
        return session.item_count  # Annotated by get_queryset().

    def label_of(self, session: Session) -> str:
        return f"{session}, {self.day(session)} ({short_name(session.meeting)})"

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        count = meeting.sessions.filter(OpenFilter.condition).count()
        url = reverse("admin:agenda_session_changelist")
        yield {
            "count": count,
            "text": ngettext(
                "session is to be confirmed, or more of it",
                "sessions are to be confirmed, or more of them",
                count,
            ),
            "url": f"{url}?meeting={meeting.pk}&open=1",
        }
        # They stay where they were when the meeting itself is moved.
        if outside := meeting.sessions.outside_meeting().count():
            yield {
                "count": outside,
                "text": ngettext(
                    "session lies outside the days of the meeting",
                    "sessions lie outside the days of the meeting",
                    outside,
                ),
                "url": reverse("admin:agenda_programme", args=[meeting.pk]),
            }


def _without_private(fieldset: dict[str, Any]) -> dict[str, Any]:
    fields = [name for name in fieldset["fields"] if name not in PRIVATE]
    return fieldset | {"fields": fields}
