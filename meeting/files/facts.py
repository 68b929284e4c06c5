"""What a file says of itself: how much it is, and of what."""

import hashlib
from pathlib import PurePosixPath
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from django.core.files import File
from pypdf import PdfReader
from pypdf.errors import PyPdfError

CHUNK = 1024 * 1024


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
    file.seek(0)
    try:
        match PurePosixPath(file.name).suffix.lower():
            case ".pdf":
                return len(PdfReader(file).pages)
            case ".pptx":
                with ZipFile(file) as parts:
                    return sum(map(_is_slide, parts.namelist()))
    except (PyPdfError, BadZipFile, ValueError, KeyError, RecursionError):
        return None
    return None


def _is_slide(name: str) -> bool:
    return name.startswith("ppt/slides/slide") and name.endswith(".xml")
