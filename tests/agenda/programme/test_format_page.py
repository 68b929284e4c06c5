"""The page on the format says what is so."""

import re
from pathlib import Path

import pytest

from agenda.programme.reading import all_fields, read
from agenda.programme.schema import Part

PAGE = (Path(__file__).parents[3] / "docs" / "programme-format.md").read_text("utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
START = EXAMPLES[0]


def in_an_item(text):
    indented = "".join(f"            {line}\n" for line in text.splitlines())
    return START + "          - title: Another item\n" + indented


@pytest.mark.parametrize(
    "text", [START, in_an_item(EXAMPLES[1]), START + EXAMPLES[2]], ids=range(3)
)
def test_its_examples_can_be_read(text):
    assert len(EXAMPLES) == 3
    assert read(text.encode()).meeting.number == 15


def test_it_names_every_field():
    text = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    named = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", text))))

    assert all_fields(Part) - named == set()
