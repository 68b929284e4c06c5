"""The desk of the day: what is said of each item by one tap, and what is so by now."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from agenda.models import Day, Item, Session
from agenda.outline import Outline
from agenda.today.desk import Desk, minutes_late_at_start, suggested_minutes
from agenda.today.versions import is_latest
from meeting.admin_site import work_on, working_meeting
from meeting.models import Meeting

NAME = "agenda_day"
LATER = (5, 10, 15)
NUMBER = re.compile(r"-?\d{1,18}")


@admin.register(Day)
class DayAdmin(admin.ModelAdmin):
    """Days themselves are changed with the meeting; here is how one of them goes."""

    section = "programme"
    name = _("Desk of the day")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.at_work), name=f"{NAME}_changelist"),
            path("<int:pk>/", view(self.desk), name=NAME),
        ]

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Who sees it among the lists; nothing is added there."""
        return {"view": request.user.has_perm("agenda.view_mark")}

    @method_decorator(require_safe)
    def at_work(self, request: HttpRequest) -> HttpResponse:
        """That of the meeting which is worked on."""
        if not request.user.has_perm("agenda.view_mark"):
            raise PermissionDenied
        meeting = working_meeting(request)
        if meeting is None:
            raise Http404
        return redirect(f"admin:{NAME}", meeting.pk)

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def desk(self, request: HttpRequest, pk: int) -> HttpResponse:
        is_post = request.method == "POST"
        action = "change" if is_post else "view"
        if not request.user.has_perm(f"agenda.{action}_mark"):
            raise PermissionDenied
        meeting = get_object_or_404(Meeting, pk=pk)
        if not is_post and is_latest(meeting, request.GET.get("v", "")):
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        work_on(request, meeting)
        timezone.activate(meeting.zone)
        error = ""
        if is_post:
            try:
                _tap(request, meeting)
                return redirect(f"{request.path}?{_query(request)}".rstrip("?"))
            except ValidationError as problem:
                error = problem.messages[0]
        return self._show(request, meeting, error)

    def _show(
        self, request: HttpRequest, meeting: Meeting, error: str
    ) -> TemplateResponse:
        outline = Outline.released(meeting)
        dates = sorted({each.date for each in outline.sessions if each.date})
        chosen = _chosen(request, meeting, dates)
        sessions = [s for s in outline.sessions if _is_of(s, chosen)]
        context = {
            **self.admin_site.each_context(request),
            "title": self.name,
            "meeting": meeting,
            "outline": outline,
            "error": error,
            "query": _query(request),
            "dates": dates,
            "chosen": chosen,
            "is_later_day": chosen is not None and chosen > meeting.today,
            "sessions": [(each, list(_rows(each))) for each in sessions],
            "may_change": request.user.has_perm("agenda.change_mark"),
        }
        return TemplateResponse(request, "admin/agenda/day/desk.html", context)

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        """On the days of the meeting, the way to the desk."""
        if not request.user.has_perm("agenda.view_mark"):
            return
        today = meeting.today
        if not meeting.starts_on <= today <= meeting.ends_on:
            return
        count = meeting.sessions.filter(date=today).count()
        yield {
            "count": count,
            "text": ngettext(
                "session today: the desk of the day",
                "sessions today: the desk of the day",
                count,
            ),
            "url": reverse(f"admin:{NAME}", args=[meeting.pk]),
            "is_fact": True,
        }

    def has_view_permission(self, request: HttpRequest, obj: Day | None = None) -> bool:
        return request.user.has_perm("agenda.view_mark")


def _tap(request: HttpRequest, meeting: Meeting) -> None:
    """Do what the button says: "12:start", or "12:late:10"."""
    pk, _colon, said = request.POST.get("tap", "").partition(":")
    name, _colon, minutes = said.partition(":")
    desk = Desk(meeting, by=request.user)
    match name:
        case _ if not NUMBER.fullmatch(pk):
            return
        case "late" if NUMBER.fullmatch(minutes):
            desk.late(int(pk), int(minutes))
        case "start" | "done" | "cancel" | "as_planned":
            getattr(desk, name)(int(pk))


def _rows(session: Session) -> Iterator[dict[str, Any]]:
    """Each item with what can be said of it now."""
    for item in session.listed_items:
        yield {
            "item": item,
            "state": item.mark.state if item.mark else "",
            "may_begin": not session.is_on_a_later_day,
            "late": [_later(item, minutes) for minutes in LATER],
            "began_late": minutes_late_at_start(item),
            "suggested": suggested_minutes(item),
            "may_go_back": bool(item.mark or item.delay),
        }


def _later(item: Item, minutes: int) -> dict[str, Any]:
    start = item.starts_at
    return {
        "more": minutes,
        # In all: so whoever taps it on a page that is out of date adds nothing twice.
        "minutes": item.minutes_late + minutes,
        "start": start and start + timedelta(minutes=minutes),
    }


def _is_of(session: Session, chosen: date | None) -> bool:
    """Also what began yesterday and goes on after midnight."""
    if session.date == chosen:
        return True
    is_today = chosen == session.meeting.today
    return is_today and session.date is not None and session.is_now


def _chosen(request: HttpRequest, meeting: Meeting, dates: list[date]) -> date | None:
    """The day asked for; else today, the next one, or the last."""
    try:
        asked = parse_date(request.GET.get("day", ""))
    except ValueError:
        asked = None
    if asked in dates:
        return asked
    today = meeting.today
    coming = [each for each in dates if each >= today]
    return coming[0] if coming else (dates[-1] if dates else None)


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("v", None)
    return query.urlencode()
