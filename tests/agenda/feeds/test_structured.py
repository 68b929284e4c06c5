import json
import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from agenda.feeds.structured import item_event
from agenda.models import Mark
from agenda.outline import Outline
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def data_of(client, address):
    html = client.get(address).text
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return json.loads(text)


def test_home_is_the_event(client):
    make_meeting(
        title="Meeting on Migration",
        starts_on=datetime(2027, 2, 16, tzinfo=UTC).date(),
        city="New York",
        country="United States",
        organizer_name="Population Division",
    )

    data = data_of(client, "/15/")

    assert data["@context"] == "https://schema.org"
    assert (data["@type"], data["name"]) == ("Event", "Meeting on Migration")
    assert (data["startDate"], data["endDate"]) == ("2027-02-16", "2027-02-17")
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["organizer"]["name"] == "Population Division"
    assert data["location"]["address"]["addressLocality"] == "New York"


def test_agenda_has_its_sessions_with_offsets(client):
    meeting = make_meeting(timezone="Pacific/Kiritimati")
    session = make_session(meeting, webcast="https://webtv.un.org/1")
    make_item(session, title="Not here")

    data = data_of(client, "/15/agenda/")

    [part] = data["subEvent"]
    assert datetime.fromisoformat(part["startDate"]) == session.starts_at
    assert part["startDate"].endswith("+14:00")
    assert part["url"] == f"http://localhost:8000/15/agenda/#s{session.pk}"
    assert part["location"][1] == {
        "@type": "VirtualLocation",
        "url": "https://webtv.un.org/1",
    }
    assert "Not here" not in json.dumps(data)


def test_session_is_an_event(client):
    session = make_session(title="Morning")

    data = data_of(client, f"/15/sessions/{session.pk}/")

    assert (data["@type"], data["name"]) == ("Event", "Morning")


def test_item_names_who_speaks(client):
    item = make_item(slug="panel")
    role = make_role(make_presentation(item), speaker=make_speaker("WU Hongbo"))
    make_role(item, kind="moderator", speaker=role.speaker)

    data = data_of(client, "/15/agenda/panel/")

    assert data["performer"] == [{"@type": "Person", "name": "WU Hongbo"}]
    assert data["superEvent"]["name"] == item.meeting.title


def test_item_that_is_cancelled_or_moved_says_so():
    item = make_item(starts_at=datetime(2027, 2, 16, 15, tzinfo=UTC))
    [read] = Outline.released(item.meeting).items
    hour_before = item.starts_at - timedelta(hours=1)
    read.planned = SimpleNamespace(starts_at=hour_before, ends_at=None)
    moved = item_event(read)
    read._state.fields_cache["mark"] = Mark(item=item, state=Mark.State.CANCELLED)

    cancelled = item_event(read)

    assert moved["eventStatus"] == "https://schema.org/EventRescheduled"
    assert datetime.fromisoformat(moved["previousStartDate"]) == hour_before
    assert cancelled["eventStatus"] == "https://schema.org/EventCancelled"


def test_a_title_cannot_end_its_script(client):
    title = "</script><script>alert(1)</script>\u2028&"
    make_item(slug="panel", title=title)

    html = client.get("/15/agenda/panel/").text

    assert "<script>alert" not in html
    assert data_of(client, "/15/agenda/panel/")["name"] == title


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/15/", "Meeting 15 on International Migration"),
        ("/15/agenda/", "Agenda"),
        ("/15/agenda/panel/", "Opening &amp; panel"),
        ("/15/speakers/", "Speakers"),
        ("/15/documents/", "Documents"),
        ("/15/register/", "Registration"),
    ],
)
def test_public_pages_say_how_they_are_shared(client, address, title):
    make_item(slug="panel", title="Opening & panel")

    html = client.get(f"{address}?zone=Asia/Tokyo").text

    url = f"http://localhost:8000{address}"
    assert f'<link rel="canonical" href="{url}">' in html
    assert f'<meta property="og:url" content="{url}">' in html
    assert f'<meta property="og:title" content="{title}">' in html
    assert '<meta property="og:locale" content="en_GB">' in html
    assert 'content="http://localhost:8000/static/img/shared.png"' in html
    assert html.count('property="og:description"') == 1


def test_agenda_names_its_feeds(client):
    make_session()

    html = client.get("/15/agenda/").text

    for kind, name in [
        ("text/calendar", "ics"),
        ("application/atom+xml", "atom"),
        ("application/json", "json"),
        ("application/xml", "xml"),
    ]:
        link = f'<link rel="alternate" type="{kind}" href="/15/agenda.{name}"'
        assert link in html
