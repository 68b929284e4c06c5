"""The mails of the papers desk, each with the contributor's private link."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.contributing.rules import rules_of
from agenda.contributing.words import deadline, facts_of
from agenda.models import Contributor, Request, Submission
from meeting.letters import Address, Frame, Letter, Lines, Typed, Written
from meeting.mail.models import Message
from meeting.moments import whole
from meeting.words import inert

Words = str | Promise
ASKED, REMINDED, RECEIVED = "asked", "reminded", "received"
CHANGE, POSTED = "change", "posted"
MOVED, LINK = "moved", "link"
# As the outbox, which knows other mails too, names them.
KIND = "paper_%s"


@dataclass(frozen=True)
class Kind:
    label: Words
    subject: Words
    paragraphs: tuple[Words, ...]
    button: Words


DEAR = gettext_lazy("Dear {name},")
SEND = gettext_lazy("Send it, or see what has arrived")
SEE = gettext_lazy("See what has arrived")
BY_LINK = gettext_lazy(
    "Send it by your private link, below, and replace it there until the deadline. You"
    " need no account."
)
KINDS = {
    ASKED: Kind(
        gettext_lazy("Papers: asked for"),
        gettext_lazy("What we ask you for: {title}"),
        (
            gettext_lazy("We ask you to send something for the {title}."),
            DEAR,
            gettext_lazy("Please send us:"),
            "{requests}",
            "{line}",
            BY_LINK,
            "{editing}",
        ),
        SEND,
    ),
    REMINDED: Kind(
        gettext_lazy("Papers: reminder"),
        gettext_lazy("A reminder of what we await from you: {title}"),
        (
            gettext_lazy("We still await something from you for the {title}."),
            DEAR,
            gettext_lazy("This has not arrived yet, or is to be sent once more:"),
            "{requests}",
            "{line}",
            BY_LINK,
        ),
        SEND,
    ),
    RECEIVED: Kind(
        gettext_lazy("Papers: arrived"),
        gettext_lazy("Arrived: {what}"),
        (
            gettext_lazy("What you sent has arrived. Thank you."),
            DEAR,
            gettext_lazy("This is what we have, for the {title}:"),
            "{requests}",
            "{until}",
        ),
        SEE,
    ),
    CHANGE: Kind(
        gettext_lazy("Papers: a change is asked for"),
        gettext_lazy("Please change something: {title}"),
        (
            gettext_lazy("Please change something in what you sent."),
            DEAR,
            gettext_lazy("The secretariat has looked at it:"),
            "{requests}",
            gettext_lazy("And asks you for this:"),
            "{line}",
            "{stays}",
        ),
        gettext_lazy("Send the next version"),
    ),
    POSTED: Kind(
        gettext_lazy("Papers: accepted and posted"),
        gettext_lazy("Accepted: {title}"),
        (
            gettext_lazy("What you sent is accepted. Thank you."),
            DEAR,
            gettext_lazy("For the {title} the secretariat has accepted:"),
            "{requests}",
        ),
        SEE,
    ),
    MOVED: Kind(
        gettext_lazy("Papers: another deadline"),
        gettext_lazy("Another deadline: {title}"),
        (
            gettext_lazy("We have set another deadline for what we ask you for."),
            DEAR,
            gettext_lazy("For the {title} it is now so:"),
            "{requests}",
            "{line}",
        ),
        SEND,
    ),
    LINK: Kind(
        gettext_lazy("Papers: the private link"),
        gettext_lazy("Your private link: {title}"),
        (
            gettext_lazy("This is your private link for the {title}."),
            DEAR,
            gettext_lazy(
                "By it you see what the secretariat has asked you for, send it and"
                " replace it. You need no account."
            ),
            "{requests}",
        ),
        SEND,
    ),
}
PLACES = (
    "title",
    "name",
    "requests",
    "line",
    "what",
    "until",
    "stays",
    "editing",
    "link",
    "link_ends",
    "questions",
)


def owe(
    contributor: Contributor,
    kind: str,
    requests: Iterable[Request],
    *,
    line: str = "",
    sent: Submission | None = None,
    is_bulk: bool = False,
) -> Message:
    """Write it to the contributor; raises ValidationError where no address is known."""
    written = write(contributor, kind, requests, line=line, sent=sent)
    return Message.owe(
        contributor,
        KIND % kind,
        to=contributor.mail_address,
        at_once=not is_bulk,
        is_bulk=is_bulk,
        reply_to=contributor.meeting.contact_email,
        language=_language(contributor),
        subject=written.subject,
        text=written.text,
        html=written.html,
    )


def write(
    contributor: Contributor,
    kind: str,
    requests: Iterable[Request],
    *,
    line: str = "",
    sent: Submission | None = None,
    link: str = "",
) -> Written:
    """The mail as it would go out; `link` are words in place of the private link."""
    meeting = contributor.meeting
    language = _language(contributor)
    with translation.override(language), timezone.override(meeting.zone):
        asked = list(requests)
        values = {
            "title": meeting.title,
            "name": Typed(contributor.called),
            "requests": Lines("\n\n".join(said(each, kind) for each in asked)),
            "line": Lines(line),
            "what": Typed(_what(sent)) if sent else "",
            "until": _until(sent.request) if sent else "",
            "stays": _stays(asked),
            "editing": _editing(contributor, asked),
            "link": Typed(link) if link else Address(contributor.address),
            "link_ends": whole(contributor.link_ends_at, contributor.own_zone),
            "questions": _questions(contributor),
        }
        return _letter(meeting.title, KINDS[kind]).to(values)


def said(request: Request, kind: str = ASKED) -> str:
    """One request in the lines of a mail: what and where, then what is to be known."""
    of_answers = {RECEIVED: _arrived, CHANGE: _to_change, POSTED: _posted}
    facts = of_answers.get(kind, _asked)(request)
    return "\n".join([f"– {request}", *filter(None, facts)])


def _asked(request: Request) -> Iterator[str]:
    yield _due(request)
    yield " ".join(rules_of(request))
    if request.state == Request.State.CHANGE_ASKED:
        yield _("To be changed: %(comment)s") % {"comment": request.latest.comment}


def _due(request: Request) -> str:
    facts = {"deadline": deadline(request)}
    if not request.is_past_due:
        return _("by %(deadline)s") % facts
    if not request.takes:
        return _("was due by %(deadline)s; please write to us") % facts
    return _("was due by %(deadline)s; you can still send it") % facts


def _version(sent: Submission) -> str:
    return " · ".join(filter(None, [inert(sent.filename), *facts_of(sent)]))


def _arrived(request: Request) -> Iterator[str]:
    sent = request.latest
    yield _version(sent)
    yield inert(sent.title)
    yield "\n".join(map(inert, sent.text.splitlines()))


def _to_change(request: Request) -> Iterator[str]:
    yield _version(request.latest)
    if not request.is_past_due:
        yield _due(request)


def _posted(request: Request) -> Iterator[str]:
    match request.kind:
        case Request.Kind.TITLE:
            yield _("It stands in the agenda from its next release on.")
        case Request.Kind.BIOGRAPHY | Request.Kind.PHOTO:
            yield _("It stands on your page of the meeting's site.")
        case _:
            yield from _posted_document(request)


def _posted_document(request: Request) -> Iterator[str]:
    at = request.latest.posted_at
    if at and at > timezone.now():
        facts = {"moment": whole(at, request.contributor.own_zone)}
        yield _("It is posted from %(moment)s on.") % facts
    if request.material:
        yield _("Here: %(address)s") % {
            "address": settings.SITE_URL + request.material.href
        }


def _what(sent: Submission) -> str:
    return sent.filename or sent.request.words


def _until(request: Request) -> str:
    """Until when it can be replaced; empty where its time is over."""
    if request.is_past_due:
        return ""
    facts = {"deadline": deadline(request)}
    return _("You can replace it until %(deadline)s.") % facts


def _stays(asked: Iterable[Request]) -> str:
    """What is to be known where readers have a version already."""
    if not any(each.posted for each in asked):
        return ""
    return _("What is posted stays until the next version is.")


def _editing(contributor: Contributor, asked: Iterable[Request]) -> str:
    """What an organization is to know before it sends a document."""
    if not contributor.organization or not any(each.is_document for each in asked):
        return ""
    return _("Contributed papers are posted as received, without formal editing.")


def _letter(heading: str, kind: Kind) -> Letter:
    why = _(
        "The link is private: whoever has it can send in your name. It works until"
        " {link_ends}."
    )
    frame = Frame(heading, str(kind.button), (why, "{questions}"))
    body = "\n\n".join(map(str, kind.paragraphs))
    return Letter(str(kind.subject), body, frame, PLACES)


def _language(contributor: Contributor) -> str:
    language = contributor.language
    # English while its translation is not whole.
    return language if language in dict(settings.LANGUAGES) else "en"


def _questions(contributor: Contributor) -> str:
    email = contributor.meeting.contact_email
    return _("Questions: %(email)s") % {"email": email} if email else ""
