"""What a reader looks for: whether a text has it, and where."""

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from agenda.search.folding import (
    REST_OF_WORD,
    UNSPACED,
    fold,
    pattern_of,
    words_of,
)

LONGEST = 100
MOST_WORDS = 12
Span = tuple[int, int]


class Query:
    """The words that must all be found, in any order."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text[:LONGEST].replace("\0", " ").split())
        words = dict.fromkeys(words_of(self.text))
        self.patterns = [pattern_of(word) for word in list(words)[:MOST_WORDS]]

    def __bool__(self) -> bool:
        return bool(self.patterns)

    def is_in(self, folded: str) -> bool:
        return all(pattern.search(folded) for pattern in self.patterns)

    def touches(self, folded: str) -> bool:
        """Whether any of the words is there."""
        return any(pattern.search(folded) for pattern in self.patterns)

    def mark(self, text: str) -> SafeString:
        """The text, with the words that were looked for marked."""
        if not (spans := self._spans(text)):
            return format_html("{}", text)
        cuts = [0, *(place for span in spans for place in span), len(text)]
        # Every other piece was found.
        pieces = (
            (format_html("<mark>{}</mark>" if number % 2 else "{}", text[start:end]),)
            for number, (start, end) in enumerate(pairwise(cuts))
        )
        return format_html_join("", "{}", pieces)

    def _spans(self, text: str) -> list[Span]:
        """Where the words stand in a text, in order and none within another."""
        letters = [fold(letter) for letter in text]
        folded = "".join(letters)
        ends = list(accumulate(map(len, letters)))
        spans: list[Span] = []
        for start, end in sorted(self._spans_in(folded)):
            first = next(n for n, place in enumerate(ends) if place > start)
            last = next(n for n, place in enumerate(ends) if place >= end)
            while last + 1 < len(letters) and not letters[last + 1]:
                last += 1  # Accents of its own follow the last letter.
            if spans and first <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], last + 1))
            else:
                spans.append((first, last + 1))
        return spans

    def _spans_in(self, folded: str) -> Iterator[Span]:
        for pattern in self.patterns:
            for found in pattern.finditer(folded):
                end = found.end()
                if not re.match(f"[{UNSPACED}]", folded[end - 1]):
                    end = REST_OF_WORD.match(folded, end).end()
                yield found.start(), end
