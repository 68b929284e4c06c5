"""The parts of a copy by themselves: names, style sheets, the check of links."""

from pathlib import PurePosixPath

import pytest

from agenda.archive import pages
from agenda.archive.addresses import Address, Bounds, address_of
from agenda.archive.checking import broken_links
from agenda.archive.names import MOST_BYTES, FileNames, safe_name
from meeting.models import Meeting

SHEET = Address("/static/css/plenary.css")


@pytest.fixture
def names():
    return FileNames(Bounds(Meeting(slug="15")))


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/15/", "index.html"),
        ("/15/agenda/", "agenda/index.html"),
        ("/15/agenda.ics", "agenda.ics"),
        ("/15/documents/3/Paper by Ana.pdf", "documents/3/Paper by Ana.pdf"),
        ("/15/speakers/王/", "speakers/王/index.html"),
        ("/static/css/plenary.css", "static/css/plenary.css"),
        ("/15/../../etc/", "_/_/etc/index.html"),
    ],
)
def test_a_file_has_the_name_of_its_address(names, path, file):
    assert str(names.take(Address(path), "")) == file


def test_a_view_of_a_page_is_a_file_beside_it(names):
    address = Address("/15/agenda/", (("by", "room"), ("view", "compact")))

    assert str(names.take(address, "")) == "agenda/index-by-room-view-compact.html"


def test_no_two_have_one_file_where_capitals_count_for_nothing(names):
    paths = ["/15/agenda/item/", "/15/agenda/Item/", "/15/agenda/ITEM/"]

    found = [str(names.take(Address(path), "")) for path in paths]

    assert len({each.casefold() for each in found}) == 3


def test_a_picture_has_an_ending(names):
    found = names.take(Address("/15/speakers/ana/photo"), "image/jpeg")

    assert str(found) == "speakers/ana/photo.jpg"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("paper.pdf", "paper.pdf"),
        ("a:b?.pdf", "a_b_.pdf"),
        ("..", "_"),
        ("", "_"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("end. ", "end"),
    ],
)
def test_a_name_is_one_that_every_system_takes(name, safe):
    assert safe_name(name) == safe


def test_long_names_are_cut_and_stay_different():
    names = [safe_name("語" * 90 + f"{n}.pdf") for n in range(2)]

    assert names[0] != names[1]
    assert all(name.endswith(".pdf") for name in names)
    assert all(len(name.encode()) <= MOST_BYTES for name in names)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("agenda/", Address("/15/agenda/")),
        (
            "?view=compact&by=room",
            Address("/15/", (("by", "room"), ("view", "compact"))),
        ),
        ("/15/documents/1/a%20b.pdf?view", Address("/15/documents/1/a b.pdf")),
        ("http://localhost:8000/15/", Address("/15/")),
        ("https://example.org/15/", None),
        ("mailto:a@example.org", None),
        ("http://[", None),
    ],
)
def test_a_link_leads_to_a_place_on_the_site_or_elsewhere(link, address):
    assert address_of(link, Address("/15/")) == address


def test_what_a_sheet_shows_comes_along():
    sheet = '@import "base.css"; a { background: url("/static/img/a.png") }'

    assert pages.links_of_sheet(sheet, SHEET) == [
        Address("/static/css/base.css"),
        Address("/static/img/a.png"),
    ]


def test_a_sheet_leads_to_files_of_the_copy():
    files = {
        SHEET: PurePosixPath("static/css/plenary.css"),
        Address("/static/img/a.png"): PurePosixPath("static/img/a.png"),
    }
    sheet = "a { background: url(/static/img/a.png) } b { background: url(data:x) }"

    assert pages.join_sheet(sheet, SHEET, files.get) == (
        "a { background: url(../img/a.png) } b { background: url(data:x) }"
    )


def test_a_link_to_no_file_of_the_copy_is_found(tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "outside.html").write_text("")
    for name, text in {
        "a.html": '<a href="b.html#x">b</a> <img src="no.png"> <a href="#here">c</a>',
        "b.html": '<a href="../outside.html">o</a> <a href="https://example.org">e</a>',
        "c.css": "a { background: url(a.html) } b { background: url(no.png) }",
    }.items():
        (tmp_path / "copy" / name).write_text(text)

    assert list(broken_links(tmp_path / "copy")) == [
        ("a.html", "no.png"),
        ("b.html", "../outside.html"),
        ("c.css", "no.png"),
    ]
