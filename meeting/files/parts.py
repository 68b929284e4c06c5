"""Parts of files, as phones ask for them that go on with a download or play a film."""

import re
from hashlib import sha256

from django.core.files import File
from django.http import HttpRequest

RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class UnsatisfiableError(Exception):
    """There is nothing where a part was asked for."""


def asked_range(request: HttpRequest, size: int, etag: str) -> range | None:
    """Which bytes are asked for; None: all, also where it asks for several parts.

    Raises UnsatisfiableError.
    """
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    is_same = request.headers.get("If-Range", etag) == etag
    if request.method != "GET" or not found or not is_same:
        return None
    first, last = found.groups()
    if not first:
        return _last_bytes(last, size)
    start, stop = int(first), min(int(last or size), size - 1) + 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise UnsatisfiableError
    return range(start, stop)


def _last_bytes(count: str, size: int) -> range | None:
    if not count:
        return None
    if int(count) == 0 or size == 0:
        raise UnsatisfiableError
    return range(max(size - int(count), 0), size)


class Part:
    """A part of an open file; a server that can has the system send it."""

    def __init__(self, file: File, part: range) -> None:
        self.file, self.left = file, len(part)
        file.seek(part.start)
        if hasattr(file.file, "fileno"):
            self.fileno = file.file.fileno

    def read(self, size: int = -1) -> bytes:
        wanted = self.left if size < 0 else min(size, self.left)
        data = self.file.read(wanted)
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


def etag_of(name: str, digest: str = "") -> str:
    """Of a stored file, by its digest, or by its name: what is in it never changes."""
    return f'"{digest or sha256(name.encode()).hexdigest()}"'
