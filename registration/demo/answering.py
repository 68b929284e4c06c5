"""What the made-up people answer and choose, and the places that they are given."""

from collections.abc import Iterator
from random import Random

from django.core.files.base import ContentFile

from meeting.models import Meeting
from registration.models import (
    Answer,
    Choice,
    Option,
    Places,
    Question,
    Registration,
    Status,
)
from registration.sealing import seal

Kind = Question.Kind
# The smallest file that every reader opens: one empty page.
LETTER = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>> endobj
trailer <</Root 1 0 R>>
%%EOF
"""
OFTEN_CHOSEN = 0.35
SPEAKS = {
    "ar": "Arabic",
    "zh-hans": "Chinese",
    "en": "English",
    "fr": "French",
    "ru": "Russian",
    "es": "Spanish",
}


def answer_and_choose(
    meeting: Meeting, registrations: list[Registration], random: Random
) -> None:
    questions = list(meeting.questions.asked())
    sessions = list(meeting.sessions.to_choose())
    answers, choices = [], []
    for registration in registrations:
        for question in _asked(questions, registration, random):
            if question.is_list:
                chosen = _chosen(question, registration, random)
                choices += [_choice(registration, option=each) for each in chosen]
            else:
                answers.append(_answer(question, registration))
        if registration.attendance == Registration.Attendance.IN_PERSON:
            choices += [
                _choice(registration, session=session)
                for session in sessions
                if random.random() < OFTEN_CHOSEN
            ]
    Answer.objects.bulk_create(answers)
    Choice.objects.bulk_create(choices)
    places = Places(meeting)
    for registration in registrations:
        if registration.standing == Status.CONFIRMED:
            places.settle(registration)


def _asked(
    questions: list[Question], registration: Registration, random: Random
) -> Iterator[Question]:
    """Those that the form asks of somebody who needs a visa, or of one who does not."""
    is_remote = registration.attendance == Registration.Attendance.REMOTE
    registration.needs_visa = not is_remote and random.random() < 0.4
    for question in questions:
        categories = question.categories.all()
        is_for_them = not categories or registration.category in categories
        applies = question.depends_on is None or registration.needs_visa
        if is_for_them and applies:
            yield question


def _answer(question: Question, registration: Registration) -> Answer:
    answer = Answer(
        registration=registration,
        question=question,
        answered_at=registration.created_at,
        is_sealed=question.is_sensitive,
    )
    match question.kind:
        case Kind.FILE:
            answer.file_name = "nomination.pdf"
            answer.file = ContentFile(LETTER, name=answer.file_name)
        case Kind.YES_NO:
            answer.value = "yes" if registration.needs_visa else "no"
        case Kind.COUNTRY:
            answer.value = registration.state or "KEN"
        case _:
            answer.value = f"X{registration.pk:07}"
    if answer.is_sealed:
        answer.value = seal(answer.value)
    return answer


def _chosen(
    question: Question, registration: Registration, random: Random
) -> list[Option]:
    options = list(question.options.all())
    if question.kind == Kind.ONE:
        return [random.choice(options)]
    own = {"English", SPEAKS[registration.language]}
    return [each for each in options if each.text in own or random.random() < 0.1]


def _choice(registration: Registration, **subject: object) -> Choice:
    return Choice(
        registration=registration, queued_at=registration.arrived_at, **subject
    )
