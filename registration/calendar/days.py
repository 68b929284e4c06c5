"""When the days of a meeting move, the days of those who come move along."""

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone

from meeting.models import Meeting
from registration.calendar.entries import by_moved_days, iso_days, standing
from registration.models import Registration

# So many rows are written by one query.
SOME = 200


def move_days(meeting: Meeting, before: list[str]) -> int:
    """The first day becomes the new first one, and so on; under the meeting's lock.

    A day beyond a shorter meeting is dropped; who has none left has all of them.
    """
    after = iso_days(meeting.days)
    moved = []
    for registration in _locked(meeting):
        was = registration.days, registration.calendar_told
        _move(registration, before, after)
        if was != (registration.days, registration.calendar_told):
            registration.updated_at = timezone.now()
            moved.append(registration)
    fields = ["days", "calendar_told", "updated_at"]
    Registration.objects.bulk_update(moved, fields, batch_size=SOME)
    if moved:
        _record(meeting, before, after, len(moved))
    return len(moved)


def _locked(meeting: Meeting) -> QuerySet[Registration]:
    fields = ["meeting", "days", "calendar_told", "updated_at"]
    return meeting.registrations.order_by("pk").only(*fields).select_for_update()


def _move(registration: Registration, before: list[str], after: list[str]) -> None:
    new_days = dict(zip(before, after, strict=False))
    had = registration.calendar_told
    told = by_moved_days(had, new_days)
    days = {new_days[day] for day in registration.days if day in new_days}
    days |= {day for day in registration.days if day not in before}
    # A last day that was cut off and is back is theirs again, if nobody was told yet.
    days |= {day for day in standing(had) if day not in before and day in told}
    if registration.days:
        registration.days = sorted(days & {*after}) or after
    registration.calendar_told = told


def _record(meeting: Meeting, before: list[str], after: list[str], count: int) -> None:
    """One entry for all: theirs follows from it."""
    LogEntry.objects.create(
        action=LogEntry.Action.UPDATE,
        content_type=ContentType.objects.get_for_model(Meeting),
        object_pk=str(meeting.pk),
        object_id=meeting.pk,
        object_repr=str(meeting),
        changes={"days of registrations": [", ".join(before), ", ".join(after)]},
        additional_data={"registrations": count},
    )
