"""How people arrive: one by the form, or many from a file, by the same rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Model, Q
from django.db.models.functions import Lower
from django.utils import timezone

from registration import mails
from registration.calendar.hours import Hours
from registration.models.answer import Answer, Choice
from registration.models.changing import Changing
from registration.models.places import Places
from registration.models.status import Status
from registration.references import reference_of

if TYPE_CHECKING:
    from registration.answers import Answers
    from registration.models.registration import Registration


class Arriving(Changing):
    def submit(self, submission: str, answers: "Answers | None" = None) -> Self:
        """Take a form that was sent, once; return what is registered for its address.

        Sent again, or by an address that is registered already, it changes nothing:
        the person is written to, and whoever sent the form is told the same as all.
        """
        try:
            return self._submit(submission, answers)
        except IntegrityError:
            # The secretariat entered the same address meanwhile, without our lock.
            # Now it can be seen.
            self.pk = None
            self._state.adding = True
            return self._submit(submission, answers)

    @transaction.atomic
    def _submit(self, submission: str, answers: "Answers | None") -> Self:
        # Whoever sends the same form at the same time waits here for the first.
        places = Places.locked(self.meeting_id)
        registrations = places.meeting.registrations
        if same := registrations.filter(submission=submission).first():
            return same
        if known := registrations.with_address(self.email).first():
            mails.owe_once(
                known, mails.KNOWN, submission, submitted=reference_of(submission)
            )
            return known
        self.arrive(submission, places)
        self.save()
        if answers:
            answers.save(self)
        places.settle(self)
        self.owe(self.status)
        return self

    def arrive(
        self, submission: str, places: Places, *, is_seated: bool | None = None
    ) -> None:
        """Be given a reference, a place in line and a status; it is not stored yet.

        `is_seated` where the staff have decided for all: by the rule of seats, or not.
        """
        self.submission = submission
        self.reference = reference_of(submission)
        # Arrival is when the lock was had: in this order seats are given.
        self.arrived_at = timezone.now()
        self.set_keys()
        if is_seated is None:
            self.status = self._status_on_arrival(places)
        else:
            self.status = self._seat_or_list(places) if is_seated else Status.RECEIVED
        # Who arrives next may do so before this one is stored.
        places.change(places.limits_of(self), int(self.holds_place))


@dataclass
class Arrival:
    """A registration that is not stored yet, with the key of what was sent."""

    registration: "Registration"
    submission: str
    answers: "Answers | None" = None


def take_in(
    arrivals: list[Arrival],
    places: Places,
    *,
    is_seated: bool,
    is_written_to: bool,
    by: User | None = None,
    said: dict[str, Any] | None = None,
) -> list[Arrival]:
    """Take these in their order, under the lock that `places` holds.

    Seated by the rule of seats, or else to be decided on. Returns those that were left,
    because their address or what was sent is there already.
    """
    left = _known(arrivals, places)
    new = [arrival for arrival in arrivals if arrival not in left]
    for arrival in new:
        arrival.registration.arrive(arrival.submission, places, is_seated=is_seated)
    stored = [arrival.registration for arrival in new]
    places.meeting.registrations.bulk_create(stored)
    _record(stored, by, said)
    _answer(new, places, by)
    if is_written_to:
        hours = Hours(places.meeting)
        for registration in stored:
            registration.owe(registration.status, at_once=False, hours=hours)
    return left


def _answer(arrivals: list[Arrival], places: Places, by: User | None) -> None:
    """Store what they answered and chose, with its places."""
    rows: list[Answer | Choice] = []
    for arrival in arrivals:
        registration = arrival.registration
        own = arrival.answers.first_rows(registration) if arrival.answers else []
        choices = [row for row in own if isinstance(row, Choice)]
        places.settle_new(registration, choices)
        if not any(choice.session for choice in choices):
            registration.chosen_sessions = []  # Known without asking for each.
        rows += own
    for model in (Answer, Choice):
        model.objects.bulk_create(row for row in rows if isinstance(row, model))
    _record(rows, by)


def _known(arrivals: list[Arrival], places: Places) -> list[Arrival]:
    addresses = {arrival.registration.email.lower() for arrival in arrivals}
    submissions = {arrival.submission for arrival in arrivals}
    known = places.meeting.registrations.alias(address=Lower("email")).filter(
        Q(address__in=addresses) | Q(submission__in=submissions)
    )
    found = list(known.values_list("email", "submission"))
    taken = {email.lower() for email, _sent in found}
    sent = {submission for _email, submission in found}
    return [
        arrival
        for arrival in arrivals
        if arrival.registration.email.lower() in taken or arrival.submission in sent
    ]


def _record(
    stored: Iterable[Model], by: User | None, said: dict[str, Any] | None = None
) -> None:
    """What saving one by one would have written into the audit trail."""
    LogEntry.objects.bulk_create(
        LogEntry(
            content_type=ContentType.objects.get_for_model(row),
            object_pk=row.pk,
            object_id=row.pk,
            object_repr=str(row),
            action=LogEntry.Action.CREATE,
            changes=model_instance_diff(
                None, row, [field.name for field in row._meta.concrete_fields]
            ),
            additional_data=said or row.get_additional_data(),
            actor=by,
            actor_email=by.email if by else None,
        )
        for row in stored
    )
