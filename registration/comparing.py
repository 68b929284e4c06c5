"""Two registrations side by side, with what is taken of each when they are merged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.text import capfirst

from registration.answers import lines_of
from registration.models import Question, Registration
from registration.models.answer import SESSIONS, SESSIONS_LABEL

FIELDS = ["email", *Registration.PERSONS_OWN]
# Goes with the organization.
LEFT_OUT = {"state"}
ONE, OTHER = "one", "other"


@dataclass
class Row:
    """What both say to the same; `chosen` is whose words are taken."""

    key: str
    label: str
    one: str
    other: str
    chosen: str = ONE
    is_same: bool = False

    @property
    def name(self) -> str:
        """Of the field in the form."""
        return f"take-{self.key}"


class Comparison:
    """Of the one that is kept and the other that becomes part of it."""

    def __init__(self, one: Registration, other: Registration) -> None:
        self.one, self.other = one, other
        self.newer = max((one, other), key=lambda each: each.created_at)
        self.rows = [*self._fields(), *self._answers(), *self._sessions()]

    def choose(self, said: Mapping[str, str]) -> None:
        """Take what somebody chose."""
        for row in self.rows:
            if said.get(row.name) in (ONE, OTHER):
                row.chosen = said[row.name]

    def merge(self) -> None:
        keys = [row.key for row in self.rows if row.chosen == OTHER]
        questions = filter(None, map(Question.number_of, keys))
        self.one.absorb(
            self.other,
            [key for key in keys if key in FIELDS],
            set(questions),
            takes_sessions=SESSIONS in keys,
        )

    def _fields(self) -> Iterator[Row]:
        for name in FIELDS:
            if name in LEFT_OUT:
                continue
            label = capfirst(str(self.one._meta.get_field(name).verbose_name))
            values = self.one.in_words(name), self.other.in_words(name)
            yield self._row(name, label, *values)

    def _answers(self) -> Iterator[Row]:
        mine = {line.question: line for line in lines_of(self.one)}
        theirs = {line.question: line for line in lines_of(self.other)}
        for question in dict.fromkeys([*mine, *theirs]):
            lines = mine.get(question), theirs.get(question)
            words = [line.text if line else "" for line in lines]
            row = self._row(question.key, question.text, *words)
            if any(line and line.is_masked for line in lines):
                row.is_same = False  # Nobody can see whether it is.
            yield row

    def _sessions(self) -> Iterator[Row]:
        words = [_sessions_of(each) for each in (self.one, self.other)]
        if any(words):
            yield self._row(SESSIONS, str(SESSIONS_LABEL), *words)

    def _row(self, key: str, label: str, one: str, other: str) -> Row:
        """The newer words, unless they are none."""
        chosen = ONE if self.newer is self.one else OTHER
        if not one or not other:
            chosen = ONE if one else OTHER
        is_same = one == other
        return Row(key, label, one, other, ONE if is_same else chosen, is_same)


def _sessions_of(registration: Registration) -> str:
    chosen = registration.choices.filter(session__isnull=False)
    return ", ".join(str(choice.session) for choice in chosen.select_related("session"))
