"""What a text and whatever is typed to find it have in common, in any script."""

import re
import unicodedata
from functools import lru_cache

from meeting.words import APOSTROPHES, INVISIBLE, PLAIN_LETTERS

APOSTROPHE = "'"
# Han, kana and bopomofo are written without spaces, and so are Thai, Lao, Burmese and
# Khmer: a word may begin anywhere.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3400-\u4dbf"
    "\u4e00-\u9fff\U00020000-\U000323af"
)
RUNS = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
BEGINNING = f"(?<![^ {APOSTROPHE}{UNSPACED}])"
REST_OF_WORD = re.compile(f"[^ {APOSTROPHE}{UNSPACED}]*")
# Letters that are written for each other, beside those of `PLAIN_LETTERS`.
ALIKE = PLAIN_LETTERS | {
    # Arabic: ta marbuta, alef maksura and wasla; ya and kaf as Persian types them.
    ord("\u0629"): "\u0647",
    ord("\u0649"): "\u064a",
    ord("\u06cc"): "\u064a",
    ord("\u06a9"): "\u0643",
    ord("\u0671"): "\u0627",
    ord("\u0640"): "",  # Only draws a word out.
}
# The article, with the small words that are written together with it.
ARTICLE = "(?:[وفبك]?ال|لل|و)"
IS_ARABIC = re.compile("[\u0621-\u064a]")
WITH_ARTICLE = re.compile(f"{ARTICLE}(?=.{{3}})")
# What French and Italian words lose their last letter before: "l'eau", "qu'on".
ELIDED = re.compile(f"(?:[cdjlmnst]|qu|dell?|nell?|sull?){APOSTROPHE}(?=.)")


class _Folds(dict):
    """By letter, what is left of it; made as letters are met, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        # Whatever anybody sends must not make it grow for ever.
        if len(self) > 20_000:
            self.clear()
        folded = self[code] = _fold_letter(chr(code))
        return folded


def _fold_letter(letter: str) -> str:
    if INVISIBLE.match(letter):
        return ""
    if APOSTROPHES.match(letter):
        return APOSTROPHE
    small = unicodedata.normalize("NFKD", letter).casefold()
    parts = unicodedata.normalize("NFKD", small)
    return "".join(map(_fold_part, parts)).translate(ALIKE)


def _fold_part(part: str) -> str:
    if unicodedata.combining(part):
        return ""
    category = unicodedata.category(part)
    if category == "Nd":
        return str(unicodedata.digit(part))
    return part if category[0] in "LMN" else " "


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Without accents, case, points of Arabic and Hebrew, and punctuation.

    Each letter is folded by itself, so that places can be found again in the text.
    """
    return text.translate(_FOLDS)


def words_of(text: str) -> list[str]:
    """The folded words of what was typed; what is written without spaces, in one."""
    words = (word.strip(APOSTROPHE) for word in fold(text).split())
    return [run for word in words for run in RUNS.findall(word)]


@lru_cache(maxsize=1024)
def pattern_of(word: str) -> re.Pattern[str]:
    """Finds a folded word by its beginning; anywhere, where no spaces are written."""
    if RUNS.fullmatch(word) and re.match(f"[{UNSPACED}]", word):
        return re.compile(" ?".join(map(re.escape, word)))
    if IS_ARABIC.match(word):
        stem = WITH_ARTICLE.sub("", word, count=1)
        return re.compile(f"{BEGINNING}{ARTICLE}?{_letters(stem)}")
    if elided := ELIDED.match(word):
        head, rest = _letters(elided[0]), _letters(word[elided.end() :])
        return re.compile(f"{BEGINNING}(?:{head}{APOSTROPHE}?)?{rest}")
    return re.compile(BEGINNING + _letters(word))


def _letters(word: str) -> str:
    """An apostrophe may stand, or be left out, between any two letters."""
    letters = word.replace(APOSTROPHE, "")
    return f"{APOSTROPHE}?".join(map(re.escape, letters))
