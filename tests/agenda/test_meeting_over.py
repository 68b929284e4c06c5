"""A meeting that is over says nothing of what is to be confirmed: nobody will do so."""

import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from docx import Document

from agenda.models import Day, Presentation, Role
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

DAY = date(2027, 2, 16)
DURING = datetime(2027, 2, 16, 9, tzinfo=UTC)
AFTER = datetime(2027, 3, 16, 9, tzinfo=UTC)
OPEN = "to be confirmed"


@pytest.fixture
def meeting():
    """Of which next to nothing is known."""
    cache.clear()
    facts = ["dates", "venue", "city", "country", "languages", "room"]
    meeting = make_meeting(
        starts_on=DAY,
        ends_on=DAY,
        city="",
        objectives="",
        tbc=facts,
        embed_hosts="https://www.example.org",
    )
    meeting.references.create(title="Resolution", kind="reference", tbc=["title"])
    Day.objects.create(meeting=meeting, date=DAY, is_complete=False)
    open_facts = {"is_complete": False, "released": False}
    known = make_session(
        meeting,
        **open_facts,
        date=DAY,
        starts_at=None,
        ends_at=None,
        room="",
        tbc=["title", "date", "room", "webcast"],
    )
    make_session(
        meeting,
        **open_facts,
        date=None,
        kind="side_event",
        title="",
        starts_at=None,
        ends_at=None,
    )
    item = make_item(known, **open_facts, title="", tbc=["title", "start"], slug="one")
    make_item(known, released=False, title="Data", tbc=["title"], slug="data")
    presentation = make_presentation(item, released=False, title="", tbc=["title"])
    Role.objects.create(presentation=presentation, affiliation="Ghana")
    Role.objects.create(item=item, kind="moderator")
    ana = make_speaker("Ana LIMA")
    make_role(item, released=False, speaker=ana, tbc=["speaker", "function"])
    loose = Presentation.objects.create(meeting=meeting, title="Loose", date=DAY)
    make_role(loose, released=False, speaker=ana)
    Presentation.objects.create(meeting=meeting, item=item)
    make_release(meeting)
    make_material(meeting, item=item, tbc=["title"])
    return meeting


PATHS = [
    "",
    "agenda/",
    "agenda/?by=room",
    "agenda/?view=compact",
    "agenda/one/",
    "agenda/data/",
    "sessions/{pk}/",
    "releases/1/",
    "speakers/",
    "speakers/ana-lima/",
    "documents/",
    "now/",
    "search/?q=data",
    "mine/",
    "embed/",
    "embed/fragment",
    "agenda.ics",
    "sessions/{pk}.ics",
    "agenda.json",
    "agenda.xml",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_meeting_that_is_over_leaves_out_what_is_not_known(client, meeting, path):
    address = f"/15/{path.format(pk=meeting.sessions.get(date=DAY).pk)}"

    with time_machine.travel(AFTER):
        answer = client.get(address)

    assert answer.status_code == 200
    assert OPEN not in answer.text.lower()


@pytest.mark.parametrize("path", ["", "agenda/", "agenda.ics", "agenda.json"])
def test_until_then_it_says_so(client, meeting, path):
    with time_machine.travel(DURING):
        assert OPEN in client.get(f"/15/{path}").text.lower()


def test_a_calendar_that_was_fetched_before_is_told_that_it_is_over(client, meeting):
    with time_machine.travel(DURING):
        before = client.get("/15/agenda.ics")["Last-Modified"]

    with time_machine.travel(AFTER):
        answer = client.get("/15/agenda.ics", headers={"if-modified-since": before})

    assert answer.status_code == 200


@pytest.mark.parametrize("paper", ["organization-of-work", "agenda"])
def test_its_papers_are_made_anew_without_it(client, meeting, paper):
    with time_machine.travel(DURING):
        before = text_of(client.get(f"/15/{paper}.docx"))
    with time_machine.travel(AFTER):
        after = text_of(client.get(f"/15/{paper}.docx"))

    assert [OPEN in text for text in (before, after)] == [True, False]


def test_a_part_without_a_name_says_from_where_it_is(client, meeting):
    with time_machine.travel(AFTER):
        page = client.get("/15/agenda/one/").text
        paper = text_of(client.get("/15/organization-of-work.docx"))

    assert "Ghana" in page
    assert "Moderator" not in page
    assert ", ghana" not in paper


def text_of(response):
    document = Document(io.BytesIO(b"".join(response)))
    cells = [cell for t in document.tables for row in t.rows for cell in row.cells]
    return "\n".join(each.text for each in [*document.paragraphs, *cells]).lower()
