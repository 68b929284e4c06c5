"""Registrations that may be of one person: found by address, name and organization."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meeting.models import Meeting
from meeting.words import GMAIL, same_mailbox
from registration.models import NotDouble, Registration
from registration.models.merging import rank


class Why(models.TextChoices):
    """The surest first."""

    ADDRESS = "address", _("like e-mail address")
    BOTH = "both", _("like name and organization")
    NAME = "name", _("like name")


SURE = list(Why)
KEYS = ("pk", "email", "name_key", "organization_key")


class Keys(NamedTuple):
    pk: int
    email: str
    name_key: str
    organization_key: str

    def by(self) -> Iterator[tuple[Why, str]]:
        """What it is compared by, with why; what is empty is like nothing."""
        yield Why.ADDRESS, same_mailbox(self.email)
        if self.name_key and self.organization_key:
            yield Why.BOTH, f"{self.name_key}\n{self.organization_key}"
        if self.name_key:
            yield Why.NAME, self.name_key


@dataclass
class Pair:
    """Two that look alike; `one` stands better, or came first."""

    one: Registration
    other: Registration
    why: list[Why]


def find(meeting: Meeting) -> dict[tuple[int, int], list[Why]]:
    """Numbers of those that look alike in pairs, the surest first: two queries.

    Of many with the same name each is paired with the first that nobody has said it is
    different from: as they are decided on, others come up.
    """
    like: dict[tuple[Why, str], list[int]] = defaultdict(list)
    rows = meeting.registrations.order_by("pk").values_list(*KEYS)
    for row in map(Keys._make, rows.iterator()):
        for key in row.by():
            like[key].append(row.pk)
    denied = set(
        NotDouble.objects.filter(one__meeting=meeting).values_list("one", "other")
    )
    pairs: dict[tuple[int, int], list[Why]] = {}
    groups = [(key[0], numbers) for key, numbers in like.items() if len(numbers) > 1]
    for why, numbers in sorted(groups, key=lambda group: SURE.index(group[0])):
        for pair in _pairs(numbers, denied):
            reasons = pairs.setdefault(pair, [])
            # Who has a like name and organization has a like name anyway.
            if not (why is Why.NAME and Why.BOTH in reasons):
                reasons.append(why)
    return pairs


def _pairs(
    numbers: list[int], denied: set[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    for place, other in enumerate(numbers):
        for one in islice(numbers, place):
            if (one, other) not in denied:
                yield one, other
                break


def with_people(found: Iterable[tuple[tuple[int, int], list[Why]]]) -> list[Pair]:
    """These pairs with both registrations: one query."""
    found = list(found)
    numbers = {number for pair, _why in found for number in pair}
    people = Registration.objects.select_related("category", "meeting").in_bulk(numbers)
    return [
        Pair(*better_first(people[one], people[other]), why)
        for (one, other), why in found
    ]


def better_first(*people: Registration) -> list[Registration]:
    """The one that is kept, unless somebody says otherwise, and the other."""
    return sorted(people, key=lambda each: (rank(each), each.arrived_at, each.pk))


def like(registration: Registration) -> list[tuple[Registration, list[Why]]]:
    """Those of the same meeting that look like this one: three queries."""
    own = {key: why for why, key in _keys_of(registration).by()}
    host = registration.email.rpartition("@")[2]
    hosts = GMAIL if host.casefold() in GMAIL else (host,)
    near = Q(name_key=registration.name_key) & ~Q(name_key="")
    for each in hosts:
        near |= Q(email__iendswith=f"@{each}")
    others = registration.meeting.registrations.exclude(pk=registration.pk)
    found: dict[int, list[Why]] = {}
    for row in others.filter(near).values_list(*KEYS):
        keys = Keys._make(row)
        if why := [own[key] for _why, key in keys.by() if key in own]:
            found[keys.pk] = why[:-1] if why[-2:] == [Why.BOTH, Why.NAME] else why
    if not found:
        return []
    for pair in NotDouble.objects.of(registration).values_list("one", "other"):
        found.pop(sum(pair) - registration.pk, None)
    people = Registration.objects.filter(pk__in=found).select_related("category")
    return [(each, found[each.pk]) for each in people]


def _keys_of(registration: Registration) -> Keys:
    return Keys._make(getattr(registration, name) for name in KEYS)
