"""Files as people send them, made in memory."""

import csv
import io
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

HEADINGS = ["Category", "State or organization", "Name", "E-mail"]


def make_row(number: int = 1, **cells: str) -> dict[str, str]:
    """Of a person whom nothing is wrong with."""
    return {
        "Category": "Academia",
        "State or organization": "A university",
        "Name": f"Person {number}",
        "E-mail": f"row{number}@example.org",
        **{name.replace("_", " "): value for name, value in cells.items()},
    }


def make_csv(*rows: dict[str, str], name: str = "people.csv", **kwargs: Any):
    """A file with these rows; the headings are all that any row names."""
    headings = list(dict.fromkeys(key for row in rows for key in row)) or HEADINGS
    words = io.StringIO()
    writer = csv.DictWriter(words, headings, delimiter=kwargs.get("delimiter", ","))
    writer.writeheader()
    writer.writerows(rows)
    content = words.getvalue().encode(kwargs.get("encoding", "utf-8"))
    return SimpleUploadedFile(name, content)


def make_xlsx(*rows: list[Any]) -> io.BytesIO:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    file.seek(0)
    return file
