"""What a file says of itself: how much it is, and of what."""

import hashlib
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files import File

from meeting.files import packed
from meeting.files.counting import SECONDS
from meeting.files.kinds import ending

CHUNK = 1024 * 1024
COUNTING = Path(__file__).with_name("counting.py")
# On the clock; it may have to wait for a processor.
PATIENCE = 2 * SECONDS
# As far from its end as a PDF says where its parts are.
END_OF_PDF = 2048


class Facts(NamedTuple):
    size: int
    sha256: str
    pages: int | None


def facts_of(file: File) -> Facts:
    """Size, digest, and pages or slides where a program can count them."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    pages = _pages(file)
    file.seek(0)
    return Facts(file.size, digest.hexdigest(), pages)


def _pages(file: File) -> int | None:
    match ending(file.name):
        case ".pdf":
            return _pages_of_pdf(file)
        case ".pptx":
            return _slides(file)
    return None


def _slides(file: File) -> int | None:
    try:
        with packed.opened(file) as parts:
            return sum(map(_is_slide, parts.namelist()))
    except (ValidationError, *packed.BROKEN):
        return None


def _is_slide(name: str) -> bool:
    return name.startswith("ppt/slides/slide") and name.endswith(".xml")


def _pages_of_pdf(file: File) -> int | None:
    file.seek(max(0, file.size - END_OF_PDF))
    if b"startxref" not in file.read():
        return None
    command = [sys.executable, "-I", str(COUNTING)]
    with TemporaryFile() as copy:
        file.seek(0)
        while chunk := file.read(CHUNK):
            copy.write(chunk)
        copy.seek(0)
        try:
            done = subprocess.run(
                command, stdin=copy, capture_output=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            return None
    return int(done.stdout) if done.stdout.strip().isdigit() else None
