"""What people answered and chose, a column for each question and session."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from agenda.models import Session
from meeting.states import states
from registration.answers import BROKEN, MASK
from registration.exports.cells import Cell
from registration.models import Answer, Choice, Option, Question, Registration
from registration.sealing import SealBrokenError, unseal

Kind = Question.Kind
Reading = Callable[[str], Cell]


class AnswerColumns:
    """Of the meetings that the registrations are of, as they stand when it is made.

    Sensitive answers are left out unless somebody who may see them asks for them.
    """

    def __init__(
        self, registrations: QuerySet[Registration], *, with_sensitive: bool
    ) -> None:
        meetings = registrations.order_by().values_list("meeting", flat=True)
        meetings = list(meetings.distinct())
        self.names_meeting = len(meetings) > 1
        self.with_sensitive = with_sensitive
        self.questions = _questions_of(meetings, with_sensitive)
        self.sessions = _sessions_of(meetings)
        self._readings = {each.pk: _reading_of(each) for each in self.questions}
        lists = [each for each in self.questions if each.is_list]
        self._options = {
            option.pk: option for each in lists for option in each.options.all()
        }
        self._status = {key: str(words) for key, words in Choice.Status.choices}

    @property
    def header(self) -> list[str]:
        return [self._titled(each) for each in (*self.questions, *self.sessions)]

    def _titled(self, column: Question | Session) -> str:
        if not self.names_meeting:
            return str(column)
        return f"{column} ({column.meeting.slug})"

    def of(self, registrations: list[int]) -> dict[int, list[Cell]]:
        """The cells of each registration, by its pk: two queries for all of them."""
        if not (self.questions or self.sessions):
            return {pk: [] for pk in registrations}
        answers, chosen, seats = self._found(registrations)
        return {
            pk: [
                *(
                    self._chosen(chosen.get((pk, each.pk), []))
                    if each.is_list
                    else answers.get((pk, each.pk), "")
                    for each in self.questions
                ),
                *(seats.get((pk, each.pk), "") for each in self.sessions),
            ]
            for pk in registrations
        }

    def _found(self, registrations: list[int]) -> tuple[dict, dict, dict]:
        written = Answer.objects.filter(
            registration__in=registrations, question__in=self._readings
        )
        written = written.values_list(
            "registration", "question", "value", "is_sealed", "file_name"
        )
        answers = {
            (pk, question): self._readings[question](
                self._opened(value, file_name) if is_sealed else file_name or value
            )
            for pk, question, value, is_sealed, file_name in written
        }
        chosen: dict[tuple[int, int], list[tuple[Option, str]]] = {}
        seats = {}
        choices = Choice.objects.filter(registration__in=registrations).order_by()
        names = ("registration", "option", "session", "status")
        for pk, option, session, status in choices.values_list(*names):
            if session:
                seats[pk, session] = self._status[status]
            elif found := self._options.get(option):
                chosen.setdefault((pk, found.question_id), []).append((found, status))
        return answers, chosen, seats

    def _opened(self, sealed: str, file_name: str) -> str:
        """Also of a question that is not marked as sensitive: it may have been once."""
        if not self.with_sensitive:
            return MASK
        try:
            return file_name or unseal(sealed)
        except SealBrokenError:
            return str(BROKEN)

    def _chosen(self, choices: list[tuple[Option, str]]) -> str:
        """In the order in which they are offered; with places, whether one is had."""
        choices.sort(key=lambda choice: (choice[0].position, choice[0].pk))
        return ", ".join(
            option.text
            if option.capacity is None or status == Choice.Status.CONFIRMED
            else f"{option.text} ({self._status[status]})"
            for option, status in choices
        )


def _questions_of(meetings: Iterable[int], with_sensitive: bool) -> list[Question]:
    """What is asked, and what was: retired questions with their answers."""
    answered = Exists(Answer.objects.filter(question=OuterRef("pk"))) | Exists(
        Choice.objects.filter(option__question=OuterRef("pk"))
    )
    questions = Question.objects.filter(Q(is_retired=False) | answered)
    if not with_sensitive:
        questions = questions.filter(is_sensitive=False)
    questions = questions.filter(meeting__in=meetings).select_related("meeting")
    return list(questions.order_by("meeting", "position", "pk").for_lists())


def _sessions_of(meetings: Iterable[int]) -> list[Session]:
    sessions = Session.objects.to_choose().filter(meeting__in=meetings)
    return list(sessions.select_related("meeting"))


def _reading_of(question: Question) -> Reading:
    match question.kind:
        case Kind.YES_NO:
            words = {"yes": _("yes"), "no": _("no")}
        case Kind.COUNTRY:
            words = {code: state.name for code, state in states().items()}
        case Kind.NUMBER:
            return _number
        case _:
            return str
    return lambda value: words.get(value, value)


def _number(value: str) -> Cell:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    return number if number.is_finite() else value
