"""Office files are ZIP archives: opened within limits, and asked for what is in them."""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import IO, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

from meeting.files.elements import TooMuchError
from meeting.files.kinds import KINDS, OFFICE, OPEN_DOCUMENT
from meeting.files.outside import Outside, refuse_macros

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# How a ZIP ends, and what a still larger one has before that.
END, LARGE_END = b"PK\x05\x06", b"PK\x06\x07"
END_SIZE, LONGEST_COMMENT = 22, 65_535
MOST_PARTS = 5_000
MOST_UNPACKED = 300 * 1024**2
# The list of the parts itself: read before it is known how many they are.
MOST_DIRECTORY = 1024**2
# Of a part that says what the others are.
MOST_OF_A_LIST = 1024**2
CHUNK = 256 * 1024
# The folder of an office file's parts, by the end of its type.
FOLDERS = {"document": "word/", "presentation": "ppt/", "sheet": "xl/"}
# Programs: of Microsoft's, and of OpenDocument at the root.
MACROS = ("vbaproject", "/activex/")
ROOT_MACROS = ("/basic/", "/scripts/")
CONTENTS, MIMETYPE = "[Content_Types].xml", "mimetype"
MANIFEST = "META-INF/manifest.xml"
# What zipfile stumbles over in an archive that is broken.
BROKEN = (
    *(BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, LookupError, RuntimeError),
)


def is_packed(kind: str) -> bool:
    return KINDS[kind].startswith((OFFICE, OPEN_DOCUMENT))


def check(file: File, expected: str, beginning: bytes) -> bool:
    """Whether it is an office file of this type; raises ValidationError on a bad one."""
    if beginning.startswith(OLE):
        # What is protected by a password is wrapped into the format of old.
        _refuse_encrypted()
    if not beginning.startswith(ZIP):
        return False
    try:
        with opened(file) as parts:
            is_office = expected.startswith(OFFICE)
            _check_parts(parts, Outside(is_office=is_office))
            names = set(parts.namelist())
            is_so = _is_office if is_office else _is_open_document
            return is_so(parts, names, expected)
    except TooMuchError:
        _refuse_bomb()
    except BROKEN as error:
        sentence = _(
            "This file is broken, or has not come whole. Open it, save it again, and"
            " send it once more."
        )
        raise ValidationError(sentence, code="broken") from error


def opened(file: File) -> ZipFile:
    """Raises BadZipFile, or ValidationError where it unpacks to more than we take."""
    if has_long_list(file):
        _refuse_bomb()
    parts = ZipFile(file)
    infos = parts.infolist()
    if len(infos) > MOST_PARTS or sum(i.file_size for i in infos) > MOST_UNPACKED:
        parts.close()
        _refuse_bomb()
    return parts


def has_long_list(file: IO[bytes]) -> bool:
    """Whether its parts are too many to be listed: all would be in memory at once.

    Raises BadZipFile; leaves the file at its beginning.
    """
    size = _directory_size(file)
    file.seek(0)
    return size > MOST_DIRECTORY


def _directory_size(file: IO[bytes]) -> int:
    file.seek(0, io.SEEK_END)
    file.seek(max(0, file.tell() - END_SIZE - LONGEST_COMMENT))
    tail = file.read()
    end = tail.rfind(END)
    # No file of the size that we take needs the format for larger ones.
    if end < 0 or len(tail) - end < END_SIZE or LARGE_END in tail[:end][-20:]:
        raise BadZipFile
    return int.from_bytes(tail[end + 12 : end + 16], "little")


def _check_parts(parts: ZipFile, outside: Outside) -> None:
    """Unpack all of it, and keep nothing: what a list says of sizes may be a lie."""
    unpacked = _Unpacked()
    for info in parts.infolist():
        _check_part(info)
        with parts.open(info) as part:
            outside.glance(unpacked.chunks(part))
        if outside.is_read(info.filename):
            with parts.open(info) as part:
                outside.read(part)


class _Unpacked:
    """How much of a file was unpacked, of all its parts."""

    def __init__(self) -> None:
        self.left = MOST_UNPACKED

    def chunks(self, part: IO[bytes]) -> Iterator[bytes]:
        while chunk := part.read(CHUNK):
            self.left -= len(chunk)
            if self.left < 0:
                _refuse_bomb()
            yield chunk


def _check_part(info: ZipInfo) -> None:
    if info.flag_bits & 1:
        _refuse_encrypted()
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise BadZipFile
    name = f"/{info.filename.lower()}"
    if name.startswith(ROOT_MACROS) or any(word in name for word in MACROS):
        refuse_macros()


def _is_office(parts: ZipFile, names: set[str], expected: str) -> bool:
    if CONTENTS not in names:
        return False
    listed = _read(parts, CONTENTS)
    if b"macroEnabled" in listed or b"vbaProject" in listed:
        refuse_macros()
    folder = FOLDERS[expected.rpartition(".")[2]]
    has_folder = any(name.startswith(folder) for name in names)
    return has_folder and f"{expected}.main+xml".encode() in listed


def _is_open_document(parts: ZipFile, names: set[str], expected: str) -> bool:
    if not {MIMETYPE, "content.xml", MANIFEST} <= names:
        return False
    if b"encryption-data" in _read(parts, MANIFEST):
        _refuse_encrypted()
    return _read(parts, MIMETYPE).strip() == expected.encode()


def _read(parts: ZipFile, name: str) -> bytes:
    with parts.open(name) as part:
        return part.read(MOST_OF_A_LIST)


def _refuse_bomb() -> NoReturn:
    sentence = _(
        "Unpacked, this file is far larger than it looks, and is not taken. Save it as"
        " PDF, or make its pictures smaller."
    )
    raise ValidationError(sentence, code="bomb")


def _refuse_encrypted() -> None:
    sentence = _(
        "This file is protected by a password, or of an old kind. Take the password"
        " away, save it in the format of today, and send it again."
    )
    raise ValidationError(sentence, code="encrypted")
