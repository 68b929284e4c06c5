from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meeting.admin.base import MeetingFilter, PlenaryModelAdmin, SavedWithAll
from registration.admin.seats import after_category
from registration.models import Category
from registration.models.category import CategoryQuerySet


class RulingFilter(MeetingFilter):
    """Those by which a meeting goes: a change of the others would do nothing to it."""

    def queryset(self, request: HttpRequest, queryset: CategoryQuerySet) -> Any:
        meeting = self.chosen(request)
        return queryset.ruling(meeting) if meeting else queryset


@admin.register(Category)
class CategoryAdmin(SavedWithAll, PlenaryModelAdmin):
    section = "registration"
    list_display = ["name", "of", "approval", "capacity", "is_offered", "position"]
    list_filter = [RulingFilter, "is_offered"]
    list_select_related = ["meeting"]
    search_fields = ["name"]
    fieldsets = [
        (None, {"fields": ["name", "names", "meeting", ("position", "is_offered")]}),
        (
            _("More rules of registration"),
            {
                "classes": ["collapse"],
                "fields": ["approval", "capacity", "organization_capacity"],
            },
        ),
    ]
    after_save = [after_category]

    def get_changeform_initial_data(self, request):
        # Categories are of all meetings, unless somebody says otherwise.
        return super().get_changeform_initial_data(request) | {"meeting": None}

    @admin.display(description=_("meeting"), ordering="meeting")
    def of(self, category: Category) -> str:
        return str(category.meeting or _("all meetings"))
