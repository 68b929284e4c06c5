"""All documents as one ZIP: what is in it, and under which names."""

from io import BytesIO
from unicodedata import normalize
from zipfile import ZipFile

import pytest

from agenda.giving.folders import safe
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def names_in(response):
    assert response.status_code == 200
    content = response.getvalue()
    assert len(content) == int(response["Content-Length"])
    with ZipFile(BytesIO(content)) as whole:
        assert whole.testzip() is None
        return whole.namelist()


def make_file(meeting, **fields):
    return make_material(meeting, **{"file": b"%PDF-1.7\n"} | fields)


def make_full_meeting():
    meeting = make_meeting()
    session = make_session(meeting, released=False, title="Morning session")
    item = make_item(session, released=False, title="Opening: who comes?")
    presentation = make_presentation(item, released=False, title="Counting")
    make_role(presentation, released=False, speaker=make_speaker("WU Hongbo"))
    make_session(meeting, released=False, title="Afternoon session")
    make_release(meeting)
    make_file(meeting, title="Programme")
    make_file(meeting, session=session, title="Note", language="fr")
    make_file(meeting, presentation=presentation, title="Slides", filename="x.PPTX")
    make_file(meeting, item=item, title="Paper", author="Holy See", language="en")
    return meeting


def test_holds_all_by_session_and_item(client):
    make_full_meeting()

    assert names_in(client.get("/15/documents.zip")) == [
        "Programme.pdf",
        "01 Morning session/Note (fr).pdf",
        "01 Morning session/I. Opening who comes/Holy See - Paper (en).pdf",
        "01 Morning session/I. Opening who comes/WU Hongbo - Slides.pptx",
    ]


def test_of_a_session_holds_what_is_in_it(client):
    session = make_full_meeting().sessions.first()

    assert names_in(client.get(f"/15/sessions/{session.pk}/documents.zip")) == [
        "Note (fr).pdf",
        "I. Opening who comes/Holy See - Paper (en).pdf",
        "I. Opening who comes/WU Hongbo - Slides.pptx",
    ]


def test_holds_each_name_once(client):
    meeting = make_meeting()
    for title in ("Paper", "paper", "Paper", "Paper 2"):
        make_file(meeting, title=title)

    assert names_in(client.get("/15/documents.zip")) == [
        "Paper.pdf",
        "paper 2.pdf",
        "Paper 3.pdf",
        "Paper 2 2.pdf",
    ]


def test_no_path_is_too_long(client):
    item = make_item(make_session(title="S" * 300), title="I" * 500)
    for _each in range(2):
        make_file(item.meeting, item=item, title="T" * 500, author="A" * 300)

    first, second = names_in(client.get("/15/documents.zip"))

    assert max(len(first), len(second)) <= 200
    assert first != second
    assert first.endswith(".pdf")


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("a\\b:c*d?e", "a b c d e"),
        ("CON", "_CON"),
        ("con .txt", "_con .txt"),
        ("CONIN$", "_CONIN$"),
        ("Aux. papers", "_Aux. papers"),
        ("Contents", "Contents"),
        ("-rf", "_-rf"),
        ("~ana", "_~ana"),
        ("=1+1", "_=1+1"),
        (". . .hidden . ", "hidden"),
        ("a\u2028b\tc\r\nd", "a b c d"),
        ("\u202e\u2066\x07", "_"),
        ("\u200b", "_"),
        ("com1.txt", "_com1.txt"),
        ("Ends with dots...", "Ends with dots"),
        ("exe\u202efdp", "exefdp"),
        ("\0", "_"),
        ("Étude sur la Côte d’Ivoire", "Étude sur la Côte d’Ivoire"),
        ("ورقة", "ورقة"),
    ],
)
def test_names_are_such_as_every_system_takes(name, becomes):
    assert safe(name, 90) == becomes


@pytest.mark.parametrize("letter", ["中", "😀", "é", "x"])
def test_no_name_has_more_bytes_than_disks_take(client, letter):
    item = make_item(make_session(title=letter * 300), title=letter * 500)
    for _each in range(11):
        make_file(item.meeting, item=item, title=letter * 500, language="fr")

    names = names_in(client.get("/15/documents.zip"))

    assert len(set(names)) == 11
    for name in names:
        assert max(len(part.encode()) for part in name.split("/")) <= 255
        assert name.endswith(".pdf")


TITLES = [
    *("../../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\x", "..", "."),
    *(
        "a\x01b",
        "paper\u202efdp.exe",
        "\u2067paper",
        "CON",
        "NUL.txt",
        "com1",
        "lpt9.x",
    ),
    *("Dots...", "Spaces   ", "-rf *", "--help", "~root", "=cmd|' /C calc'!A0"),
    *("Paper", "PAPER", "paper", "Cafe\u0301", "Café", "CAFÉ", "Straße", "STRASSE"),
    *("人" * 300, "人" * 299, "😀" * 200, "👩‍👩‍👧", "a\nb\rc", "\u200b", "x" * 500),
]
FORBIDDEN = set('<>:"\\|?*\0\u202e\u2067') | {chr(code) for code in range(32)}


def test_whatever_titles_say_the_names_are_safe_and_distinct(client, tmp_path):
    session = make_session(title="../..")
    meeting = session.meeting
    for title in TITLES:
        item = make_item(session, title=title[:500], released=False)
        make_file(meeting, title=title)
        make_file(meeting, item=item, title=title, author=title[:300])
    make_release(meeting)

    response = client.get("/15/documents.zip")
    whole = tmp_path / "all.zip"
    whole.write_bytes(response.getvalue())

    with ZipFile(whole) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert len({normalize("NFC", name).casefold() for name in names}) == len(names)
    assert len(names) == 2 * len(TITLES)
    for part in {part for name in names for part in name.split("/")}:
        assert part == part.strip(". "), part
        assert not set(part) & FORBIDDEN, part
        assert not part.startswith(("-", "~", "=")), part
        assert part.partition(".")[0].strip().lower() not in {"con", "nul", "com1"}
    there = tmp_path / "there"
    with ZipFile(whole) as archive:
        archive.extractall(there)
    found = [
        str(file.relative_to(there)) for file in there.rglob("*") if file.is_file()
    ]
    assert sorted(found) == sorted(names)
    assert len(list(tmp_path.iterdir())) == 2


def test_no_file_takes_the_place_of_a_folder(client):
    """Of a session that is called as a file is."""
    session = make_session(title="PAPER.pdf")
    make_file(session.meeting, title="01 Paper")
    make_file(session.meeting, session=session, title="Slides")

    names = names_in(client.get("/15/documents.zip"))

    assert names == ["01 Paper.pdf", "01 PAPER 2.pdf/Slides.pdf"]


def test_says_which_files_are_missing(client):
    meeting = make_meeting()
    make_file(meeting, title="Here")
    gone = make_file(meeting, title="Gone")
    gone.file.storage.delete(gone.file.name)

    response = client.get("/15/documents.zip")

    with ZipFile(BytesIO(response.getvalue())) as whole:
        assert whole.namelist() == ["Here.pdf", "Missing files.txt"]
        assert "Gone.pdf" in whole.read("Missing files.txt").decode()


def test_is_a_download_that_nothing_compresses(client):
    make_file(make_meeting())

    response = client.get("/15/documents.zip", headers={"accept-encoding": "gzip"})

    name = "meeting-15-documents.zip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/zip"
    assert response["Cache-Control"] == "private, no-store"
    assert names_in(response) == ["A paper.pdf"]


def test_head_says_how_large_it_is(client):
    make_file(make_meeting())

    said = client.head("/15/documents.zip")["Content-Length"]

    assert said == client.get("/15/documents.zip")["Content-Length"]


def test_without_files_there_is_none(client):
    meeting = make_meeting()
    make_material(meeting)
    session = make_session(meeting)

    assert client.get("/15/documents.zip").status_code == 404
    assert client.get(f"/15/sessions/{session.pk}/documents.zip").status_code == 404
    assert client.get("/15/sessions/99/documents.zip").status_code == 404


def test_costs_the_same_for_one_file_as_for_many(client, django_assert_num_queries):
    meeting = make_full_meeting()
    for _each in range(20):
        make_file(meeting)

    with django_assert_num_queries(4):
        client.get("/15/documents.zip")
