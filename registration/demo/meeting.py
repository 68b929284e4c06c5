"""What the demonstration's meeting offers and asks: seats, side events, questions."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from agenda.models import Release, Session
from meeting.models import Meeting
from registration.models import Category, Option, PrivacyNotice, Question

Kind = Question.Kind
UN, NGO = "United Nations entity", "Non-governmental organization"
# Few seats where the made-up people are more: somebody waits.
CATEGORY_RULES = {
    "Member State": {"organization_capacity": 2},
    UN: {"approval": Category.Approval.AUTOMATIC, "capacity": 6},
    "Academia": {"capacity": 2},
    "Media": {"capacity": 1},
}
GROUPS = [
    ("Data and evidence on migration", 15),
    ("Human rights and social inclusion", 40),
    ("Preparing the global compact", None),
]
WORKING_LANGUAGES = ["Arabic", "Chinese", "English", "French", "Russian", "Spanish"]
NOTICE = """\
The secretariat keeps what you write in this form to prepare the meeting: to decide on
your registration, to seat you, and to write to you about it.

- Your name, function and State or organization are shown in the list of participants
  only if you agree.
- The number of your passport is stored encrypted, seen by few, and erased 30 days after
  the meeting.
- By the private link in our mails you can see all that we keep, correct it, and withdraw.

This text was made up for a demonstration.
"""


def open_registration(meeting: Meeting) -> None:
    opened_on = timezone.localdate(timezone=meeting.zone) - timedelta(days=30)
    closes_on = meeting.starts_on - timedelta(days=7)
    meeting.registration_opens_at = _moment(meeting, opened_on, time(9))
    meeting.registration_closes_at = _moment(meeting, closes_on, time(18))
    meeting.capacity = 150
    meeting.reminder_days = 3
    meeting.contact_email = "secretariat@plenary.example"
    meeting.is_demo = True
    meeting.save()
    _copy_categories(meeting)
    _offer_side_events(meeting)
    Release.objects.make(meeting)
    _ask_questions(meeting)
    PrivacyNotice.objects.create(meeting=meeting, text=NOTICE).publish()


def _copy_categories(meeting: Meeting) -> None:
    """Those of all meetings, as the meeting's own: with its approval and its seats."""
    for category in Category.objects.filter(meeting=None):
        Category.objects.create(
            meeting=meeting,
            name=category.name,
            names=category.names,
            position=category.position,
            **CATEGORY_RULES.get(category.name, {}),
        )


def _offer_side_events(meeting: Meeting) -> None:
    """A real one of the programme, and one made up that is small enough to be full."""
    reception = meeting.sessions.filter(kind=Session.Kind.SIDE_EVENT)
    reception.update(is_chosen=True, capacity=100)
    Session.objects.create(
        meeting=meeting,
        kind=Session.Kind.SIDE_EVENT,
        title="Working breakfast on migration data",
        date=meeting.ends_on,
        starts_at=_moment(meeting, meeting.ends_on, time(8, 30)),
        ends_at=_moment(meeting, meeting.ends_on, time(9, 45)),
        room="Delegates Dining Room",
        note="Made up for this demonstration.",
        is_chosen=True,
        capacity=15,
    )


def _ask_questions(meeting: Meeting) -> None:
    visa = _ask(
        meeting, "Do you need a visa to travel to the meeting?", Kind.YES_NO, True
    )
    on_visa = {"depends_on": visa, "depends_value": "yes"}
    _ask(meeting, "Which country issued your passport?", Kind.COUNTRY, True, **on_visa)
    if settings.DATA_KEYS:
        _ask(
            meeting,
            "Number of your passport",
            Kind.SHORT,
            True,
            help_text="For the letter that you show at the consulate.",
            is_sensitive=True,
            retention_days=30,
            **on_visa,
        )
    groups = _ask(meeting, "Which working group will you join?", Kind.ONE, True)
    _offer(groups, GROUPS)
    languages = _ask(meeting, "Languages that you can work in", Kind.SEVERAL)
    _offer(languages, [(language, None) for language in WORKING_LANGUAGES])
    letter = _ask(
        meeting,
        "Letter of nomination",
        Kind.FILE,
        True,
        help_text="Signed by the head of your organization.",
    )
    letter.categories.set(meeting.categories.filter(name=NGO))


def _ask(
    meeting: Meeting, text: str, kind: str, is_required: bool = False, **more: object
) -> Question:
    question = Question(
        meeting=meeting, text=text, kind=kind, is_required=is_required, **more
    )
    question.put_last()
    question.save()
    return question


def _offer(question: Question, options: list[tuple[str, int | None]]) -> None:
    for position, (text, capacity) in enumerate(options, start=1):
        Option.objects.create(
            question=question, text=text, capacity=capacity, position=position
        )


def _moment(meeting: Meeting, day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=meeting.zone)
