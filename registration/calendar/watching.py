"""Whoever has a meeting in their calendar is told when its days, hours or place move.

Any of it may run twice, and at once: afterwards people have been told what is so.
"""

import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from agenda.models import Release
from meeting.letters import Letter
from meeting.mail.models import Message
from meeting.models import Meeting
from registration import mails
from registration.calendar.days import move_days
from registration.calendar.entries import (
    Entry,
    differences,
    entries_of,
    last_sequence,
    signature,
    standing,
)
from registration.calendar.hours import Hours, OfDays, hours_of_all
from registration.calendar.telling import note, tell_calendars
from registration.mails.kinds import KINDS
from registration.mails.values import RegistrationValues
from registration.mails.writing import letter_of, written_to
from registration.models import CalendarWatch, Choice, Places, Registration
from registration.models.status import OUT

log = logging.getLogger(__name__)

# So many are written to in one transaction, while nobody else is given a place.
CHUNK = 100

Difference = tuple[Entry | None, Entry | None]


def watch() -> None:
    """Note which meetings to come have moved, and tell of those that are at rest."""
    meetings = _to_come()
    hours = hours_of_all(meetings)
    watches = CalendarWatch.objects.filter(meeting__in=meetings)
    known = {each.meeting_id: each for each in watches}
    for meeting in meetings:
        seen = signature(meeting, hours[meeting.pk])
        try:
            _look_at(meeting, seen, known.get(meeting.pk))
        except DatabaseError:
            raise  # Gone or busy, for all of them.
        except Exception:
            log.exception("Calendars of meeting %s could not be told", meeting.pk)


def _to_come() -> list[Meeting]:
    yesterday = timezone.now().date() - timedelta(days=1)
    meetings = Meeting.objects.published().filter(ends_on__gte=yesterday)
    return [meeting for meeting in meetings if not meeting.is_over]


def _look_at(meeting: Meeting, seen: str, known: CalendarWatch | None) -> None:
    if known is None or known.seen != seen:
        follow(meeting.pk)
    elif known.is_due and not Release.objects.to_tell().filter(meeting=meeting):
        # Whom a release is told to has the hours by the same mail, in a moment.
        tell(meeting.pk)


@transaction.atomic
def follow(meeting_id: int) -> CalendarWatch:
    """Note how a meeting stands now; people's days move along with its own."""
    meeting = Places.locked(meeting_id).meeting
    hours = Hours(meeting)
    now = CalendarWatch.of(meeting, hours)
    known = CalendarWatch.objects.select_for_update().filter(meeting=meeting).first()
    if known is None:
        CalendarWatch.objects.begin(hours)
        return now
    if known.seen != now.seen:
        if known.days != now.days:
            move_days(meeting, known.days)
        known.seen, known.days, known.moved_at = now.seen, now.days, timezone.now()
        known.save()
    return known


def pending(meeting: Meeting) -> CalendarWatch | None:
    """The watch of a meeting of whose change people are still to be told."""
    if meeting.is_over or not meeting.is_published:
        return None
    return CalendarWatch.objects.moved().filter(meeting=meeting).first()


def affected(meeting: Meeting) -> list[tuple[Registration, list[Difference]]]:
    """Who has something otherwise in their calendar than it is, and what: two queries."""
    return differing(list(_with_calendars(meeting)), Hours(meeting))


def _with_calendars(meeting: Meeting) -> QuerySet[Registration]:
    told = meeting.registrations.exclude(calendar_told={}).exclude(status__in=OUT)
    return told.order_by("pk")


def differing(
    people: list[Registration], hours: Hours
) -> list[tuple[Registration, list[Difference]]]:
    found = []
    for person in people:
        person.meeting = hours.meeting
        told = person.calendar_told
        if standing(told) and (what := differences(told, entries_of(person, hours))):
            found.append((person, what))
    return found


def tell(meeting_id: int) -> int:
    """Write to all whom it concerns, and say to how many that was."""
    count, last = 0, 0
    letters: dict[str, tuple[Letter, str]] = {}
    while (step := _tell_some(meeting_id, last, letters)) is not None:
        count, last = count + step[0], step[1]
    return count


@transaction.atomic
def _tell_some(
    meeting_id: int, last: int, letters: dict[str, tuple[Letter, str]]
) -> tuple[int, int] | None:
    """How many of the next were written to, and the last one; None where it is over."""
    hours = Hours(Places.locked(meeting_id).meeting)
    known = _if_due(hours)
    if known is None:
        return None
    people = _with_calendars(hours.meeting).filter(pk__gt=last)
    people = list(people.select_related("category")[:CHUNK])
    if not people:
        _be_at_rest(known)
        return None
    concerned = [person for person, _what in differing(people, hours)]
    Choice.objects.note_sessions(concerned)
    messages = _written(concerned, hours, letters)
    tell_calendars(messages, hours)
    _leave([person for person in concerned if person not in messages], hours)
    return Message.owe_many(messages.values()), people[-1].pk


def _if_due(hours: Hours) -> CalendarWatch | None:
    """Unless it was called off, or something has moved again."""
    watches = CalendarWatch.objects.select_for_update().filter(meeting=hours.meeting)
    known = watches.first()
    is_same = known and known.seen == signature(hours.meeting, hours)
    return known if is_same and known.is_due else None


def _be_at_rest(known: CalendarWatch) -> None:
    known.moved_at = None
    known.save(update_fields=["moved_at"])


def _written(
    people: list[Registration], hours: Hours, letters: dict[str, tuple[Letter, str]]
) -> dict[Registration, Message]:
    """The mail for each of them; for nobody whose address is none."""
    written = {}
    for person in people:
        language = mails.mail_language(person.language)
        if language not in letters:
            letters[language] = letter_of(hours.meeting, KINDS[mails.MOVED], language)
        fields = written_to(RegistrationValues(person, hours), *letters[language])
        kind = mails.KIND % mails.MOVED
        try:
            written[person] = Message.written(
                person, kind, to=person.email, is_bulk=True, **fields
            )
        except ValidationError:
            log.warning("%s: no plain address of %s", kind, person.pk)
    return written


@transaction.atomic
def leave(meeting_id: int) -> bool:
    """Take what is so now for told; False where there is nothing to tell any more."""
    meeting = Places.locked(meeting_id).meeting
    moved = CalendarWatch.objects.select_for_update().moved().filter(meeting=meeting)
    known = moved.first()
    if known is None:
        return False
    hours = Hours(meeting)
    _leave([person for person, _what in differing(_all(meeting), hours)], hours)
    _be_at_rest(known)
    return True


def _all(meeting: Meeting) -> list[Registration]:
    return list(_with_calendars(meeting).select_for_update())


def _leave(people: list[Registration], hours: OfDays) -> None:
    """As if they had been told; what they have too much is taken back by a later mail."""
    for person in people:
        told = person.calendar_told
        number = last_sequence(told)
        person.calendar_told = told | {
            day: {**entry, "sequence": told.get(day, {}).get("sequence", number)}
            for day, entry in entries_of(person, hours).items()
        }
    if people:
        note(people)
