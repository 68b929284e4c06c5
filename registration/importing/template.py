"""The empty tables that are offered, and the bad rows as a table to correct."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import xlsxwriter
from django.utils.translation import gettext as _

from meeting.models import Meeting
from registration.exports.as_csv import BOM
from registration.exports.as_xlsx import OPTIONS
from registration.exports.cells import harmless
from registration.exports.rows import headings
from registration.importing.columns import NEEDED, questions_of
from registration.importing.words import (
    attendance_field,
    category_field,
    days_field,
    language_field,
    yes_no_field,
)
from registration.models import Import, Question, Registration

Kind = Question.Kind


@dataclass
class Column:
    heading: str
    is_needed: bool
    allowed: str


def columns_of(meeting: Meeting) -> Iterator[Column]:
    """Each column of a meeting's template, with what may stand in it."""
    allowed = _allowed(meeting)
    for name, words in headings().items():
        yield Column(words, name in NEEDED, allowed.get(name) or _length(name))
    for question in questions_of(meeting):
        allowed_words = _allowed_answers(question)
        # Who is taken in from a list may answer later, by the private link.
        yield Column(question.text, False, allowed_words)


def _allowed(meeting: Meeting) -> dict[str, str]:
    empty = _("%(named)s. Empty: %(default)s.")
    lists = {
        "attendance": (
            attendance_field(),
            str(Registration.Attendance.IN_PERSON.label),
        ),
        "days": (days_field(meeting), _("every day")),
        "language": (language_field(), _("English")),
        "is_listed": (yes_no_field(), _("no")),
    }
    return {
        "category": ", ".join(category_field(meeting).named) + ".",
        "organization": _("The name of the State, or of the organization."),
        "email": _("An address like name@example.org, of one person only."),
        "badge_name": _("Only if it should differ from the name."),
    } | {
        name: empty % {"named": ", ".join(field.named), "default": default}
        for name, (field, default) in lists.items()
    }


def _length(name: str) -> str:
    most = Registration._meta.get_field(name).max_length
    return _("Text of at most %(most)d characters.") % {"most": most}


def _allowed_answers(question: Question) -> str:
    """What an answer to it looks like, and who is asked."""
    offered = [
        option.text for option in question.options.all() if not option.is_retired
    ]
    said = {
        Kind.SHORT: _("Text."),
        Kind.LONG: _("Text."),
        Kind.NUMBER: _("A number."),
        Kind.YES_NO: _("yes, no."),
        Kind.ONE: _("One of: %s.") % ", ".join(offered),
        Kind.SEVERAL: _("Some of these, with commas between: %s.") % ", ".join(offered),
        Kind.DATE: _("A date like 2027-02-16."),
        Kind.COUNTRY: _("The name of a country."),
    }[question.kind]
    if only := [category.name for category in question.categories.all()]:
        said += " " + _("Only for: %s.") % ", ".join(only)
    return said


def as_csv(meeting: Meeting) -> bytes:
    return _csv([[harmless(column.heading) for column in columns_of(meeting)]])


def as_xlsx(meeting: Meeting) -> bytes:
    """With a second sheet that says what may stand in each column."""
    file = io.BytesIO()
    columns = list(columns_of(meeting))
    with xlsxwriter.Workbook(file, OPTIONS | {"constant_memory": False}) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        as_text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(_("Registrations")[:31])
        sheet.freeze_panes(1, 0)
        # As text: a spreadsheet must not make numbers or dates of what is typed.
        sheet.set_column(0, len(columns) - 1, 24, as_text)
        notes = book.add_worksheet(_("Explanations")[:31])
        notes.set_column(0, 0, 32, wrapped)
        notes.set_column(1, 1, 12, wrapped)
        notes.set_column(2, 2, 90, wrapped)
        for place, words in enumerate([_("Column"), _("Needed"), _("What to write")]):
            notes.write_string(0, place, words, bold)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.heading, bold)
            notes.write_string(place + 1, 0, column.heading)
            notes.write_string(place + 1, 1, _("yes") if column.is_needed else "")
            notes.write_string(place + 1, 2, column.allowed)
    return file.getvalue()


def bad_rows(job: Import) -> bytes:
    """As they came, with the reasons: to be corrected, and sent once more."""
    width = len(job.report["headings"])
    lines = [[_("Row"), *job.report["headings"], _("Reason")]]
    for bad in job.report["bad"]:
        cells = (bad["cells"] + [""] * width)[:width]
        why = " ".join(
            f"{each['column']}: {each['reason']}" if each["column"] else each["reason"]
            for each in bad["reasons"]
        )
        lines.append([str(bad["row"]), *cells, why])
    return _csv([[harmless(cell) for cell in line] for line in lines])


def _csv(lines: list[list[str]]) -> bytes:
    words = io.StringIO()
    csv.writer(words).writerows(lines)
    return (BOM + words.getvalue()).encode()
