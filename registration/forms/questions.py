"""The meeting's own questions in a form: whoever asks them checks them the same way.

Which questions somebody is asked depends on their category and on other answers. The
form has a field for each that may come up, and decides once it has been sent: what does
not apply is ignored, what applies and was not shown yet is in `to_ask`.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from meeting.models import Meeting
from registration.answers import Answers, read
from registration.forms.kept import KEPT, KeptFiles
from registration.forms.kinds import field_of, offered
from registration.forms.sent import many, pairs
from registration.models import (
    Answer,
    Option,
    Places,
    Question,
    Registration,
    applicable,
)
from registration.sealing import SealBrokenError

AWAY = "_away"


@dataclass
class Stored:
    """What a registration has answered until now, by the numbers of questions."""

    answers: dict[int, Answer] = field(default_factory=dict)
    options: dict[int, list[Option]] = field(default_factory=dict)

    @classmethod
    def of(cls, registration: Registration) -> "Stored":
        if registration.pk is None:
            return cls()
        answers = registration.answers.select_related("question")
        stored = cls({answer.question_id: answer for answer in answers})
        chosen = registration.choices.filter(option__isnull=False)
        for choice in chosen.select_related("option"):
            of_question = stored.options.setdefault(choice.option.question_id, [])
            of_question.append(choice.option)
        return stored

    def __contains__(self, question: Question) -> bool:
        return question.pk in self.answers or question.pk in self.options

    def deciding(self, pk: int) -> str | set[int]:
        """What may decide on other questions: a text, or the numbers of options."""
        if pk in self.options:
            return {option.pk for option in self.options[pk]}
        try:
            return read(self.answers[pk]) if pk in self.answers else ""
        except SealBrokenError:
            return ""

    def is_kept_unseen(self, question: Question) -> bool:
        """Whether there is an answer that the form does not show, and so may keep."""
        is_unseen = question.is_sensitive or question.kind == Question.Kind.FILE
        answer = self.answers.get(question.pk)
        return answer is not None and (is_unseen or answer.is_sealed)

    def initial(self, question: Question) -> Any:
        if question.is_list:
            chosen = [str(option.pk) for option in self.options.get(question.pk, [])]
            is_one = question.kind == Question.Kind.ONE
            return "".join(chosen[:1]) if is_one else chosen
        answer = self.answers.get(question.pk)
        if answer and question.kind == Question.Kind.FILE:
            return answer
        if answer and not self.is_kept_unseen(question):
            return answer.value
        return ""


class AsksQuestions:
    """For a form of a registration: call `add_question_fields` at the end of `__init__`.

    Then `clean` checks the answers, and a valid form has them as `answers`.
    """

    meeting: Meeting
    # Whether the page says by markers which questions it showed, as the public ones do.
    has_markers = True
    # Whether what must be answered must be answered here.
    is_strict = True

    def add_question_fields(self, only: Collection[str] | None = None) -> None:
        """Ask the meeting's questions, or `only` those with these keys.

        What newly applies because one of `only` changes is asked as well.
        """
        self.only = only
        self.questions = list(self.meeting.questions.asked())
        self.stored = Stored.of(self.instance) if self.questions else Stored()
        self._offer_answers()
        self.kept_files = KeptFiles(self)

    def _offer_answers(self) -> None:
        answers = {pk: self.stored.deciding(pk) for pk in self._deciders}
        applied = applicable(self.questions, self.instance.category_id, answers)
        asked = [each for each in self.questions if self._may_ask(each, applied)]
        chosen = self.stored.options
        options = [
            option
            for question in asked
            for option in offered(question, chosen.get(question.pk, []))
        ]
        self.places.count_together(options=options)
        for question in asked:
            before = chosen.get(question.pk)
            self.fields[question.key] = field_of(question, self.places, before)
            self.initial[question.key] = self.stored.initial(question)
            self._offer_to_keep(question)
        self._applied_before = applied

    @property
    def kept_under(self) -> str:
        """Whose the files are that are kept while the form has an error."""
        return f"registration {self.instance.pk}"

    @cached_property
    def places(self) -> Places:
        """For how many are left; only to look."""
        return Places(self.meeting)

    @cached_property
    def _deciders(self) -> set[int]:
        above = {question.depends_on_id for question in self.questions}
        return above - {None}

    def _may_ask(self, question: Question, applied: list[Question]) -> bool:
        if self.only is None or question.key in self.only:
            return True
        return question not in applied and self._may_follow(question)

    def _may_follow(self, question: Question) -> bool:
        """Whether a change of what is shown can make it apply."""
        if question.categories.all() and "category" in self.only:
            return True
        by_pk = {each.pk: each for each in self.questions}
        above = by_pk.get(question.depends_on_id)
        if above is None:
            return False
        return above.key in self.only or self._may_follow(above)

    def _offer_to_keep(self, question: Question) -> None:
        """An answer that is not shown stays, unless it is replaced or taken away."""
        if not self.stored.is_kept_unseen(question):
            return
        own = self.fields[question.key]
        # Nothing has to be sent; but it is not optional where it had to be answered.
        own.required, own.is_kept = False, question.is_required
        if question.kind != Question.Kind.FILE:
            kept = _(
                "There is an answer, which is not shown. Leave this empty to keep it."
            )
            own.help_text = f"{own.help_text} {kept}".strip()
        self.offer_to_take_away(question)

    def offer_to_take_away(self, question: Question) -> None:
        if not question.is_required:
            away = forms.BooleanField(label=_("Take this answer away"), required=False)
            self.fields[question.key + AWAY] = away

    # Once it has been sent.

    @cached_property
    def shown_keys(self) -> set[str]:
        """The questions that the person had before them, on this page or an earlier."""
        if not self.has_markers:
            return {each.key for each in self.questions} & self.fields.keys()
        shown = {*many(self.data, "asked"), *many(self.data, "given")}
        return shown & self.fields.keys()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.applying = self._find_applying()
        self.to_ask = [
            question
            for question in self.applying
            if question.key in self.fields and question.key not in self.shown_keys
        ]
        asked = {question.key for question in self.applying} & self.shown_keys
        for question in self.questions:
            if question.key in self.fields and question.key not in asked:
                self._forget(question.key)
                self._forget(question.key + AWAY)
            elif not self.is_strict and self.has_error(question.key, "required"):
                self._forget(question.key)
        self.kept_files.check(asked)
        return cleaned

    def _find_applying(self) -> list[Question]:
        cleaned = self.cleaned_data
        category_id = self.instance.category_id
        if "category" in self.fields:
            category = cleaned.get("category")
            category_id = category.pk if category else None
        answers = {pk: self.stored.deciding(pk) for pk in self._deciders}
        for question in self.questions:
            if question.pk in answers and question.key in self.shown_keys:
                value = cleaned.get(question.key)
                is_away = bool(cleaned.get(question.key + AWAY))
                if value or is_away or not self.stored.is_kept_unseen(question):
                    answers[question.pk] = _deciding(value)
        return applicable(self.questions, category_id, answers)

    def _forget(self, name: str) -> None:
        self.cleaned_data.pop(name, None)
        self._errors.pop(name, None)

    @property
    def answers(self) -> Answers:
        """What was answered to the questions that apply; other answers go."""
        answers = Answers()
        for question in self.questions:
            if question not in self.applying:
                self._take_away(question, answers)
            elif question.key in self.cleaned_data:
                self._take(question, answers)
        return answers

    def _take(self, question: Question, answers: Answers) -> None:
        value = self.cleaned_data[question.key]
        if question.is_list:
            answers.options[question] = value
        elif self.cleaned_data.get(question.key + AWAY) and not _is_sent(value):
            self._take_away(question, answers)
        elif question.kind == Question.Kind.FILE:
            is_stored = isinstance(value, Answer)
            answers.values[question] = "" if is_stored else value or ""
        elif value or not self.stored.is_kept_unseen(question):
            answers.values[question] = value

    def _take_away(self, question: Question, answers: Answers) -> None:
        if question not in self.stored:
            return
        if question.is_list:
            answers.options[question] = []
        else:
            is_file = question.kind == Question.Kind.FILE
            answers.values[question] = False if is_file else ""

    # What the page shows.

    @cached_property
    def visible_questions(self) -> list[Question]:
        """Those that apply as far as is known; the others wait, hidden."""
        if self.is_bound and self.errors is not None:
            return self.applying
        return self._applied_before

    def keep_files(self) -> None:
        """Before the form is shown again: nobody sends a file twice."""
        if self.is_bound and self.errors is not None:
            self.kept_files.keep()

    # The next page, where no script shows and hides.

    @cached_property
    def step(self) -> list[Question]:
        """What the next page asks, and only that; empty where it is the whole form."""
        if not self.is_bound:
            return []
        wrong = {name.removesuffix(AWAY) for name in self.errors}
        here = set(many(self.data, "asked"))
        is_step = bool(many(self.data, "given"))
        if wrong and not (is_step and wrong <= here):
            return []
        return [
            question
            for question in self.applying
            if question in self.to_ask or (wrong and question.key in here)
        ]

    @cached_property
    def step_dependents(self) -> list[Question]:
        """What may come up on that page by what is answered there."""
        asked = {question.pk for question in self.step}
        found: list[Question] = []
        for _depth in self.questions:
            more = [
                question
                for question in self.questions
                if question.depends_on_id in asked
                and question.key in self.fields
                and question.key not in self.shown_keys
                and question.pk not in asked
            ]
            if not more:
                break
            found += more
            asked |= {question.pk for question in more}
        return found

    @property
    def given(self) -> list[tuple[str, str]]:
        """Hidden inputs for that page: all that was sent until now."""
        shown = {each.key for each in (*self.step, *self.step_dependents)}
        own = {"csrfmiddlewaretoken", "asked", "given"}
        for key in shown:
            own |= {key, key + AWAY, key + KEPT}
        own |= {name for name, _token in self.kept_files.tokens}
        carried = [pair for pair in pairs(self.data) if pair[0] not in own]
        marks = [("given", key) for key in sorted(self.shown_keys - shown)]
        files = [
            (name, token)
            for name, token in self.kept_files.tokens
            if name.removesuffix(KEPT) not in shown
        ]
        return [*carried, *marks, *files]


def _deciding(value: Any) -> str | set[int]:
    if isinstance(value, list):
        return {option.pk for option in value}
    return value if isinstance(value, str) else ""


def _is_sent(value: Any) -> bool:
    """Whether it came with this form, and is not what was kept."""
    return isinstance(value, UploadedFile) or (isinstance(value, str) and value != "")
