import string

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from agenda.feeds.lines import line, text_line


def unfolded(lines):
    return lines.removesuffix("\r\n").replace("\r\n ", "")


def test_long_lines_are_folded_at_75_octets_and_never_within_a_letter():
    folded = text_line("SUMMARY", "é移民" * 60)

    rows = folded.removesuffix("\r\n").split("\r\n")

    assert max(len(row.encode()) for row in rows) <= 75
    assert min(len(row.encode()) for row in rows[:-1]) >= 72
    assert unfolded(folded) == "SUMMARY:" + "é移民" * 60


def test_a_line_of_75_octets_stays_whole():
    assert text_line("NAME", "x" * 70) == f"NAME:{'x' * 70}\r\n"
    assert text_line("NAME", "x" * 71) == f"NAME:{'x' * 70}\r\n x\r\n"


def test_signs_with_a_meaning_are_escaped():
    assert text_line("NAME", "a\\b;c,d\ne") == "NAME:a\\\\b\\;c\\,d\\ne\r\n"


def test_a_parameter_cannot_end_its_line_or_its_quotation():
    written = line("ORGANIZER", "mailto:a@example.org", CN='The "best"\r\nX:1')

    assert written == 'ORGANIZER;CN="The  best   X:1":mailto:a@example.org\r\n'


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_is_read_as_it_was_written(words):
    body = f"BEGIN:VEVENT\r\n{text_line('SUMMARY', words)}END:VEVENT\r\n"

    read = str(icalendar.Event.from_ical(body)["summary"])

    assert letters(read) == letters(words)


def letters(words):
    """What is no white space and no control character."""
    return [
        each for each in words if each.isprintable() and each not in string.whitespace
    ]
