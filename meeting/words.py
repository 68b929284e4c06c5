"""Words compared, sorted and made into addresses, in any script."""

import re
import unicodedata
from collections.abc import Container

from django.utils.text import slugify

SLUG_LENGTH = 70
LIKENESS_LENGTH = 200
# Typed in many ways, and often left out.
APOSTROPHES = re.compile(r"['`\u00b4\u2018\u2019\u02b9\u02bb\u02bc\uff07]")


def plain(text: str) -> str:
    """A text without accents, case and punctuation: for sorting and for finding."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", letters).split())


def likeness(text: str) -> str:
    """What texts that mean the same have in common, for telling doubles and groups.

    "O'Brien" is "Obrien", "José" is "JOSE", "YUSUF Amina" is "Amina Yusuf".
    """
    joined = APOSTROPHES.sub("", text)
    return " ".join(sorted(plain(joined).split()))[:LIKENESS_LENGTH]


def free_slug(title: str, default: str, taken: Container[str]) -> str:
    """An address from a title that nothing else has."""
    base = slugify(title, allow_unicode=True)[:SLUG_LENGTH].strip("-") or default
    count, slug = 1, base
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    return slug
