"""Both real programmes, and one written from scratch, are on their pages, whole."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
import time_machine
import yaml
from django.core.management import call_command

DEMO = Path(__file__).parents[2] / "meeting" / "demo"
THREE_DAYS = Path(__file__).parent / "programme" / "files" / "three-days.yaml"
FILES = {"14": DEMO / "meeting-14.yaml", "15": DEMO / "meeting-15.yaml"}
# What the agenda prints of a mapping of the file, as it stands there.
PRINTED = {
    "title",
    "speaker",
    "delivered_by",
    "affiliation",
    "function",
    "label",
    "room",
}

pytestmark = pytest.mark.django_db


def text_of(html):
    """What a reader reads: no tags, no line breaks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def printed(node):
    """Every title, name and office in a part of a file, but what only staff sees."""
    if isinstance(node, list):
        return [words for each in node for words in printed(each)]
    if not isinstance(node, dict) or node.get("visibility") == "staff":
        return []
    found = [value for key, value in node.items() if key in PRINTED and value]
    return found + [words for value in node.values() for words in printed(value)]


def addresses(node):
    """The address of every material."""
    if isinstance(node, list):
        return [url for each in node for url in addresses(each)]
    if not isinstance(node, dict):
        return []
    urls = [
        material["url"] for material in node.get("materials", []) if "url" in material
    ]
    return urls + [url for value in node.values() for url in addresses(value)]


def agenda_of(client, file):
    call_command("load_meeting", file, verbosity=0)
    programme = yaml.safe_load(file.read_text(encoding="utf-8"))
    meeting = programme["meeting"]
    slug = meeting.get("slug", str(meeting.get("number")))
    return programme, client.get(f"/{slug}/agenda/").text


@pytest.mark.parametrize("file", [*FILES.values(), THREE_DAYS], ids=lambda f: f.stem)
def test_every_title_name_and_material_is_on_the_agenda(client, file):
    programme, html = agenda_of(client, file)
    text = text_of(html)

    parts = [
        programme.get(part, [])
        for part in ("days", "unplaced", "side_events", "documents")
    ]
    wanted = [" ".join(words.split()) for words in printed(parts)]

    assert [words for words in wanted if words not in text] == []
    assert [url for url in addresses(parts) if url not in unescape(html)] == []
    assert len(wanted) > 20


def test_what_is_to_be_confirmed_is_said_and_never_blank(client):
    with time_machine.travel(datetime(2016, 1, 1, tzinfo=UTC)):
        _programme, html = agenda_of(client, FILES["14"])
    text = text_of(html)

    assert "Name to be confirmed" in text
    assert "title to be confirmed" in text
    assert "hours to be confirmed" in text
    assert "The items of this session are to be confirmed." in text
    assert "Further speakers to be confirmed" in text


def test_nothing_of_a_meeting_that_is_over_is_to_be_confirmed(client):
    _programme, html = agenda_of(client, FILES["14"])
    home = client.get("/14/").text

    assert "to be confirmed" not in text_of(html + home).lower()


def test_numerals_run_through_the_whole_meeting(client):
    _programme, html = agenda_of(client, FILES["14"])

    numerals = re.findall(r'class="numeral"><span[^>]*>[^<]*</span>(\w+)', html)

    assert numerals == ["I", "II", "III", "VI", "VII", "VIII", "IX", "X", "XI"]


def test_symbols_of_the_fifteenth_lead_to_the_documents(client):
    agenda_of(client, FILES["15"])

    html = client.get("/15/").text

    for symbol in ("A/RES/56/203", "A/RES/58/208", "A/RES/70/1", "A/RES/71/280"):
        assert f'<a href="https://undocs.org/{symbol}">{symbol}</a>' in html
    assert '<a href="https://undocs.org/A/RES/71/1">A/RES/71/1</a>, Annex II' in html
