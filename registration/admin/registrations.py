"""Registrations: looked through, decided upon, written to, taken out as a list."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, ChangeList
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import formats
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from meeting.admin.base import (
    MeetingFilter,
    OfOneMeeting,
    PlenaryModelAdmin,
    listed_meeting,
    tag,
)
from meeting.admin_site import work_on, working_meeting
from meeting.mail.admin import mails_about
from registration.admin.answer_filters import NeedsFilter, filters_of
from registration.admin.bulk import BulkPages
from registration.admin.doubles import Doubles
from registration.admin.erasing import Erasing
from registration.admin.forms import StaffForm
from registration.admin.imports import Imports
from registration.admin.lists import (
    SENSITIVE,
    CorrectedFilter,
    DayFilter,
    MailFilter,
    RegistrationList,
)
from registration.admin.moved import Moved
from registration.admin.sensitive import SensitiveAnswers
from registration.admin.todo import ToDo
from registration.admin.writing import Writing
from registration.answers import Line, lines_of
from registration.exports import as_csv, as_xlsx
from registration.exports.rows import Table
from registration.models import Choice, Question, Registration

Status = Registration.Status
COLOURS = {
    Status.RECEIVED: "open",
    Status.NEEDS_CORRECTION: "open",
    Status.WAITING: "wait",
    Status.OFFERED: "wait",
    Status.CONFIRMED: "good",
    Status.DECLINED: "bad",
    Status.WITHDRAWN: "off",
}
CHOSEN = {
    Choice.Status.RECEIVED: "plain",
    Choice.Status.WAITING: "wait",
    Choice.Status.OFFERED: "wait",
    Choice.Status.CONFIRMED: "good",
}
LOST = {"bounced": _("Mail came back"), "failed": _("Mail failed")}
FILES = {"csv": as_csv, "xlsx": as_xlsx}


@admin.register(Registration)
class RegistrationAdmin(
    Writing,
    BulkPages,
    Imports,
    Doubles,
    Moved,
    SensitiveAnswers,
    Erasing,
    ToDo,
    OfOneMeeting,
    PlenaryModelAdmin,
):
    section = "registration"
    form = StaffForm
    # The person's own page: whoever opens it acts for them.
    view_on_site = False
    list_display = [
        "reference",
        "person",
        "status_tag",
        "organization",
        "category",
        "attendance",
        "received",
    ]
    list_display_links = ["reference", "person"]
    list_filter = [
        MeetingFilter,
        "status",
        "attendance",
        DayFilter,
        CorrectedFilter,
        MailFilter,
        ("category", admin.RelatedOnlyFieldListFilter),
        "is_listed",
        "is_demo",
        NeedsFilter,
    ]
    list_select_related = ["meeting", "category"]
    list_per_page = 100
    date_hierarchy = "created_at"
    search_fields = ["name", "badge_name", "organization", "email", "reference"]
    search_help_text = _("By name, organization, e-mail or reference.")
    readonly_fields = ["meeting", "reference", "status_tag", "received", "made_up"]

    def get_fieldsets(
        self, request: HttpRequest, obj: Registration | None = None
    ) -> list[tuple[str, dict[str, Any]]]:
        received = ("received", "made_up") if obj and obj.is_demo else "received"
        state = ["meeting", ("reference", "status_tag"), received]
        return [
            (_("Registration"), {"fields": state if obj else ["meeting"]}),
            (_("Who they come for"), {"fields": ["category", "organization"]}),
            (
                _("Who they are"),
                {
                    "fields": [
                        ("honorific", "name"),
                        "badge_name",
                        "function",
                        "email",
                        "language",
                    ]
                },
            ),
            (
                _("How they take part"),
                {
                    "fields": [
                        "attendance",
                        "days",
                        "access_needs",
                        "dietary_needs",
                        "is_listed",
                    ]
                },
            ),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RegistrationList

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registration.export_registration")

    def save_model(
        self, request: HttpRequest, obj: Registration, form: StaffForm, change: bool
    ) -> None:
        """Take it as if the person had sent it; or correct it, without a mail."""
        work_on(request, obj.meeting)
        if not change:
            obj.submit(uuid4().hex, form.answers)
            return
        obj.amend(form.changed_columns, form.answers)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        """With what the meeting asks of its own, which only the form knows."""
        admin_form = context["adminform"]
        if admin_form.form.asked:
            admin_form.form.keep_files()
            title = _("What the meeting asks besides")
            fields = {"fields": admin_form.form.asked}
            admin_form.fieldsets.append((title, fields))
        return super().render_change_form(request, context, **kwargs)

    # The list.

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """With what the meeting asks of its own, last; read once a request."""
        if not hasattr(request, "answer_filters"):
            meeting = listed_meeting(request)
            request.answer_filters = filters_of(meeting) if meeting else []
        return [*self.list_filter, *request.answer_filters]

    @admin.display(description=_("name"), ordering="name")
    def person(self, registration: Registration) -> SafeString:
        return format_html(
            "{} <bdi>{}</bdi> {} {}",
            registration.honorific,
            registration.name,
            self.made_up(registration),
            lost_mail_tag(registration),
        )

    @admin.display(description=_("status"), ordering="status")
    def status_tag(self, registration: Registration) -> SafeString:
        words = registration.get_status_display()
        return tag(COLOURS[registration.status], words)

    @admin.display(description=_("received"), ordering="created_at")
    def received(self, registration: Registration) -> str:
        local = registration.created_at.astimezone(registration.meeting.zone)
        return formats.date_format(local, "j M Y, H.i")

    @admin.display(description=_("made up"))
    def made_up(self, registration: Registration) -> SafeString | str:
        return tag("off", _("Made up")) if registration.is_demo else ""

    # Pages of our own.

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "export/<str:kind>/",
                self.admin_site.admin_view(self.export),
                name="registration_registration_export",
            ),
            path(
                "<int:pk>/act/<str:action>/",
                self.admin_site.admin_view(self.act),
                name="registration_registration_act",
            ),
            path(
                "<int:pk>/corrections/<int:correction>/check/",
                self.admin_site.admin_view(self.check_correction),
                name="registration_registration_check",
            ),
        ]
        return own + self.bulk_urls() + super().get_urls()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        can_export = self.has_export_permission(request)
        can = {
            "can_export": can_export,
            "can_export_sensitive": can_export
            and self.has_sensitive_permission(request)
            and self._asks_sensitive(request),
            "can_merge": self.has_change_permission(request),
        }
        response = super().changelist_view(request, can | (extra_context or {}))
        if listed := (getattr(response, "context_data", None) or {}).get("cl"):
            listed.note_lost_mail()
        return response

    def _asks_sensitive(self, request: HttpRequest) -> bool:
        sensitive = Question.objects.filter(is_sensitive=True)
        meeting = listed_meeting(request)
        return (sensitive.filter(meeting=meeting) if meeting else sensitive).exists()

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        registration = self.get_object(request, object_id)
        context = self._around(request, registration) if registration else {}
        return super().change_view(
            request, object_id, form_url, context | (extra_context or {})
        )

    def _around(self, request: HttpRequest, registration: Registration) -> dict:
        """What can be done with it, its answers, its history and its mails."""
        around = self.around(request, registration) | {
            "answers": self._answers(request, registration),
            "chosen": list(_chosen_by(registration)),
            "doubles": self.doubles_of(request, registration),
        }
        return around | mails_about(request, registration)

    def _answers(self, request: HttpRequest, registration: Registration) -> list[Line]:
        """For who may only look, all of them; else what the fields do not show."""
        lines = lines_of(registration)
        if not self.has_change_permission(request, registration):
            return lines
        return [
            line
            for line in lines
            if line.is_masked or line.is_file or line.question.is_retired
        ]

    @method_decorator(require_safe)
    def export(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The list as it is filtered on the screen, whole, as a file."""
        may = self.has_view_permission(request) and self.has_export_permission(request)
        with_sensitive = SENSITIVE in request.GET
        if not may or (with_sensitive and not self.has_sensitive_permission(request)):
            raise PermissionDenied
        if kind not in FILES:
            raise Http404
        try:
            registrations = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            url = reverse("admin:registration_registration_changelist")
            return redirect(f"{url}?{ERROR_FLAG}=1")
        meeting = working_meeting(request)
        name = f"registrations-{meeting.slug}" if meeting else "registrations"
        table = Table(registrations, with_sensitive=with_sensitive)
        self._record_export(request, kind, table)
        return FILES[kind].respond(table, name)

    def _record_export(self, request: HttpRequest, kind: str, table: Table) -> None:
        count = table.registrations.count()
        opened = {"sensitive": table.sensitive} if table.sensitive else {}
        text = ngettext(
            "%(count)d registration exported as %(kind)s",
            "%(count)d registrations exported as %(kind)s",
            count,
        )
        LogEntry.objects.create(
            action=LogEntry.Action.ACCESS,
            actor=request.user,
            content_type=ContentType.objects.get_for_model(Registration),
            object_pk="",
            object_repr=text % {"count": count, "kind": kind.upper()},
            additional_data={"filters": _without_words(request), **opened},
        )


def lost_mail_tag(registration: Registration) -> SafeString | str:
    """What the list knows of mails that did not arrive."""
    state = getattr(registration, "lost_mail", "")
    return tag("bad", LOST[state]) if state else ""


def _without_words(request: HttpRequest) -> dict[str, str]:
    """How a list was filtered; not whom somebody looked for, which is kept nowhere."""
    return {name: value for name, value in request.GET.items() if name != "q"}


def _chosen_by(registration: Registration) -> Iterator[tuple[Choice, SafeString]]:
    """Sessions, and options with places: whether there is one for this person."""
    of_sessions = Q(session__isnull=False)
    choices = registration.choices.filter(of_sessions | Q(option__capacity__gte=0))
    for choice in choices.select_related("session", "option__question"):
        yield choice, tag(CHOSEN[choice.status], choice.get_status_display())
