"""United Nations document symbols, and the links to the official documents."""

import re
from collections.abc import Iterator
from urllib.parse import quote

# A part of a symbol: "RES", "70", "CN.9", "S-27", "Add.1".
_PART = r"[A-Z0-9][A-Za-z0-9]*+(?:[.-][A-Za-z0-9]+)*+"
# General Assembly, Security Council, Economic and Social Council, Secretariat. Others
# that look alike (ESA/P/WP/249, POP/834) are working papers and press numbers. The
# session or year in brackets belongs to resolutions with one number:
# A/RES/491 (V), S/RES/1440 (2002).
# Source: https://research.un.org/en/docs/symbols
SYMBOL = re.compile(
    rf"""
    (?<![\w/.-])
    (?: [ASE]/RES/\d+[A-Z]?\ ?\((?:[IVXLC]+(?:-[IVXLC]+)?|E?S-[IVXLC]+|\d{{4}})\)
      | (?:A|S|E|ST)/(?=[A-Za-z0-9./-]*\d){_PART}(?:/{_PART})*+
    )
    (?!\w)
    """,
    re.VERBOSE,
)


def official_document_url(symbol: str) -> str:
    """Where the document of a symbol is; empty for what is no symbol."""
    if not SYMBOL.fullmatch(symbol):
        return ""
    return f"https://undocs.org/{quote(symbol, safe='/()')}"


def split_symbols(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text into pairs of words and address; the address is empty between symbols."""
    end = 0
    for match in SYMBOL.finditer(text):
        if match.start() > end:
            yield text[end : match.start()], ""
        yield match[0], official_document_url(match[0])
        end = match.end()
    if end < len(text):
        yield text[end:], ""
