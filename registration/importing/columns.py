"""What the columns of a table mean, by their headings."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meeting.models import Meeting
from meeting.words import plain
from registration.exports.rows import headings
from registration.models import Question, Registration

NEEDED = ["category", "organization", "name", "email"]
# What else people call them.
OTHER_NAMES = {
    "organization": ["organisation", "state", "country", "affiliation"],
    "name": ["full name", "participant"],
    "email": ["e-mail address", "mail"],
    "attendance": ["attendance", "participation"],
    "honorific": ["title", "salutation"],
    "function": ["position", "job title"],
    "is_listed": ["listed"],
}


def squeezed(words: str) -> str:
    """For comparing: "E-mail" is "email", and "Organización" "organizacion"."""
    return plain(words).replace(" ", "")


def questions_of(meeting: Meeting) -> list[Question]:
    """Those that a table can answer, with their options and categories: no files."""
    asked = meeting.questions.asked().exclude(kind=Question.Kind.FILE)
    return list(asked)


@dataclass
class Columns:
    """Which field or question stands where.

    `ignored` are the headings of others, `sensitive` the places of sensitive answers.
    """

    places: dict[str, int]
    labels: dict[str, str]
    ignored: list[str]
    sensitive: list[int]

    def without_sensitive(self, cells: list[str]) -> list[str]:
        """What may be kept of a row: sensitive answers are stored only encrypted."""
        return [
            "" if place in self.sensitive else cell for place, cell in enumerate(cells)
        ]

    def values(self, cells: list[str]) -> dict[str, str]:
        return {name: cells[place] for name, place in self.places.items()}


def match(found: list[str], questions: list[Question]) -> Columns:
    """Raises ValidationError where a needed column is missing, or is there twice."""
    names, labels = _names(questions)
    columns = Columns({}, labels, [], [])
    twice = []
    for place, heading in enumerate(found):
        name = names.get(squeezed(heading))
        if name is None:
            columns.ignored += [heading[:100]] if heading else []
        elif name in columns.places:
            twice.append(labels[name])
        else:
            columns.places[name] = place
    errors = [_missing(columns, labels), _twice(twice)]
    if errors := [error for error in errors if error]:
        raise ValidationError(errors)
    columns.sensitive = [
        columns.places[question.key]
        for question in questions
        if question.is_sensitive and question.key in columns.places
    ]
    return columns


def _names(questions: Iterable[Question]) -> tuple[dict[str, str], dict[str, str]]:
    """Field by what its heading may say, and the heading that we give each."""
    labels = headings()
    fields = list(labels)
    names = {}
    for question in questions:
        labels[question.key] = question.text
        names.setdefault(squeezed(question.text), question.key)
    for name in fields:
        field = Registration._meta.get_field(name)
        own = [labels[name], capfirst(str(field.verbose_name)), name]
        for words in own:
            names[squeezed(words)] = name
    for name, words in OTHER_NAMES.items():
        for each in words:
            names.setdefault(squeezed(each), name)
    return names, labels


def _missing(columns: Columns, labels: dict[str, str]) -> ValidationError | None:
    missing = [labels[name] for name in NEEDED if name not in columns.places]
    if not missing:
        return None
    text = ngettext(
        "The column %(names)s is missing. Name it in the first row, as in the template.",
        "The columns %(names)s are missing. Name them in the first row, as in the"
        " template.",
        len(missing),
    )
    return ValidationError(text, "missing", {"names": _list(missing)})


def _twice(names: list[str]) -> ValidationError | None:
    if not names:
        return None
    text = _("More than one column is headed %(names)s. Leave only one of them.")
    return ValidationError(text, "twice", {"names": _list(names)})


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
