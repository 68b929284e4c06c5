"""What staff see when a meeting has moved: who is told, when, and of what."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import formats
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from meeting.admin.meetings import MeetingAdmin
from meeting.admin_site import work_on
from meeting.models import Meeting
from meeting.moments import hour, in_zone, offset_of
from registration.admin.pages import OwnPages
from registration.calendar import watching
from registration.calendar.entries import Entry
from registration.models import CalendarWatch, Registration

NAME = "registration_registration_moved"
PAGE = f"admin:{NAME}"
# Of all differences, the ones that most people have.
MOST = 20


class Moved(OwnPages):
    """The page of the registrations' admin on which people are told, or are not."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.moved)
        return [path("moved/<int:pk>/", view, name=NAME), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def moved(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What has changed, for how many, and when they are told of it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        meeting = get_object_or_404(Meeting, pk=pk)
        work_on(request, meeting)
        watch = watching.pending(meeting)
        if request.method == "POST":
            return self._tell_or_leave(request, meeting, watch)
        affected = watching.affected(meeting) if watch else []
        return self.show(
            request,
            "moved",
            title=_("Dates, hours or place have changed"),
            meeting=meeting,
            watch=watch,
            at=in_zone(watch.due_at, meeting) if watch else "",
            count=len(affected),
            **_changes(affected),
        )

    def _tell_or_leave(
        self, request: HttpRequest, meeting: Meeting, watch: CalendarWatch | None
    ) -> HttpResponse:
        level, text = messages.WARNING, _("There is nothing to tell any more.")
        match request.POST.get("decision"):
            case "tell" if watch and watch.hurry():
                level, text = messages.SUCCESS, _("They are written to now.")
            case "leave" if watch and watching.leave(meeting.pk):
                level, text = messages.SUCCESS, _("Nobody is written to about it.")
        self.message_user(request, text, level)
        return redirect("admin:index")

    def _moved_to_do(
        self, request: HttpRequest, meeting: Meeting
    ) -> Iterator[dict[str, Any]]:
        watch = self.has_change_permission(request) and watching.pending(meeting)
        if watch and (count := len(watching.affected(meeting))):
            yield {
                "count": count,
                "text": _when(watch, meeting, count),
                "url": reverse(PAGE, args=[meeting.pk]),
            }


def _when(watch: CalendarWatch, meeting: Meeting, count: int) -> str:
    """Beside the number of the people."""
    if watch.is_due:
        return ngettext(
            "person is being told that dates, hours or place have changed",
            "people are being told that dates, hours or place have changed",
            count,
        )
    text = ngettext(
        "person will be told at %s that dates, hours or place have changed",
        "people will be told at %s that dates, hours or place have changed",
        count,
    )
    return text % hour(watch.due_at, meeting)


def _changes(
    affected: list[tuple[Registration, list[watching.Difference]]],
) -> dict[str, Any]:
    """Each change once, with how many people it concerns, most of them first."""
    counts = Counter(
        _in_words(old, new)
        for _person, differences in affected
        for old, new in differences
    )
    changes = [(*words, count) for words, count in counts.most_common(MOST)]
    return {"changes": changes, "others": len(counts) - len(changes)}


def _in_words(
    old: Entry | None, new: Entry | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The day on both sides, and beside it what is not the same."""
    before, after = _lines(old), _lines(new)
    if before and after:
        kept = [0] + [n for n in (1, 2) if before[n] != after[n]]
        before, after = (tuple(lines[n] for n in kept) for lines in (before, after))
    return before, after


def _lines(entry: Entry | None) -> tuple[str, ...]:
    """Day and hours, place, title; nothing where there is no entry."""
    if entry is None:
        return ()
    return (_day_and_hours(entry), entry["place"] or _("Remotely"), entry["summary"])


def _day_and_hours(entry: Entry) -> str:
    if "T" not in entry["start"]:
        return formats.date_format(date.fromisoformat(entry["start"]), "l j F Y")
    # On the clock by which they were told: it may be another than the meeting's now.
    start, end = (datetime.fromisoformat(entry[name]) for name in ("start", "end"))
    return _("%(day)s, %(start)s–%(end)s (%(zone)s)") % {
        "day": formats.date_format(start.date(), "l j F Y"),
        "start": start.strftime("%H.%M"),
        "end": end.strftime("%H.%M"),
        "zone": offset_of(start),
    }


# What staff change, and what follows from it.


def after_meeting(request: HttpRequest, meeting: Meeting, changed: set[str]) -> None:
    if changed:
        follow(request, meeting.pk)


def follow(request: HttpRequest, meeting_id: int, told: Collection[int] = ()) -> None:
    """Have people's days move along at once, and say who will be told, and when.

    Not of those who are `told` already, by another mail.
    """
    if not watching.follow(meeting_id).moved_at:
        return
    meeting = Meeting.objects.get(pk=meeting_id)
    watch = watching.pending(meeting)
    people = (
        [person.pk for person, _what in watching.affected(meeting)] if watch else []
    )
    if count := len({*people} - {*told}):
        text = ngettext(
            "%(n)d person has the meeting as it was in the calendar, and will be told"
            " at %(at)s.",
            "%(n)d people have the meeting as it was in their calendars, and will be"
            " told at %(at)s.",
            count,
        ) % {"n": count, "at": hour(watch.due_at, meeting)}
        messages.warning(request, _with_link(request, text, meeting))


def _with_link(request: HttpRequest, text: str, meeting: Meeting) -> str:
    if not request.user.has_perm("registration.change_registration"):
        return text
    url, words = reverse(PAGE, args=[meeting.pk]), _("See what has changed")
    return format_html('{} <a href="{}">{}</a>', text, url, words)


# Neither the meeting nor its programme knows who registers.
MeetingAdmin.after_save.append(after_meeting)
