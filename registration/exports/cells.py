"""Cells that no spreadsheet takes for a formula.

A list of participants holds what strangers typed; staff open it in a spreadsheet.
"""

import re
from datetime import datetime
from decimal import Decimal

Cell = str | datetime | Decimal

# What begins a formula, in ASCII and as the full-width signs that stand for it.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
# "+1 212 555-0100"; but "+1-212-555-0100" is a sum to a spreadsheet.
PHONE = re.compile(r"\s*\+(?!\d+(?:-\d+)+\s*$)(?:[ ()-]*\d){7,15}[ ()-]*")


def harmless(text: str) -> str:
    """The text with an apostrophe before what would run; phone numbers stay."""
    if FORMULA.match(text) and not PHONE.fullmatch(text):
        return f"'{text}"
    return text


def as_written(text: str) -> str:
    """What `harmless` was given: a file of ours that comes back says the same."""
    is_ours = text.startswith("'") and harmless(text[1:]) == text
    return text[1:] if is_ours else text
