"""Links to other programs (DDE) in parts of Microsoft's, found while they are unpacked.

A paper can be long: to go through each of its elements would take too much time.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from meeting.files.elements import TooMuchError
from meeting.files.formulas import FORMULA, Formulas

# Of names in XML there is one spelling alone; between its letters UTF-16 has zeros.
WORDS = (b"instrText", b"fldSimple", b"fldChar", b"ddeLink", b"refreshOnLoad")
# What follows such a word until the next element, and what does not belong there.
AFTER = re.compile(rb"([a-zA-Z]+)(?=[\s/>=])([^<]*)(<[!?])?")
BEFORE = re.compile(rb"(?:[^\s<>/:]+:)?")
ATTRIBUTE = re.compile(rb"\s+([^\s=<>\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
TAG_END = re.compile(rb"\s*/?>")
REFRESHED = re.compile(
    rb"(?:[^\s<>/:]+:)?connection\s.*refreshOnLoad\s*=\s*.(1|true)", re.S
)
DDE = re.compile(r"dde(auto)?\b", re.IGNORECASE)
AROUND = " \t\r\n\"'\\"
# A paper with 50,000 fields has fewer elements; and no tag is so long.
MOST_ELEMENTS, LONGEST = 300_000, 64 * 1024
LONGEST_WORD = 64


class Fields:
    """Reads the parts of one file; `found` is what it has come upon."""

    def __init__(self) -> None:
        self.found, self.field = "", ""
        self.left, self.formulas = MOST_ELEMENTS, Formulas()

    def read(self, chunks: Iterable[bytes]) -> None:
        """Raises TooMuchError, or ValueError where no program would write that."""
        rest, self.field, self.is_long = b"", "", False
        for chunk in chunks:
            text = rest + chunk.replace(b"\0", b"")
            if self.is_long:
                # Nothing is in it any more, until it ends.
                text = text[text.find(b"<") :] if b"<" in text else b""
            # What a mark at the very end begins, its next sign tells.
            whole = text.removesuffix(b"<")
            # What follows may not be all there yet.
            end = max(0, whole.rfind(b"<"))
            self._look(whole, end)
            rest = self._kept(whole[end:]) + text[len(whole) :]
        self._look(rest, len(rest))
        self._check(self.field)

    def _kept(self, rest: bytes) -> bytes:
        self.is_long = self.is_long and not rest
        if len(rest) <= LONGEST:
            return rest
        if any(word in rest for word in WORDS) or FORMULA.match(rest, 1):
            raise TooMuchError
        self.is_long = True
        return b""

    def _look(self, text: bytes, end: int) -> None:
        self.found = self.formulas.find(text, end) or self.found
        done = 0
        for at in sorted(_places(text, end)):
            self.left -= 1
            if self.left < 0:
                raise TooMuchError
            after = AFTER.match(text, at, end + 2)
            if after and at >= done:
                done = after.end()
                self._see_tag(text[text.rfind(b"<", 0, at) + 1 : at], after)

    def _see_tag(self, before: bytes, after: re.Match[bytes]) -> None:
        """One that is called so; all others have the word in what they say."""
        tag = before + after[1] + after[2]
        if REFRESHED.match(tag):
            self.found = "data"
        elif not BEFORE.fullmatch(before):
            return
        elif after[1] == b"ddeLink":
            self.found = "dde"
        elif after[1] in WORDS:
            self._read(after[1], after[2], is_broken=bool(after[3]))

    def _read(self, name: bytes, rest: bytes, *, is_broken: bool) -> None:
        at = 0
        while attribute := ATTRIBUTE.match(rest, at):
            at = attribute.end()
            if name == b"fldSimple" and attribute[1].endswith(b"instr"):
                self._check(_text(attribute[2] or attribute[3] or b""))
        tag_end = TAG_END.match(rest, at)
        if tag_end is None or (is_broken and name == b"instrText"):
            raise ValueError("an element of a field")
        if name == b"fldChar":
            # It may be in pieces: it is whole where a mark of a field comes.
            self._check(self.field)
            self.field = ""
        elif name == b"instrText":
            self._add(_text(rest[tag_end.end() :]))

    def _add(self, text: str) -> None:
        if len(self.field) < LONGEST_WORD:
            self.field = (self.field + text).lstrip(AROUND)[:LONGEST_WORD]

    def _check(self, text: str) -> None:
        if DDE.match(text.lstrip(AROUND)):
            self.found = "dde"


def _places(text: bytes, end: int) -> Iterator[int]:
    for word in WORDS:
        at = text.find(word, 0, end)
        while at >= 0:
            yield at
            at = text.find(word, at + len(word), end)


def _text(content: bytes) -> str:
    return unescape(content.decode(errors="replace"))
