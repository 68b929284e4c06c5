"""What bulk work will do, found out beforehand: who, what, why not, and which mails."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registration import mails
from registration.bulk.actions import ACTIONS, Action
from registration.bulk.rehearsing import Person, Rehearsal
from registration.models import BulkWork, Category, Status

# So many are decided on in one transaction: others wait for its lock meanwhile.
CHUNK = 25


@dataclass
class Outcome:
    """What happens to one person, chosen or not."""

    person: Person
    categories: dict[int, Category]
    has_changed: bool = True
    reason: str = ""

    @property
    def now(self) -> str:
        return self._in_words(self.person.was["status"], self.person.was["category"])

    @property
    def then(self) -> str:
        return self._in_words(self.person.status, self.person.category_id)

    def _in_words(self, status: str, category: int) -> str:
        words = str(Status(status).label)
        if self.person.was["category"] == self.person.category_id:
            return words
        return f"{words}, {self.categories[category]}"

    @property
    def mails(self) -> list[str]:
        return [mail_in_words(kind) for kind in self.person.owed]

    @property
    def has_new_status(self) -> bool:
        return self.person.status != self.person.was["status"]

    @property
    def as_data(self) -> list[Any]:
        """What a plan that says something else would differ in."""
        person = self.person
        return [person.pk, person.status, person.category_id, person.owed]


@dataclass
class Plan:
    action: Action
    chosen: list[Outcome]
    others: list[Outcome] = field(default_factory=list)

    @cached_property
    def digest(self) -> str:
        """The same for the same plan: whoever confirms it has seen this one."""
        data = [outcome.as_data for outcome in (*self.chosen, *self.others)]
        return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:32]

    @property
    def changing(self) -> list[Outcome]:
        return [outcome for outcome in self.chosen if outcome.has_changed]

    @property
    def summary(self) -> list[str]:
        """How many become what, in sentences."""
        became = Counter(_becomes(self.action, o) for o in self.changing)
        return [BECOMES[key](count) % count for key, count in became.items()]

    @property
    def staying(self) -> list[tuple[str, int]]:
        """Why nothing happens to so many, the most frequent first."""
        left = Counter(o.reason for o in self.chosen if not o.has_changed)
        return left.most_common()

    @property
    def mails(self) -> list[tuple[str, int]]:
        """Which mail is written to how many."""
        everybody = (*self.chosen, *self.others)
        return Counter(mail for o in everybody for mail in o.mails).most_common()


BECOMES = {
    "seated": lambda n: ngettext("%d gets a seat", "%d get a seat", n),
    "offered": lambda n: ngettext("%d is offered a seat", "%d are offered a seat", n),
    "waiting": lambda n: ngettext(
        "%d goes to the waiting list", "%d go to the waiting list", n
    ),
    "declined": lambda n: ngettext("%d is declined", "%d are declined", n),
    "asked": lambda n: ngettext(
        "%d is asked for a correction", "%d are asked for a correction", n
    ),
    "received": lambda n: ngettext(
        "%d waits for a decision", "%d wait for a decision", n
    ),
    "moved": lambda n: ngettext(
        "%d changes the category only", "%d change the category only", n
    ),
    "written": lambda n: ngettext("%d is written to", "%d are written to", n),
}


def _becomes(action: Action, outcome: Outcome) -> str:
    if action.lasts:
        return "written"
    person = outcome.person
    if action.leads_to != Status.NEEDS_CORRECTION and not outcome.has_new_status:
        return "moved"
    return {
        Status.CONFIRMED: "seated",
        Status.OFFERED: "offered",
        Status.WAITING: "waiting",
        Status.DECLINED: "declined",
        Status.NEEDS_CORRECTION: "asked",
    }.get(Status(person.status), "received")


def mail_in_words(kind: str) -> str:
    """What a mail is about; those of a status are called like it."""
    if kind in Status.values:
        return str(Status(kind).label)
    return {
        mails.CHOICE_CONFIRMED: _("A place in a session"),
        mails.CHOICE_OFFERED: _("A place in a session is offered"),
    }.get(kind, kind)


def plan(work: BulkWork) -> Plan:
    """What it would do now: a fixed number of queries, and nothing is written."""
    action, said = ACTIONS[work.action], work.parameters["said"]
    chosen = list(work.steps.values_list("registration", flat=True))
    rehearsal = Rehearsal(work.meeting, chosen)
    outcomes = []
    for chunk in chunks(chosen):
        with rehearsal.for_many():
            for pk in chunk:
                person = rehearsal.people[pk]
                done = action.do(person, rehearsal, said, is_bulk=True)
                outcomes.append(Outcome(person, rehearsal.categories, *done))
    touched = {outcome.person.pk for outcome in outcomes}
    others = [
        Outcome(person, rehearsal.categories)
        for person in rehearsal.people.values()
        if person.pk not in touched and person.owed
    ]
    return Plan(action, outcomes, others)


def chunks(pks: list[int]) -> Iterator[list[int]]:
    rest = iter(pks)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
