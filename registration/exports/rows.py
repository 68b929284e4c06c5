"""The attendee list as rows, the same for every kind of file."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from registration.models import Registration

Cell = str | datetime
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
)


def header(registrations: QuerySet[Registration]) -> list[str]:
    return [
        _("Reference"),
        _("Status"),
        _("Category"),
        _("State or organization"),
        _("Honorific"),
        _("Name"),
        _("Name on the badge"),
        _("Function"),
        _("E-mail"),
        _("Takes part"),
        _("Days"),
        _("Access needs"),
        _("Dietary needs"),
        _("In the list of participants"),
        _("Language"),
        _("Received (%(zone)s)") % {"zone": _zones(registrations)},
        _("Made up"),
    ]


def _zones(registrations: QuerySet[Registration]) -> str:
    zones = registrations.order_by().values_list("meeting__timezone", flat=True)
    found = list(zones.distinct()[:2])
    if len(found) > 1:
        return _("in each meeting's own time zone")
    return found[0] if found else "UTC"


def rows(registrations: QuerySet[Registration]) -> Iterator[list[Cell]]:
    """One row a registration, read in chunks: no list of all is ever held."""
    words = _Words()
    values = registrations.values_list(*COLUMNS)
    for row in values.iterator(chunk_size=CHUNK):
        yield words.row(row)


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
        (language, created_at, is_demo, timezone) = row[14:]
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
        ]


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
