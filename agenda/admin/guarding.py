"""Whatever a form of the programme saves is one edit, and overwrites nobody."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import (
    PermissionDenied,
    ValidationError,
)
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _

from agenda.admin.merging import Meanwhile, Merger, Typed, rows_in, typed_into
from agenda.editing.reading import Reader
from agenda.models import ConflictError, Draft, Edit, Item, Session, Snapshot, editing
from agenda.models.edit import Clash
from agenda.models.snapshot import MODELS
from meeting.admin.base import refusing
from meeting.admin_site import working_meeting
from meeting.models import Meeting
from meeting.words import number_in

VERSIONS = re.compile(r"\b(\d{1,9}):(\d{1,9})\b")


class GuardedForm:
    """The page carries the version that it shows; who saves an older one is told."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        meeting = self._meeting_of(request, object_id)
        if meeting is None:
            if request.method == "POST" and object_id is not None:
                return self._show_deleted(request, object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

        def answer(version: int, **context: Any) -> HttpResponse:
            context = {"seen": version, **context, **(extra_context or {})}
            return super(GuardedForm, self).changeform_view(
                request, object_id, form_url, context
            )

        if request.method != "POST":
            # Before the rows themselves: what comes in between is not seen.
            return answer(Draft.version_of(meeting))
        edit = None
        try:
            with editing(meeting, by=request.user, seen=seen(request)) as edit:
                request.edit = edit
                self._merge(request, object_id, meeting)
                # Shown again with other mistakes, nobody has been told anything yet.
                return answer(seen(request))
        except ConflictError as conflict:
            request.conflict, request.edit = _told(conflict, edit, meeting), None
            # What says that it was saved is rolled back too.
            messages.get_messages(request)._queued_messages.clear()
            return answer(edit.number - 1, is_conflict=True)

    def _meeting_of(
        self, request: HttpRequest, object_id: str | None
    ) -> Meeting | None:
        if object_id is not None:
            row = self.get_object(request, unquote(object_id))
            return row and meeting_of(row)
        for name, model in (("session", Session), ("item", Item), ("meeting", Meeting)):
            pk = number_in(request.POST.get(name))
            if pk and (row := model.objects.filter(pk=pk).first()):
                return meeting_of(row)
        return working_meeting(request)

    def _merge(
        self, request: HttpRequest, object_id: str | None, meeting: Meeting
    ) -> None:
        """Raises ConflictError where something was typed into what is deleted by now."""
        version = seen(request)
        row = object_id and self.get_object(request, unquote(object_id))
        if row is None or not object_id:
            return
        if version == Draft.version_of(meeting):
            return
        meanwhile = Meanwhile(meeting, version)
        merger = Merger(request.POST, request.FILES, meanwhile)
        if (row._meta.model_name, row.pk) in meanwhile.then:
            form = self.get_form(request, row, change=True)
            merger.merge_row(form, row, None)
        for inline in self.get_inline_instances(request, row):
            formset = inline.get_formset(request, row)
            prefix = formset.get_default_prefix()
            merger.merge_formset(formset, inline.get_queryset(request), prefix)
        request.POST = merger.data
        if merger.clashes:
            raise ConflictError(merger.clashes)

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, **kwargs)
        conflict = getattr(request, "conflict", None)
        if conflict is None:
            return form
        return refusing(form, ValidationError(conflict, code="changed_meanwhile"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context.get("is_conflict"):
            # Nothing of it is to be corrected: the page says itself what happened.
            told = context["adminform"].form.non_field_errors()
            context["errors"] = [each for each in context["errors"] if each is not told]
        return super().render_change_form(request, context, *args, **kwargs)

    def _show_deleted(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What somebody typed into what another has deleted meanwhile, to be copied."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        meeting, pk = working_meeting(request), unquote(object_id)
        deleted_by = Meanwhile(meeting, seen(request)).deleted_by if meeting else {}
        row = (self.opts.model_name, number_in(pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deleted meanwhile"),
            "opts": self.opts,
            "edit": deleted_by.get(row),
            "typed": list(self._typed(request)),
        }
        template = "admin/agenda/gone.html"
        return TemplateResponse(request, template, context, status=409)

    def _typed(self, request: HttpRequest) -> Iterator[tuple[str, list[Typed]]]:
        """Each part of the page that has a text, with its heading."""
        form = self.get_form(request, None)
        yield self.opts.verbose_name, list(typed_into(form(), request.POST))
        for inline in self.get_inline_instances(request):
            formset = inline.get_formset(request)
            prefix = formset.get_default_prefix()
            for place in rows_in(request.POST.get(f"{prefix}-TOTAL_FORMS")):
                row = formset.form(prefix=f"{prefix}-{place}")
                if texts := list(typed_into(row, request.POST)):
                    yield inline.opts.verbose_name, texts

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if edit := getattr(request, "edit", None):
            what = "; ".join(_said(form, formsets, change))
            edit.what = Truncator(what).chars(500)
            edit.moved = list(_moved(formsets))


class Guarded(GuardedForm):
    """What is deleted, too: one edit, and nothing that was changed meanwhile."""

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        meeting = self._meeting_of(request, object_id)
        shown = {"seen": Draft.version_of(meeting)} if meeting else {}
        try:
            return super().delete_view(
                request, object_id, shown | (extra_context or {})
            )
        except ConflictError as conflict:
            return self._not_deleted(request, conflict)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        what = _("Deleted “%(name)s”") % {"name": Truncator(obj).chars(200)}
        meeting = meeting_of(obj)
        with editing(meeting, by=request.user, what=what, seen=seen(request)):
            super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(
        self, request: HttpRequest, queryset: models.QuerySet[models.Model]
    ) -> None:
        """An edit of each meeting; nothing of any where one of them refuses."""
        versions, clashes = _versions_in(request.POST.get("seen", "")), []
        for pk, rows in _by_meeting(queryset):
            meeting = Meeting.objects.get(pk=pk)
            names = get_text_list([f"“{Truncator(row).chars(80)}”" for row in rows], "")
            what = Truncator(_("Deleted %(names)s") % {"names": names}).chars(500)
            version = versions.get(pk, 0)
            try:
                with editing(meeting, by=request.user, what=what, seen=version):
                    chosen = queryset.filter(pk__in=[row.pk for row in rows])
                    super().delete_queryset(request, chosen)
            except ConflictError as conflict:
                clashes += conflict.clashes
        if clashes:
            raise ConflictError(clashes)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if "delete_selected" not in request.POST.getlist("action"):
            return super().changelist_view(request, extra_context)
        # Before the rows themselves: what comes in between is not seen.
        versions = dict(Draft.objects.values_list("meeting", "version"))
        try:
            # What the log says of it is taken back with it.
            with transaction.atomic():
                response = super().changelist_view(request, extra_context)
        except ConflictError as conflict:
            return self._not_deleted(request, conflict)
        # The page that asks whether those that are ticked shall be deleted.
        context = getattr(response, "context_data", None) or {}
        if "deletable_objects" in context:
            pks = [pk for pk, _rows in _by_meeting(context["queryset"])]
            context["seen"] = " ".join(f"{pk}:{versions.get(pk, 0)}" for pk in pks)
        return response

    def _not_deleted(
        self, request: HttpRequest, conflict: ConflictError
    ) -> HttpResponse:
        text = _("Nothing was deleted, because it has been changed meanwhile. %(by)s")
        by = " ".join(f"{line}." for line in _by(conflict))
        self.message_user(request, text % {"by": by}, messages.ERROR)
        return redirect(request.get_full_path())


def seen(request: HttpRequest) -> int:
    """The version that the page shows; one that says none has seen no edit at all."""
    return number_in(request.POST.get("seen"))


def _versions_in(seen: str) -> dict[int, int]:
    """Of each meeting the version that a list showed: "15:7 16:3"."""
    return {int(pk): int(version) for pk, version in VERSIONS.findall(seen)}


def _by_meeting(rows: Iterable[models.Model]) -> list[tuple[int, list[models.Model]]]:
    """Always in one order: so nobody waits for another who waits for them."""
    found: dict[int, list[models.Model]] = {}
    for row in rows:
        found.setdefault(_place_of(row).meeting_id, []).append(row)
    return sorted(found.items())


def meeting_of(row: models.Model) -> Meeting:
    if isinstance(row, Meeting):
        return row
    return _place_of(row).meeting


def _place_of(row: models.Model) -> models.Model:
    """Itself, or what it hangs on; that knows the meeting."""
    return row if hasattr(row, "meeting_id") else (row.item or row.presentation)


def _by(conflict: ConflictError) -> list[str]:
    """Who has changed what, each said once."""
    return list(dict.fromkeys(map(str, conflict.clashes)))


def _told(conflict: ConflictError, edit: Edit | None, meeting: Meeting) -> list:
    """Sentences that say who, when and what, with what is there now beside one's own."""
    head = _(
        "Not saved yet: somebody else has changed the same meanwhile. All that you typed"
        " is still here. Look at it, then save yours nevertheless, or leave theirs."
    )
    now = Snapshot.of(meeting)
    reader = Reader(now, [clash.edit for clash in conflict.clashes])
    typed = {(c.kind, c.pk): c.after or {} for c in edit.list_changes()} if edit else {}
    lines = (_line(clash, now, typed, reader) for clash in conflict.clashes)
    return [head, *dict.fromkeys(lines)]


def _line(clash: Clash, now: Snapshot, typed: dict, reader: Reader) -> str:
    when = clash.edit.at.astimezone(now.meeting.zone)
    said = _("%(clash)s, at %(when)s.") % {"clash": clash, "when": f"{when:%H.%M}"}
    kind, pk, name = clash.kind, clash.pk, clash.name
    row, mine = now.rows[kind].get(pk, {}), typed.get((kind, pk), {})
    if name not in row or name not in mine:
        return said
    return f"{said} " + _("Now: “%(now)s”. Yours: “%(mine)s”.") % {
        "now": reader.value(kind, name, row[name]),
        "mine": reader.value(kind, name, mine[name]),
    }


def _said(form: ModelForm, formsets: list, change: bool) -> Iterator[str]:
    """What was done, a phrase each."""
    if not change:
        yield _("Added “%(name)s”") % {"name": form.instance}
    elif form.changed_data:
        yield _changed(form, form.changed_data, form.instance)
    for formset in formsets:
        for row in formset.new_objects:
            yield _("Added “%(name)s”") % {"name": row}
        for row, names in formset.changed_objects:
            yield _changed(formset.form, names, row)
        for row in formset.deleted_objects:
            yield _("Deleted “%(name)s”") % {"name": row}


def _changed(form: Any, names: list[str], row: models.Model) -> str:
    fields = getattr(form, "fields", form.base_fields)
    labels = [
        str(fields[name].label if name in fields else name).casefold() for name in names
    ]
    words = {"fields": get_text_list(labels, _("and")), "name": row}
    return _("Changed %(fields)s of “%(name)s”") % words


def _moved(formsets: list) -> Iterator[list]:
    for formset in formsets:
        for row, names in formset.changed_objects:
            if "position" in names and row._meta.model_name in MODELS:
                yield [row._meta.model_name, row.pk]
