"""What every list and form of ours in the admin has in common."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import (
    AutocompleteSelect,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    PermissionDenied,
    ValidationError,
)
from django.core.paginator import Page, Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from meeting.admin_site import work_on, working_meeting
from meeting.files.keeping import NotKeptError
from meeting.mail.words import tag
from meeting.models import Meeting
from meeting.words import number_in

ROWS_A_PAGE = 200


def need(request: HttpRequest, permission: str) -> None:
    """For a page that is no list's: raises PermissionDenied where it is lacking."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


class DayInput(forms.DateInput):
    """The browser's own date picker: it has a label, and needs no script."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class FoundByWords(AutocompleteSelect):
    """What is no number of a row names none; Django's own fails when it is shown again."""

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple]:
        numbers = [each for each in value if number_in(str(each))]
        return super().optgroups(name, numbers, attrs)


class OwnWidgets:
    formfield_overrides = {
        models.DateField: {"widget": DayInput},
        models.URLField: {"assume_scheme": "https"},
        models.TextField: {
            "widget": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
        },
    }

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", FoundByWords(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Beside a choice, nothing by which what was chosen is deleted."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field


def refusing(form: type[forms.ModelForm], error: ValidationError) -> type:
    """A form like this one that says, above all fields, why it was not saved."""

    class Refused(form):
        def _post_clean(self) -> None:
            super()._post_clean()
            self.add_error(NON_FIELD_ERRORS, error)

    return Refused


class PlenaryModelAdmin(OwnWidgets, admin.ModelAdmin):
    """Begins and goes on with the meeting that one is at work on."""

    save_on_top = False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Where a file cannot be kept, the page comes again with all that was typed."""
        show = partial(
            super().changeform_view, request, object_id, form_url, extra_context
        )
        try:
            return show()
        except NotKeptError as error:
            request.not_kept = error
            request.FILES.clear()
            return show()

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        error = getattr(request, "not_kept", None)
        return refusing(form, error) if error else form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial = {"meeting": getattr(working_meeting(request), "pk", None)}
        return initial | super().get_changeform_initial_data(request)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> models.Model | None:
        """Go over to the meeting of what is opened, and to its clock."""
        obj = super().get_object(request, object_id, from_field)
        meeting = obj if isinstance(obj, Meeting) else getattr(obj, "meeting", None)
        if meeting:
            work_on(request, meeting)
            timezone.activate(meeting.zone)
        return obj

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: forms.Form, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if meeting := getattr(obj, "meeting", None):
            work_on(request, meeting)

    @admin.display(description=_("state"))
    def to_be_confirmed(self, obj: models.Model) -> str:
        """Whether something of it is still open."""
        is_open = obj.tbc or not getattr(obj, "is_complete", True)
        return tag("open", _("To be confirmed")) if is_open else ""


class ReadOnly:
    """Rows that the system writes: to be looked at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> bool:
        return False


class OfOneMeeting:
    """What is added belongs to a meeting that the page's own address names."""

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page names its meeting, so that another window cannot change it."""
        meeting = working_meeting(request)
        named = request.GET.get("meeting", "")
        if not named and meeting and request.method == "GET":
            query = request.GET.copy()
            query["meeting"] = meeting.pk
            return redirect(f"{request.path}?{query.urlencode()}")
        pk = number_in(named)
        if pk and (meeting := Meeting.objects.filter(pk=pk).first()):
            work_on(request, meeting)
        return super().add_view(request, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        form.meeting = working_meeting(request)  # A class made for this request.
        return form

    def has_add_permission(self, request: HttpRequest) -> bool:
        has_meeting = working_meeting(request) is not None
        return has_meeting and super().has_add_permission(request)


class SavedWithAll:
    """Calls what apps above ours have to do once an object is saved with its rows.

    Each is given the request, the object, and the names of the fields that changed.
    """

    after_save: list[Callable[[HttpRequest, Any, set[str]], None]]

    def save_related(
        self, request: HttpRequest, form: forms.ModelForm, formsets: list, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        for follow in self.after_save:
            follow(request, form.instance, set(form.changed_data))


class MeetingFilter(admin.SimpleListFilter):
    """One meeting at a time: the one asked for, else the one that is worked on."""

    title = _("meeting")
    parameter_name = "meeting"
    path = "meeting"
    ALL = "all"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        self.meetings = {str(each.pk): each for each in Meeting.objects.all()}
        self.working = str(getattr(working_meeting(request), "pk", self.ALL))
        named = [(pk, short_name(each)) for pk, each in self.meetings.items()]
        return [*named, (self.ALL, _("All meetings"))]

    def value(self) -> str:
        return super().value() or self.working

    def choices(self, changelist: Any) -> list[dict[str, Any]]:
        # Without the entry "All" of its own, which would lead to the default.
        return list(super().choices(changelist))[1:]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet
    ) -> models.QuerySet:
        if self.value() == self.ALL:
            return queryset
        return queryset.filter(**{self.path: self.chosen(request)})

    def chosen(self, request: HttpRequest) -> Meeting | None:
        """The meeting of this list, which one is at work on from now on."""
        if meeting := self.meetings.get(self.value()):
            work_on(request, meeting)
        return meeting


def listed_meeting(request: HttpRequest) -> Meeting | None:
    """Which meeting a list is asked for; None for all of them."""
    asked = request.GET.get(MeetingFilter.parameter_name, "")
    if asked == MeetingFilter.ALL:
        return None
    pk = number_in(asked)
    if pk and (meeting := Meeting.objects.filter(pk=pk).first()):
        work_on(request, meeting)
    return working_meeting(request)


def short_name(meeting: Meeting) -> str:
    """Enough to tell editions apart: "15 · February 2017"."""
    month = formats.date_format(meeting.starts_on, "F Y")
    return f"{meeting.number or meeting.slug} · {month}"


def page_of(request: HttpRequest, rows: Any, rows_a_page: int = ROWS_A_PAGE) -> Page:
    """Those rows of a long list that the address asks for."""
    return Paginator(rows, rows_a_page).get_page(request.GET.get("p"))
