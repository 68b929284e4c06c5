"""Files that no row names: left by a request that was killed, or by a deleted row."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from meeting.files.folder import ASIDE
from meeting.files.keeping import orphans_among
from meeting.files.names import FOLDERS

# Whoever is about to name a file does so sooner.
KEPT = timedelta(days=1)
CHUNK = 500
# So many may always go; more only if they are not the greater part of all files.
FEW = 100


class TooManyError(Exception):
    """As if the files were those of another database."""


def sweep(now: datetime, *, dry_run: bool = False, is_sure: bool = False) -> list[str]:
    """Delete what no row has named for a day, and say which files these are.

    Raises TooManyError, unless told to be sure, before it deletes the greater part.
    """
    listed = [name for folder in (*FOLDERS, ASIDE) for name in _listed(folder)]
    orphans = [name for name in _orphans(listed) if _is_old(name, now)]
    if len(orphans) > max(FEW, len(listed) // 2) and not (dry_run or is_sure):
        raise TooManyError(f"{len(orphans)} of {len(listed)} files have no row.")
    for name in [] if dry_run else orphans:
        default_storage.delete(name)
    return orphans


def _orphans(names: list[str]) -> Iterator[str]:
    for start in range(0, len(names), CHUNK):
        chunk = names[start : start + CHUNK]
        yield from sorted(orphans_among(chunk))
        yield from (name for name in chunk if name.startswith(ASIDE))


def _is_old(name: str, now: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < now - KEPT
    except FileNotFoundError:
        return False  # Another sweep was quicker.


def _listed(folder: str) -> list[str]:
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{file}" for file in files if file]
