"""What was done to a draft, to be taken back; and a pasted text that becomes items."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agenda.editing.pasting import read, save
from agenda.editing.reading import Reader
from agenda.editing.undoing import undo
from agenda.models import Session, Snapshot
from meeting.admin.base import need
from meeting.admin_site import work_on
from meeting.models import Meeting
from meeting.words import number_in

PER_PAGE = 50
# What a pasted text brings, and an undoing may bring back or take away.
ADDS = [f"agenda.add_{kind}" for kind in ("item", "presentation", "speaker")]
read_or_write = method_decorator(require_http_methods(["GET", "HEAD", "POST"]))


class EditPages:
    """Below addresses of their own; mixed into the admin of items."""

    def site_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("agenda/edits/<int:pk>/", view(self.edits), name="agenda_edits"),
            path("agenda/paste/<int:pk>/", view(self.paste), name="agenda_paste"),
        ]

    @read_or_write
    def edits(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who has changed what, old beside new; POST takes one of them back."""
        need(request, "agenda.view_session")
        meeting = get_object_or_404(Meeting, pk=pk)
        _go_to(request, meeting)
        if request.method == "POST":
            return self._undo(request, meeting)
        edits = meeting.edits.select_related("by", "undoes").prefetch_related("undone")
        page = Paginator(edits, PER_PAGE).get_page(request.GET.get("page"))
        reader = Reader(Snapshot.of(meeting), list(page))
        context = {
            "page": page,
            "edits": [(edit, list(reader.lines(edit))) for edit in page],
            "can_undo": request.user.has_perm("agenda.change_session"),
            "meeting": meeting,
        }
        title = _("What was changed in the programme")
        return self._answer(request, "edits", title, context)

    def _undo(self, request: HttpRequest, meeting: Meeting) -> HttpResponse:
        for kind in ("session", "item", "presentation"):
            for act in ("add", "change", "delete"):
                need(request, f"agenda.{act}_{kind}")
        number = number_in(request.POST.get("undo"))
        edit = get_object_or_404(meeting.edits, number=number)
        try:
            messages.success(request, f"{undo(edit, by=request.user).what}.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(request.get_full_path())

    @read_or_write
    def paste(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A text, what it becomes, and then the items themselves."""
        for permission in (*ADDS, "agenda.change_session"):
            need(request, permission)
        session = get_object_or_404(Session.objects.select_related("meeting"), pk=pk)
        _go_to(request, session.meeting)
        text = request.POST.get("text", "")
        pasted = read(text) if text.strip() else None
        is_empty = request.method == "POST" and not (pasted and pasted.items)
        if "save" in request.POST and not is_empty:
            edit = save(pasted, session, by=request.user)
            messages.success(request, f"{edit.what}.")
            return redirect("admin:agenda_session_change", session.pk)
        context = {
            "session": session,
            "text": text,
            "pasted": pasted,
            "is_empty": is_empty,
        }
        title = _("Paste items")
        return self._answer(request, "paste", title, context)

    def _answer(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        shared = self.admin_site.each_context(request) | {"title": title}
        return TemplateResponse(request, f"admin/agenda/{name}.html", shared | context)


def _go_to(request: HttpRequest, meeting: Meeting) -> None:
    work_on(request, meeting)
    timezone.activate(meeting.zone)
