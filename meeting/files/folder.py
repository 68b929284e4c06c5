"""Files in a folder of this machine."""

import os
from contextlib import suppress
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from meeting.files.keeping import Keeping

# What is being written; of the same disk as the rest, so that it is only renamed.
ASIDE = ".aside"


class FolderStorage(Keeping, FileSystemStorage):
    """Whoever looks sees a whole file or none, also when the disk is full."""

    def _save(self, name: str, content: File) -> str:
        aside = self.path(f"{ASIDE}/{uuid4().hex}")
        try:
            super()._save(f"{ASIDE}/{os.path.basename(aside)}", content)
            if os.path.getsize(aside) != content.size:
                raise OSError(f"{name}: not all of it could be written")
            _settle(aside)
            folder = os.path.dirname(self.path(name))
            os.makedirs(folder, exist_ok=True)
            os.replace(aside, self.path(name))
            _settle(folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(aside)
            raise
        return name


def _settle(path: str) -> None:
    """Have it on the disk itself before a row says that it is there."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
