"""Papers, slides, films: each in one place of the programme, or of the meeting."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from agenda.admin.files import StoredFiles
from agenda.admin.forms import PlacedMaterialForm
from agenda.admin.inlines import FileColumn
from agenda.admin.several import HoldBackForm, SeveralForm
from agenda.documents.lengths import length_of
from agenda.models import Material
from agenda.trail import trail_of
from meeting.admin.base import MeetingFilter, PlenaryModelAdmin, tag
from meeting.admin_site import work_on, working_meeting
from meeting.moments import in_zone

MOVES = {"up": -1, "down": +1}


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Material.Kind.in_words()

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Material]
    ) -> QuerySet[Material]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Material)
class MaterialAdmin(FileColumn, StoredFiles, PlenaryModelAdmin):
    section = "programme"
    form = PlacedMaterialForm
    object_history_template = "admin/agenda/material/history.html"
    change_list_template = "admin/agenda/material/change_list.html"
    list_display = ["__str__", "kind_in_words", "place", "language", "seen_by", "moves"]
    list_filter = [
        MeetingFilter,
        KindFilter,
        "visibility",
        "language",
        ("is_contributed", admin.BooleanFieldListFilter),
    ]
    search_fields = ["title", "symbol", "author", "filename", "url"]
    actions = ["show_to_all", "show_to_participants", "show_to_staff", "hold_back"]

    def get_fieldsets(
        self, request: HttpRequest, obj: Material | None = None
    ) -> list[tuple[str | None, dict[str, Any]]]:
        can_change = self.has_change_permission(request, obj)
        fields = [
            ("kind", "language"),
            ("title", "author"),
            "file" if can_change else "stored_file",
            *(["earlier_versions"] if obj and obj.number > 1 else []),
            "url",
            ("symbol", "date"),
            "is_contributed",
            "tbc",
            "note",
        ]
        # The meeting of one that is new is in a hidden field.
        place = {"fields": ["place" if obj else ("meeting", "place")]}
        seen = {"fields": [("visibility", "visible_from")]}
        return [
            (None, {"fields": fields}),
            (_("Who sees it, and when"), seen),
            (_("Where it belongs"), place),
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Material | None = None
    ) -> list[str]:
        can_change = self.has_change_permission(request, obj)
        return ["earlier_versions", *([] if can_change else ["stored_file"])]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Material]:
        places = ("meeting", "session", "item", "presentation", "role__speaker")
        return super().get_queryset(request).select_related(*places)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_in_words(self, material: Material) -> str:
        return material.get_kind_display()

    @admin.display(description=gettext_lazy("belongs to"))
    def place(self, material: Material) -> str:
        places = (material.session, material.item, material.presentation, material.role)
        return str(next(filter(None, places), material.meeting))

    @admin.display(description=gettext_lazy("visible to"), ordering="visibility")
    def seen_by(self, material: Material) -> SafeString:
        words = material.get_visibility_display()
        kind = "off" if material.visibility == Material.Visibility.STAFF else "plain"
        if not material.is_held_back:
            return tag(kind, words)
        until = in_zone(material.visible_from, material.meeting)
        return format_html("{} {}", tag(kind, words), _("from %s") % until)

    @admin.display(description=gettext_lazy("earlier versions"))
    def earlier_versions(self, material: Material) -> SafeString:
        lines = (
            (
                version.number,
                reverse("admin:agenda_version_file", args=[version.pk]),
                version.filename,
                ", ".join(_facts_of(version, material)),
            )
            for version in material.versions.all()
        )
        line = '<li>{}. <a href="{}">{}</a> {}</li>'
        return format_html("<ul>{}</ul>", format_html_join("", line, lines))

    @admin.display(description=gettext_lazy("order"))
    def moves(self, material: Material) -> SafeString:
        """Buttons of the list's own form: each sends it to an address of its own."""
        return format_html(
            '<span class="moves">{}{}</span>',
            _move_button(material, "up", "↑", _("Move up: %s") % material),
            _move_button(material, "down", "↓", _("Move down: %s") % material),
        )

    def save_model(
        self,
        request: HttpRequest,
        obj: Material,
        form: PlacedMaterialForm,
        change: bool,
    ) -> None:
        """One that is new in its place comes after those that are there."""
        super().save_model(request, obj, form, change)
        if not change or "place" in form.changed_data:
            obj.put_last()
            obj.save(update_fields=["position"])

    # Several at once.

    @admin.action(description=gettext_lazy("Show to everybody"), permissions=["change"])
    def show_to_all(self, request: HttpRequest, queryset: QuerySet[Material]) -> None:
        self._show_to(request, queryset, Material.Visibility.PUBLIC)

    @admin.action(
        description=gettext_lazy("Show to participants"), permissions=["change"]
    )
    def show_to_participants(
        self, request: HttpRequest, queryset: QuerySet[Material]
    ) -> None:
        self._show_to(request, queryset, Material.Visibility.PARTICIPANTS)

    @admin.action(
        description=gettext_lazy("Show to staff only"), permissions=["change"]
    )
    def show_to_staff(self, request: HttpRequest, queryset: QuerySet[Material]) -> None:
        self._show_to(request, queryset, Material.Visibility.STAFF)

    @admin.action(
        description=gettext_lazy("Hold back until, or no longer"),
        permissions=["change"],
    )
    def hold_back(
        self, request: HttpRequest, queryset: QuerySet[Material]
    ) -> HttpResponse | None:
        """Asks until when; each is held back on the clock of its own meeting."""
        form = HoldBackForm(request.POST if "until" in request.POST else None)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": _("Hold back"),
                "form": form,
                "materials": queryset,
            }
            page = "admin/agenda/material/hold_back.html"
            return TemplateResponse(request, page, context)
        until = form.cleaned_data["until"]
        for material in queryset:
            zone = material.meeting.zone
            material.hold_back(until and until.replace(tzinfo=zone))
        self._say(request, queryset)
        return None

    def _show_to(
        self, request: HttpRequest, queryset: Iterable[Material], visibility: str
    ) -> None:
        for material in queryset:
            material.show_to(visibility)
        self._say(request, queryset)

    def _say(self, request: HttpRequest, changed: Iterable[Material]) -> None:
        count = len(list(changed))
        text = ngettext("%d material was changed.", "%d materials were changed.", count)
        self.message_user(request, text % count, messages.SUCCESS)

    # Pages of our own.

    def history_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Also what was done past the admin, such as at the papers desk."""
        material = self.get_object(request, unquote(object_id))
        trail = trail_of(material) if material else []
        more = {"trail": trail} | (extra_context or {})
        return super().history_view(request, object_id, more)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("several/", wrap(self.several), name="agenda_material_several"),
            path(
                "<int:pk>/move/<str:way>/", wrap(self.move), name="agenda_material_move"
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def move(self, request: HttpRequest, pk: int, way: str) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        material = get_object_or_404(Material, pk=pk)
        if way not in MOVES:
            raise Http404
        material.move(MOVES[way])
        url = reverse("admin:agenda_material_changelist")
        return redirect(f"{url}?meeting={material.meeting_id}")

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def several(self, request: HttpRequest) -> HttpResponse:
        """Many files at once in one place, each a material named after its file."""
        meeting = working_meeting(request)
        if meeting is None or not self.has_add_permission(request):
            raise PermissionDenied
        is_post = request.method == "POST"
        form = SeveralForm(
            request.POST if is_post else None,
            request.FILES if is_post else None,
            meeting=meeting,
            initial={"place": request.GET.get("place", "")},
        )
        if is_post and form.is_valid():
            count = len(form.save())
            text = ngettext("%d material was added.", "%d materials were added.", count)
            self.message_user(request, text % count, messages.SUCCESS)
            work_on(request, form.meeting)
            url = reverse("admin:agenda_material_changelist")
            return redirect(f"{url}?meeting={form.meeting.pk}")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add several files"),
            "meeting": form.meeting,
            "form": form,
        }
        return TemplateResponse(request, "admin/agenda/material/several.html", context)


def _move_button(material: Material, way: str, sign: str, words: str) -> SafeString:
    url = reverse("admin:agenda_material_move", args=[material.pk, way])
    button = '<button formaction="{}" aria-label="{}">{}</button>'
    return format_html(button, url, words, sign)


def _facts_of(version: Any, material: Material) -> Iterable[str]:
    yield filesizeformat(version.size)
    if length := length_of(version, material.kind):
        yield length
    if version.posted_at:
        yield _("posted %s") % in_zone(version.posted_at, material.meeting)
