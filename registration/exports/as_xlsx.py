"""The attendee list as a workbook, written to a file row by row."""

import tempfile
from datetime import datetime
from decimal import Decimal
from typing import IO

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from registration.exports.cells import Cell
from registration.exports.rows import Table

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd hh:mm",
}


def respond(table: Table, name: str) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    write(table, file)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.xlsx", content_type=TYPE
    )


def write(table: Table, file: IO[bytes]) -> None:
    with xlsxwriter.Workbook(file, OPTIONS) as workbook:
        sheet = workbook.add_worksheet(_("Registrations")[:31])
        sheet.set_column(0, len(table.header) - 1, 22)
        sheet.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True})
        for column, words in enumerate(table.header):
            sheet.write_string(0, column, _not_markup(words), bold)
        for number, row in enumerate(table.rows(), start=1):
            for column, value in enumerate(row):
                _put(sheet, number, column, value)


def _put(sheet: Worksheet, row: int, column: int, value: Cell) -> None:
    """As plain text, whatever it looks like: a text cell is never run."""
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, _not_markup(value))


def _not_markup(text: str) -> str:
    # What stands between these, xlsxwriter takes for its own markup and lets through.
    return f"'{text}" if text.startswith("<r>") else text
