"""Words compared, sorted and made into addresses, in any script."""

import re
import unicodedata
from collections.abc import Container, Iterator

from django.utils.text import slugify

SLUG_LENGTH = 70
LIKENESS_LENGTH = 200
MOST_DIGITS = 18
# More marks on a letter than any language writes (Unicode, annex 15: stream-safe).
MOST_MARKS = 30
GMAIL = ("gmail.com", "googlemail.com")
# Typed in many ways, and often left out.
APOSTROPHES = re.compile(r"['`\u00b4\u2018\u2019\u02b9\u02bb\u02bc\uff07]")

# What cannot be seen but can do harm: control characters, and marks that turn the
# direction of whatever text follows. Joiners stay: names are spelled with them.
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
# What XML 1.0 has no way to write.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Mail programs turn into a link whatever looks like an address: "x://", "www.x",
# "evil.example", "a@b". A word joiner at the joint is seen by them and by nobody else.
JOINER = "\u2060"
JOINT = re.compile(
    r"(?<=:)(?=//)|(?<=\w)(?=@)|(?<=@)(?=\w)|(?<=\w[.\u3002\uff0e\uff61])(?=\w\w)"
)

# Seen by nobody, and brought along by whoever copies a name from a page.
INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
# Han and kana, letter by letter; else what stands between spaces.
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{_HAN}]|[^\s{_HAN}]*\w[^\s{_HAN}]*")
# Letters that no accent is taken from, as those write them who do not have them.
PLAIN_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
    }
)


def normalized(form: str, text: str) -> str:
    """A text in one of Unicode's normal forms; of a heap of marks only the first.

    Python orders marks in quadratic time: a heap of them would hold us for hours.
    """
    if text.isascii():
        return text
    return unicodedata.normalize(form, "".join(_without_heaps(text)))


def _without_heaps(text: str) -> Iterator[str]:
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks <= MOST_MARKS:
            yield letter


def one_line(text: str) -> str:
    """As typed, in composed letters, on one line, with single spaces."""
    return " ".join(UNSEEN.sub("", normalized("NFC", text)).split())


def count_words(text: str) -> int:
    """As word processors count them: of scripts without spaces, each letter."""
    return len(WORD.findall(text))


def inert(text: str) -> str:
    """What somebody typed, for a mail: on one line, looking so, and never a link."""
    return JOINT.sub(JOINER, one_line(text))


def plain(text: str) -> str:
    """A text without accents, case and punctuation: for sorting and for finding."""
    decomposed = normalized("NFKD", text.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+", " ", letters).split())


def likeness(text: str) -> str:
    """What texts that mean the same have in common, for telling doubles and groups.

    "O'Brien" is "Obrien", "José" is "JOSE", "YUSUF Amina" is "Amina Yusuf".
    """
    joined = INVISIBLE.sub("", APOSTROPHES.sub("", text))
    words = plain(joined).translate(PLAIN_LETTERS).split()
    return " ".join(sorted(words))[:LIKENESS_LENGTH]


def same_mailbox(email: str) -> str:
    """What addresses of one mailbox have in common: case, and what follows a plus.

    Dots mean nothing to Gmail, and something to all others.
    """
    mailbox, _at, host = email.strip().casefold().rpartition("@")
    mailbox = mailbox.partition("+")[0] or mailbox
    if host in GMAIL:
        mailbox, host = mailbox.replace(".", ""), GMAIL[0]
    return f"{mailbox}@{host}"


def number_in(text: str | None) -> int:
    """A key or a count that an address or a hidden field says; 0 where it says none.

    More digits than a column has room for are none either: Python refuses to read
    thousands of them.
    """
    is_number = text and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else 0


def free_slug(title: str, default: str, taken: Container[str]) -> str:
    """An address from a title that nothing else has."""
    base = slugify(title, allow_unicode=True)[:SLUG_LENGTH].strip("-") or default
    count, slug = 1, base
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    return slug
