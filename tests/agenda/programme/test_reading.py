"""Mistakes in a file: all at once, each with its line and what was expected."""

from pathlib import Path

import pytest

from agenda.programme.mistakes import ProgrammeError
from agenda.programme.reading import read

FILES = Path(__file__).parent / "files"
START = """\
format: meeting-programme/1
meeting:
  title: Shared Rivers
  dates: {start: 2027-03-10, end: 2027-03-14}
  timezone: America/New_York
"""


def mistakes_in(text):
    content = text if isinstance(text, bytes) else (START + text).encode()
    with pytest.raises(ProgrammeError) as error:
        read(content, name="f")
    return error.value.lines


def mistakes_in_file(name):
    return mistakes_in((FILES / name).read_bytes())


def test_hours():
    assert mistakes_in_file("broken-hours.yaml") == [
        'f:11: day 1, session 1, start: 10.00 is read as a number; put the hour in quotes: "10.00".',
        'f:12: day 1, session 1, end: 12:30 is read as a number; put the hour in quotes: "12.30".',
        'f:15: day 1, session 1, item 1, start: “10:00” is no hour; write it with a full stop: "10.00".',
        "f:19: day 1, session 1, item 2, end: the end, 10.45, is not after the start, 11.00.",
        "f:21: day 1, session 1, item 3, start: “10 o'clock” is no hour; write one from “00.00” to “23.59”.",
        "f:22: day 1, session 1, item 3, end: “24.00” is no hour; write one from “00.00” to “23.59”.",
        "f:25: side event 1, start: is of no use without a date; write “date: …” too.",
    ]


def test_days_and_numerals():
    assert mistakes_in_file("broken-days.yaml") == [
        "f:13: day 1, session 1, item 2, number: “IIV” is no roman numeral; write one in capitals, such as IV.",
        "f:15: day 1, session 1, item 3, number: items are numbered in roman numerals; write III for 3.",
        "f:17: day 2, date: 2027-03-11 is there twice; put all its sessions under one day.",
        "f:18: day 3, date: 2027-03-10 stands after 2027-03-11; write the days in order.",
        "f:21: day 3, session 1, item 1, number: I comes after II; numerals run on through the whole meeting.",
        "f:23: day 4, date: 2027-03-31 is not a day of the meeting; expected one from 2027-03-10 to 2027-03-12.",
        "f:24: day 5, date: “2027-02-30” is not in the calendar.",
        "f:25: day 6, date: “12 March” is no date; write year, month and day: 2017-02-16.",
        "f:27: unplaced 1, date: 2026-03-10 is not a day of the meeting; expected one from 2027-03-10 to 2027-03-12.",
    ]


def test_fields():
    assert mistakes_in_file("broken-fields.yaml") == [
        "f:3: meeting, title: is missing; it cannot be left out.",
        "f:4: meeting, number: “third” is no whole number; write one such as 12.",
        "f:5: meeting, titel: is not known here; did you mean “title”?",
        "f:6: meeting, dates, end: is missing; it cannot be left out.",
        "f:7: meeting, timezone: “Africa/Nairoby” is no time zone. Write one like “America/New_York”.",
        'f:8: meeting, country: “NO” is read as a number, a date or yes/no; put the text in quotes: "NO".',
        "f:9: meeting, url: “example.org/rivers” is no address of a page; write it whole, from https:// on.",
        "f:10: meeting, language 2: “french” is no language code; write two small letters, such as en.",
        "f:11: meeting, tbc 1: “venu” is no field that stands beside it; did you mean “venue”?",
        "f:13: participation, open_to: is not a list; write each entry on a line of its own, after “- ”, or all in [ ], with commas.",
        "f:15: papers, max_pages: “six” is no whole number; write one such as 12.",
        "f:17: day 1, date: is missing; it cannot be left out.",
        "f:19: day 1, session 1, complete: “partly” is neither true nor false; write one of them.",
        "f:22: day 1, session 1, item 1, kind: “pannel” is not known here; did you mean “panel”?",
        "f:24: day 1, session 1, item 1, contribution 1: has no fields; expected lines such as “title: …” here.",
        "f:26: day 1, session 1, item 1, contribution 2, speaker: is there twice, first in line 25; keep one.",
        "f:28: day 1, session 1, item 1, contribution 2, material 1, kind: “slides” is not known here; expected one of: presentation, paper, statement, video, agenda, organization of work, information note, background document, list of participants, report, news, photo, link.",
        "f:30: unplaced 1, role: “speakr” is not known here; did you mean “speaker”?",
        "f:31: minutes: is not known here; did you mean “mandates”?",
    ]


def test_colon():
    assert mistakes_in_file("broken-colon.yaml") == [
        "f:4: this file: has a second colon, or is indented too far; put a text with a"
        ' colon in quotes, as in title: "One: two".'
    ]


def test_tab():
    assert mistakes_in_file("broken-tab.yaml") == [
        "f:4: this file: is indented with a tab; use spaces."
    ]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 1, "is empty"),
        (b"# a note only\n", 1, "is empty"),
        (b"a text\n", 1, "has no fields"),
        (START.encode() + b"note: caf\xe9\n", 6, "UTF-8"),
        (START.encode("utf-16"), 1, "UTF-8"),
        (START.encode() + b"note: a\x07\n", 6, "cannot be printed"),
        (START.encode() + b'note: "a\\u0000"\n', 6, "cannot be printed"),
        (START.encode() + b'note: "open\nobjectives: []\n', 6, "quotation mark"),
        (START.encode() + b"objectives: [open\nsources: []\n", 6, "bracket"),
        (START.encode() + b"note: @home\n", 6, "begins with “@”"),
        (START.encode() + b"note: *home\n", 6, "“*”"),
        (START.encode() + b"note: &home x\n", 6, "“*”"),
        (START.encode() + b"note: !home x\n", 6, "begins with “!home”"),
        (START.encode() + b"objectives\n", 6, "neither “field: value” nor"),
        (START.encode() + b" note: x\n", 6, "does not line up"),
        (START.encode() + b"---\n" + START.encode(), 6, "second programme"),
        (START.encode() + b"objectives: " + b"[" * 5000, 1, "brackets"),
    ],
)
def test_what_is_no_yaml_has_a_line_and_a_reason(content, line, words):
    lines = mistakes_in(content)

    assert len(lines) == 1
    assert lines[0].startswith(f"f:{line}: ")
    assert words in lines[0]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "meeting: {}\n",
            ["f:6: meeting: is there twice, first in line 2; keep one."],
        ),
        (
            "days:\n  - date: 2027-03-14\n    sessions:\n      - start: '02.30'\n",
            [
                "f:9: day 1, session 1, start: clocks in America/New_York go from"
                " before 02.30 to after it that day; write another hour."
            ],
        ),
        (
            "registration: {opens: 2027-01-05 09.00, closes: 2027-01-04}\n",
            ["f:6: registration, closes: registration closes before it opens."],
        ),
        (
            "registration: {opens: 2027-01-05 09:00}\n",
            [
                "f:6: registration, opens: “2027-01-05 09:00” is no time; write day"
                " and hour, as in 2017-01-10 09.00."
            ],
        ),
        (
            "documents: [{date: last year}, {url: 'ftp://example.org'}]\n",
            [
                "f:6: document 1, date: “last year” is no date; write 2017, 2017-08 or"
                " 2017-08-31.",
                "f:6: document 2, url: “ftp://example.org” is no address of a page;"
                " write it whole, from https:// on.",
            ],
        ),
        (
            "unplaced:\n  - speaker: A B\n    speakers: [{speaker: C D}]\n",
            [
                "f:8: unplaced 1, speakers: does not go with “speaker”; write it with"
                " each speaker."
            ],
        ),
        (
            "side_events: [{title: Launch, items: [{number: I, title: Words}]}]\n",
            [
                "f:6: side event 1, item 1, number: has no place here; items of side"
                " events are not numbered."
            ],
        ),
        (
            "note: 100%s\nfoo%s: 1\n",
            [
                "f:7: foo%s: is not known here; expected one of: note, tbc, format,"
                " meeting, mandates, references, objectives, participation, papers,"
                " registration, days, unplaced, side_events, documents, biographies,"
                " site_menu, sources."
            ],
        ),
    ],
)
def test_each_mistake_is_said_in_its_place(text, lines):
    assert mistakes_in(text) == lines


@pytest.mark.parametrize(
    ("title", "slug"), [("Admin", "“admin” is an address"), ("会議", "is missing")]
)
def test_a_meeting_needs_an_address(title, slug):
    (line,) = mistakes_in(START.replace("Shared Rivers", title).encode())

    assert line.startswith(f"f:2: meeting, slug: {slug}")


def test_a_title_longer_than_the_column_is_refused():
    text = START.replace("Shared Rivers", "x" * 301)

    assert mistakes_in(text.encode()) == [
        "f:3: meeting, title: has 301 letters; at most 300 are kept."
    ]


def test_a_comma_in_braces_does_not_end_a_text():
    text = "references: [{title: A compact for safe, orderly and regular migration}]\n"

    (reference,) = read((START + text).encode()).references

    assert reference.title == "A compact for safe, orderly and regular migration"


def test_a_field_left_empty_is_left_out():
    assert read((START + "  venue:\nobjectives:\n").encode()) == read(START.encode())


def test_the_line_of_a_windows_file_is_right_too():
    text = (START + "minutes: 1\n").replace("\n", "\r\n")

    assert mistakes_in(b"\xef\xbb\xbf" + text.encode())[0].startswith("f:6: minutes")


@pytest.mark.parametrize(
    "other",
    [
        "contributions: [{speakers: [{speaker: A B, style: Ms.}], title: T}]",
        "contributions: [{speaker: A B, style: Ms., title: T, kind: presentation}]",
        "contributions: [{speaker: A B, style: Ms., title: T, role: speaker}]",
    ],
)
def test_what_can_be_written_in_two_ways_is_read_as_one(other):
    def item(text):
        days = f"days: [{{date: 2027-03-10, sessions: [{{items: [{{{text}}}]}}]}}]\n"
        return read((START + days).encode())

    usual = "contributions: [{speaker: A B, style: Ms., title: T}]"
    assert item(other) == item(usual)


def test_a_moderator_with_a_title_is_a_contribution():
    days = (
        "days: [{date: 2027-03-10, sessions: [{items: ["
        "{moderators: [{speaker: A B, title: T}, {speaker: C D}]}]}]}]\n"
    )

    item = read((START + days).encode()).days[0].sessions[0].items[0]

    assert [(c.role, c.speaker, c.title) for c in item.contributions] == [
        ("moderator", "A B", "T")
    ]
    assert [person.speaker for person in item.moderators] == ["C D"]


@pytest.mark.parametrize(
    ("contact", "said"),
    [
        ("12", "put the text in quotes"),
        ("2027-03-10", "put the text in quotes"),
        ("name", "is no e-mail address"),
        (f"a@{'b.' * 130}org", "at most 254 are kept"),
    ],
)
def test_an_address_that_is_none_is_said_in_its_place(contact, said):
    (line,) = mistakes_in((START + f"  contact: {contact}\n").encode())

    assert line.startswith("f:6: meeting, contact: ")
    assert said in line
