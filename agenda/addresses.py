"""Addresses of the programme's parts, made of a prefix that is looked up once.

The same that `reverse()` makes, at a tenth of its price: a page may have thousands.
"""

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_script_prefix, reverse

# What may stand in a path as it is, besides letters and digits (RFC 3986).
_PLAIN = "!$&'()*+,;=/~:@"


def below(name: str, slug: str, rest: str = "") -> str:
    """The address of a page of a meeting, or of what lies under it."""
    return _prefix(name, slug, get_script_prefix()) + in_path(rest)


def in_path(rest: str) -> str:
    """The rest of an address, as it may stand in one."""
    return quote(rest, safe=_PLAIN)


@lru_cache(maxsize=256)
def _prefix(name: str, slug: str, script_prefix: str) -> str:
    return reverse(name, args=[slug])
