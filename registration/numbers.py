"""How many registrations there are, and were: erased people still count."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, Sum, When

from meeting.models import Meeting
from registration.models import Category, Status

# Whoever has something to correct is counted as what they are beneath.
COLUMNS = [status for status in Status if status != Status.NEEDS_CORRECTION]


@dataclass
class Numbers:
    """A table: categories down, statuses across, with sums; and how many are erased."""

    statuses: list[Status] = field(default_factory=lambda: COLUMNS)
    rows: dict[str, list[int]] = field(default_factory=dict)
    sums: list[int] = field(default_factory=list)
    erased: int = 0


def numbers_of(meeting: Meeting) -> Numbers:
    """Two queries for the numbers and one for the categories, however many came."""
    counts: Counter[tuple[str, str]] = Counter()
    for category, status, number in _living(meeting):
        counts[category, status] += number
    erased = 0
    tallies = meeting.tallies.values_list("category", "status").order_by()
    for category, status, number in tallies.annotate(number=Sum("count")):
        counts[category, status] += number
        erased += number
    numbers = Numbers(erased=erased)
    for category in _in_order({category for category, _status in counts}):
        row = [counts[category, status] for status in COLUMNS]
        numbers.rows[category] = [*row, sum(row)]
    numbers.sums = [sum(column) for column in zip(*numbers.rows.values(), strict=True)]
    return numbers


def _living(meeting: Meeting) -> list[tuple[str, str, int]]:
    beneath = When(status=Status.NEEDS_CORRECTION, then=F("held"))
    standing = Case(beneath, default=F("status"))
    living = meeting.registrations.order_by().annotate(standing=standing)
    living = living.values_list("category__name", "standing")
    return list(living.annotate(number=Count("pk")))


def _in_order(names: set[str]) -> list[str]:
    """As the form has them; a category that is no more, last."""
    known = list(dict.fromkeys(Category.objects.values_list("name", flat=True)))
    return [name for name in known if name in names] + sorted(names - set(known))
