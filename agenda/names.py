"""Names of people, as meetings print them: family name in capitals, wherever it stands.

"Juan José GÓMEZ CAMACHO", "WU Hongbo", "Masud BIN MOMEN". Source: UN practice, see
docs/programme-format.md.
"""

from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from markupsafe import escape

from meeting.words import plain

if TYPE_CHECKING:
    from agenda.models import Speaker


def is_family(word: str) -> bool:
    """Whether a word is in capitals; a lone initial ("J.") is a given name."""
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
    """Family name first, then the rest: "gomez camacho juan jose"."""
    family = family_name(name)
    given = " ".join(words for words, is_family in split_name(name) if not is_family)
    return plain(f"{family} {given if family != name else ''}")


def printed_name(speaker: "Speaker") -> SafeString:
    """The name as programmes print it, its family name marked for small capitals."""
    runs = (
        f'<span class="family">{escape(words)}</span>' if is_family else escape(words)
        for words, is_family in speaker.name_runs
    )
    return mark_safe(" ".join(runs))  # Each run is escaped above.
