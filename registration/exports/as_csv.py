"""The attendee list as CSV, sent while it is read."""

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.http import StreamingHttpResponse

from registration.exports.cells import Cell, harmless
from registration.exports.rows import Table

BOM = "\ufeff"  # Without it Excel reads UTF-8 as something else.
LINES = 500


class _Lines(list):
    """What csv writes to; taken out and sent a few hundred lines at a time."""

    write = list.append

    def take(self) -> str:
        text = "".join(self)
        self.clear()
        return text


def respond(table: Table, name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        stream(table),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def stream(table: Table) -> Iterator[str]:
    lines = _Lines([BOM])
    writer = csv.writer(lines)
    writer.writerow([_cell(words) for words in table.header])
    for row in table.rows():
        writer.writerow([_cell(value) for value in row])
        if len(lines) >= LINES:
            yield lines.take()
    yield lines.take()


def _cell(value: Cell) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, Decimal):
        return str(value)
    return harmless(value)
