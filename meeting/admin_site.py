"""The admin as the secretariat's home: in the meeting's order, on what needs doing."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.mail.banner import banner
from meeting.models import Meeting

WORKING = "working_meeting"
View = Callable[..., HttpResponse]


def working_meeting(request: HttpRequest) -> Meeting | None:
    """The edition that this person is at work on: looked at last, else the current."""
    if not hasattr(request, WORKING):
        chosen = request.session.get(WORKING)
        meeting = chosen and Meeting.objects.filter(pk=chosen).first()
        request.working_meeting = (
            meeting or Meeting.objects.current() or Meeting.objects.first()
        )
    return request.working_meeting


def work_on(request: HttpRequest, meeting: Meeting) -> None:
    request.working_meeting = meeting
    if request.session.get(WORKING) != meeting.pk:
        request.session[WORKING] = meeting.pk


class LabelledAutocomplete(AutocompleteJsonView):
    """Finds objects by search, and says of each what tells it from the others."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        label = getattr(self.model_admin, "label_of", str)
        return result | {"text": label(obj)}


class PlenaryAdminSite(admin.AdminSite):
    """Lists stand in sections: each ModelAdmin names its own by `section`.

    One that has a method `todo` says there what waits for the staff.
    """

    site_header = _("Plenary")
    site_title = _("Plenary")
    index_title = _("What needs doing")
    sections = {
        "meeting": _("The meeting"),
        "programme": _("Programme"),
        "registration": _("Registration"),
        "mail": _("Mail"),
        "staff": _("Staff and audit"),
    }
    # People first.
    todo_sections = ["registration", "mail", "meeting", "programme"]

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Every page on the clock of the meeting that is worked on."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def on_the_clock(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponse:
            meeting = working_meeting(request) if request.user.is_staff else None
            with timezone.override(meeting and meeting.zone):
                response = inner(request, *args, **kwargs)
                # Django would print it later, when the clock is another.
                return getattr(response, "render", lambda: response)()

        return on_the_clock

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        if request.user.is_staff:
            context["working_meeting"] = working_meeting(request)
            context["mail_banner"] = banner(request)
        return context

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """A ModelAdmin may have `site_urls` besides, which lie below no list."""
        own = [
            url
            for model_admin in self._registry.values()
            for url in getattr(model_admin, "site_urls", list)()
        ]
        return [*own, *super().get_urls()]

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        if app_label:
            return super().get_app_list(request, app_label)
        models = {
            model["model"]: model
            for app in self._build_app_dict(request).values()
            for model in app["models"]
        }
        sections = [
            {"app_label": key, "name": name, "models": self._of(key, models)}
            for key, name in self.sections.items()
        ]
        return [section for section in sections if section["models"]]

    def _of(self, section: str, models: dict) -> list[dict[str, Any]]:
        """The models of a section, in the order in which they were registered.

        A ModelAdmin may have `pages` besides, for whoever may see its list.
        """
        found = []
        for model, model_admin in self._registry.items():
            if model in models and getattr(model_admin, "section", "staff") == section:
                name = getattr(model_admin, "name", models[model]["name"])
                pages = getattr(model_admin, "pages", [])
                addresses = [page["admin_url"] for page in pages]
                found.append(models[model] | {"name": name, "pages": addresses})
                found += pages
        return found

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        meetings = {str(each.pk): each for each in Meeting.objects.all()}
        if chosen := meetings.get(request.GET.get("meeting", "")):
            work_on(request, chosen)
        meeting = working_meeting(request)
        context = {
            "meeting": meeting,
            "meetings": meetings.values(),
            "todo": list(self.todo(request, meeting)) if meeting else [],
        }
        return super().index(request, context | (extra_context or {}))

    def app_index(
        self,
        request: HttpRequest,
        app_label: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Apps are our business; the staff's sections are all on one page."""
        return redirect("admin:index")

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        """What waits: `count`, `text`, `url`; a plain fact where `is_fact` is true."""
        for section in self.todo_sections:
            for model_admin in self._registry.values():
                if (
                    getattr(model_admin, "section", "") == section
                    and hasattr(model_admin, "todo")
                    and model_admin.has_view_permission(request)
                ):
                    yield from model_admin.todo(request, meeting)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return LabelledAutocomplete.as_view(admin_site=self)(request)
