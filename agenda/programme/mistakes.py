"""What is wrong with a programme file, in sentences for whoever wrote it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from pydantic_core import PydanticCustomError

# Where a list is, one of its entries is called so.
_ONE_OF = {
    "days": "day",
    "sessions": "session",
    "items": "item",
    "contributions": "contribution",
    "speakers": "speaker",
    "keynotes": "keynote",
    "panellists": "panellist",
    "moderators": "moderator",
    "chairs": "chair",
    "discussion_leaders": "discussion leader",
    "rapporteurs": "rapporteur",
    "materials": "material",
    "documents": "document",
    "biographies": "biography",
    "side_events": "side event",
    "organizers": "organizer",
    "mandates": "mandate",
    "references": "reference",
    "sources": "source",
    "objectives": "objective",
    "categories": "category",
    "languages": "language",
    "notes": "note",
    "sections": "section",
    "entries": "entry",
}
Location = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake: in which line, in which part of the file, and what was expected."""

    line: int
    where: str
    sentence: str

    def __str__(self) -> str:
        return ": ".join(filter(None, [str(self.line), self.where, self.sentence]))


class ProgrammeError(Exception):
    """A file cannot be read as a programme; `mistakes` has all that is wrong with it."""

    def __init__(self, name: str, mistakes: Iterable[Mistake]) -> None:
        self.name, self.mistakes = name, sorted(set(mistakes))
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        return [f"{self.name}:{mistake}" for mistake in self.mistakes]


def wrong(sentence: str, **words: object) -> PydanticCustomError:
    """A mistake for pydantic to carry to its place.

    `%(text)s` in the sentence becomes what the file has there.
    """
    context = {"sentence": sentence, "words": words}
    return PydanticCustomError("programme", "{sentence}", context)


def where(location: Location) -> str:
    """The place in words: "day 1, session 2, item 3, title"."""
    words: list[str] = []
    for part in location:
        if isinstance(part, int):
            last = words.pop() if words else ""
            words.append(f"{_ONE_OF.get(last, last)} {part + 1}".strip())
        else:
            words.append(part)
    return ", ".join(words)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint to the likeliest of the known words; to all of them where none is like it."""
    words = list(known)
    for close in difflib.get_close_matches(word.lower(), words, n=1, cutoff=0.6):
        return _("did you mean “%(word)s”?") % {"word": close}
    return _("expected one of: %(words)s.") % {"words": ", ".join(words)}
