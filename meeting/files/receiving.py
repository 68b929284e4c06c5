"""Files as they come in: what is too much is let go of while it comes.

Whatever else was typed into the same form is kept, and the form says what was wrong.
"""

from contextlib import suppress
from io import BytesIO
from tempfile import SpooledTemporaryFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParserError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from meeting.files import scanning
from meeting.files.names import clean_name
from meeting.gate import AT_ONCE

# More than that is on disk: in a file that has no name, and so is never left there.
IN_MEMORY = 1024**2
# One form may have several files, which together may be so many times the largest.
TOGETHER = 4


class Received(UploadedFile):
    """A file of a form; where `problem` says why it was not taken, it is empty."""

    problem: ValidationError | None = None

    def append(self, chunk: bytes) -> None:
        try:
            self.file.write(chunk)
        except OSError:
            self.drop(no_room())

    def complete(self, size: int) -> None:
        self.size = size
        try:
            # What was written last may find no room only now.
            self.file.seek(0)
        except OSError:
            self.drop(no_room())

    def drop(self, problem: ValidationError) -> None:
        self.problem = problem
        with suppress(OSError):
            self.file.close()
        self.file = BytesIO()


class BoundedUpload(FileUploadHandler):
    """Keeps no more of a file than the largest may have; see FILE_UPLOAD_HANDLERS."""

    # As much as gunicorn reads at once: of smaller pieces it copies the rest each time.
    chunk_size = AT_ONCE

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.room = TOGETHER * settings.MATERIAL_MAX_BYTES
        self.is_open = self.is_scanner_silent = False

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.file = Received(
            SpooledTemporaryFile(IN_MEMORY),  # noqa: SIM115 (ends with the request)
            clean_name(self.file_name),
            self.content_type,
            0,
            self.charset,
            self.content_type_extra,
        )
        self.size, self.is_open = 0, True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        if self.file.problem:
            return
        self.room -= len(raw_data)
        if self.size > settings.MATERIAL_MAX_BYTES or self.room < 0:
            self.file.drop(too_large())
        else:
            self.file.append(raw_data)

    def file_complete(self, file_size: int) -> Received:
        self.is_open = False
        self.file.complete(self.size)
        if not self.file.problem:
            self._scan(self.file)
        return self.file

    def _scan(self, file: Received) -> None:
        """Before any row is locked: nobody waits for the scanner but who sent it."""
        if self.is_scanner_silent:
            file.verdict = scanning.UNKNOWN
            return
        scanning.look_at(file)
        self.is_scanner_silent = file.verdict == scanning.UNKNOWN

    def upload_complete(self) -> None:
        if self.is_open:
            # Whoever sent it is gone; without its file the form says something else.
            raise MultiPartParserError("The form has not come whole.")


def too_large() -> ValidationError:
    sentence = _(
        "This file is larger than %(most)s, or the files of this form are too many."
        " Make it smaller, or send fewer at once."
    )
    most = filesizeformat(settings.MATERIAL_MAX_BYTES)
    return ValidationError(sentence, "too_large", {"most": most})


def no_room() -> ValidationError:
    sentence = _(
        "This file could not be kept just now, since there is no room for it. Choose it"
        " again, and try once more; if it goes on, write to the secretariat."
    )
    return ValidationError(sentence, code="not_kept")
