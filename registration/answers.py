"""Answers to a meeting's own questions: kept, compared, and put into words.

A form hands over what it asked as `Answers`; pages, mails and files read it as lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.models import Session
from meeting.states import states
from registration.models.answer import SESSIONS, SESSIONS_LABEL, Answer, Choice
from registration.models.question import Option, Question
from registration.models.records import Upload
from registration.sealing import (
    SealBrokenError,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)

if TYPE_CHECKING:
    from registration.models import Registration

Kind = Question.Kind
MASK = "••••••"
BROKEN = gettext_lazy("cannot be opened: its key is missing")
Change = dict[str, str]


@dataclass
class Answers:
    """What a form asked: only questions in it are touched.

    `values` has a text for each question that is written, or a file; an empty text takes
    an earlier answer away, and of a file only False does. `options` has what was chosen
    of each list, and `sessions` what was chosen of the programme; None where that was
    not asked.
    """

    values: dict[Question, str | bool | UploadedFile | Upload] = field(
        default_factory=dict
    )
    options: dict[Question, list[Option]] = field(default_factory=dict)
    sessions: list[Session] | None = None

    def first_rows(self, registration: "Registration") -> list[Answer | Choice]:
        """What is stored of them, not stored yet, for who had answered nothing."""
        answers = [
            _fill(Answer(registration=registration, question=question), value)
            for question, value in self.values.items()
            if value
        ]
        chosen = [option for options in self.options.values() for option in options]
        choices = [
            *(Choice(registration=registration, option=option) for option in chosen),
            *(
                Choice(registration=registration, session=session)
                for session in self.sessions or []
            ),
        ]
        return [*answers, *choices]

    def in_words(self) -> Iterator[tuple[Question, str]]:
        """Each as people read it, before it is stored; sensitive ones are masked."""
        for question, value in self.values.items():
            is_masked = question.is_sensitive and value
            yield question, MASK if is_masked else value_in_words(question, value)
        for question, options in self.options.items():
            yield question, _list(options)

    def save(self, registration: "Registration") -> list[Change]:
        """Keep them, and say what changed; under the lock that places are given."""
        changes = self._save_values(registration)
        chosen = list(registration.choices.select_related("session", "option"))
        for question, options in self.options.items():
            before = [
                c for c in chosen if c.option and c.option.question_id == question.pk
            ]
            changes += _choose(
                registration, question.key, question.text, before, options
            )
        if self.sessions is not None:
            before = [choice for choice in chosen if choice.session]
            label = str(SESSIONS_LABEL)
            changes += _choose(registration, SESSIONS, label, before, self.sessions)
        return changes

    def _save_values(self, registration: "Registration") -> list[Change]:
        if not self.values:
            return []
        known = {answer.question_id: answer for answer in registration.answers.all()}
        changes = []
        for question, value in self.values.items():
            before = known.get(question.pk)
            is_same = _is_answered_so(before, value) if before else not value
            if question.kind == Kind.FILE:
                # A file that is not sent again stays; only False takes it away.
                is_same = value == "" or not (value or before)
            if is_same:
                continue
            old = in_words(question, before) if before else ""
            after = _write(registration, question, value, before)
            new = in_words(question, after) if after else ""
            changes.append(_change(question.key, question.text, old, new))
        return changes


def _is_answered_so(answer: Answer, value: str) -> bool:
    try:
        return value == read(answer)
    except SealBrokenError:
        # Nobody can say what it was, so what is written now takes its place.
        return False


def _write(
    registration: "Registration",
    question: Question,
    value: "str | bool | UploadedFile | Upload",
    before: Answer | None,
) -> Answer | None:
    if not value:
        if before:
            erase([before])
        return None
    answer = before or Answer(registration=registration, question=question)
    _fill(answer, value).save()
    return answer


def _fill(answer: Answer, value: str | UploadedFile | Upload) -> Answer:
    answer.is_sealed = answer.question.is_sensitive
    answer.answered_at = timezone.now()
    if isinstance(value, str):
        answer.value = seal(value) if answer.is_sealed else value
    else:
        _keep_file(answer, value)
    return answer


def _keep_file(answer: Answer, sent: UploadedFile | Upload) -> None:
    content = content_of(sent)
    if answer.is_sealed:
        content = seal_bytes(content)
    _let_go_of_file(answer)
    name = sent.file_name if isinstance(sent, Upload) else sent.name
    answer.file_name = answer.question.name_to_keep(name)
    answer.file.save("answer", ContentFile(content), save=False)


def content_of(sent: UploadedFile | Upload) -> bytes:
    """What is in a file, whether it came with this form or was kept from an earlier."""
    if isinstance(sent, Upload):
        return sent.content()
    sent.seek(0)
    return sent.read()


def _choose(
    registration: "Registration",
    key: str,
    label: str,
    before: list[Choice],
    wanted: "Iterable[Session | Option]",
) -> list[Change]:
    """Add and take away choices, leaving those that stay where they are in line."""
    wanted = list(wanted)
    had = [choice.subject for choice in before]
    if set(had) == set(wanted):
        return []
    for choice in before:
        if choice.subject not in wanted:
            choice.delete()
    for subject in wanted:
        if subject not in had:
            name = "session" if isinstance(subject, Session) else "option"
            Choice.objects.create(registration=registration, **{name: subject})
    return [_change(key, label, _list(had), _list(wanted))]


def _list(subjects: "Iterable[Session | Option]") -> str:
    return ", ".join(str(subject) for subject in subjects)


def _change(key: str, label: str, before: str, after: str) -> Change:
    return {"key": key, "label": label, "before": before, "after": after}


def erase(answers: Iterable[Answer]) -> None:
    """Take answers away for good, with the files that they are."""
    for answer in answers:
        _let_go_of_file(answer)
        answer.delete()


def _let_go_of_file(answer: Answer) -> None:
    """Once all else is certain: an answer that stays after all has its file still."""
    if answer.file:
        delete = partial(answer.file.storage.delete, answer.file.name)
        transaction.on_commit(delete, robust=True)


# Reading.


def read(answer: Answer) -> str:
    """What was answered, opened where it is sealed; whose reading is recorded elsewhere."""
    return unseal(answer.value) if answer.is_sealed and answer.value else answer.value


def read_file(answer: Answer) -> bytes:
    """What the file holds; raises SealBrokenError as `read` does."""
    with answer.file.open() as file:
        content = file.read()
    return unseal_bytes(content) if answer.is_sealed else content


def in_words(question: Question, answer: Answer, *, is_open: bool = False) -> str:
    """An answer as people read it; a sensitive one is masked unless it `is_open`."""
    if is_sensitive(question, answer) and not is_open:
        return MASK
    try:
        return value_in_words(question, answer.file_name or read(answer))
    except SealBrokenError:
        return str(BROKEN)


def is_sensitive(question: Question, answer: Answer) -> bool:
    """Also where the question was marked, or no longer is, after it was answered."""
    return question.is_sensitive or answer.is_sealed


def value_in_words(question: Question, value: str) -> str:
    match question.kind:
        case Kind.YES_NO:
            return {"yes": _("Yes"), "no": _("No")}.get(value, value)
        case Kind.DATE if value:
            return date_format(date.fromisoformat(value), "j F Y")
        case Kind.COUNTRY:
            state = states().get(value)
            return state.name if state else value
    return value


def condition_in_words(question: Question) -> str:
    """The answer that another question must have for this one to be asked."""
    if question.depends_option:
        return question.depends_option.text
    return value_in_words(question.depends_on, question.depends_value)


@dataclass
class Line:
    """A question with what one person answered to it."""

    question: Question
    text: str = ""
    answer: Answer | None = None
    choices: list[Choice] = field(default_factory=list)

    @property
    def is_masked(self) -> bool:
        return self.text == MASK

    @property
    def is_file(self) -> bool:
        return bool(self.answer and self.answer.file)


def lines_of(registration: "Registration", *, is_open: bool = False) -> list[Line]:
    """All that a person answered, in the questions' order: four queries.

    Sensitive answers are masked unless `is_open`.
    """
    answers = registration.answers.select_related("question")
    by_question = {answer.question_id: answer for answer in answers}
    chosen: dict[int, list[Choice]] = {}
    options = registration.choices.filter(option__isnull=False).with_positions()
    for choice in options.select_related("option", "registration"):
        chosen.setdefault(choice.option.question_id, []).append(choice)
    answered = {*by_question, *chosen}
    lines = []
    for question in Question.objects.filter(pk__in=answered).select_related("meeting"):
        answer = by_question.get(question.pk)
        choices = chosen.get(question.pk, [])
        text = (
            in_words(question, answer, is_open=is_open)
            if answer
            else _list(choice.option for choice in choices)
        )
        lines.append(Line(question, text, answer, choices))
    return lines
