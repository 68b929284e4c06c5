"""The attendee list as CSV, sent while it is read."""

import csv
from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from registration.exports.cells import harmless
from registration.exports.rows import Cell, header, rows
from registration.models import Registration

BOM = "\ufeff"  # Without it Excel reads UTF-8 as something else.
LINES = 500


class _Lines(list):
    """What csv writes to; taken out and sent a few hundred lines at a time."""

    write = list.append

    def take(self) -> str:
        text = "".join(self)
        self.clear()
        return text


def respond(registrations: QuerySet[Registration], name: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        stream(registrations),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def stream(registrations: QuerySet[Registration]) -> Iterator[str]:
    lines = _Lines([BOM])
    writer = csv.writer(lines)
    writer.writerow(header(registrations))
    for row in rows(registrations):
        writer.writerow([_cell(value) for value in row])
        if len(lines) >= LINES:
            yield lines.take()
    yield lines.take()


def _cell(value: Cell) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return harmless(value)
