"""What a mail says of one of ours: that it was not delivered, or is late; and why."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from itertools import islice

from flufl.bounce import all_failures

from meeting.mail.bounces.naming import pks_in
from meeting.mail.models import Message

log = logging.getLogger(__name__)

# Where servers write to which address a mail was sent.
RECIPIENTS = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To")
NAMES = ("Message-ID", "X-Original-Message-ID")
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,198}>")
MESSAGE_ID_LINE = re.compile(r"^Message-ID:\s*(<[!-;=?-~]{1,198}>)", re.I | re.M)
# Below this, a notification in plain text has a copy of the mail.
COPY = re.compile(r"^-{3,}", re.MULTILINE)


@dataclass(frozen=True)
class Notification:
    """Of a delivery that failed, or is late; and by what the mail may be found."""

    words: str
    is_permanent: bool
    pks: list[int]
    message_ids: list[str]

    @property
    def message(self) -> Message | None:
        """Ours that it is about. What a Message-ID of others says changes nothing."""
        return (
            Message.objects.filter(pk__in=self.pks).first()
            or Message.objects.filter(message_id__in=self.message_ids).first()
        )


def note(raw: bytes) -> bool:
    """Note on our mail what this says of it; whether it is about one of ours."""
    notification = recognize(raw)
    message = notification and notification.message
    if not message:
        return False
    message.note_bounce(notification.words, is_permanent=notification.is_permanent)
    return True


def recognize(raw: bytes) -> Notification | None:
    """None for every other mail, and for one that is broken."""
    try:
        return _notification_in(message_from_bytes(raw))
    except Exception:
        # Mails from anywhere are broken in ways that no parser foresees.
        log.exception("A mail in the mailbox for bounces could not be read")
        return None


def _notification_in(mail: Mail) -> Notification | None:
    delayed, failed = all_failures(mail)
    if not delayed and not failed:
        return None
    recipients = [str(text) for name in RECIPIENTS for text in mail.get_all(name, [])]
    return Notification(
        words=_words(mail),
        is_permanent=bool(failed),
        pks=pks_in(recipients),
        # What comes back is one mail; a list of hundreds is somebody's joke.
        message_ids=list(islice(_message_ids(mail), 20)),
    )


def _words(mail: Mail) -> str:
    """Of the other server (RFC 3464); else of whoever wrote the notification."""
    blocks = [
        block
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status" and part.is_multipart()
        for block in part.get_payload()
    ]
    said = [_diagnosis(block) for block in blocks if "Action" in block]
    return " ".join(filter(None, said)) or _plain_text(mail)


def _diagnosis(block: Mail) -> str:
    status = str(block.get("Status", "")).strip()
    code = str(block.get("Diagnostic-Code", ""))
    # "smtp; 550 No such person": by which protocol it was said is no matter.
    _protocol, _semicolon, words = code.partition(";")
    said = (words or code).strip()
    return said if status in said else f"{status} {said}".strip()


def _plain_text(mail: Mail) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            return COPY.split(_text(part))[0]
    return ""


def _message_ids(mail: Mail) -> Iterator[str]:
    """Of the mail that came back: its own header within, or what is replied to."""
    for part in mail.walk():
        if part is not mail:
            for name in NAMES:
                for text in part.get_all(name, []):
                    yield from MESSAGE_ID.findall(str(text))
        if part.get_content_maintype() == "text":
            yield from MESSAGE_ID_LINE.findall(_text(part))
    yield from MESSAGE_ID.findall(str(mail.get("In-Reply-To", "")))


def _text(part: Mail) -> str:
    content = part.get_payload(decode=True) or b""
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):  # No such charset, or one of domains ("idna").
        return content.decode("utf-8", "replace")
