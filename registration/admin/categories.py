from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from meeting.admin.base import PlenaryModelAdmin, SavedWithAll
from registration.admin.seats import after_category
from registration.models import Category


@admin.register(Category)
class CategoryAdmin(SavedWithAll, PlenaryModelAdmin):
    section = "registration"
    list_display = ["name", "of", "names", "is_offered", "position"]
    list_filter = ["is_offered"]
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
