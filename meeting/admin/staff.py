"""Accounts of the staff: what somebody may do comes from groups."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import ManyToManyField
from django.forms import CheckboxSelectMultiple, ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

admin.site.unregister([User, Group])


class WithTicks:
    """A tick each, in place of two boxes between which things are moved."""

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField:
        kwargs.setdefault("widget", CheckboxSelectMultiple)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


@admin.register(User)
class StaffAdmin(WithTicks, UserAdmin):
    section = "staff"
    list_display = ["username", "first_name", "last_name", "email", "is_active"]
    list_filter = ["is_active", "groups"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": [("first_name", "last_name"), "email"]}),
        (
            _("What they may do"),
            {"fields": ["is_active", "is_staff", "groups", "is_superuser"]},
        ),
        (_("When"), {"fields": ["last_login", "date_joined"]}),
    ]

    def has_change_permission(
        self, request: HttpRequest, obj: User | None = None
    ) -> bool:
        """Who is no superuser may not become one by way of another's password."""
        is_above = (
            obj is not None and obj.is_superuser and not request.user.is_superuser
        )
        return not is_above and super().has_change_permission(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        # Nobody may give, to themselves or others, more than they were given.
        return [*fields, "groups", "is_superuser"]


@admin.register(Group)
class RightsAdmin(WithTicks, GroupAdmin):
    section = "staff"
    filter_horizontal = []
