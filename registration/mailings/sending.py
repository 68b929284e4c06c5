"""How a mail to many is written to those it reaches: what a worker does.

Any of it may run twice, and at once: the outbox takes a message of one name for one
person only once.
"""

import logging
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
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
from registration.mails.values import RegistrationValues, SpeakerValues, Values
from registration.mails.writing import letter_of, mail_language, own_text
from registration.models import Choice, Mailing, Registration

log = logging.getLogger(__name__)

# So many are written in one transaction; between two it can be stopped.
CHUNK = 500


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
    if mailing is None or not mailing.is_due:
        return 0
    if timezone.now() >= mailing.last_chance:
        _close(mailing)
        return 0
    due, letters, count, last = mailing.due_at, Letters(mailing), 0, 0
    while (written := _write_some(mailing, letters, last)) is not None:
        if not written:
            _finish(mailing, due)
            break
        count, last = count + len(written), written[-1]
    return count


def _write_some(mailing: Mailing, letters: "Letters", last: int) -> list[int] | None:
    """The next people after this one; None where it was stopped meanwhile."""
    with transaction.atomic():
        mine = Mailing.objects.active().filter(pk=mailing.pk)
        # Nobody else tells these calendars anything meanwhile.
        Meeting.objects.select_for_update().get(pk=mailing.meeting_id)
        # Whoever stops it waits here, and then stops these too.
        if not mine.select_for_update(of=("self",)).exists():
            return None
        people = list(letters.people.filter(pk__gt=last).order_by("pk")[:CHUNK])
        messages = {}
        for person, message in zip(people, letters.to(people), strict=True):
            if message is None:
                log.warning("%s: no plain address: %r", mailing.once, person)
            else:
                messages[person] = message
        letters.add_calendars(messages)
        Message.owe_many(messages.values())
    return [person.pk for person in people]


def _finish(mailing: Mailing, due: object) -> None:
    is_over = not mailing.is_rule and not mailing.includes_latecomers
    state = Mailing.State.DONE if is_over else Mailing.State.ACTIVE
    mine = Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.ACTIVE)
    mine.update(done_for=due, state=state)


def _close(mailing: Mailing) -> None:
    """Its time is over: all have it, or it makes no sense any more, and staff read why."""
    state, note = Mailing.State.DONE, mailing.note
    if mailing.done_for is None:
        state = Mailing.State.DROPPED
        note = _(
            "Not sent: it was due at %(due)s, and when the system could have sent it,"
            " the meeting had begun."
        ) % {"due": in_zone(mailing.due_at, mailing.meeting)}
        log.warning("%s (%s): %s", mailing.once, mailing.pk, note)
    mine = Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.ACTIVE)
    mine.update(state=state, note=note)


class Letters:
    """A mail to many, ready to be written to people of several languages."""

    def __init__(self, mailing: Mailing) -> None:
        self.mailing, self.meeting = mailing, mailing.meeting
        self.texts = list(mailing.texts.all())
        self.hours = Hours(self.meeting)
        self._letters: dict[str, tuple[Letter, str]] = {}

    @property
    def people(self):
        found = to_write(self.mailing)
        is_registered = self.mailing.to == Mailing.To.REGISTERED
        return found.select_related("category") if is_registered else found

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
        if isinstance(person, Speaker):
            values: Values = SpeakerValues(person, self.meeting)
        else:
            values = RegistrationValues(person, self.hours)
        if self.mailing.is_news:
            values["unsubscribe"] = unsubscribing.address_for(person, self.meeting)
        return values

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
            written = letter.to(self.values(person))
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
                unsubscribe=self._unsubscribe(person),
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

    def _unsubscribe(self, person: Model) -> str:
        if not self.mailing.is_news:
            return ""
        return unsubscribing.address_for(person, self.meeting)


def frame_of(mailing: Mailing) -> Frame:
    """What stands around a text of its own, in the language that is active."""
    title = mailing.meeting.title
    if mailing.is_news:
        why = _("You get this mail because of your part in the {title}.")
        stop = _("No more such mails: {unsubscribe}")
        return Frame(title, foot=(why, stop))
    if mailing.to == Mailing.To.SPEAKERS:
        return Frame(title, foot=("{questions}",))
    return Frame(title, str(SEE), tuple(map(str, FOOT)))
