"""Each row of a table looked at by the rules of the form."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from meeting.models import Meeting
from registration.forms.person import PersonForm
from registration.forms.registering import RegistrationForm
from registration.importing import words
from registration.importing.columns import Columns
from registration.importing.reading import Row
from registration.models import Question, Registration
from registration.models.arriving import Arrival
from registration.references import reference_of


class RowForm(PersonForm):
    """The cells of a row in place of what somebody typed: one form for all rows."""

    has_markers = False
    # Whoever is taken in from a list may answer later, by the private link.
    is_strict = False

    class Meta(RegistrationForm.Meta):
        error_messages = RegistrationForm.Meta.error_messages | {
            "name": {"required": _("Write the name.")},
            "email": RegistrationForm.Meta.error_messages["email"]
            | {"required": _("Write the e-mail address.")},
        }

    def __init__(self, *, meeting: Meeting) -> None:
        super().__init__({}, meeting=meeting)
        for name, in_words in {
            "category": words.category_field(meeting),
            "attendance": words.attendance_field(required=False),
            "days": words.days_field(meeting, required=False),
            "is_listed": words.yes_no_field(required=False),
            "language": words.language_field(required=False),
        }.items():
            in_words.error_messages |= self.fields[name].error_messages
            self.fields[name] = in_words
        # A table asks neither for files nor for sessions.
        self.fields.pop("sessions", None)
        for question in self.questions:
            if question.kind == Question.Kind.FILE:
                del self.fields[question.key]
            elif chosen := words.answer_field(question, required=False):
                self.fields[question.key] = chosen

    def _get_validation_exclusions(self) -> set[str]:
        # A category comes from the list of them: it need not be asked for by each row.
        return super()._get_validation_exclusions() | {"category"}

    def take(self, values: dict[str, str]) -> bool:
        """Look at the next row; whether it is good."""
        self.data = values
        self.instance = Registration(meeting=self.meeting)
        self._errors = None
        return self.is_valid()


@dataclass
class Found:
    """What became of a row: an arrival, somebody known, or reasons against it."""

    number: int
    cells: list[str]
    arrival: Arrival | None = None
    known: str = ""
    reasons: list[dict[str, str]] = field(default_factory=list)


def submission_of(meeting: Meeting, email: str) -> str:
    """The same for the same address, so that a file taken twice counts once."""
    named = f"import {meeting.pk} {email.lower()}"
    return hashlib.sha256(named.encode()).hexdigest()


class Checker:
    """Looks at the rows of one file, one after another."""

    def __init__(self, meeting: Meeting, columns: Columns) -> None:
        self.meeting, self.columns = meeting, columns
        self.form = RowForm(meeting=meeting)
        self._addresses, self._references = _known_in(meeting)
        self._seen: dict[str, int] = {}
        asked = self.form.questions
        self._sensitive = {each.key for each in asked if each.is_sensitive}

    def look(self, rows: Iterable[Row]) -> Iterator[Found]:
        for number, cells in rows:
            yield self._look(number, cells)

    def _look(self, number: int, cells: list[str]) -> Found:
        found = Found(number, cells)
        if not self.form.take(self.columns.values(cells)):
            found.reasons = list(self._reasons())
            return found
        registration = self.form.instance
        address = registration.email.lower()
        if first := self._seen.get(address):
            label = self.columns.labels["email"]
            text = _("Row %(row)d has the same address. Leave only one of them.")
            found.reasons = [{"column": label, "reason": text % {"row": first}}]
            return found
        self._seen[address] = number
        submission = submission_of(self.meeting, address)
        known = self._addresses.get(address) or self._references.get(
            reference_of(submission)
        )
        if known:
            found.known = known
        else:
            found.arrival = Arrival(registration, submission, self.form.answers)
        return found

    def _reasons(self) -> Iterator[dict[str, str]]:
        for name, errors in self.form.errors.as_data().items():
            label = self.columns.labels.get(name) or self._label_of(name)
            for error in errors:
                yield {"column": label, "reason": self._sentence(name, error)}

    def _sentence(self, name: str, error: ValidationError) -> str:
        if name in self._sensitive and "words" in (error.params or {}):
            # They are of the cell, and would be kept with the report.
            return _("This cannot be read. It is not shown, because it is sensitive.")
        return " ".join(error.messages)

    def _label_of(self, name: str) -> str:
        known = self.form.fields.get(name)
        return capfirst(str(known.label)) if known else ""


def _known_in(meeting: Meeting) -> tuple[dict[str, str], dict[str, str]]:
    """References by address; and by every reference that they have or had."""
    addresses, references = {}, {}
    rows = meeting.registrations.order_by().values_list(
        "email", "reference", "former_references"
    )
    for email, reference, former in rows.iterator():
        addresses[email.lower()] = reference
        references |= dict.fromkeys([reference, *former], reference)
    return addresses, references


def in_words(arrival: Arrival, columns: Columns) -> list[dict[str, str]]:
    """A registration as it will be taken, for whoever looks before it is."""
    answers = {q.key: text for q, text in arrival.answers.in_words()}
    return [
        {
            "label": columns.labels[name],
            "value": answers.get(name, "")
            if name.startswith(Question.KEY)
            else arrival.registration.in_words(name),
        }
        for name in columns.places
    ]
