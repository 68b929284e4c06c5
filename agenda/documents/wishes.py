"""Which documents a reader asks for, as the address says."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings

from agenda.models import Material
from agenda.search.query import Query

if TYPE_CHECKING:
    from agenda.documents.listing import Document

# A day, or a session by its number.
PART = re.compile(r"\d{4}-\d\d-\d\d|s\d{1,9}")


class Wishes:
    """What is asked in vain is passed over."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.query = Query(asked.get("q", ""))
        self.kind = _known(asked.get("kind", ""), Material.Kind.values)
        self.language = _known(asked.get("language", ""), settings.OFFICIAL_LANGUAGES)
        part = asked.get("part", "")
        self.part = part if PART.fullmatch(part) else ""
        self.by_kind = asked.get("by") == "kind"

    def __bool__(self) -> bool:
        return bool(self.narrows or self.by_kind)

    @property
    def narrows(self) -> bool:
        return bool(self.query.text or self.has_filter)

    @property
    def has_filter(self) -> bool:
        return bool(self.kind or self.language or self.part)

    def admit(self, document: "Document") -> bool:
        return (
            self.kind in {"", document.kind}
            and (not self.language or self.language in document.languages)
            and (not self.part or self.part in self._parts_of(document))
            and self.query.is_in(document.folded if self.query else "")
        )

    def _parts_of(self, document: "Document") -> set[str]:
        day = document.date.isoformat() if document.date else ""
        return {day, f"s{document.session.pk}" if document.session else ""}

    @cached_property
    def said(self) -> dict[str, str]:
        """What the address of this list has to say."""
        wishes = {
            "q": self.query.text,
            "kind": self.kind,
            "language": self.language,
            "part": self.part,
            "by": "kind" if self.by_kind else "",
        }
        return {name: wish for name, wish in wishes.items() if wish}

    def way(self, **changes: str) -> str:
        """The address of another list, with all else as it is."""
        wishes = {name: wish for name, wish in (self.said | changes).items() if wish}
        return f"?{urlencode(wishes)}" if wishes else "./"

    @property
    def ways(self) -> dict[str, str]:
        """The addresses of the same list in either order."""
        return {"item": self.way(by=""), "kind": self.way(by="kind")}

    @property
    def whole(self) -> str:
        """All documents, in the order that was chosen."""
        return self.way(q="", kind="", language="", part="")

    @property
    def without_filters(self) -> str:
        return self.way(kind="", language="", part="")

    @property
    def without_words(self) -> str:
        return self.way(q="")


def _known(word: str, words: object) -> str:
    return word if word in words else ""
