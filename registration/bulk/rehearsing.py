"""The rule of seating on people held in memory: nothing is written, nobody told.

It is the same rule, `Deciding`, `Waiting` and `Places`; only what it reads and writes is not the
database. So a plan says what will happen, as long as nobody else acts meanwhile.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q

from meeting.models import Meeting
from registration.models import Choice, Places, Registration, Status
from registration.models.deciding import Deciding
from registration.models.places import Pool, pool_of
from registration.models.waiting import Waiting

# All that the rule looks at, and what the plan prints.
READ = [
    "pk",
    "name",
    "organization",
    "organization_key",
    "category_id",
    "attendance",
    "status",
    "held",
    "arrived_at",
]
INVOLVED = [
    Status.CONFIRMED,
    Status.OFFERED,
    Status.WAITING,
    Status.NEEDS_CORRECTION,
]


class Person(Deciding, Waiting):
    """Somebody as the rule sees them."""

    Attendance = Registration.Attendance
    standing = Registration.standing
    holds_place = Registration.holds_place

    def __init__(self, row: tuple) -> None:
        self.__dict__.update(zip(READ, row, strict=True))
        self.was = {"status": self.status, "category": self.category_id}
        self.choices: list[Chosen] = []

    def owe(self, kind: str, **_more: Any) -> None:
        self.owed.append(kind)

    def save(self, **_how: Any) -> None: ...

    def revoke_link(self) -> None: ...

    def _put_in(self, category: Any, why: str) -> None:
        self.category_id = category.pk

    def _note_correction(self, *_asked: Any) -> None: ...

    def _cancel_correction(self) -> None: ...


class Chosen:
    """A choice as the rule sees it."""

    Status = Choice.Status
    is_holding = Choice.is_holding
    subject = Choice.subject

    def __init__(self, choice: Choice, person: Person) -> None:
        for name in ("pk", "status", "queued_at", "session", "option"):
            setattr(self, name, getattr(choice, name))
        self.session_id, self.option_id = choice.session_id, choice.option_id
        self.offer_until = None
        self.registration = person

    def save(self, **_how: Any) -> None: ...


class Rehearsal(Places):
    """The places of a meeting with its people, read once: three queries."""

    def __init__(self, meeting: Meeting, chosen: Iterable[int]) -> None:
        super().__init__(meeting)
        found = meeting.registrations.filter(
            Q(status__in=INVOLVED) | Q(pk__in=chosen)
        ).order_by("arrived_at", "pk")
        people = map(Person, found.values_list(*READ))
        self.people = {person.pk: person for person in people}
        self._choices = [
            Chosen(choice, self.people[choice.registration_id])
            for choice in self._limited_choices()
            if choice.registration_id in self.people
        ]
        for choice in self._choices:
            choice.registration.choices.append(choice)
        self._count_all()

    def _limited_choices(self) -> Iterable[Choice]:
        """Those that may have to wait; all others are of no consequence to anybody."""
        choices = Choice.objects.filter(registration__meeting=self.meeting).filter(
            Q(session__capacity__isnull=False)
            | Q(option__capacity__isnull=False)
            | Q(status__in=[Choice.Status.WAITING, Choice.Status.OFFERED])
        )
        return choices.select_related("session", "option")

    def _count_all(self) -> None:
        for person in self.people.values():
            if person.holds_place and self.needs_place(person):
                self.change([("meeting", self.meeting.pk)], +1)
                self.change([("category", person.category_id)], +1)
                self.change([("organization", person.organization_key)], +1)
        for choice in self._choices:
            if choice.is_holding and self._takes_place(choice):
                self.change([pool_of(choice)], +1)

    def _count(self, pool: Pool) -> int:
        return 0  # All that is taken was counted at the beginning.

    def change(self, pools: "dict[Pool, int] | list[Pool]", by: int) -> None:
        for pool in pools:
            self._taken[pool] = self.taken(pool) + by

    def _waiting(self) -> Iterator[Person]:
        waiting = [p for p in self.people.values() if p.status == Status.WAITING]
        if self.is_full and self.meeting.counts_remote:
            return iter(())
        return iter(waiting)

    def _choices_by(self, registration: Person) -> list[Chosen]:
        return registration.choices

    def _waiting_choices(self) -> list[Chosen]:
        return [
            choice
            for choice in self._choices
            if choice.status == Choice.Status.WAITING
            and choice.registration.status == Status.CONFIRMED
        ]
