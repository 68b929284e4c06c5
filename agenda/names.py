"""Names of people, as meetings print them: family name in capitals, wherever it stands.

"Juan José GÓMEZ CAMACHO", "WU Hongbo", "Masud BIN MOMEN". Source: UN practice, see
docs/programme-format.md.
"""

import re
import unicodedata
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from markupsafe import escape

from meeting.words import PLAIN_LETTERS, normalized, plain

if TYPE_CHECKING:
    from agenda.models import Speaker

# What may stand before the capitals of a family name, in one word with them.
ARTICLE = re.compile(r"^[^\W\d_]{1,3}[-\u2010'\u2019]")
PREFIX = re.compile("^(?:Mc|Mac|De|Di|Fitz|Le|La|Van)")
# Official languages that have a script of their own.
LANGUAGES = {"ARABIC": "ar", "CJK": "zh-hans", "CYRILLIC": "ru"}
# Scripts in which the first letters of a name stand for it.
WITH_INITIALS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")


def is_family(word: str) -> bool:
    """Whether a word is in capitals; a lone initial ("J.") is a given name.

    What goes before them may be small: "al-KHATIB", "d'ESTAING", "McDONALD".
    """
    if _in_capitals(word):
        return True
    if not word[-2:].isupper():  # As nearly all others: nothing to look for.
        return False
    return any(_in_capitals(start.sub("", word)) for start in (ARTICLE, PREFIX))


def _in_capitals(word: str) -> bool:
    return word.isupper() and sum(map(str.isalpha, word)) > 1


def split_name(name: str) -> list[tuple[str, bool]]:
    """Cut a name into runs of words, each with whether it is the family name."""
    runs = groupby(name.split(), key=is_family)
    return [(" ".join(words), family) for family, words in runs]


def family_name(name: str) -> str:
    """The words in capitals; the whole name where there are none, or one name only."""
    family = " ".join(words for words, is_family in split_name(name) if is_family)
    return family or name


def sort_key(name: str) -> str:
    """Family name first, then the rest: "gomez camacho juan jose".

    By what stands in capitals: "al-KHATIB" is under K, "AL-KHATIB" under A.
    """
    family = family_name(name)
    given = " ".join(words for words, is_family in split_name(name) if not is_family)
    sorted_by = " ".join(
        word if _in_capitals(word) else ARTICLE.sub("", word) for word in family.split()
    )
    return sortable(f"{sorted_by} {given if family != name else ''}")


def sortable(text: str) -> str:
    """As `plain`, and letters that have no accent to lose as those near to them."""
    return plain(text).translate(PLAIN_LETTERS)


def initials(name: str) -> str:
    """Of the given and the family name as they stand; one sign in other scripts."""
    runs = [words for words, _is_family in split_name(normalized("NFC", name))]
    words = runs if len(runs) > 1 else name.split()
    letters = [
        letter
        for word in (words[:1] + words[-1:] if len(words) > 1 else words)
        if (letter := next(filter(str.isalpha, word), ""))
    ]
    has_initials = all(script_of(letter) in WITH_INITIALS for letter in letters)
    return "".join(letters if has_initials else letters[:1]).upper()


def script_of(letter: str) -> str:
    """The first word of the letter's name: "LATIN", "CYRILLIC", "CJK"."""
    return unicodedata.name(letter, "").partition(" ")[0]


def language_of(text: str) -> str:
    """The official language that a text is likely to be in; empty where many could be."""
    scripts = Counter(script_of(letter) for letter in text[:500] if letter.isalpha())
    found = scripts.most_common(1)
    return LANGUAGES.get(found[0][0], "") if found else ""


def printed_name(speaker: "Speaker") -> SafeString:
    """The name as programmes print it, its family name marked for small capitals."""
    runs = (
        f'<span class="family">{escape(words)}</span>' if is_family else escape(words)
        for words, is_family in speaker.name_runs
    )
    return mark_safe(" ".join(runs))  # Each run is escaped above.
