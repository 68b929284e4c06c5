"""Everybody on the agenda, by the letters of their family names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from agenda.models import Role, Speaker
from agenda.names import script_of, sort_key
from agenda.portraits import small_address_of
from agenda.search.folding import fold
from agenda.search.query import Query
from meeting.models import Meeting
from meeting.words import normalized

# Those of other scripts follow in the order of Unicode, which begins with these.
FIRST = ("LATIN", "GREEK", "CYRILLIC")
# Written without letters; all are under one heading.
WITHOUT_LETTERS = {
    "CJK": "汉字",
    "HIRAGANA": "かな",
    "KATAKANA": "かな",
    "HANGUL": "한글",
}


@dataclass
class Entry:
    """A person with what they are at this meeting."""

    speaker: Speaker
    roles: list[Role]
    portrait: str

    @property
    def office(self) -> str:
        return next((role.office for role in self.roles if role.office), "")

    @property
    def text(self) -> str:
        """What a reader may look for."""
        offices = dict.fromkeys(role.office for role in self.roles)
        return " ".join([self.speaker.name, *offices])


@dataclass
class Letter:
    """Those whose family names begin with it; without a sign, with none at all."""

    sign: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def id(self) -> str:
        return "letter-" + "-".join(f"{ord(each):x}" for each in self.sign)


def listed(
    meeting: Meeting, people: Iterable[tuple[Speaker, list[Role]]], query: Query
) -> list[Letter]:
    """Those who are looked for, or all of them, Latin letters before others."""
    keys = {speaker.pk: sort_key(speaker.name) for speaker, _roles in people}
    entries = [
        Entry(speaker, roles, small_address_of(meeting, speaker))
        for speaker, roles in people
    ]
    found = [each for each in entries if not query or query.is_in(fold(each.text))]
    found.sort(key=lambda each: (_rank(keys[each.speaker.pk]), keys[each.speaker.pk]))
    by_letter = groupby(found, key=lambda each: _letter(keys[each.speaker.pk]))
    return [Letter(sign, list(entries)) for sign, entries in by_letter]


def _rank(key: str) -> int:
    """Where a script stands among others; last, what has no letters at all."""
    letter = key[:1]
    if not letter.isalpha():
        return len(FIRST) + 1
    script = script_of(letter)
    return FIRST.index(script) if script in FIRST else len(FIRST)


def _letter(key: str) -> str:
    letter = key[:1]
    if not letter.isalpha():
        return ""
    script = script_of(letter)
    if script in WITHOUT_LETTERS:
        return WITHOUT_LETTERS[script]
    return normalized("NFC", letter.upper())[:1]
