"""Private links in what was sent: whoever has one can act for its person."""

import re

# What Django's signers make, as it stands in an address: a text, perhaps a time, and
# a signature. No word of any language looks like it.
SIGNED = re.compile(
    r"(?<![\w.=-])[\w.=-]++(?:(?::|%3A)[\w-]{1,12})?(?::|%3A)[\w-]{43}(?![\w-])",
    re.ASCII,
)
# Long lines of a calendar are broken anywhere (RFC 5545, 3.1).
FOLD = re.compile(r"\r?\n[ \t]")
HIDDEN = "hidden"


def without_links(text: str) -> str:
    """The same, with every link leading nowhere."""
    return SIGNED.sub(HIDDEN, text)


def unfolded(calendar: str) -> str:
    return FOLD.sub("", calendar)
