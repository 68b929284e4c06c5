"""The picture of the statuses in the docs is the table in the code."""

import re
from pathlib import Path

from registration.mails.kinds import ANEW, KINDS
from registration.models import CHANGES, Status

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "registration.md").read_text("utf-8")


def table_after(heading):
    """The cells of the first table after these words, row by row."""
    rows = []
    for line in PAGE[PAGE.index(heading) :].splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            break
    return rows


def test_the_page_lists_exactly_the_changes_that_are_allowed():
    head, _line, *rows = table_after("All changes, and who makes them")
    listed = {
        row[0]: {to for to, who in zip(head[1:], row[1:], strict=True) if who != "·"}
        for row in rows
    }

    assert listed == {str(status): set(map(str, CHANGES[status])) for status in Status}


def test_the_page_says_who_makes_each_change():
    _head, _line, *rows = table_after("All changes, and who makes them")

    makers = {who for row in rows for cell in row[1:] for who in cell.split()}
    assert makers == {"P", "S", "R", "·"}


def test_the_picture_of_the_usual_ways_shows_nothing_else():
    drawn = re.findall(r"^    (\w+) --> (\w+)", PAGE, re.MULTILINE)

    assert drawn
    assert [(a, b) for a, b in drawn if b not in CHANGES[a]] == []


def test_the_page_names_the_mails_that_there_are():
    kinds = KINDS.keys() - {ANEW}
    named = set(re.findall(r"`([a-z_]+)`", PAGE[PAGE.index("## The mails") :]))

    assert kinds - named == set()
