"""What is edited inside something else: items in a session, roles in an item, ..."""

from typing import Any

from adminsortable2.admin import SortableStackedInline
from django.contrib import admin
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from agenda.admin.forms import (
    OFFICE,
    DayForm,
    FileInput,
    ItemForm,
    MaterialForm,
    PresentationRow,
    RoleForm,
)
from agenda.editing.timing import hours_of
from agenda.models import Day, Item, Material, Presentation, Role
from meeting.admin.base import OwnWidgets


class HourColumns:
    """The hours for those who may only look."""

    @admin.display(description=_("starts"))
    def start(self, row: Any) -> str:
        return _print(hours_of(row)[0])

    @admin.display(description=_("ends"))
    def end(self, row: Any) -> str:
        return _print(hours_of(row)[1])


def _print(hour: Any) -> str:
    return f"{hour:%H.%M}" if hour else ""


class FileColumn:
    """The file for those who may only look."""

    formfield_overrides = {
        **OwnWidgets.formfield_overrides,
        models.FileField: {"widget": FileInput},
    }

    @admin.display(description=_("file"))
    def stored_file(self, material: Material) -> str:
        if not material.file:
            return ""
        return format_html('<a href="{}">{}</a>', material.href, material.filename)


class Rows(OwnWidgets, SortableStackedInline):
    """Rows with labels, to be put in order by dragging or by buttons."""

    template = "admin/sortable_stacked.html"
    extra = 0
    show_change_link = True


class ItemInline(HourColumns, Rows):
    model = Item
    form = ItemForm
    fields = [
        "title",
        ("kind", "is_numbered", "set_number"),
        ("start", "end"),
        "is_complete",
        "tbc",
        "note",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Item]:
        return (
            super().get_queryset(request).select_related("session__meeting", "meeting")
        )


class PresentationInline(Rows):
    model = Presentation
    form = PresentationRow
    fields = [
        "title",
        "kind",
        ("style", "speaker"),
        ("function", "affiliation"),
        "tbc",
        "note",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Presentation]:
        queryset = super().get_queryset(request).select_related("item__meeting")
        return queryset.prefetch_related("roles__speaker")

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return ["speaker"]

    def get_formset(
        self, request: HttpRequest, obj: Item | None = None, **kwargs: Any
    ) -> type[BaseInlineFormSet]:
        """With the fields of a role, as its own form would show them."""
        formset = super().get_formset(request, obj, **kwargs)
        for name in OFFICE:
            field = Role._meta.get_field(name)
            formset.form.base_fields[name] = self.formfield_for_dbfield(field, request)
        return formset

    @admin.display(description=_("speaker"))
    def speaker(self, presentation: Presentation) -> str:
        return ", ".join(str(role.speaker or "") for role in presentation.roles.all())

    @admin.display(description=_("style"))
    def style(self, presentation: Presentation) -> str:
        return self._of_first(presentation, "style")

    @admin.display(description=_("function"))
    def function(self, presentation: Presentation) -> str:
        return self._of_first(presentation, "function")

    @admin.display(description=_("affiliation"))
    def affiliation(self, presentation: Presentation) -> str:
        return self._of_first(presentation, "affiliation")

    def _of_first(self, presentation: Presentation, name: str) -> str:
        return next((getattr(role, name) for role in presentation.roles.all()), "")


class RoleInline(Rows):
    model = Role
    form = RoleForm
    autocomplete_fields = ["speaker"]
    fields = [
        "kind",
        ("style", "speaker"),
        ("function", "affiliation"),
        "tbc",
        "note",
    ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Role]:
        return super().get_queryset(request).select_related("speaker")


class MaterialInline(FileColumn, Rows):
    model = Material
    form = MaterialForm

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list:
        can_change = self.has_change_permission(request, obj)
        return [
            ("kind", "language"),
            ("title", "author"),
            "file" if can_change else "stored_file",
            "url",
            ("symbol", "date"),
            ("visibility", "visible_from"),
            "is_contributed",
            "tbc",
            "position",
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if self.has_change_permission(request, obj) else ["stored_file"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Material]:
        return super().get_queryset(request).select_related("meeting")


class DayInline(OwnWidgets, admin.StackedInline):
    model = Day
    form = DayForm
    extra = 0
    fields = [("date", "is_complete"), "tbc", "note"]
    verbose_name_plural = _("days of which more is to be said")
