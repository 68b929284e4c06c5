"""What somebody typed is text in every output, whatever it looks like there."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from django.urls import reverse
from lxml import etree, html
from pypdf import PdfReader

from agenda.models import Day, Mark, OwnAgenda, Release
from agenda.outline import Outline
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db
LONG = "Mightily long " * 14
TEXTS = {
    "html": "</script><script>alert(1)</script><img src=x onerror=alert(2)>'\"&",
    "comment": "<!--<script>]]></title></textarea><svg/onload=alert(3)>",
    "breaks": "One\r\nATTENDEE:mailto:x@example.org\nBEGIN:VALARM\rX-A:1\u2028X-B:2",
    "controls": "A\x01B\x0bC\x0cD\x1bE\x7fF\x85G\ufffeH\uffffI",
    "typst": '#panic("x") $ * _ ` = \\ #read("/etc/passwd") @ref <label> //',
    "long": LONG.strip(),
    "turned": "\u202eevil\u2066 \u200f\u2069\u202c {{ 7|add:7 }} {% now %} ${x}",
}
PAGES = [
    "home",
    "agenda",
    "now",
    "now-part",
    "speakers",
    "documents",
    "search",
    "embed",
    "embed-fragment",
    "releases",
    "mine",
    "offline",
]
DATA = {"application/ld+json", "application/json"}
RUNS = re.compile(r"\s*(javascript|data|vbscript):", re.IGNORECASE)
CALENDARS = re.compile(r"[A-Z][A-Z0-9-]*[:;]")
EXPECTED = {"ATTENDEE", "X-A", "X-B", "VALARM"}


def plant(text):
    """A released programme in which all that can be typed is this text."""
    short, shortest = text[:100], text[:50]
    meeting = make_meeting(
        is_current=True,
        embed_hosts="https://example.org",
        title=text,
        venue=text,
        room=text,
        city=short,
        country=short,
        organizer_name=text,
        organizer_parent=text,
    )
    facts = {"note": text, "released": False}
    session = make_session(
        meeting, title=text, ordinal=shortest, room=text, organizers=text, **facts
    )
    item = make_item(session, title=text, slug="item", **facts)
    presentation = make_presentation(item, title=text, **facts)
    speaker = make_speaker(text, slug="speaker")
    for place in (item, presentation):
        make_role(
            place,
            speaker=speaker,
            style=short,
            function=text,
            affiliation=text,
            **facts,
        )
    gone = make_item(session, title=text, slug="gone", **facts)
    Day.objects.create(meeting=meeting, date=meeting.starts_on, note=text)
    make_material(meeting, title=text, symbol=short)
    make_material(meeting, item=item, title=text, symbol=short)
    Release.objects.make(meeting, note=text)
    gone.delete()
    item.note, session.room = f"{text} 2", f"{text} 2"
    item.save()
    session.save()
    Release.objects.make(meeting, note=text)
    return meeting


@pytest.fixture(params=TEXTS)
def meeting(request, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.KEPT_SECONDS = 0
    return plant(TEXTS[request.param])


def get(client, name, *args, **query):
    response = client.get(reverse(name, args=["15", *args]), query)
    assert response.status_code == 200, name
    return response


def pages(client, meeting):
    for name in PAGES:
        yield name, get(client, name, **({"q": "a"} if name == "search" else {}))
    rest = {
        "item": ["item", "gone"],
        "speaker": ["speaker"],
        "session": [meeting.sessions.get().pk],
        "release": [1, 2],
        "release-changes": [1, 2],
    }
    for name, several in rest.items():
        for each in several:
            yield name, get(client, name, each)


def assert_harmless(page, name):
    """No script, handler or address in it is of what somebody typed."""
    if not isinstance(page, str):
        assert page.status_code < 500, name
        page = page.content.decode()
    tree = html.document_fromstring(page.replace("\0", ""))
    for element in tree.iter(etree.Element):
        loud = [key for key in element.attrib if key.lower().startswith("on")]
        assert not loud, name
        assert element.get("src") != "x", name
        for address in ("href", "src", "action", "formaction"):
            assert not RUNS.match(element.get(address, "")), name
    for script in tree.iter("script"):
        if script.get("type") in DATA:
            assert json.loads(script.text) is not None, name
        else:
            assert script.get("src"), name
            assert not (script.text or "").strip(), name


def test_pages_have_no_script_of_its_making(client, meeting):
    for name, response in pages(client, meeting):
        assert_harmless(response, name)


def test_calendars_have_no_line_of_its_making(client, meeting):
    agenda = OwnAgenda.objects.create(meeting=meeting)
    agenda.star(meeting.items.get())
    session = meeting.sessions.get()
    agenda.star(session)
    calendars = [
        get(client, "agenda-ics"),
        get(client, "session-ics", session.pk),
        get(client, "item-ics", "item"),
        get(client, "mine-calendar", agenda.token),
    ]
    for response in calendars:
        whole = response.content.decode()
        assert not re.search("\r(?!\n)|(?<!\r)\n", whole)
        for line in whole.replace("\r\n ", "").split("\r\n")[:-1]:
            assert CALENDARS.match(line), line
            assert re.split("[:;]", line)[0] not in EXPECTED, line
            assert line != "BEGIN:VALARM"
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", line), line


def test_feeds_are_whole(client, meeting):
    for name in ("agenda-xml", "agenda-atom"):
        etree.fromstring(get(client, name).content)
    atom = etree.fromstring(get(client, "agenda-atom").content)
    for content in atom.iterfind(".//{*}content"):
        kinds = {each.tag for each in html.fromstring(f"<div>{content.text}</div>")}
        assert kinds <= {"p", "ul"}, content.text
    json.loads(get(client, "agenda-json").content)
    json.loads(get(client, "manifest").content)
    worker = get(client, "worker").text
    json.loads(worker.partition("self.keeping = ")[2].partition(";\n")[0])


def test_papers_are_whole(client, meeting):
    for name in ("organization-of-work", "agenda"):
        PdfReader(BytesIO(get(client, f"{name}-pdf").content))
        with ZipFile(BytesIO(get(client, f"{name}-docx").content)) as whole:
            for part in whole.namelist():
                if part.endswith(("xml", "rels")):
                    etree.fromstring(whole.read(part))


ADDRESSES = [
    "/%00/",
    "/15/%00/",
    "/15/agenda/%00/",
    "/15/agenda/%00.ics",
    "/15/speakers/%00/",
    "/15/documents/1/%00",
    "/15/mine/%00.ics",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nul_is_in_no_address(client, address):
    make_session()

    assert client.get(address).status_code == 400


def test_cookie_that_no_text_can_be_is_nobodys_agenda(client):
    meeting = make_session().meeting
    client.cookies[f"agenda_{meeting.pk}"] = "\0"

    assert get(client, "mine-stars").json()["stars"] == []


@pytest.mark.parametrize("tap", ["1:late:--5", "1:late:-", f"{'9' * 5000}:start"])
def test_tap_that_no_button_has_does_nothing(client, tap):
    sign_in(client)
    meeting = make_session().meeting

    response = client.post(f"/admin/agenda/day/{meeting.pk}/", {"tap": tap})

    assert response.status_code == 302


def test_tap_is_done_also_where_the_page_is_the_latest(client):
    item = make_item()

    with time_machine.travel(item.meeting.starts_at):
        sign_in(client)
        version = Outline.released(item.meeting).version
        address = f"/admin/agenda/day/{item.meeting_id}/?v={version}"
        client.post(address, {"tap": f"{item.pk}:start"})

    assert Mark.objects.get().state == "started"
