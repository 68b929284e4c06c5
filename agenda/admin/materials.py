"""Papers, slides, films: each in one place of the programme, or of the meeting."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agenda.admin.files import StoredFiles
from agenda.admin.forms import MaterialForm
from agenda.admin.inlines import FileColumn
from agenda.admin.items import LabelledChoices
from agenda.models import Material
from meeting.admin.base import MeetingFilter, PlenaryModelAdmin, tag


@admin.register(Material)
class MaterialAdmin(FileColumn, LabelledChoices, StoredFiles, PlenaryModelAdmin):
    section = "programme"
    form = MaterialForm
    list_display = ["__str__", "kind", "place", "language", "seen_by"]
    list_filter = [MeetingFilter, "kind", "visibility", "language"]
    search_fields = ["title", "symbol", "filename", "url"]
    autocomplete_fields = ["session", "item", "presentation", "role"]

    def get_fieldsets(
        self, request: HttpRequest, obj: Material | None = None
    ) -> list[tuple[str | None, dict[str, Any]]]:
        can_change = self.has_change_permission(request, obj)
        fields = [
            ("kind", "language", "visibility"),
            "title",
            "file" if can_change else "stored_file",
            "url",
            ("symbol", "date"),
            "tbc",
            "note",
        ]
        place = {
            "description": _(
                "At most one place. With none, it belongs to the meeting as a whole."
            ),
            "fields": ["meeting", "session", "item", "presentation", "role"],
        }
        return [(None, {"fields": fields}), (_("Where it belongs"), place)]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Material | None = None
    ) -> list[str]:
        return [] if self.has_change_permission(request, obj) else ["stored_file"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Material]:
        places = ("meeting", "session", "item", "presentation", "role__speaker")
        return super().get_queryset(request).select_related(*places)

    @admin.display(description=_("belongs to"))
    def place(self, material: Material) -> str:
        places = (material.session, material.item, material.presentation, material.role)
        return str(next(filter(None, places), material.meeting))

    @admin.display(description=_("visible to"), ordering="visibility")
    def seen_by(self, material: Material) -> str:
        words = material.get_visibility_display()
        return tag("off" if material.visibility == "staff" else "plain", words)
