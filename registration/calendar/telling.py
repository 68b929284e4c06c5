"""What a mail says to the person's calendar, noted as told in the same transaction."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils import timezone, translation

from meeting.mail.models import Message
from registration.calendar.entries import (
    CANCELLED,
    Entries,
    entries_of,
    last_sequence,
    standing,
)
from registration.calendar.hours import Hours
from registration.calendar.objects import to_send

if TYPE_CHECKING:
    from registration.models import Registration

# So many rows are noted by one query.
SOME = 100


def tell_calendar(registration: "Registration", hours: Hours) -> str:
    """The text for the mail that is owed in this transaction, in the active language."""
    _have_watched([registration], hours)
    _know_what_is_told([registration])
    if text := _tell(registration, hours):
        stored = type(registration).objects.filter(pk=registration.pk)
        stored.update(calendar_told=registration.calendar_told)
    return text


def tell_calendars(mails: dict["Registration", Message], hours: Hours) -> None:
    """Put it into the mails of many of one meeting, which is locked: none stored yet."""
    people = list(mails)
    if not people:
        return
    _have_watched(people, hours)
    _know_what_is_told(people)
    for person, message in mails.items():
        with translation.override(message.language):
            message.calendar = _tell(person, hours)
    note(people)


def note(people: Sequence["Registration"]) -> None:
    """Store what these have been told."""
    objects = type(people[0]).objects
    objects.bulk_update(people, ["calendar_told"], batch_size=SOME)


def _tell(registration: "Registration", hours: Hours) -> str:
    told = registration.calendar_told
    entries = entries_of(registration, hours)
    gone: Entries = {
        key: {**entry, "status": CANCELLED}
        for key, entry in standing(told).items()
        if key not in entries
    }
    number = next_sequence(registration)
    said: Entries = {
        key: {**entry, "sequence": number} for key, entry in (entries | gone).items()
    }
    registration.calendar_told = told | said
    return "".join(to_send(registration, said))


def sequence_now(registration: "Registration") -> int:
    """Of a file that is taken now: a mail that is written later has a higher one."""
    age = timezone.now() - registration.created_at
    last = last_sequence(registration.calendar_told)
    return max(0, int(age.total_seconds()), last)


def next_sequence(registration: "Registration") -> int:
    """Higher than all before: whoever gets an older mail later goes by this one."""
    last = last_sequence(registration.calendar_told)
    return max(sequence_now(registration), last + 1)


def _know_what_is_told(people: Sequence["Registration"]) -> None:
    """As it is stored: others may have told them something since they were read."""
    rows = type(people[0]).objects.filter(pk__in=[person.pk for person in people])
    told = dict(
        rows.select_for_update().order_by("pk").values_list("pk", "calendar_told")
    )
    for person in people:
        person.calendar_told = told.get(person.pk, {})


def _have_watched(people: Sequence["Registration"], hours: Hours) -> None:
    """From the first that is told on, somebody has to notice when it changes."""
    from registration.models.watch import CalendarWatch  # models import this module

    is_first = any(not person.calendar_told for person in people)
    if is_first and not hours.is_watched:
        CalendarWatch.objects.begin(hours)
        hours.is_watched = True
