"""The lines of which calendars are made (RFC 5545, 3.1 and 3.3)."""

import re
from datetime import UTC, date, datetime

LONGEST = 75  # Octets, without the line break.
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_PLAIN = str.maketrans("", "", "-:")
# A line break of any kind, and what no text of a calendar may have.
_BREAK = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Quotation marks would end a parameter, and line breaks the line.
_UNQUOTABLE = re.compile('["\x00-\x1f\x7f\x85\u2028\u2029]')


def line(name: str, value: str, **parameters: str) -> str:
    """A whole line, folded, with its end; `value` is escaped already where it is text."""
    for key, words in parameters.items():
        name += f';{key}="{_UNQUOTABLE.sub(" ", words).strip()}"'
    return _folded(f"{name}:{value}")


def text_line(name: str, words: str) -> str:
    return line(name, text(words))


def moment_line(name: str, moment: date | datetime) -> str:
    """A day, or a moment by the clock of its zone."""
    if not isinstance(moment, datetime):
        return f"{name};VALUE=DATE:{moment.isoformat().translate(_PLAIN)}\r\n"
    if moment.fold:
        # By that clock it would be the hour before, which has the same name.
        return f"{name}:{utc(moment)}\r\n"
    return f"{name};TZID={moment.tzinfo}:{digits(moment)}\r\n"


def text(words: str) -> str:
    plain = _FORBIDDEN.sub("", _BREAK.sub("\n", words))
    return plain.translate(_ESCAPED)


def utc(moment: datetime) -> str:
    return f"{digits(moment.astimezone(UTC))}Z"


def digits(moment: datetime) -> str:
    """A moment by the clock that it carries, without saying which one."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds").translate(_PLAIN)


def _folded(whole: str) -> str:
    """Cut into lines of at most 75 octets, and never within a letter."""
    octets = whole.encode()
    if len(octets) <= LONGEST:
        return f"{whole}\r\n"
    pieces, start, length = [], 0, LONGEST
    while start < len(octets):
        end = min(start + length, len(octets))
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(octets[start:end].decode())
        start, length = end, LONGEST - 1  # The space before it counts.
    return "\r\n ".join(pieces) + "\r\n"
