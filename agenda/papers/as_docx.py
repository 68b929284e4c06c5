"""A paper as DOCX, for who works on with it: styles, real headings, a table a day."""

import unicodedata
from collections.abc import Iterable
from io import BytesIO

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from agenda.papers.content import Line, Paper, Row
from meeting.words import NOT_IN_XML, UNSEEN

WIDTHS = Mm(32), Mm(138)
# What every computer has; Word looks for others where a script needs them.
FONT, CHINESE = "Arial", "Microsoft YaHei"
GREY = RGBColor(0x59, 0x59, 0x59)
LEFT_TO_RIGHT, RIGHT_TO_LEFT = "\u200e", "\u200f"
# Between them ends what was from left to right, with the full stop that is its own.
BOTH = LEFT_TO_RIGHT + RIGHT_TO_LEFT
SHADE = "ECECEC"
# Longer properties are refused.
MOST_OF_PROPERTY = 255
SIZES = {"Title": 15, "Heading 1": 13, "Heading 2": 12}
# Whole language tags, as Word asks for them.
LANGUAGES = {
    "ar": "ar-SA",
    "en": "en-GB",
    "es": "es-ES",
    "fr": "fr-FR",
    "ru": "ru-RU",
    "zh-hans": "zh-CN",
}


def to_docx(paper: Paper) -> bytes:
    docx = _empty(paper)
    _head(docx, paper)
    for day in paper.days:
        docx.add_heading(day.title, level=2)
        _table(docx, paper, day.rows)
        for line in day.lines:
            _write(docx.add_paragraph(), line)
    for line in paper.items:
        _write(docx.add_paragraph(), line)
    if paper.direction == "rtl":
        _turn(docx)
    file = BytesIO()
    docx.save(file)
    return file.getvalue()


def _empty(paper: Paper) -> Docx:
    docx = Document()
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    known = docx.core_properties
    known.title = _clean(paper.name)[:MOST_OF_PROPERTY]
    known.author = _clean(", ".join(paper.above))[:MOST_OF_PROPERTY]
    known.language, known.comments = LANGUAGES[paper.language], ""
    _set_styles(docx, LANGUAGES[paper.language])
    _foot(section.footer.paragraphs[0], paper.edition)
    return docx


def _set_styles(docx: Docx, language: str) -> None:
    normal = docx.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.paragraph_format.space_after = Pt(3)
    properties = normal.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    fonts.set(qn("w:cs"), FONT)
    fonts.set(qn("w:eastAsia"), CHINESE)
    properties.append(_element("w:lang", val=language, bidi="ar-SA", eastAsia="zh-CN"))
    for name, size in SIZES.items():
        style = docx.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.rPr.find(qn("w:rFonts"))
        for key in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[key]
        for border in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(border)


def _foot(paragraph: Paragraph, edition: str) -> None:
    paragraph.add_run(f"{_clean(edition)} – ").font.size = Pt(8)
    for field, between in (("PAGE", " / "), ("NUMPAGES", "")):
        whole = _element("w:fldSimple", instr=field)
        run = paragraph.add_run("1")
        run.font.size = Pt(8)
        whole.append(run._r)
        paragraph._p.append(whole)
        paragraph.add_run(between).font.size = Pt(8)


def _head(docx: Docx, paper: Paper) -> None:
    for words in paper.above:
        _centred(docx, words.upper())
    _centred(docx, paper.meeting, "Title")
    for words in paper.below:
        _centred(docx, words)
    _centred(docx, paper.title, "Heading 1")
    for words in filter(None, [paper.edition, *paper.note.splitlines()]):
        _centred(docx, words)


def _centred(docx: Docx, words: str, style: str = "Normal") -> None:
    paragraph = docx.add_paragraph(style=style)
    _write(paragraph, [(words, "")])
    if style == "Normal":
        paragraph.paragraph_format.space_after = Pt(2)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(docx: Docx, paper: Paper, rows: list[Row]) -> None:
    table = docx.add_table(rows=1 + len(rows), cols=2, style="Normal Table")
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    _rule(table)
    first, *others = table.rows
    first._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for cell, words in zip(_cells(first), paper.headings, strict=True):
        _write(cell.paragraphs[0], [(words, "name")])
    for row, there in zip(rows, others, strict=True):
        _fill(there, row)


def _rule(table: Table) -> None:
    """Thin lines between the rows alone, with room around the words."""
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side in ("top", "bottom", "insideH"):
        line = _element(f"w:{side}", val="single", sz="4", space="0", color="A6A6A6")
        borders.append(line)
    for side in ("top", "bottom"):
        margins.append(_element(f"w:{side}", w="60", type="dxa"))
    table._tbl.tblPr.append(borders)
    table._tbl.tblPr.append(margins)


def _fill(there: _Row, row: Row) -> None:
    hours, body = _cells(there)
    style = "name" if row.kind == "session" else ""
    _write(hours.paragraphs[0], [(row.hours, style)])
    is_bold = row.kind in {"session", "item"}
    heading = [
        (words, kind or ("name" if is_bold else "")) for words, kind in row.heading
    ]
    _write(body.paragraphs[0], heading)
    for line in row.lines:
        _write(body.add_paragraph(), line)
    there._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    if row.kind == "session":
        for cell in (hours, body):
            shade = _element("w:shd", val="clear", color="auto", fill=SHADE)
            cell._tc.get_or_add_tcPr().append(shade)


def _cells(row: _Row) -> Iterable[_Cell]:
    # `row.cells` looks through the whole table for each row.
    for cell, width in zip(row._tr.tc_lst, WIDTHS, strict=True):
        found = _Cell(cell, row._parent)
        found.width = width
        yield found


def _write(paragraph: Paragraph, line: Line) -> None:
    if line and line[0][1] == "title":
        paragraph.paragraph_format.left_indent = Mm(4)
    for words, style in line:
        run = paragraph.add_run(_clean(words))
        run.bold = True if style == "name" else None
        if style == "soft":
            run.font.color.rgb = GREY
        if is_rtl(words):
            run.font.rtl = True
            run.font.cs_bold = run.bold
            # A comma after it belongs to the line, and not to the name.
            paragraph.add_run(LEFT_TO_RIGHT)


def is_rtl(words: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in words)


def _turn(docx: Docx) -> None:
    """From right to left: every paragraph, and the columns of each table."""
    for paragraph in docx.element.body.iter(qn("w:p")):
        paragraph.get_or_add_pPr().append(_element("w:bidi"))
        for text in paragraph.iter(qn("w:t")):
            text.text = _turned(text.text or "")
    for table in docx.tables:
        table._tbl.tblPr.append(_element("w:bidiVisual"))


def _turned(words: str) -> str:
    """A comma after words from left to right belongs to the line, too."""
    if words == LEFT_TO_RIGHT:
        return RIGHT_TO_LEFT
    return words if is_rtl(words) or not words.strip() else f"{words}{BOTH}"


def _element(name: str, **values: str) -> OxmlElement:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _clean(words: str) -> str:
    """Without what XML does not know, and marks that turn what follows."""
    return NOT_IN_XML.sub("", UNSEEN.sub("", words))
