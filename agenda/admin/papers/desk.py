"""The desk itself: everybody who is asked, and what is done to many of them."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agenda.admin.papers.comparing import state_tag
from agenda.admin.papers.forms import FORMS, DeskForm
from agenda.admin.papers.words import counted, name_of
from agenda.contributing import asking, working
from agenda.contributing.overview import LOOKS, Overview, Search
from agenda.contributing.together import ACTIONS, WRITE, Action, Pick, Said
from agenda.models import DeskWork, Request
from meeting.admin.base import need
from meeting.admin_site import work_on, working_meeting
from meeting.models import Meeting

# Of what was done to many, so much is on the desk itself.
LATEST = 3
PICK = re.compile(r"(\d{1,18}):(\d{0,18})")


class DeskPages:
    @method_decorator(require_safe)
    def at_work(self, request: HttpRequest) -> HttpResponse:
        """That of the meeting which is worked on."""
        need(request, "agenda.view_request")
        meeting = working_meeting(request)
        if meeting is None:
            return redirect("admin:index")
        return redirect("admin:agenda_papers", meeting.pk)

    @method_decorator(require_safe)
    def desk(self, request: HttpRequest, pk: int) -> HttpResponse:
        need(request, "agenda.view_request")
        meeting = go_to(request, pk)
        overview, search = Overview(meeting), search_of(request)
        rows = overview.found(search)
        counts = overview.counts
        looks = [
            {"look": look, "count": counts[look.name], "query": _with(search, look)}
            for look in LOOKS.values()
            if counts[look.name] or look.name == search.show
        ]
        context = {
            "title": self.name,
            "meeting": meeting,
            "overview": overview,
            "search": search,
            "query": request.GET.urlencode(),
            "rows": [
                (row, [(each, state_tag(each)) for each in row.requests])
                for row in rows
            ],
            "count": sum(len(row.requests) for row in rows),
            "looks": looks,
            "late": counts["late"],
            "now": timezone.now(),
            "kinds": Request.Kind.choices,
            "actions": list(_allowed(request)),
            "may_ask": request.user.has_perm("agenda.add_request"),
            "works": [(name_of(work), work) for work in _latest(meeting)],
        }
        return self.show(request, "desk", context)

    @method_decorator(require_POST)
    def many(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Whom it concerns and who is passed over; then it is done."""
        need(request, "agenda.view_request")
        action = ACTIONS.get(request.POST.get("do", ""))
        for permission in action.permissions if action else ["agenda.change_request"]:
            need(request, permission)
        meeting = go_to(request, pk)
        if begun := self.begun(request):
            return begun
        picks = list(_picks(request, Overview(meeting)))
        if action is None or not picks:
            text = _("Tick at least one request, and choose what to do with it.")
            messages.error(request, text)
            return self._back(request, meeting)
        is_sure = "sure" in request.POST
        form = FORMS[action.name](request.POST if is_sure else None, meeting=meeting)
        if is_sure and form.is_valid() and not _stops(request, meeting, action, form):
            said = working.as_said(_said(request, form))
            steps = working.steps_of(action, picks)
            return self.begin(request, meeting, action.name, said, steps)
        return self._ask_again(request, meeting, action, form, picks)

    def _ask_again(
        self,
        request: HttpRequest,
        meeting: Meeting,
        action: Action,
        form: DeskForm,
        picks: list[Pick],
    ) -> TemplateResponse:
        groups = action.groups(picks)
        chosen = [group for group in groups if not group.why_not]
        context = {
            "title": action.label,
            "meeting": meeting,
            "action": action,
            "form": form,
            "query": request.GET.urlencode(),
            "picks": picks,
            "chosen": chosen,
            "counted": counted(action.name, chosen),
            "passed": [group for group in groups if group.why_not],
            "shown_at": request.POST.get("shown_at") or timezone.now().isoformat(),
            "writes": action.name in WRITE,
        }
        return self.show(request, "many", context)

    def _back(self, request: HttpRequest, meeting: Meeting) -> HttpResponse:
        response = redirect("admin:agenda_papers", meeting.pk)
        if query := request.GET.urlencode():
            response["Location"] += f"?{query}"
        return response

    def show(
        self, request: HttpRequest, name: str, context: dict[str, Any]
    ) -> TemplateResponse:
        around = self.admin_site.each_context(request)
        template = f"admin/agenda/papers/{name}.html"
        return TemplateResponse(request, template, around | context)


def go_to(request: HttpRequest, pk: int) -> Meeting:
    """The meeting of the page, which one is at work on from now on, and its clock."""
    meeting = get_object_or_404(Meeting, pk=pk)
    work_on(request, meeting)
    timezone.activate(meeting.zone)
    return meeting


def _said(request: HttpRequest, form: DeskForm) -> Said:
    data = form.cleaned_data
    return Said(
        by=request.user,
        line=data.get("line", ""),
        at=data.get("at"),
        tells=data.get("tells", False),
        shown_at=_moment(request.POST.get("shown_at", "")),
    )


def _stops(
    request: HttpRequest, meeting: Meeting, action: Action, form: DeskForm
) -> bool:
    """Whether a mail would go out whose link does not open yet."""
    if meeting.is_published or not action.writes(_said(request, form)):
        return False
    form.add_error(None, asking.unpublished())
    return True


def _latest(meeting: Meeting) -> QuerySet[DeskWork]:
    """What was done last, and what goes on."""
    works = DeskWork.objects.filter(meeting=meeting).select_related("created_by")
    return works[:LATEST]


def search_of(request: HttpRequest) -> Search:
    names = ("show", "kind", "session", "q")
    return Search(**{name: request.GET.get(name, "")[:200] for name in names})


def _with(search: Search, look: Any) -> str:
    return "" if look.name == search.show else f"?show={look.name}"


def _allowed(request: HttpRequest) -> Iterator[Action]:
    for action in ACTIONS.values():
        if request.user.has_perms(action.permissions):
            yield action


def _picks(request: HttpRequest, overview: Overview) -> Iterator[Pick]:
    """What is ticked; or all that the list, as it was narrowed, shows."""
    if "all" in request.POST:
        for row in overview.found(search_of(request)):
            yield from (_pick(each) for each in row.requests)
        return
    for value in dict.fromkeys(request.POST.getlist("r")):
        found = PICK.fullmatch(value)
        if found and (asked := overview.by_pk.get(int(found[1]))):
            yield Pick(asked, int(found[2]) if found[2] else None)


def _pick(request: Request) -> Pick:
    return Pick(request, request.latest and request.latest.pk)


def _moment(text: str) -> datetime:
    """When the page was made that somebody confirms; naive is nobody's."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    is_whole = found is not None and timezone.is_aware(found)
    return found if is_whole else timezone.now()
