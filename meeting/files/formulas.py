"""Formulas of tables that fetch or start something when they are worked out.

They are found while the parts of a file are unpacked. See ECMA-376-1, 18.17: a DDE link
is `service|topic!item`, and no operator is written so.
"""

import re
from collections.abc import Iterator
from html import unescape

from meeting.files.elements import TooMuchError

# The elements of Excel's that have one, at the beginning of what is looked at.
FORMULA = re.compile(rb"(?:[^\s<>/:!?]+:)?(?:f|formula[12]?|definedName)(?=[\s>])")
ATTRIBUTES = re.compile(rb"(?:\s+[^\s=<>\"']+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")
# One of these is in whatever is to be refused, in letters of any case; what is written
# by its number may be any of them, and a comment may stand between two of its letters.
SIGNS = (b"WEBSERVICE", b"RTD", b"DDE", b"|", b"&#")
BROKEN_BY = (b"<!", b"<?")
# Names of sheets, and what is only text.
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
FETCHING = re.compile(r"\bWEBSERVICE\s*\(", re.IGNORECASE)
STARTING = re.compile(r"\||\b(RTD|DDE)\s*\(", re.IGNORECASE)
# A table of 10 columns with a pipe in each cell may have 50,000 rows.
MOST_PLACES = 500_000


class Formulas:
    """Looks at the parts of one file, piece by piece."""

    def __init__(self) -> None:
        self.left = MOST_PLACES

    def find(self, text: bytes, end: int) -> str:
        """What is in those that stand before `end`, where an element begins.

        Raises TooMuchError, or ValueError where no program would write that.
        """
        for start, stop in self._elements(text, end):
            if begun := FORMULA.match(text, start, stop):
                # Nothing writes a comment or the like there.
                if text.startswith(BROKEN_BY, stop):
                    raise ValueError("an element of a formula")
                if found := _find(text[begun.end() : stop]):
                    return found
        return ""

    def _elements(self, text: bytes, end: int) -> Iterator[tuple[int, int]]:
        """Where each begins that has a sign in it, and where the next one does."""
        upper = text[:end].upper()
        for sign in SIGNS:
            at = upper.find(sign)
            while at >= 0:
                stop = text.find(b"<", at)
                stop = end if stop < 0 else stop
                yield self._start(text, at), stop
                at = upper.find(sign, stop)
        for sign in BROKEN_BY:
            at = text.find(sign, 0, end + 2)
            while at >= 0:
                yield self._start(text, at), at
                at = text.find(sign, at + 1, end + 2)

    def _start(self, text: bytes, at: int) -> int:
        self.left -= 1
        if self.left < 0:
            raise TooMuchError
        return text.rfind(b"<", 0, at) + 1


def _find(rest: bytes) -> str:
    """Whether it fetches ("formula"), or starts another program ("dde")."""
    attributes = ATTRIBUTES.match(rest)
    if attributes is None:
        raise ValueError("an element of a formula")
    formula = unescape(rest[attributes.end() :].decode(errors="replace"))
    said = QUOTED.sub(" ", formula)
    if FETCHING.search(said):
        return "formula"
    return "dde" if STARTING.search(said) else ""
