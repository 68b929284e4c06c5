"""Bulk work as staff see it: asked, shown beforehand, watched, and taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from meeting.admin.base import ROWS_A_PAGE, page_of
from meeting.admin_site import work_on
from registration.admin.asking import FORMS
from registration.admin.pages import OwnPages
from registration.bulk import working
from registration.bulk.actions import ACTIONS
from registration.bulk.planning import mail_in_words, plan
from registration.models import BulkStep, BulkWork, Status


def name_of(work: BulkWork) -> str:
    if work.action == working.UNDO:
        return _("Taken back: %s") % ACTIONS[work.parameters["action"]].label
    return str(ACTIONS[work.action].label)


class BulkPages(OwnPages):
    """Pages of the registrations' admin, below `bulk/`."""

    def bulk_urls(self) -> list[URLPattern]:
        pages = {"": self.bulk, "begin/": self.begin_bulk, "undo/": self.undo_bulk}
        names = {"": "bulk", "begin/": "bulk_begin", "undo/": "bulk_undo"}
        return [
            path(
                f"bulk/<int:pk>/{end}",
                self.admin_site.admin_view(view),
                name=f"registration_registration_{names[end]}",
            )
            for end, view in pages.items()
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def bulk(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where it stands: what is asked, the plan, how far it is, the result."""
        work = self._work(request, pk)
        if work.state == BulkWork.State.DRAFT:
            is_asked = work.action in FORMS
            is_to_ask = not work.parameters["said"] or "change" in request.GET
            if is_asked and (is_to_ask or request.method == "POST"):
                return self._ask_for_bulk(request, work)
            return self._show_plan(request, work)
        if work.is_running:
            return self._show(request, work, "bulk_progress")
        return self._show_result(request, work)

    @method_decorator(require_POST)
    def begin_bulk(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what the plan says, if it still says so; or go on where it stopped."""
        work = self._work(request, pk)
        if work.go_on():
            working.ask(work)
        elif work.state == BulkWork.State.DRAFT:
            if work.action in FORMS and not work.parameters["said"]:
                return self._to(work)
            if plan(work).digest != request.POST.get("digest"):
                text = _("Something has changed meanwhile. Look at it again.")
                self.message_user(request, text, messages.WARNING)
                return self._to(work)
            working.begin(work)
        return self._to(work)

    @method_decorator(require_POST)
    def undo_bulk(self, request: HttpRequest, pk: int) -> HttpResponse:
        work = self._work(request, pk)
        if not working.undoable(work).exists():
            text = _("There is nothing left that can be taken back.")
            self.message_user(request, text, messages.WARNING)
            return self._to(work)
        return self._to(working.undo(work, request.user) or work)

    def _work(self, request: HttpRequest, pk: int) -> BulkWork:
        if not self.has_change_permission(request):
            raise PermissionDenied
        found = BulkWork.objects.select_related("meeting", "created_by")
        work = get_object_or_404(found, pk=pk)
        work_on(request, work.meeting)
        return work

    def _to(self, work: BulkWork) -> HttpResponse:
        return redirect("admin:registration_registration_bulk", work.pk)

    def _show(
        self, request: HttpRequest, work: BulkWork, name: str, **context: Any
    ) -> TemplateResponse:
        people = ngettext("%d person", "%d people", work.total) % work.total
        about = {"title": name_of(work), "subtitle": people, "work": work}
        return self.show(request, f"registration/{name}", **about | context)

    def _ask_for_bulk(self, request: HttpRequest, work: BulkWork) -> HttpResponse:
        data = request.POST if request.method == "POST" else None
        form = FORMS[work.action](data, meeting=work.meeting)
        if form.is_valid():
            work.parameters = {"said": form.said}
            work.save(update_fields=["parameters"])
            return self._to(work)
        return self._show(request, work, "bulk_ask", form=form)

    def _show_plan(self, request: HttpRequest, work: BulkWork) -> HttpResponse:
        planned = plan(work)
        return self._show(
            request,
            work,
            "bulk_plan",
            plan=planned,
            page=page_of(request, planned.chosen),
            others=planned.others[:ROWS_A_PAGE],
            asks=work.action in FORMS,
        )

    def _show_result(self, request: HttpRequest, work: BulkWork) -> HttpResponse:
        steps = work.steps.select_related("registration__category")
        counts = steps.aggregate(
            changed=Count("pk", filter=Q(has_changed=True)),
            undone=Count("pk", filter=Q(is_undone=True)),
        )
        page = page_of(request, steps.order_by("has_changed", "position"))
        action = ACTIONS.get(work.action)
        undoable = working.undoable(work).count()
        changed = counts["changed"]
        return self._show(
            request,
            work,
            "bulk_result",
            page=page,
            rows=[(step, *in_words(step)) for step in page],
            changed=changed,
            left=work.done - changed,
            undone=counts["undone"],
            undoable=undoable if work.undone_at is None else 0,
            # Why no button is there, or why it does not reach everybody.
            lasts=action.lasts if action and changed else "",
            beyond=changed - undoable if action and not action.lasts else 0,
        )


def in_words(step: BulkStep) -> tuple[str, str, str, str]:
    """Its status before and after, what it could not do, and the mails."""
    if not step.is_done:
        return "", "", _("not done yet"), ""
    before, after = (Status(step.before["status"]), Status(step.after["status"]))
    mails = ", ".join(map(mail_in_words, step.after["mails"]))
    return str(before.label), str(after.label), step.after["reason"], mails
