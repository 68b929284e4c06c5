"""When the days of a meeting move, the days of those who come move along."""

from collections import defaultdict

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone

from meeting.models import Meeting
from registration.calendar.entries import by_moved_days, iso_days, standing
from registration.models import Registration

# So many rows are written by one query.
SOME = 500


def move_days(meeting: Meeting, before: list[str]) -> int:
    """The first day becomes the new first one, and so on; under the meeting's lock.

    A day beyond a shorter meeting is dropped; who has none left has all of them.
    """
    after = iso_days(meeting.days)
    moved, told = defaultdict(list), []
    for registration in _locked(meeting):
        days, had = registration.days, registration.calendar_told
        _move(registration, before, after)
        if registration.days != days:
            moved[tuple(registration.days)].append(registration.pk)
        if registration.calendar_told != had:
            told.append(registration)
    _store(meeting, moved)
    Registration.objects.bulk_update(told, ["calendar_told"], batch_size=SOME)
    count = sum(map(len, moved.values()))
    if count:
        _record(meeting, before, after, count)
    return count


def _store(meeting: Meeting, moved: dict[tuple[str, ...], list[int]]) -> None:
    """Most have the same days: one query for hundreds, not a value for each."""
    now = timezone.now()
    for days, pks in moved.items():
        for start in range(0, len(pks), SOME):
            some = meeting.registrations.filter(pk__in=pks[start : start + SOME])
            some.update(days=list(days), updated_at=now)


def _locked(meeting: Meeting) -> QuerySet[Registration]:
    rows = meeting.registrations.order_by("pk").select_for_update()
    return rows.only("meeting", "days", "calendar_told")


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
