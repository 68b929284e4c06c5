"""What staff change of seats in the admin: those who wait are seated at once."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agenda.admin.sessions import SessionAdmin
from agenda.models import Session
from meeting.admin.meetings import MeetingAdmin
from meeting.models import Meeting
from registration.models import Category, Choice, Registration

OF_MEETING = {"capacity", "organization_capacity", "counts_remote"}
OF_CATEGORY = {"capacity", "organization_capacity"}


def after_meeting(request: HttpRequest, meeting: Meeting, changed: set[str]) -> None:
    if changed & OF_MEETING:
        seat(request, [meeting.pk])


def after_session(request: HttpRequest, session: Session, changed: set[str]) -> None:
    if "capacity" in changed:
        seat(request, [session.meeting_id])


def after_category(request: HttpRequest, category: Category, changed: set[str]) -> None:
    if changed & OF_CATEGORY:
        # The one order in which several meetings are locked.
        waited_for = sorted(Registration.objects.meetings_with_a_queue())
        own = category.meeting_id
        seat(request, [pk for pk in waited_for if own in (None, pk)])


def seat(request: HttpRequest, meetings: Iterable[int]) -> None:
    """Give what is free to those who wait, and say to how many."""
    count = sum(map(Registration.seat_waiting, meetings))
    if count:
        text = ngettext(
            "%d person on the waiting list was given a seat, or was offered one.",
            "%d people on the waiting list were given seats, or were offered them.",
            count,
        )
        messages.success(request, text % count)


@admin.display(description=gettext_lazy("chosen by"))
def chosen_by(session: Session) -> str:
    """How many chose it and how many of them wait; one query."""
    counts = Choice.objects.filter(session=session).aggregate(
        all=Count("pk"),
        seated=Count("pk", filter=Q(status=Choice.Status.CONFIRMED)),
        offered=Count("pk", filter=Q(status=Choice.Status.OFFERED)),
        waiting=Count("pk", filter=Q(status=Choice.Status.WAITING)),
    )
    if not counts["all"]:
        return _("nobody yet")
    parts = [
        ngettext("%d person", "%d people", counts["all"]) % counts["all"],
        _("%d with a place") % counts["seated"],
    ]
    if counts["offered"]:
        parts.append(_("%d offered a place") % counts["offered"])
    parts.append(_("%d on the waiting list") % counts["waiting"])
    return ", ".join(parts)


# Neither the meeting nor its programme knows who registers.
MeetingAdmin.after_save.append(after_meeting)
SessionAdmin.after_save.append(after_session)
SessionAdmin.facts.append(chosen_by)
