"""The screen itself, and what is opened from it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agenda.admin.guarding import seen
from agenda.admin.programme.commands import Command
from agenda.admin.programme.forms import (
    EDIT_FORMS,
    ItemPart,
    NewPresentation,
    PartForm,
    SessionPart,
)
from agenda.admin.programme.rows import days_of, places, prepare
from agenda.differences import news_of_draft
from agenda.editing import adding
from agenda.editing.changing import change
from agenda.editing.clashes import clashes
from agenda.editing.parts import MODELS, GoneError, Part, called, find
from agenda.jinja import printed
from agenda.models import (
    ConflictError,
    Draft,
    Edit,
    Item,
    Release,
    Session,
    Snapshot,
    Speaker,
)
from agenda.outline import Outline
from meeting.admin.base import need
from meeting.admin_site import work_on, working_meeting
from meeting.models import Meeting

PAGE = "admin:agenda_programme"
FOLDER = "admin/agenda/programme"
read_or_write = method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
BREAK_MINUTES = 15
# Which controls there are depends on them.
RIGHTS = [
    f"{act}_{kind}"
    for act in ("change", "add")
    for kind in ("session", "item", "presentation")
]
# What is added, with its form and with what it is added to.
ADD_FORMS: dict[str, tuple[type[PartForm], str]] = {
    "session": (SessionPart, "day"),
    "item": (ItemPart, "session"),
    "break": (ItemPart, "session"),
    "presentation": (NewPresentation, "item"),
}
ADD_TITLES = {
    "session": _("Add a session"),
    "item": _("Add an item"),
    "break": _("Add a break"),
    "presentation": _("Add a presentation"),
}


class ProgrammePages:
    """Below an address of their own; mixed into the admin of sessions."""

    @property
    def pages(self) -> list[dict[str, Any]]:
        """For the admin's list of what there is."""
        page = {"name": _("Programme on one screen"), "object_name": "Programme"}
        address = reverse("admin:agenda_programme_now")
        return [page | {"admin_url": address, "pages": []}]

    def site_urls(self) -> list[URLPattern]:
        def page(address: str, view: Any, name: str) -> URLPattern:
            view = self.admin_site.admin_view(view)
            return path(f"agenda/programme/{address}", view, name=name)

        return [
            page("", self.programme_now, "agenda_programme_now"),
            page("<int:pk>/", self.programme, "agenda_programme"),
            page(
                "<int:pk>/<str:kind>/<int:part>/",
                self.programme_part,
                "agenda_programme_part",
            ),
            page(
                "<int:pk>/add/<str:kind>/<str:into>/",
                self.programme_add,
                "agenda_programme_add",
            ),
        ]

    @method_decorator(require_safe)
    def programme_now(self, request: HttpRequest) -> HttpResponse:
        """That of the meeting which one is at work on."""
        need(request, "agenda.view_session")
        meeting = working_meeting(request)
        if meeting is None:
            return redirect("admin:index")
        return redirect(PAGE, meeting.pk)

    @read_or_write
    def programme(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self._work_on(request, pk)
        if request.method != "POST":
            return self._show_programme(request, meeting)
        need(request, "agenda.change_session")
        at = ""
        try:
            command = Command.read(request, meeting)
            at = command.at
            for permission in command.permissions:
                need(request, permission)
            edit = command.act()
        except ConflictError as conflict:
            return self._show_programme(
                request, meeting, status=409, conflict=conflict, asked=request.POST
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return _back(meeting, at)
        return self._done(request, meeting, edit, at)

    @read_or_write
    def programme_part(
        self, request: HttpRequest, pk: int, kind: str, part: int
    ) -> HttpResponse:
        """One part to be changed, moved, or deleted."""
        meeting = self._work_on(request, pk)
        if kind not in EDIT_FORMS:
            raise Http404
        need(request, f"agenda.change_{kind}")
        form_class = EDIT_FORMS[kind]
        try:
            row = find(meeting, kind, part)
        except GoneError as gone:
            return self._show_gone(request, meeting, form_class, kind, gone)
        form = form_class(request.POST or None, part=row, auto_id=f"{kind}-{part}-%s")
        left = []
        if form.is_valid():
            try:
                edit = change(
                    meeting,
                    kind,
                    part,
                    form.changes,
                    by=request.user,
                    seen=seen(request),
                )
                return self._done(request, meeting, edit, f"{kind}-{part}")
            except GoneError as gone:
                return self._show_gone(request, meeting, form_class, kind, gone)
            except ConflictError as conflict:
                left = list(form.tell(conflict.clashes))
                return self._show_part(
                    request, meeting, row, form, status=409, clashes=left
                )
            except ValidationError as error:
                form.add_error(None, error)
        return self._show_part(request, meeting, row, form)

    @read_or_write
    def programme_add(
        self, request: HttpRequest, pk: int, kind: str, into: str
    ) -> HttpResponse:
        """A new session on a day, item or break in a session, presentation in an item."""
        meeting = self._work_on(request, pk)
        if kind not in ADD_FORMS:
            raise Http404
        model = "item" if kind == "break" else kind
        need(request, f"agenda.add_{model}")
        form_class, owner_kind = ADD_FORMS[kind]
        owner = _owner(meeting, owner_kind, into)
        form = form_class(
            request.POST or None,
            initial=_initial(kind, owner),
            auto_id=f"add-{kind}-{into}-%s",
        )
        if form.is_valid():
            try:
                edit, part = _add(meeting, model, owner, form, request)
                return self._done(request, meeting, edit, f"{model}-{part.pk}")
            except ValidationError as error:
                form.add_error(None, error)
        at = f"day-{into}" if kind == "session" else f"{owner_kind}-{into}"
        return self._show(
            request,
            meeting,
            "add",
            title=ADD_TITLES[kind],
            owner=owner if isinstance(owner, Session | Item) else None,
            form=form,
            at=at,
            speakers=Speaker.objects.all() if kind == "presentation" else (),
        )

    def _show_programme(
        self, request: HttpRequest, meeting: Meeting, status: int = 200, **context: Any
    ) -> TemplateResponse:
        snapshot = Snapshot.of(meeting)
        outline = Outline(snapshot)
        warnings = clashes(outline)
        prepare(outline, warnings)
        may = {name: request.user.has_perm(f"agenda.{name}") for name in RIGHTS}
        release = Release.objects.current(meeting)
        return self._show(
            request,
            meeting,
            "programme",
            status=status,
            title=_("Programme"),
            days=[printed("day", may, day, FOLDER) for day in days_of(outline)],
            warnings=warnings,
            last=meeting.edits.filter(
                by=request.user, undoes=None, undone=None
            ).first(),
            away=_days_away(meeting, outline),
            release=release,
            changes=len(news_of_draft(meeting, release, snapshot)),
            may=may,
            at=request.GET.get("at", ""),
            **context,
        )

    def _show_part(
        self,
        request: HttpRequest,
        meeting: Meeting,
        part: Part,
        form: PartForm,
        status: int = 200,
        **context: Any,
    ) -> TemplateResponse:
        kind = part._meta.model_name
        return self._show(
            request,
            meeting,
            "part",
            status=status,
            title=called(part),
            part=part,
            kind=kind,
            form=form,
            at=f"{kind}-{part.pk}",
            places=[*places(Outline.draft(meeting), part)],
            has_hours=kind != "presentation" and part.starts_at is not None,
            may_delete=request.user.has_perm(f"agenda.delete_{kind}"),
            all_of_it=reverse(f"admin:agenda_{kind}_change", args=[part.pk]),
            is_conflict=status == 409,
            **context,
        )

    def _show_gone(
        self,
        request: HttpRequest,
        meeting: Meeting,
        form_class: type[PartForm],
        kind: str,
        gone: GoneError,
    ) -> HttpResponse:
        """What somebody typed of something that another has deleted meanwhile."""
        if request.method != "POST":
            raise Http404
        return self._show(
            request,
            meeting,
            "gone",
            status=409,
            title=_("Deleted meanwhile"),
            gone=gone.messages,
            form=form_class(request.POST),
            at="",
        )

    def _show(
        self,
        request: HttpRequest,
        meeting: Meeting,
        name: str,
        status: int = 200,
        **context: Any,
    ) -> TemplateResponse:
        around = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "meeting": meeting,
            "base": reverse(PAGE, args=[meeting.pk]),
            "version": Draft.version_of(meeting),
        }
        template = f"{FOLDER}/{name}.html"
        return TemplateResponse(request, template, around | context, status=status)

    def _work_on(self, request: HttpRequest, pk: int) -> Meeting:
        need(request, "agenda.view_session")
        meeting = get_object_or_404(Meeting, pk=pk)
        work_on(request, meeting)
        timezone.activate(meeting.zone)
        return meeting

    def _done(
        self, request: HttpRequest, meeting: Meeting, edit: Edit, at: str
    ) -> HttpResponse:
        if edit.pk:
            messages.success(request, edit.what)
        return _back(meeting, at)


def _back(meeting: Meeting, at: str) -> HttpResponse:
    """To the same place; the script reads from the address what the browser does."""
    address = reverse(PAGE, args=[meeting.pk])
    return redirect(f"{address}?at={at}#{at}" if at else address)


def _owner(meeting: Meeting, kind: str, into: str) -> date | Part:
    """What something is added to; hidden is what is not of this meeting."""
    try:
        if kind == "day":
            return date.fromisoformat(into)
        return get_object_or_404(MODELS[kind], meeting=meeting, pk=int(into))
    except ValueError:
        raise Http404 from None


def _initial(kind: str, owner: date | Part) -> dict[str, Any]:
    if kind == "session":
        return {"date": owner}
    if kind == "presentation":
        return {}
    last = owner.items.last()
    follows = {"follows": bool(last and last.ends_at), "is_numbered": True}
    if kind == "break":
        return follows | {
            "title": _("Break"),
            "kind": Item.Kind.BREAK,
            "is_numbered": False,
            "minutes": BREAK_MINUTES,
        }
    return follows


def _add(
    meeting: Meeting, model: str, owner: date | Part, form: PartForm, request: Any
) -> tuple[Edit, Part]:
    values, by = dict(form.cleaned_data), request.user
    if model == "session":
        return adding.add_session(meeting, values.pop("date"), values, by=by)
    if model == "item":
        return adding.add_item(meeting, owner.pk, values, by=by)
    own = {name: values[name] for name in ("title", "kind")}
    return adding.add_presentation(meeting, owner.pk, own, form.role, by=by)


def _days_away(meeting: Meeting, outline: Outline) -> dict[str, int] | None:
    """How many sessions lie outside the meeting, and by how much all would move."""
    dates = [s.date for s in outline.sessions if s.kind == "session" and s.date]
    outside = sum(each not in meeting.days for each in dates)
    if not outside:
        return None
    return {"count": outside, "days": (meeting.starts_on - min(dates)).days}
