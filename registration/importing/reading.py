"""A table that somebody sent, as text: CSV in the ways it is saved, or a workbook."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import IO, Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from meeting.files.packed import has_long_list
from registration.exports.cells import as_written

MOST_BYTES = 10 * 1024**2
MOST_ROWS = 20_000
MOST_COLUMNS = 300
# As far down as a spreadsheet goes; a file may say that a row stands further.
LAST_ROW = 1_048_576
# A workbook is a zip: what it unpacks to is looked at before it is unpacked.
MOST_UNPACKED = 80 * 1024**2
MOST_PARTS = 1_000
# Each tag takes time and memory: so many may be in a sheet, in the texts of all cells,
# and in what is held at once, which is a row or any other part. A row has two.
MOST_IN_SHEET, MOST_IN_TEXTS, MOST_AT_ONCE = 3_000_000, 2_000_000, 100_000
MOST_TAGS_OF_ROWS = 400_000
SHEETS, TEXTS = "xl/worksheets/", "xl/sharedstrings.xml"
ROW = re.compile(rb"row(?=[\s/>])")
CHUNK = 256 * 1024
DELIMITERS = ",;\t"
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
QUOTED = re.compile(r'"[^"]*"')
# As long as a file may be: cells are measured by the fields that they are for.
csv.field_size_limit(MOST_BYTES)

Row = tuple[int, list[str]]


@dataclass
class Table:
    """Its headings, and its rows with the numbers that a spreadsheet shows.

    Rows are read as they are asked for, once, and empty ones are left out.
    """

    headings: list[str]
    rows: Iterator[Row]
    is_guessed: bool = False
    """Whether its letters were taken for Windows-1252, for want of a better guess."""


def read(file: IO[bytes]) -> Table:
    """Raises ValidationError, with a sentence for whoever sent it."""
    file.seek(0, io.SEEK_END)
    if file.tell() > MOST_BYTES:
        text = _("This file is larger than %(most)d MB. Split it, and send each part.")
        raise ValidationError(text, "too_large", {"most": MOST_BYTES // 1024**2})
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    is_guessed = False
    if start == ZIP:
        rows = _rows_of_workbook(file)
    elif start == OLD_EXCEL:
        text = _("This is a workbook of an old kind. Save it as .xlsx and send that.")
        raise ValidationError(text, "old_excel")
    else:
        words, is_guessed = _decode(file.read())
        rows = _rows_of_text(words)
    filled = ((number, cells) for number, cells in rows if any(cells))
    headings = next(filled, (0, []))[1]
    if not headings:
        text = _("There is nothing in this file. Use one of the templates below.")
        raise ValidationError(text, "empty")
    while not headings[-1]:
        headings.pop()
    return Table(headings, _counted(filled, len(headings)), is_guessed)


def _counted(rows: Iterable[Row], width: int) -> Iterator[Row]:
    """Each as long as the headings; what stands beyond them has no meaning."""
    for count, (number, cells) in enumerate(rows, start=1):
        if count > MOST_ROWS:
            text = _("There are more than %(most)d rows. Split the file, please.")
            raise ValidationError(text, "too_many", {"most": MOST_ROWS})
        yield number, (cells + [""] * width)[:width]


# Text.


def _decode(content: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding is a guess."""
    encoding = "utf-16" if content.startswith(UTF_16) else "utf-8-sig"
    try:
        # Nobody sees a NUL, and PostgreSQL could not keep what is said of its row.
        return content.decode(encoding).replace("\0", ""), False
    except UnicodeDecodeError:
        pass
    try:
        if b"\0" not in content:
            return content.decode("cp1252"), True
    except UnicodeDecodeError:
        pass
    text = _("This file is neither CSV nor XLSX. Save your table as one of these.")
    raise ValidationError(text, "unknown_kind")


def _rows_of_text(text: str) -> Iterator[Row]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter_of(text))
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [as_written(cell.strip()) for cell in cells[:MOST_COLUMNS]]
    except csv.Error as error:
        problem = _("This file cannot be read as CSV, from line %(line)d on.")
        params = {"line": reader.line_num}
        raise ValidationError(problem, "broken", params) from error


def _delimiter_of(text: str) -> str:
    """Whichever of the three stands most often in the first line, outside quotes."""
    first = QUOTED.sub("", text.lstrip().partition("\n")[0])
    return max(DELIMITERS, key=first.count)


# Workbooks.


def _rows_of_workbook(file: IO[bytes]) -> Iterator[Row]:
    """Of its first sheet; numbers and dates as text, formulas as what they gave."""
    broken = ValidationError(
        _("This file cannot be read as a workbook. Save it as .xlsx once more."),
        "broken",
    )
    try:
        _check_unpacked(file)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets
        if not sheets:
            raise broken
        # What the file says of its own size may be wrong, or a trap.
        sheets[0].reset_dimensions()
        rows = sheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            if number > LAST_ROW:
                raise broken
            if cells.count(None) < len(cells):
                yield number, [_text_of(cell) for cell in cells]
    except ValidationError:
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        # What openpyxl stumbles over in a file that is none, or broken.
        *(AttributeError, KeyError, TypeError, ValueError, IndexError),
        *(SyntaxError, OSError, EOFError, NotImplementedError, RuntimeError),
    ) as error:
        raise broken from error


def _check_unpacked(file: IO[bytes]) -> None:
    if has_long_list(file):
        _refuse_bomb()
    with zipfile.ZipFile(file) as parts:
        infos = parts.infolist()
        if not any(info.filename == "xl/workbook.xml" for info in infos):
            text = _("This is no workbook of the kind .xlsx. Save your table as one.")
            raise ValidationError(text, "unknown_kind")
        if len(infos) > MOST_PARTS or sum(i.file_size for i in infos) > MOST_UNPACKED:
            _refuse_bomb()
        for info in infos:
            with parts.open(info) as part:
                chunks = iter(partial(part.read, CHUNK), b"")
                _check_part(info.filename.lower(), chunks)
    file.seek(0)


def _check_part(name: str, chunks: Iterable[bytes]) -> None:
    if name.startswith(SHEETS):
        _check_sheet(chunks)
        return
    left = MOST_IN_TEXTS if name == TEXTS else MOST_AT_ONCE
    for chunk in chunks:
        left -= chunk.count(b"<")
        if left < 0:
            _refuse_bomb()


def _check_sheet(chunks: Iterable[bytes]) -> None:
    tags = rows = in_row = 0
    for chunk in chunks:
        # What stands before the first belongs to the row before.
        for number, piece in enumerate(ROW.split(chunk)):
            count = piece.count(b"<")
            in_row = count if number else in_row + count
            tags, rows = tags + count, rows + bool(number)
            if (
                in_row > MOST_AT_ONCE
                or tags > MOST_IN_SHEET
                or rows > MOST_TAGS_OF_ROWS
            ):
                _refuse_bomb()


def _refuse_bomb() -> NoReturn:
    text = _("This workbook is too large once unpacked. Save the table as CSV.")
    raise ValidationError(text, "bomb")


def _text_of(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if not (cell.hour or cell.minute or cell.second):
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(" ")
        case date():
            return cell.isoformat()
    return as_written(str(cell).strip())
