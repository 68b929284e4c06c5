"""A paper as PDF for everybody (PDF/UA-1): tagged, titled, in its language."""

import json
import re
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from agenda.papers.content import Paper, Piece
from meeting.environment import BASE

FONTS = BASE / "meeting" / "data" / "fonts"
TEMPLATE = Path(__file__).with_name("paper.typ")
ALL_TEXTS = b"""
#set document(title: "All texts")
#set text(font: ("Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC"), lang: "en")
#for words in json(bytes(sys.inputs.paper)) { par(words) }
"""
NOT_IN_FONTS = re.compile(r'the text `"(.+?)"` could not be displayed')
# Within these, words of another direction leave those around them where they are.
FIRST_STRONG, END_OF_ISOLATE = "\u2068", "\u2069"


def to_pdf(paper: Paper) -> bytes:
    """Without tags where a letter is in none of our fonts: that is no PDF/UA."""
    try:
        return _compiled(paper, pdf_standards=["ua-1"])
    except typst.TypstError:
        return _compiled(paper)


def letters_not_in_fonts(texts: list[str]) -> set[str]:
    """Those that print as an empty box."""
    try:
        _compile(ALL_TEXTS, texts, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        return set("".join(NOT_IN_FONTS.findall(error.diagnostic)))
    return set()


def _compiled(paper: Paper, **options: list[str]) -> bytes:
    return _compile(TEMPLATE.read_bytes(), _values(paper), **options)


def _compile(source: bytes, values: Any, **options: list[str]) -> bytes:
    return typst.compile(
        source,
        # It reads no file but its fonts.
        root=FONTS,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": json.dumps(values)},
        **options,
    )


def _values(paper: Paper) -> dict:
    is_rtl = paper.direction == "rtl"
    values = asdict(paper) | {"name": paper.name}
    for day in values["days"]:
        for row in day["rows"]:
            row["heading"] = [_isolated(piece, is_rtl) for piece in row["heading"]]
        for part in (day, *day["rows"]):
            part["lines"] = [
                [_isolated(piece, is_rtl) for piece in line] for line in part["lines"]
            ]
    values["items"] = [
        [_isolated(piece, is_rtl) for piece in line] for line in values["items"]
    ]
    return values


def _isolated(piece: Piece, is_rtl: bool) -> Piece:
    text, style = piece
    other = {"L"} if is_rtl else {"R", "AL"}
    if any(unicodedata.bidirectional(letter) in other for letter in text):
        return f"{FIRST_STRONG}{text}{END_OF_ISOLATE}", style
    return piece
