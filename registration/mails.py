"""Which mails participants get, and how they are written."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from meeting.mail.models import Message
from registration.calendar import calendar_of

if TYPE_CHECKING:
    from registration.models import Registration

# The kinds that are no status; each kind has a folder in templates/email/registration/.
RECEIVED = "received"
CORRECTED = "corrected"
KNOWN = "known"
REMINDER = "reminder"
OFFER_PASSED = "offer_passed"
CHOICE_CONFIRMED = "choice_confirmed"
CHOICE_OFFERED = "choice_offered"
LINK = "link"
WITH_CALENDAR = {RECEIVED, "waiting", "offered", "confirmed", CORRECTED, REMINDER}
# As the outbox, which knows other mails too, names them.
KIND = "registration_%s"


def owe(
    registration: "Registration", kind: str, *, at_once: bool = True, **more: Any
) -> Message:
    """Write the mail of this kind to a person, in their language and the meeting's zone.

    Where it need not be sent `at_once`, the sweep sends it. `more` is what this kind's
    templates print besides the registration, and `once`.
    """
    meeting = registration.meeting
    language = mail_language(registration.language)
    once = more.pop("once", "")
    context = {
        "registration": registration,
        "meeting": meeting,
        "address": registration.address,
        **more,
    }
    with translation.override(language), timezone.override(meeting.zone):
        subject, text, html = (
            render_to_string(f"email/registration/{kind}/{part}", context)
            for part in ("subject.txt", "body.txt", "body.html")
        )
        calendar = calendar_of(registration) if kind in WITH_CALENDAR else ""
    return Message.owe(
        registration,
        KIND % kind,
        to=registration.email,
        at_once=at_once,
        reply_to=meeting.contact_email,
        language=language,
        subject=subject,
        text=text.strip() + "\n",
        html=html,
        calendar=calendar,
        once=once,
    )


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


def mail_language(wanted: str) -> str:
    """The wanted language, or English while its translation is not whole."""
    return wanted if wanted in dict(settings.LANGUAGES) else "en"
