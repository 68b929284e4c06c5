"""Whether the list of an import speaks of somebody who is to be erased."""

import io
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError

from registration.importing.reading import read
from registration.models import Import
from registration.sealing import SealBrokenError, unseal_bytes


def names_any(job: Import, words: set[str]) -> bool:
    """Whether one of these names, addresses or references stands in it, or may."""
    wanted = {_folded(word) for word in words}
    try:
        texts = [*_texts(job.report), *_cells(job)]
    except (ValidationError, SealBrokenError, OSError):
        return True  # Nobody can tell: rather a list less than a person more.
    return not wanted.isdisjoint(_folded(text) for text in texts)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _cells(job: Import) -> Iterator[str]:
    if not job.file:
        return
    with job.file.open("rb") as stored:
        content = stored.read()
    if job.report.get("is_sealed"):
        content = unseal_bytes(content)
    table = read(io.BytesIO(content))
    yield from table.headings
    for _number, cells in table.rows:
        yield from cells


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
