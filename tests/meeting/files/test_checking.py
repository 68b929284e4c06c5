"""What is uploaded: taken, or refused with a sentence that has a code."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from meeting.files import packed
from meeting.files.checking import validate_picture, validate_upload
from meeting.files.kinds import KINDS
from meeting.files.names import clean_name
from tests.making import PDF
from tests.meeting.files.making import (
    make_huge_png,
    make_office,
    make_open_document,
    make_picture,
    make_zip,
)

MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 300
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(%pipe%id) (w) file\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def make_large_jpeg(**options):
    return make_picture("JPEG", mode="L", size=(3_600, 3_500), **options)


def code_of(name, content, check=validate_upload):
    """Why a file is refused; empty where it is taken."""
    try:
        check(SimpleUploadedFile(name, content))
    except ValidationError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("paper.pdf", PDF),
        ("Paper.PDF", PDF),
        ("paper.docx", make_office(".docx")),
        ("slides.pptx", make_office(".pptx")),
        ("table.xlsx", make_office(".xlsx")),
        ("paper.odt", make_open_document(".odt")),
        ("slides.odp", make_open_document(".odp")),
        ("photo.jpg", make_picture("JPEG")),
        ("photo.jpeg", make_picture("JPEG", progressive=True)),
        ("photo.jpg", make_large_jpeg()),
        ("photo.png", make_picture("PNG")),
        ("film.mp4", MP4),
    ],
)
def test_what_a_file_says_it_is_is_taken(name, content):
    assert code_of(name, content) == ""


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("page.html", HTML, "extension"),
        ("drawing.svg", SVG, "extension"),
        ("drawing.eps", EPS, "extension"),
        ("paper", PDF, "extension"),
        ("paper.pdf.html", PDF, "extension"),
        ("paper.pdf", HTML, "content"),
        ("paper.pdf", HTML + PDF, "content"),
        ("photo.png", EPS, "content"),
        ("photo.png", SVG, "content"),
        ("photo.jpg", HTML, "content"),
        ("photo.jpg", make_picture("PNG"), "content"),
        ("photo.gif", make_picture("GIF"), "extension"),
        ("film.mp4", HTML, "content"),
        ("film.mp4", b"\0\0\0\x18ftypqt  \0\0\0\0qt  " + b"\0" * 300, "content"),
        ("paper.docx", PDF, "content"),
        ("paper.docx", HTML + make_office(".docx"), "content"),
        ("paper.docx", make_office(".xlsx"), "content"),
        ("paper.docx", make_zip({"page.html": HTML}), "content"),
        ("paper.odt", make_open_document(".odp"), "content"),
        ("paper.odt", make_office(".docx"), "content"),
        ("paper.docx", OLE, "encrypted"),
        ("paper.docx", make_office(".docx")[:-200], "broken"),
        ("photo.png", make_huge_png(), "pixels"),
        ("photo.jpg", make_large_jpeg(progressive=True), "pixels"),
        ("photo.png", make_huge_png(3_600, 3_500), "pixels"),
        ("photo.jpg", make_picture("JPEG", size=(900, 900))[:-3000], "broken"),
        ("photo.png", make_picture("PNG", size=(900, 900))[:-60], "broken"),
        ("paper.pdf", b"", "empty"),
    ],
)
def test_what_could_do_harm_is_refused(name, content, code):
    assert code_of(name, content) == code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("paper.docx", make_office(".docx", **{"word/vbaProject.bin": "x"})),
        ("paper.docx", make_office(".docx", **{"word/activeX/one.bin": "x"})),
        (
            "paper.docx",
            make_office(says="application/vnd.ms-word.document.macroEnabled"),
        ),
        ("paper.odt", make_open_document(**{"Basic/Standard/Module1.xml": "x"})),
        ("paper.odt", make_open_document(**{"Scripts/python/one.py": "x"})),
    ],
)
def test_macros_are_refused(name, content):
    assert code_of(name, content) == "macros"


def test_a_protected_open_document_is_refused():
    manifest = "<manifest:encryption-data manifest:checksum='x'/>"

    content = make_open_document(manifest=manifest)

    assert code_of("paper.odt", content) == "encrypted"


def test_a_part_under_a_password_is_refused():
    content = bytearray(make_office())
    # In the list at the end, where each part's flags are.
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert code_of("paper.docx", bytes(content)) == "encrypted"


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(packed, "MOST_UNPACKED", 100_000)

    bomb = make_office(**{"word/media/zero.bin": b"\0" * 100_001})

    assert len(bomb) < 2_000
    assert code_of("paper.docx", bomb) == "bomb"


def test_a_file_that_lies_about_how_much_it_unpacks_to_is_refused():
    content = bytearray(make_office(**{"word/media/zero.bin": b"\0" * 1_000_000}))
    size = (1_000_000).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (10).to_bytes(4, "little")

    assert code_of("paper.docx", bytes(content)) == "broken"


def test_too_many_parts_are_refused():
    parts = {f"word/{number}.xml": "" for number in range(packed.MOST_PARTS)}

    assert code_of("paper.docx", make_office(**parts)) == "bomb"


def test_a_list_of_parts_too_long_to_be_read_is_refused():
    """It says that it is long, and would be read at once to see how many there are."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        for number in range(60_000):
            archive.writestr(zipfile.ZipInfo(f"word/{number:040}"), "")

    assert code_of("paper.docx", output.getvalue()) == "bomb"


def test_a_way_of_packing_that_no_office_file_has_is_refused():
    content = make_zip({"word/document.xml": "x"}, compression=zipfile.ZIP_LZMA)

    assert code_of("paper.docx", content) == "broken"


def test_a_file_that_is_too_large_is_refused_before_it_is_read(settings):
    settings.MATERIAL_MAX_BYTES = len(PDF) - 1

    assert code_of("paper.pdf", PDF) == "too_large"


def test_a_photo_can_only_be_a_picture():
    assert code_of("paper.pdf", PDF, validate_picture) == "extension"
    assert code_of("photo.png", make_picture("PNG"), validate_picture) == ""


def test_each_refusal_is_a_sentence_that_says_what_to_do():
    with pytest.raises(ValidationError) as refused:
        validate_upload(SimpleUploadedFile("page.html", HTML))

    (sentence,) = refused.value.messages
    assert sentence == (
        f"Files of this kind are not taken. Use one of: {', '.join(KINDS)}."
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ana\\paper.pdf", "paper.pdf"),
        ("paper\0.pdf", "paper.pdf"),
        ("paper\u202efdp.exe", "paperfdp.exe"),
        ("paper\r\nX-Header: 1.pdf", "paper X-Header: 1.pdf"),
        ("  .pdf", "pdf"),
        ("..", "document"),
        ("", "document"),
        ("x" * 200 + ".pdf", "x" * 146 + ".pdf"),
        ("人" * 200 + ".pdf", "人" * 78 + ".pdf"),
    ],
)
def test_names_are_cleaned(typed, name):
    assert clean_name(typed) == name
