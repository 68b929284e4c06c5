"""What a mail consists of on the wire."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart, SafeMIMEText
from django.core.mail.backends.base import BaseEmailBackend

from meeting.mail.bounces.naming import envelope_sender, headers_of

if TYPE_CHECKING:
    from meeting.mail.models import Message

CALENDAR = re.compile(r"BEGIN:VCALENDAR\r?\n.*?^END:VCALENDAR\b\s*", re.S | re.M | re.I)
LONGEST_LINE = 900
METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.M | re.I)


def email_of(message: "Message", connection: BaseEmailBackend | None = None) -> "Email":
    email = Email(
        message.subject,
        message.text,
        envelope_sender(message.pk),
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=_headers(message),
        connection=connection,
    )
    if message.html:
        email.attach_alternative(message.html, "text/html")
    _add_calendars(email, message.calendar)
    return email


class Email(EmailMultiAlternatives):
    def message(self) -> SafeMIMEText | SafeMIMEMultipart:
        message = super().message()
        # An address to unsubscribe stays on the line of its name: not all who read it
        # with a program of their own know that a header may go on below.
        message.policy = message.policy.clone(max_line_length=LONGEST_LINE)
        return message


def _headers(message: "Message") -> dict[str, str]:
    headers = {
        **headers_of(message.pk),
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        # Not "All": that asks Exchange not to say what came back (NDR).
        "X-Auto-Response-Suppress": "DR, RN, NRN, OOF, AutoReply",
    }
    if message.unsubscribe:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _add_calendars(email: EmailMultiAlternatives, calendar: str) -> None:
    """The first among the forms of the mail, and each as a file.

    Outlook and Gmail show an invitation as one where it is a form of the mail and its
    type names the method; other programs look among the attached files only.
    """
    names = Counter[str]()
    for place, (content, method) in enumerate(_calendars(calendar)):
        kind = f"text/calendar; method={method}" if method else "text/calendar"
        if place == 0:
            email.attach_alternative(content, kind)
        name = "cancelled" if method == "CANCEL" else "meeting"
        names[name] += 1
        number = f"-{names[name]}" if names[name] > 1 else ""
        email.attach(f"{name}{number}.ics", content, kind)


def _calendars(calendar: str) -> Iterator[tuple[str, str]]:
    """Each iCalendar object with its METHOD."""
    for found in CALENDAR.finditer(calendar):
        method = METHOD.search(found[0])
        yield found[0], method[1].upper() if method else ""
