"""Tables as they are saved by the programs that people have."""

import io
import zipfile
from datetime import date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from registration.importing import reading
from registration.importing.reading import read
from tests.registration.importing.files import make_xlsx

DAY = date(2027, 2, 16)


def rows_of(content):
    table = read(io.BytesIO(content) if isinstance(content, bytes) else content)
    return table.headings, list(table.rows)


def refusal(content):
    with pytest.raises(ValidationError) as refused:
        rows_of(content)
    return refused.value.code


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_as_it_is_saved(delimiter, encoding):
    content = f'Name{delimiter}Note\nJosé{delimiter}"a, b; c"\n'.encode(encoding)

    assert rows_of(content) == (["Name", "Note"], [(2, ["José", "a, b; c"])])


def test_letters_of_an_old_windows_are_a_guess_that_is_said():
    table = read(io.BytesIO("Name\nJosé".encode("cp1252")))

    assert table.is_guessed
    assert list(table.rows) == [(2, ["José"])]


def test_a_comma_in_a_quoted_heading_is_no_delimiter():
    assert rows_of(b'"A, b, c";Name\n1;2')[0] == ["A, b, c", "Name"]


def test_rows_have_the_numbers_of_the_spreadsheet_and_empty_ones_none():
    content = b'\nName,Note\n\nAnn,"two\nlines"\n,\nBob,x\n'

    assert rows_of(content) == (
        ["Name", "Note"],
        [(4, ["Ann", "two\nlines"]), (6, ["Bob", "x"])],
    )


def test_rows_are_as_long_as_the_headings():
    assert rows_of(b"A,B,,\n1\n1,2,3\n") == (
        ["A", "B"],
        [(2, ["1", ""]), (3, ["1", "2"])],
    )


def test_cells_that_we_made_harmless_come_back_as_they_were():
    assert rows_of(b"Name\n'=1+1\n'Ann\n")[1] == [(2, ["=1+1"]), (3, ["'Ann"])]


def test_a_cell_may_be_very_long_or_hold_what_cannot_be_seen():
    assert rows_of(b"Name\n" + b"x" * 200_000)[1] == [(2, ["x" * 200_000])]
    assert rows_of("Name\na\u200bb".encode())[1] == [(2, ["a\u200bb"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_nul_is_left_out(encoding):
    content = "Na\0me\nJo\0se".encode(encoding)

    assert rows_of(content) == (["Name"], [(2, ["Jose"])])


def test_workbook_is_read_as_words():
    file = make_xlsx(
        ["Name", "Number", "Day", "Moment", "Yes", "Empty", "Formula", "Last"],
        ["Ann", 12.0, DAY, datetime.combine(DAY, time(9, 30)), True, None],
        [],
        ["=1+1", 1.5, datetime.combine(DAY, time()), "", False, None, None, "x"],
    )

    headings, rows = rows_of(file)

    assert headings[:3] == ["Name", "Number", "Day"]
    assert rows == [
        (2, ["Ann", "12", "2027-02-16", "2027-02-16 09:30:00", "yes", "", "", ""]),
        # The formula was never computed: it gave nothing.
        (4, ["", "1.5", "2027-02-16", "", "no", "", "", "x"]),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n,,\n", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "old_excel"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\xff", "unknown_kind"),
        (b"PK\x03\x04 no zip", "broken"),
    ],
)
def test_other_things_are_refused(content, code):
    assert refusal(content) == code


def test_a_zip_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("word/document.xml", "<w/>")

    assert refusal(file) == "unknown_kind"


def test_a_broken_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        parts.writestr("xl/workbook.xml", "no xml")

    assert refusal(file) == "broken"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(reading, "MOST_UNPACKED", 10_000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<x/>")
        parts.writestr("xl/sharedStrings.xml", "a" * 10_001)

    assert refusal(file) == "bomb"


def test_a_list_of_parts_too_long_to_be_read_is_refused(monkeypatch):
    monkeypatch.setattr("meeting.files.packed.MOST_DIRECTORY", 100)

    assert refusal(make_xlsx(["Name"], ["Ana"])) == "bomb"


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "beginning", "tag", "count"),
    [
        (SHEET, b"<sheetData>", b"<row/>", reading.MOST_TAGS_OF_ROWS + 1_000),
        (SHEET, b"<sheetData><row>", b"<c/>", reading.MOST_AT_ONCE),
        (SHEET, b"<sheetData>", b"<row/>" + b"<c/>" * 50_000, 60),
        ("xl/sharedStrings.xml", b"<sst>", b"<si/>", reading.MOST_IN_TEXTS),
        ("xl/styles.xml", b"<fonts>", b"<font/>", reading.MOST_AT_ONCE),
        ("xl/_rels/workbook.xml.rels", b"<a>", b"<b/>", reading.MOST_AT_ONCE),
    ],
)
def test_what_fills_the_memory_once_it_is_read_is_refused(part, beginning, tag, count):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", "<x/>")
        parts.writestr(part, beginning + tag * (count + 1))

    assert refusal(file) == "bomb"


def test_a_table_as_large_as_may_be_is_read():
    row = [f"text {number}" for number in range(20)]
    rows = [[*row, str(number)] for number in range(5_000)]

    table = reading.read(make_xlsx([f"h{each}" for each in row] + ["n"], *rows))

    assert sum(1 for _row in table.rows) == 5_000


def test_a_row_further_down_than_any_spreadsheet_goes_is_refused():
    small = make_xlsx(["Name"], ["Ann"])
    file = io.BytesIO()
    with zipfile.ZipFile(small) as parts, zipfile.ZipFile(file, "w") as far:
        for part in parts.namelist():
            content = parts.read(part).replace(b'r="2"', b'r="3000000000"')
            far.writestr(part, content.replace(b'"A2"', b'"A3000000000"'))

    # Each row before it would be gone through: for hours.
    assert refusal(file) == "broken"


def test_a_large_file_is_refused():
    assert refusal(b"Name\n" + b"x" * reading.MOST_BYTES) == "too_large"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 2)

    assert refusal(b"Name\na\nb\nc\n") == "too_many"


def test_an_unclosed_quote_does_no_harm():
    assert rows_of(b'Name\n"Ann\nBob') == (["Name"], [(2, ["Ann\nBob"])])
