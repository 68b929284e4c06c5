"""How a mail to a participant is written, and owed."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from meeting.letters import Frame, Letter
from meeting.mail.cleaning import validate_address
from meeting.mail.models import Message
from meeting.models import Meeting
from registration.calendar.hours import Hours
from registration.calendar.telling import tell_calendar
from registration.mails.kinds import ANEW, FOOT, KIND, KINDS, RECEIVED, Kind
from registration.mails.placeholders import placeholders
from registration.mails.values import RegistrationValues

if TYPE_CHECKING:
    from registration.models import MailText, Registration


FrameOf = Callable[[Meeting], Frame]


def owe(
    registration: "Registration",
    kind: str,
    *,
    at_once: bool = True,
    once: str = "",
    is_anew: bool = False,
    hours: Hours | None = None,
    **more: Any,
) -> Message:
    """Write the mail of this kind to a person, in their language and the meeting's zone.

    Where it need not be sent `at_once`, the sweep sends it. `is_anew` where an earlier
    mail no longer holds; `hours` where they are known already, for many; `more` is what
    only this kind's placeholders need.
    """
    validate_address(registration.email)
    meeting = registration.meeting
    spec = KINDS[ANEW if kind == RECEIVED and is_anew else kind]
    letter = letter_of(meeting, spec, mail_language(registration.language))
    values = RegistrationValues(registration, hours, **more)
    fields = written_to(values, *letter)
    # What the calendar is told holds if, and only if, the mail is owed.
    with transaction.atomic(savepoint=False):
        if spec.has_calendar:
            with translation.override(fields["language"]):
                fields["calendar"] = tell_calendar(registration, values.hours)
        return Message.owe(
            registration,
            KIND % kind,
            to=registration.email,
            at_once=at_once,
            once=once,
            **fields,
        )


def written_to(
    values: RegistrationValues, letter: Letter, language: str
) -> dict[str, str]:
    """The fields of a message that say these words to a person."""
    meeting = values.meeting
    with translation.override(language), timezone.override(meeting.zone):
        written = letter.to(values)
    return {
        "reply_to": meeting.contact_email,
        "language": language,
        "subject": written.subject,
        "text": written.text,
        "html": written.html,
    }


def owe_once(
    registration: "Registration", kind: str, name: str = "", **more: str
) -> None:
    """Write it unless this person was written this kind, under this name, before."""
    once = f"{kind}:{name}" if name else kind
    if registration.messages.filter(once=once).exists():
        return
    try:
        with transaction.atomic():
            owe(registration, kind, once=once, **more)
    except IntegrityError:
        # Somebody else wrote it since we looked; the constraint lets one through.
        if not registration.messages.filter(once=once).exists():
            raise


def letter_of(
    meeting: Meeting, kind: Kind, language: str, frame_of: FrameOf | None = None
) -> tuple[Letter, str]:
    """The words of a kind of mail, ready to be written, and their language.

    What the secretariat wrote in the person's language, else in English, else ours.
    `frame_of` makes another frame than that of a mail about one's registration.
    """
    own = own_text(list(meeting.mail_texts.of_kind(kind.name)), language)
    language = own.language if own else language
    with translation.override(language):
        known = {place.name for place in placeholders(kind.places)}
        known.add("unsubscribe")
        frame = (frame_of or partial(_frame, kind=kind))(meeting)
        subject, body = (own.subject, own.body) if own else (kind.subject, kind.body)
        return Letter(str(subject), str(body), frame, known), language


def _frame(meeting: Meeting, kind: Kind) -> Frame:
    return Frame(meeting.title, str(kind.button), tuple(map(str, FOOT)))


def own_text(texts: "list[MailText]", language: str) -> "MailText | None":
    """The one in this language, else in English; None where neither is written."""
    by_language = {text.language: text for text in texts}
    return by_language.get(language) or by_language.get("en")


def mail_language(wanted: str) -> str:
    """The wanted language, or English while its translation is not whole."""
    return wanted if wanted in dict(settings.LANGUAGES) else "en"
