"""How a mail to many is written to those it reaches: what a worker does.

Any of it may run twice, and at once: the outbox takes a message of one name for one
person only once.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agenda.models import Speaker
from meeting.letters import Frame, Letter
from meeting.mail.models import Message
from meeting.mail.tasks import ask_for
from meeting.models import Meeting
from meeting.moments import in_zone
from registration import unsubscribing
from registration.calendar.hours import Hours
from registration.calendar.telling import tell_calendars
from registration.mailings.choosing import to_write
from registration.mails.kinds import FOOT, KIND, KINDS, SEE
from registration.mails.placeholders import OF_MEETING
from registration.mails.values import RegistrationValues, SpeakerValues, Values
from registration.mails.writing import letter_of, mail_language, own_text
from registration.models import Choice, Mailing, Registration

log = logging.getLogger(__name__)

# So many are written in one transaction; between two it can be stopped.
CHUNK = 500
SHARED = [place.name for place in OF_MEETING]


def begin(mailing: Mailing) -> bool:
    """Let it be sent, and have a worker look at it now."""
    return _ask(mailing, mailing.begin)


def resume(mailing: Mailing) -> bool:
    return _ask(mailing, mailing.resume)


def _ask(mailing: Mailing, change: Callable[[], bool]) -> bool:
    from registration.tasks import work_on_mailing  # tasks imports this module

    if not change():
        return False
    transaction.on_commit(lambda: ask_for(work_on_mailing, mailing.pk), robust=True)
    return True


def work_on(pk: int) -> int:
    """Write it to everybody who is to get it now; say how many that were."""
    mailing = Mailing.objects.active().select_related("meeting").filter(pk=pk).first()
    if mailing is None or mailing.due_at is None:
        return 0
    if mailing.is_over:
        _close(mailing)
        return 0
    if not mailing.is_due:
        return 0
    due, letters, count, last = mailing.due_at, Letters(mailing), 0, 0
    while people := letters.next_people(last):
        written = _write(mailing, letters, people)
        if written is None:
            return count
        count, last = count + written, people[-1].pk
    _finish(mailing, due)
    return count


def work_on_all() -> None:
    """Each that may be due; one that cannot be written is not in the way of the rest."""
    for pk in list(Mailing.objects.active().values_list("pk", flat=True)):
        try:
            work_on(pk)
        except DatabaseError:
            raise  # Gone or busy, for all of them.
        except Exception:
            log.exception("Mailing %s could not be written", pk)


def _write(mailing: Mailing, letters: "Letters", people: list[Model]) -> int | None:
    """Owe it to these, and say to how many; None where it was stopped meanwhile."""
    messages = {}
    for person, message in zip(people, letters.to(people), strict=True):
        if message is None:
            log.warning("%s: no plain address of %s", mailing.once, person.pk)
        else:
            messages[person.pk] = message
    with transaction.atomic():
        # Nobody of them is erased, or merged with another, until they are owed it; and
        # nobody else tells their calendars anything.
        Meeting.objects.select_for_update().get(pk=mailing.meeting_id)
        mine = Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.ACTIVE)
        # Whoever stops it waits here, and then stops these too.
        if not mine.select_for_update().exists():
            return None
        # Read again: what they told us, and whether they are to get it, may have changed.
        still = letters.people_as_they_are(messages)
        owed = {person: messages[person.pk] for person in still}
        letters.add_calendars(owed)
        return Message.owe_many(owed.values())


def _finish(mailing: Mailing, due: datetime) -> None:
    is_over = not mailing.is_rule and not mailing.includes_latecomers
    state = Mailing.State.DONE if is_over else Mailing.State.ACTIVE
    # Not where somebody has changed it meanwhile: it is looked at again.
    mine = Mailing.objects.filter(
        pk=mailing.pk, state=Mailing.State.ACTIVE, updated_at=mailing.updated_at
    )
    mine.update(done_for=due, state=state)


def _close(mailing: Mailing) -> None:
    """Its time is over: all have it, or it makes no sense any more, and staff read why."""
    state, note = Mailing.State.DONE, mailing.note
    if mailing.done_for is None:
        state, note = Mailing.State.DROPPED, _why_dropped(mailing)
        log.warning("%s (%s): %s", mailing.once, mailing.pk, note)
    mine = Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.ACTIVE)
    mine.update(state=state, note=note)


def _why_dropped(mailing: Mailing) -> str:
    if mailing.messages.exists():
        text = _(
            "Not sent to everybody: it was due at %(due)s, and when the system could"
            " have gone on with it, the meeting had begun."
        )
    else:
        text = _(
            "Not sent: it was due at %(due)s, and when the system could have sent it,"
            " the meeting had begun."
        )
    return text % {"due": in_zone(mailing.due_at, mailing.meeting)}


class Letters:
    """A mail to many, ready to be written to people of several languages."""

    def __init__(self, mailing: Mailing) -> None:
        self.mailing, self.meeting = mailing, mailing.meeting
        self.texts = list(mailing.texts.all())
        self.hours = Hours(self.meeting)
        self._letters: dict[str, tuple[Letter, str]] = {}
        self._shared: dict[str, dict[str, str]] = {}

    @property
    def people(self) -> QuerySet:
        """Who is to get it now."""
        found = to_write(self.mailing)
        is_registered = self.mailing.to == Mailing.To.REGISTERED
        return found.select_related("category") if is_registered else found

    def next_people(self, last: int) -> list[Model]:
        """Those who come after the person of this number."""
        return list(self.people.filter(pk__gt=last).order_by("pk")[:CHUNK])

    def people_as_they_are(self, pks: Collection[int]) -> list[Model]:
        """Those of them who are still to get it."""
        people = list(self.people.filter(pk__in=pks).order_by("pk"))
        for person in people:
            person.meeting = self.meeting
        return people

    def to(self, people: list[Model]) -> list[Message | None]:
        """A message for each, not stored yet; None where the address is none."""
        if self.mailing.to == Mailing.To.REGISTERED:
            self._know(people)
        return [self._message(person) for person in people]

    def letter(self, language: str) -> tuple[Letter, str]:
        """Its words in this language, or in the one they are written in."""
        if language not in self._letters:
            self._letters[language] = self._letter(language)
        return self._letters[language]

    def values(self, person: Model) -> Values:
        """What its placeholders stand for, in the language that is active."""
        if isinstance(person, Speaker):
            values: Values = SpeakerValues(person, self.meeting)
        else:
            values = RegistrationValues(person, self.hours)
        values.update(self._of_meeting())
        if self.mailing.is_news:
            values["unsubscribe"] = unsubscribing.address_for(person, self.meeting)
        return values

    def _of_meeting(self) -> dict[str, str]:
        """Those that are the same for everybody, worked out once a language."""
        language = translation.get_language()
        if language not in self._shared:
            values = Values(self.meeting)
            self._shared[language] = {name: values[name] for name in SHARED}
        return self._shared[language]

    def _know(self, people: list[Registration]) -> None:
        """What the placeholders need of so many, at once."""
        for person in people:
            person.meeting = self.meeting
        if any("{your_sessions}" in text.body for text in self.texts):
            Choice.objects.note_sessions(people)

    def _letter(self, language: str) -> tuple[Letter, str]:
        if self.mailing.kind:
            return letter_of(self.meeting, KINDS[self.mailing.kind], language)
        text = own_text(self.texts, language) or self.texts[0]
        with translation.override(text.language):
            known = {place.name for place in self.mailing.placeholders}
            frame = frame_of(self.mailing)
        return Letter(
            text.subject, text.body, frame, known | {"unsubscribe"}
        ), text.language

    def _message(self, person: Model) -> Message | None:
        wanted = mail_language(getattr(person, "language", "en"))
        letter, language = self.letter(wanted)
        with translation.override(language), timezone.override(self.meeting.zone):
            values = self.values(person)
            written = letter.to(values)
        try:
            return Message.written(
                person,
                self._kind(),
                to=person.email,
                once=self.mailing.once,
                reply_to=self.meeting.contact_email,
                language=language,
                subject=written.subject,
                text=written.text,
                html=written.html,
                is_bulk=True,
                unsubscribe=values["unsubscribe"] if self.mailing.is_news else "",
            )
        except ValidationError:
            return None

    def _kind(self) -> str:
        return KIND % self.mailing.kind if self.mailing.kind else "mailing"

    def add_calendars(self, messages: dict[Registration, Message]) -> None:
        """What they say to people's calendars; under the meeting's lock."""
        kind = self.mailing.kind
        if kind and KINDS[kind].has_calendar:
            tell_calendars(messages, self.hours)


def frame_of(mailing: Mailing) -> Frame:
    """What stands around a text of its own, in the language that is active."""
    title = mailing.meeting.title
    if mailing.is_news:
        why = _("You get this mail because of your part in the {title}.")
        stop = _("[No more such mails]({unsubscribe}).")
        return Frame(title, foot=(why, stop))
    if mailing.to == Mailing.To.SPEAKERS:
        return Frame(title, foot=("{questions}",))
    return Frame(title, str(SEE), tuple(map(str, FOOT)))
