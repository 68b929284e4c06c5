"""The attendee list as rows, the same for every kind of file."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registration.exports.answer_columns import AnswerColumns
from registration.exports.cells import Cell
from registration.models import Registration

CHUNK = 2000
COLUMNS = (
    "reference",
    "status",
    "category__name",
    "organization",
    "honorific",
    "name",
    "badge_name",
    "function",
    "email",
    "attendance",
    "days",
    "access_needs",
    "dietary_needs",
    "is_listed",
    "language",
    "created_at",
    "is_demo",
    "meeting__timezone",
    "decline_reason",
    "notice__version",
    "pk",
)


class Table:
    """The list with a row for each registration; its columns are known at once."""

    def __init__(
        self, registrations: QuerySet[Registration], *, with_sensitive: bool = False
    ) -> None:
        self.registrations = registrations
        self.answers = AnswerColumns(registrations, with_sensitive=with_sensitive)
        self.header = [*_header(registrations), *self.answers.header]

    @property
    def sensitive(self) -> list[str]:
        """The questions whose sensitive answers it shows."""
        return [each.text for each in self.answers.questions if each.is_sensitive]

    def rows(self) -> Iterator[list[Cell]]:
        """Read in chunks, with a fixed number of queries each: no list of all is held."""
        words = _Words()
        values = self.registrations.values_list(*COLUMNS).iterator(chunk_size=CHUNK)
        while chunk := list(islice(values, CHUNK)):
            answers = self.answers.of([row[-1] for row in chunk])
            for row in chunk:
                yield words.row(row) + answers[row[-1]]


def headings() -> dict[str, str]:
    """What the columns of a person's own fields are called, here and in imports."""
    return {
        "category": _("Category"),
        "organization": _("State or organization"),
        "honorific": _("Honorific"),
        "name": _("Name"),
        "badge_name": _("Name on the badge"),
        "function": _("Function"),
        "email": _("E-mail"),
        "attendance": _("Takes part"),
        "days": _("Days"),
        "access_needs": _("Access needs"),
        "dietary_needs": _("Dietary needs"),
        "is_listed": _("In the list of participants"),
        "language": _("Language"),
    }


def _header(registrations: QuerySet[Registration]) -> list[str]:
    return [
        _("Reference"),
        _("Status"),
        *headings().values(),
        _("Received (%(zone)s)") % {"zone": _zones(registrations)},
        _("Made up"),
        _("Reason for declining"),
        _("Privacy notice agreed to"),
    ]


def _zones(registrations: QuerySet[Registration]) -> str:
    zones = registrations.order_by().values_list("meeting__timezone", flat=True)
    found = list(zones.distinct()[:2])
    if len(found) > 1:
        return _("in each meeting's own time zone")
    return found[0] if found else "UTC"


class _Words:
    """What is stored in codes, in the reader's words, each looked up once."""

    def __init__(self) -> None:
        self.status = {key: str(name) for key, name in Registration.Status.choices}
        self.attendance = {
            key: str(name) for key, name in Registration.Attendance.choices
        }
        languages = settings.OFFICIAL_LANGUAGES
        self.language = {key: str(name) for key, name in languages.items()}
        self.yes_no = {True: _("yes"), False: _("no")}

    def row(self, row: tuple) -> list[Cell]:
        (reference, status, category, organization, honorific, name, badge) = row[:7]
        (function, email, attendance, days, access, diet, is_listed) = row[7:14]
        (language, created_at, is_demo, timezone, reason, notice, _pk) = row[14:]
        return [
            reference,
            self.status[status],
            category,
            organization,
            honorific,
            name,
            badge or name,
            function,
            email,
            self.attendance[attendance],
            ", ".join(days),
            access,
            diet,
            self.yes_no[is_listed],
            self.language.get(language, language),
            created_at.astimezone(_zone(timezone)).replace(tzinfo=None),
            # Empty in every list that is not a demonstration's.
            self.yes_no[True] if is_demo else "",
            reason,
            str(notice or ""),
        ]


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
