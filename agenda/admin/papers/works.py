"""What the desk does to many, watched: how far it is, and what became of each."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from agenda.admin.papers.desk import go_to, search_of
from agenda.admin.papers.words import in_numbers, name_of
from agenda.contributing import working
from agenda.models import DeskStep, DeskWork
from meeting.admin.base import need, page_of
from meeting.models import Meeting

Outcome = DeskStep.Outcome


class WorkPages:
    def begun(self, request: HttpRequest) -> HttpResponse | None:
        """Where this form, pressed before, is at work already."""
        if "sure" not in request.POST:
            return None
        known = DeskWork.objects.filter(created_by=request.user, key=_key(request))
        work = known.first()
        return redirect("admin:agenda_papers_work", work.pk) if work else None

    def begin(
        self,
        request: HttpRequest,
        meeting: Meeting,
        action: str,
        said: dict[str, Any],
        steps: Sequence[DeskStep],
    ) -> HttpResponse:
        """Have it done, and go where it can be watched."""
        work = DeskWork(
            meeting=meeting,
            action=action,
            said=said,
            query=urlencode(search_of(request).narrows),
            key=_key(request),
            created_by=request.user,
        )
        return redirect("admin:agenda_papers_work", working.begin(work, steps).pk)

    @method_decorator(require_safe)
    def work(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where it stands: how far it is, or the result."""
        work = self._work(request, pk)
        context = {
            "title": name_of(work),
            "meeting": work.meeting,
            "work": work,
            "may_go_on": request.user.has_perms(working.permissions_of(work)),
        }
        if not work.is_running:
            context |= _result(request, work)
        return self.show(request, "work", context)

    @method_decorator(require_POST)
    def go_on(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Where it stopped with an error: do the rest, as it was asked for."""
        work = self._work(request, pk)
        for permission in working.permissions_of(work):
            need(request, permission)
        if work.go_on():
            working.ask(work)
        return redirect("admin:agenda_papers_work", pk)

    def _work(self, request: HttpRequest, pk: int) -> DeskWork:
        need(request, "agenda.view_request")
        found = DeskWork.objects.select_related("created_by")
        work = get_object_or_404(found, pk=pk)
        work.meeting = go_to(request, work.meeting_id)
        return work


def _key(request: HttpRequest) -> str:
    """Of a form as it was sent: pressed twice, it is the same."""
    sent = request.POST.copy()
    sent.pop("csrfmiddlewaretoken", None)
    return sha256(f"{request.path}?{sent.urlencode()}".encode()).hexdigest()


def _result(request: HttpRequest, work: DeskWork) -> dict[str, Any]:
    people, requests = _done(work.steps.all())
    left = work.steps.exclude(outcome=Outcome.DONE).order_by()
    whys = left.values("outcome", "why").annotate(n=Count("pk")).order_by("-n", "why")
    who = work.steps.select_related("contributor__speaker", "speaker")
    return {
        "counted": in_numbers(work.action, people, requests),
        "whys": [(Outcome(row["outcome"]).label, row["why"], row["n"]) for row in whys],
        # What was not done comes first.
        "page": page_of(request, who.order_by("-outcome", "position")),
    }


def _done(steps: QuerySet[DeskStep]) -> tuple[int, int]:
    done = steps.filter(outcome=Outcome.DONE).order_by()
    sums = done.aggregate(people=Count("pk"), requests=Sum("count", default=0))
    return sums["people"], sums["requests"]
