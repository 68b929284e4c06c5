"""SQLite finds words whatever their case in every script, as PostgreSQL does.

Its own LIKE knows the letters of English alone: "иванов" would not find "Иванов".
"""

import re
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

WILD = {"%": ".*", "_": "."}


def teach_letters(connection: BaseDatabaseWrapper, **more: Any) -> None:
    """For each new connection. No index of ours is made by LIKE."""
    if connection.vendor == "sqlite":
        database = connection.connection
        database.create_function("LIKE", 3, _is_like, deterministic=True)


def _is_like(pattern: Any, text: Any, escape: str) -> bool | None:
    """`text LIKE pattern ESCAPE escape`, as SQLite calls it."""
    if pattern is None or text is None:
        return None
    wanted = _compiled(str(pattern).lower(), escape)
    return wanted.search(str(text).lower()) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str, escape: str) -> re.Pattern:
    parts, signs = [], iter(pattern)
    for sign in signs:
        if sign == escape:
            parts.append(re.escape(next(signs, "")))
        else:
            parts.append(WILD.get(sign) or re.escape(sign))
    whole = rf"\A{''.join(parts)}\Z"
    # What may be anything is left out at both ends: so the search jumps to the word.
    return re.compile(whole.removeprefix(r"\A.*").removesuffix(r".*\Z"), re.DOTALL)
