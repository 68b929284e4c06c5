"""Many stored files as one ZIP, made while it is sent: no file of it, little memory.

Files are stored in it as they are, since papers and films are compressed already; so
its size is known before.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from zipstream import ZipStream

from meeting.files.giving import headers_of

CHUNK = 64 * 1024


class Entry(NamedTuple):
    """A file, and its path within the ZIP."""

    path: str
    file: FieldFile
    size: int


def give_zip(
    request: HttpRequest, entries: Iterable[Entry], filename: str
) -> HttpResponseBase:
    """Answer with all of them; one that is not there is named in a text instead."""
    whole = zip_of(list(entries))
    headers = headers_of(filename) | {
        "Content-Type": "application/zip",
        "Content-Length": str(len(whole)),
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    return StreamingHttpResponse(iter(whole), headers=headers)


def zip_of(entries: list[Entry]) -> ZipStream:
    whole, missing = ZipStream(sized=True), []
    add = _adder(whole, entries)
    for entry in entries:
        if not add(entry):
            missing.append(entry.path)
    if missing:
        whole.add(_say_missing(missing), _("Missing files") + ".txt")
    return whole


def _adder(whole: ZipStream, entries: list[Entry]):
    """What adds one of these, and says whether it is there."""
    if not entries or isinstance(entries[0].file.storage, FileSystemStorage):
        return lambda entry: _add_from_disk(whole, entry)
    present = _names_in_storage(entries)
    return lambda entry: _add_from_object_storage(whole, entry, present)


def _add_from_disk(whole: ZipStream, entry: Entry) -> bool:
    try:
        whole.add_path(entry.file.path, entry.path, recurse=False)
    except OSError:
        return False
    return True


def _add_from_object_storage(whole: ZipStream, entry: Entry, present: set[str]) -> bool:
    if entry.file.name not in present:
        return False
    whole.add(_Chunks(entry.file), entry.path, size=entry.size)
    return True


def _names_in_storage(entries: list[Entry]) -> set[str]:
    """Asked for by folder: to ask for each file would take longer than to send it."""
    storage = entries[0].file.storage
    folders = {entry.file.name.rpartition("/")[0] for entry in entries}
    return {
        f"{folder}/{name}" if folder else name
        for folder in folders
        for name in storage.listdir(folder)[1]
    }


class _Chunks:
    """What is in an object, asked for once its turn has come."""

    def __init__(self, file: FieldFile) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        opened = self.file.storage.open(self.file.name)
        # Past the storage's own file, which would fetch the whole of it first.
        yield from opened.obj.get()["Body"].iter_chunks(CHUNK)


def _say_missing(paths: list[str]) -> str:
    first = _("These files could not be found when this was put together:")
    # As the editors of Windows read it, too.
    return "\r\n".join([first, "", *paths, ""])
