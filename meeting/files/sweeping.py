"""Files that no row names: left by a request that was killed, or by a deleted row."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from django.core.files.storage import default_storage

from meeting.files.folder import ASIDE
from meeting.files.keeping import orphans_among
from meeting.files.names import FOLDERS

# Whoever is about to name a file does so sooner.
KEPT = timedelta(days=1)
CHUNK = 500


def sweep(now: datetime, *, dry_run: bool = False) -> list[str]:
    """Delete what no row has named for a day, and say which files these are."""
    gone = []
    for name in chain(_orphans(), _listed(ASIDE)):
        try:
            if default_storage.get_modified_time(name) < now - KEPT:
                if not dry_run:
                    default_storage.delete(name)
                gone.append(name)
        except FileNotFoundError:
            continue  # Another sweep was quicker.
    return gone


def _orphans() -> Iterator[str]:
    for folder in FOLDERS:
        names = _listed(folder)
        for start in range(0, len(names), CHUNK):
            yield from sorted(orphans_among(names[start : start + CHUNK]))


def _listed(folder: str) -> list[str]:
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{file}" for file in files if file]
