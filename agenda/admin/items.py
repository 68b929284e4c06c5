"""Items with their presentations, roles and materials; presentations with theirs."""

from collections.abc import Iterator
from typing import Any

from adminsortable2.admin import SortableAdminBase
from django.contrib import admin
from django.db.models import Count, Exists, ForeignKey, OuterRef, Q, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from agenda.admin.edits import EditPages
from agenda.admin.forms import ItemForm, PresentationForm, RoleForm
from agenda.admin.guarding import Guarded
from agenda.admin.inlines import (
    HourColumns,
    MaterialInline,
    PresentationInline,
    RoleInline,
)
from agenda.admin.sessions import OpenFilter
from agenda.models import Item, Presentation, Role
from meeting.admin.base import MeetingFilter, PlenaryModelAdmin, short_name
from meeting.admin_site import working_meeting
from meeting.models import Meeting


class LabelledChoices:
    """What was chosen stands there as the search names it."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        related = self.admin_site._registry.get(db_field.related_model)
        if label := getattr(related, "label_of", None):
            field.label_from_instance = label
        return field


@admin.register(Item)
class ItemAdmin(
    EditPages,
    Guarded,
    LabelledChoices,
    HourColumns,
    SortableAdminBase,
    PlenaryModelAdmin,
):
    section = "programme"
    form = ItemForm
    list_display = [
        "__str__",
        "session",
        "kind",
        "presentation_count",
        "to_be_confirmed",
    ]
    list_filter = [MeetingFilter, "kind", OpenFilter]
    list_select_related = ["session"]
    ordering = ["session__date", "session__position", "position", "pk"]
    search_fields = [
        "title",
        "presentations__title",
        "presentations__roles__speaker__name",
        "presentations__roles__speaker__sort_name",
    ]
    autocomplete_fields = ["session"]
    inlines = [PresentationInline, RoleInline, MaterialInline]
    fields = [
        "session",
        "title",
        ("kind", "slug"),
        ("is_numbered", "set_number"),
        ("start", "end"),
        "is_complete",
        "tbc",
        "note",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        queryset = super().get_queryset(request).select_related("session__meeting")
        return queryset.annotate(
            presentation_count=Count("presentations", distinct=True)
        )

    @admin.display(description=_("presentations"), ordering="presentation_count")
    def presentation_count(self, item: Item) -> int:
        return item.presentation_count  # Annotated by get_queryset().

    def label_of(self, item: Item) -> str:
        return f"{item} ({short_name(item.session.meeting)})"

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        count = meeting.items.filter(OpenFilter.condition).count()
        url = reverse("admin:agenda_item_changelist")
        yield {
            "count": count,
            "text": ngettext(
                "agenda item is to be confirmed, or more of it",
                "agenda items are to be confirmed, or more of them",
                count,
            ),
            "url": f"{url}?meeting={meeting.pk}&open=1",
        }


class OpenPresentationFilter(OpenFilter):
    """With no item, title or name yet, or said to be open."""

    condition = (
        Q(item=None)
        | ~Q(tbc=[])
        | Q(roles__speaker=None)
        | Exists(Role.objects.filter(presentation=OuterRef("pk")).exclude(tbc=[]))
    )

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Presentation]
    ) -> QuerySet[Presentation]:
        return super().queryset(request, queryset).distinct()


@admin.register(Presentation)
class PresentationAdmin(Guarded, LabelledChoices, SortableAdminBase, PlenaryModelAdmin):
    section = "programme"
    form = PresentationForm
    list_display = ["__str__", "speakers", "item", "kind", "open_state"]
    list_filter = [MeetingFilter, "kind", OpenPresentationFilter]
    list_select_related = ["item"]
    ordering = [
        "item__session__date",
        "item__session__position",
        "item__position",
        "position",
        "pk",
    ]
    search_fields = [
        "title",
        "roles__speaker__name",
        "roles__speaker__sort_name",
        "roles__affiliation",
    ]
    autocomplete_fields = ["item"]
    inlines = [RoleInline, MaterialInline]
    fields = ["item", "title", ("kind", "date"), "source", "tbc", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Presentation]:
        queryset = super().get_queryset(request)
        return queryset.select_related("item__meeting", "meeting").prefetch_related(
            "roles__speaker"
        )

    def save_model(
        self, request: HttpRequest, obj: Presentation, form: ModelForm, change: bool
    ) -> None:
        if obj.meeting_id is None and obj.item is None:
            obj.meeting = working_meeting(request)
        super().save_model(request, obj, form, change)

    @admin.display(description=_("speakers"))
    def speakers(self, presentation: Presentation) -> str:
        names = (role.speaker for role in presentation.roles.all())
        return ", ".join(str(name or _("name to be confirmed")) for name in names)

    @admin.display(description=_("state"))
    def open_state(self, presentation: Presentation) -> str:
        roles = presentation.roles.all()
        presentation.is_complete = (
            presentation.item_id is not None
            and len(roles) > 0
            and all(role.speaker_id and not role.tbc for role in roles)
        )
        return self.to_be_confirmed(presentation)

    def label_of(self, presentation: Presentation) -> str:
        speakers = self.speakers(presentation)
        named = f"{presentation} – {speakers}" if speakers else str(presentation)
        return f"{named} ({short_name(presentation.meeting)})"

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        found = meeting.presentations.filter(OpenPresentationFilter.condition)
        count = found.distinct().count()
        url = reverse("admin:agenda_presentation_changelist")
        yield {
            "count": count,
            "text": ngettext(
                "presentation has no item, no speaker or is to be confirmed",
                "presentations have no item, no speaker or are to be confirmed",
                count,
            ),
            "url": f"{url}?meeting={meeting.pk}&open=1",
        }


@admin.register(Role)
class RoleAdmin(Guarded, LabelledChoices, SortableAdminBase, PlenaryModelAdmin):
    """Reached from items and presentations: for materials of one person's own."""

    section = "programme"
    form = RoleForm
    list_display = ["__str__", "item", "presentation"]
    list_select_related = ["speaker", "item", "presentation"]
    search_fields = ["speaker__name", "speaker__sort_name"]
    autocomplete_fields = ["speaker"]
    inlines = [MaterialInline]
    fields = ["kind", ("style", "speaker"), ("function", "affiliation"), "tbc", "note"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}

    def label_of(self, role: Role) -> str:
        return f"{role} – {role.item or role.presentation}"
