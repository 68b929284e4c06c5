"""Registrations from a file: sent, looked through, and taken once confirmed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from meeting.admin.base import page_of
from meeting.admin_site import work_on, working_meeting
from meeting.models import Meeting
from meeting.words import number_in
from registration.admin.pages import OwnPages
from registration.exports import as_xlsx
from registration.importing import template, working
from registration.importing.reading import MOST_BYTES, MOST_ROWS
from registration.models import Import

NAME = "registration_registration_import"
PAGE = f"admin:{NAME}"
TEMPLATES = {
    "csv": (template.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (template.as_xlsx, as_xlsx.TYPE),
}


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=_("CSV or XLSX, at most %(size)d MB and %(rows)s rows.")
        % {"size": MOST_BYTES // 1024**2, "rows": f"{MOST_ROWS:,}"},
        error_messages={
            "required": _("Choose the file with the registrations."),
            "empty": _("There is nothing in this file. Choose another."),
        },
    )


class TakeForm(forms.Form):
    """How those are taken whom nobody has decided on yet."""

    status = forms.ChoiceField(
        label=_("They are"),
        choices=[
            ("received", _("received: you decide on each later")),
            ("seated", _("confirmed as long as there are seats, then waiting")),
        ],
        initial="received",
        widget=forms.RadioSelect,
    )
    writes_mails = forms.BooleanField(
        label=_("Write to each of them"),
        required=False,
        help_text=_("The mail says how they stand, and has their private link."),
    )


class Imports(OwnPages):
    """The pages of a ModelAdmin of registrations that take in a file."""

    def get_urls(self) -> list[URLPattern]:
        def page(address: str, view: Any, name: str = "") -> URLPattern:
            view = self.admin_site.admin_view(view)
            return path(f"import/{address}", view, name=f"{NAME}{name}")

        return [
            page("", self.import_file),
            page("template.<str:kind>", self.import_template, "_template"),
            page("<int:pk>/", self.import_page, "_page"),
            page("<int:pk>/take/", self.import_take, "_take"),
            page("<int:pk>/cancel/", self.import_cancel, "_cancel"),
            page("<int:pk>/bad.csv", self.import_bad, "_bad"),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def import_file(self, request: HttpRequest) -> HttpResponse:
        """The page on which a file is sent, with those that were sent before."""
        meeting = self._meeting_to_import_to(request)
        is_sent = request.method == "POST"
        form = ImportForm(request.POST, request.FILES) if is_sent else ImportForm()
        if form.is_valid() and (job := _begin(form, meeting, request)):
            return redirect(f"{PAGE}_page", job.pk)
        return self.show(
            request,
            "import",
            title=_("Import registrations"),
            form=form,
            meeting=meeting,
            columns=list(template.columns_of(meeting)),
            jobs=_sent_before(meeting),
        )

    @method_decorator(require_safe)
    def import_template(self, request: HttpRequest, kind: str) -> HttpResponse:
        meeting = self._meeting_to_import_to(request)
        if kind not in TEMPLATES:
            raise Http404
        write, content_type = TEMPLATES[kind]
        name = f"registrations-{meeting.slug}-template.{kind}"
        return _as_file(write(meeting), content_type, name)

    @method_decorator(require_safe)
    def import_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where it stands: worked on, to be confirmed, or done."""
        job = self._import(request, pk)
        return self._show_import(request, job, TakeForm())

    def _show_import(
        self, request: HttpRequest, job: Import, form: TakeForm
    ) -> HttpResponse:
        report = job.report
        return self.show(
            request,
            "import_page",
            title=_("Import of %s") % job.file_name,
            job=job,
            report=report,
            form=form,
            bad=page_of(request, report.get("bad", [])),
            left=report.get("left", []),
            taken=report.get("taken", 0),
        )

    @method_decorator(require_POST)
    def import_take(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._import(request, pk)
        if job.can_go_on:
            if job.go_on():
                working.ask(job)
            return redirect(f"{PAGE}_page", pk)
        form = TakeForm(request.POST)
        if not form.is_valid():
            return self._show_import(request, job, form)
        if job.report.get("good") and job.confirm(
            is_seated=form.cleaned_data["status"] == "seated",
            writes_mails=form.cleaned_data["writes_mails"],
        ):
            working.ask(job)
        return redirect(f"{PAGE}_page", pk)

    @method_decorator(require_POST)
    def import_cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self._import(request, pk)
        if not working.cancel(job):
            return redirect(f"{PAGE}_page", pk)
        text = _("Nothing of “%s” was taken, and the file is deleted.") % job.file_name
        self.message_user(request, text, messages.SUCCESS)
        return redirect(PAGE)

    @method_decorator(require_safe)
    def import_bad(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The rows that were not taken, as a file to correct."""
        job = self._import(request, pk)
        if not job.report.get("bad"):
            raise Http404
        content = template.bad_rows(job)
        name = f"rows-to-correct-{job.pk}.csv"
        return _as_file(content, "text/csv; charset=utf-8", name)

    # What these have in common.

    def _may_import(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _meeting_to_import_to(self, request: HttpRequest) -> Meeting:
        """The one that the page names, so that another window cannot change it."""
        self._may_import(request)
        named = request.POST.get("meeting") or request.GET.get("meeting") or ""
        if named.isdecimal():
            work_on(request, get_object_or_404(Meeting, pk=number_in(named)))
        return working_meeting(request)

    def _import(self, request: HttpRequest, pk: int) -> Import:
        self._may_import(request)
        jobs = Import.objects.select_related("meeting", "created_by")
        job = get_object_or_404(jobs, pk=pk)
        work_on(request, job.meeting)
        return job


def _sent_before(meeting: Meeting) -> QuerySet[Import]:
    jobs = Import.objects.filter(meeting=meeting).select_related("created_by")
    return jobs.defer("report")[:20]


def _begin(form: ImportForm, meeting: Meeting, request: HttpRequest) -> Import | None:
    """Have it looked through; or say in the form why it cannot be."""
    file: UploadedFile = form.cleaned_data["file"]
    try:
        return working.begin(meeting, file, request.user)
    except ValidationError as error:
        form.add_error("file", error)
        return None


def _as_file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type, headers=headers)
