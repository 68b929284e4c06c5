"""The mails of the papers desk, each with the contributor's private link."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.models import Contributor, Request
from meeting.letters import Address, Frame, Letter, Lines, Typed
from meeting.mail.models import Message

Words = str | Promise
ASKED, REMINDED, RECEIVED = "asked", "reminded", "received"
CHANGE, POSTED = "change", "posted"
# As the outbox, which knows other mails too, names them.
KIND = "paper_%s"


@dataclass(frozen=True)
class Kind:
    subject: Words
    paragraphs: tuple[Words, ...]
    button: Words


SEND = gettext_lazy("Send it, or see what has arrived")
KINDS = {
    ASKED: Kind(
        gettext_lazy("What we ask you for: {title}"),
        (
            gettext_lazy("Dear {name},"),
            gettext_lazy("For the {title} the secretariat asks you for:"),
            "{requests}",
            "{line}",
            gettext_lazy(
                "Send it by your private link, and replace it there until the deadline."
                " You need no account."
            ),
        ),
        SEND,
    ),
    REMINDED: Kind(
        gettext_lazy("A reminder of what we await from you: {title}"),
        (
            gettext_lazy("Dear {name},"),
            gettext_lazy("For the {title} the secretariat still awaits from you:"),
            "{requests}",
            "{line}",
        ),
        SEND,
    ),
    RECEIVED: Kind(
        gettext_lazy("Arrived: {what}"),
        (
            gettext_lazy("Dear {name},"),
            gettext_lazy("“{what}” has arrived. Thank you. It answers:"),
            "{requests}",
            gettext_lazy("Until the deadline you can replace it."),
        ),
        gettext_lazy("See what has arrived"),
    ),
    CHANGE: Kind(
        gettext_lazy("Please change something: {title}"),
        (
            gettext_lazy("Dear {name},"),
            gettext_lazy("The secretariat asks you to change what you sent for:"),
            "{requests}",
            "{line}",
        ),
        gettext_lazy("Send the next version"),
    ),
    POSTED: Kind(
        gettext_lazy("Accepted: {title}"),
        (
            gettext_lazy("Dear {name},"),
            gettext_lazy("Thank you. The secretariat has accepted what you sent for:"),
            "{requests}",
        ),
        gettext_lazy("See what has arrived"),
    ),
}
PLACES = ("title", "name", "requests", "line", "what", "link", "questions")


def owe(
    contributor: Contributor,
    kind: str,
    requests: Iterable[Request],
    *,
    line: str = "",
    what: str = "",
) -> Message:
    """Write it to the contributor; raises ValidationError where no address is known."""
    meeting = contributor.meeting
    language = contributor.language
    if language not in dict(settings.LANGUAGES):
        language = "en"  # While its translation is not whole.
    with translation.override(language), timezone.override(meeting.zone):
        values = {
            "title": meeting.title,
            "name": Typed(contributor.called),
            "requests": Lines("\n".join(said(each) for each in requests)),
            "line": Lines(line),
            "what": Typed(what),
            "link": Address(contributor.address),
            "questions": _questions(contributor),
        }
        written = _letter(contributor, KINDS[kind]).to(values)
    return Message.owe(
        contributor,
        KIND % kind,
        to=contributor.mail_address,
        reply_to=meeting.contact_email,
        language=language,
        subject=written.subject,
        text=written.text,
        html=written.html,
    )


def said(request: Request) -> str:
    """One request as a line: what, where, until when, by which rule."""
    return "– " + " · ".join(_facts(request))


def _facts(request: Request) -> Iterator[str]:
    yield str(request)
    due, zone = request.due_there, request.contributor.own_zone
    city = zone.key.rpartition("/")[2].replace("_", " ")
    facts = {"hour": date_format(due, "j F Y, H.i"), "city": city}
    yield _("by %(hour)s (%(city)s)") % facts
    if request.max_pages:
        yield _("at most %(pages)s pages") % {"pages": request.max_pages}


def _letter(contributor: Contributor, kind: Kind) -> Letter:
    why = _("The link is private: whoever has it can send in your name.")
    frame = Frame(contributor.meeting.title, str(kind.button), (why, "{questions}"))
    body = "\n\n".join(map(str, kind.paragraphs))
    return Letter(str(kind.subject), body, frame, PLACES)


def _questions(contributor: Contributor) -> str:
    email = contributor.meeting.contact_email
    return _("Questions: %(email)s") % {"email": email} if email else ""
