"""Private links in what the server says of itself: its logs, and whatever it answers.

Whoever reads a log must not be able to act for a person, and no cache or search engine
may keep what a link opens, or where a wrong or former address of it leads.
"""

import logging
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from meeting.mail.links import HIDDEN, without_links

# Beside what Django's signers make: the key of a file, and whose stars a calendar has.
KEYS = re.compile(r"(?<=[?&]key=)[\w-]+|(?<=/mine/)[\w-]+(?=\.ics)", re.ASCII)


def hidden(text: str) -> str:
    """The same, without anything by which its reader could be somebody else."""
    return KEYS.sub(HIDDEN, without_links(text))


class WithoutLinks(logging.Filter):
    """Of each line of the log, also of the words of an error."""

    formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = hidden(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = hidden(self.formatter.formatException(record.exc_info))
        return True


def mark_private(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware: also a refusal, a failure and a redirect are the link's alone."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if hidden(request.path) != request.path:
            response.headers.setdefault("Cache-Control", "private, no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response

    return answer
