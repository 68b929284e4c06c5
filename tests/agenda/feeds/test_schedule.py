"""The schedule for conference apps, read by two readers written from its description.

All is checked by schemas of our own, and by the format's public ones too where
SCHEDULE_SCHEMAS names their folder (docs/architecture.md, Feeds).
"""

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import jsonschema
import pytest
from django.core.management import call_command
from lxml import etree

from agenda.models import Release, Role
from meeting.models import Meeting
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

DEMO = Path(__file__).parents[3] / "meeting" / "demo"
OURS = Path(__file__).parent / "schemas"
JSON_SCHEMAS = [json.loads((OURS / "schedule.json").read_text())]
XML_SCHEMAS = [etree.XMLSchema(file=OURS / "schedule.xsd")]
if PUBLIC := os.environ.get("SCHEDULE_SCHEMAS"):
    JSON_SCHEMAS.append(json.loads((Path(PUBLIC) / "schema.json").read_text()))
    XML_SCHEMAS.append(etree.XMLSchema(file=Path(PUBLIC) / "schedule.xml.xsd"))


@dataclass(frozen=True)
class Event:
    """What an app shows; hours in UTC."""

    id: int
    guid: UUID
    room: str
    title: str
    start: datetime
    end: datetime
    persons: tuple
    links: tuple
    attachments: tuple
    description: str


def read_json(client, slug="15"):
    body = client.get(f"/{slug}/agenda.json").json()
    for schema in JSON_SCHEMAS:
        jsonschema.validate(body, schema)
    conference = body["schedule"]["conference"]
    assert conference["daysCount"] == len(conference["days"])
    assert {room["name"] for room in conference["rooms"]} == {
        name for day in conference["days"] for name in day["rooms"]
    }
    return [
        Event(
            id=each["id"],
            guid=UUID(each["guid"]),
            room=each["room"],
            title=each["title"],
            persons=tuple((one["id"], one["name"]) for one in each["persons"]),
            links=tuple((one["url"], one["title"]) for one in each["links"]),
            attachments=tuple(
                (one["url"], one["title"]) for one in each["attachments"]
            ),
            description=each["description"],
            **hours(day["day_start"], day["day_end"], each),
        )
        for day in conference["days"]
        for name, events in day["rooms"].items()
        for each in events
        if each["room"] == name
    ]


def read_xml(client, slug="15"):
    root = etree.fromstring(client.get(f"/{slug}/agenda.xml").content)
    for schema in XML_SCHEMAS:
        schema.assertValid(root)
    assert int(root.findtext("conference/days")) == len(root.findall("day"))
    return [
        Event(
            id=int(each.get("id")),
            guid=UUID(each.get("guid")),
            room=each.findtext("room"),
            title=each.findtext("title"),
            persons=tuple(
                (int(one.get("id")), one.text) for one in each.iter("person")
            ),
            links=tuple((one.get("href"), one.text) for one in each.iter("link")),
            attachments=tuple(
                (one.get("href"), one.text) for one in each.iter("attachment")
            ),
            description=each.findtext("description"),
            **hours(day.get("start"), day.get("end"), {e.tag: e.text for e in each}),
        )
        for day in root.iter("day")
        for room in day
        for each in room
        if each.findtext("room") == room.get("name")
    ]


def hours(day_start, day_end, values):
    """An event is within its day, and begins at the hour that it says."""
    start = datetime.fromisoformat(values["date"])
    hour, minute = map(int, values["duration"].split(":"))
    end = start.astimezone(UTC) + timedelta(hours=hour, minutes=minute)
    assert values["start"] == f"{start:%H:%M}"
    assert datetime.fromisoformat(day_start) <= start
    assert end <= datetime.fromisoformat(day_end)
    return {"start": start.astimezone(UTC), "end": end}


def read(client, slug="15"):
    """What both readers understand, which is the same."""
    events = read_json(client, slug)
    assert events == read_xml(client, slug)
    assert len({event.id for event in events}) == len(events)
    assert len({event.guid for event in events}) == len(events)
    return events


def test_schemas_refuse_what_is_none_of_the_format(client):
    make_session()
    body = client.get("/15/agenda.json").json()
    root = etree.fromstring(client.get("/15/agenda.xml").content)
    body["schedule"]["conference"]["days"][0]["date"] = "16 February"
    root.find("day").set("date", "16 February")

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(body, JSON_SCHEMAS[0])
    assert not XML_SCHEMAS[0].validate(root)


@pytest.mark.parametrize("slug", ["14", "15"])
def test_real_programmes_are_whole(client, slug):
    call_command("load_meeting", DEMO / f"meeting-{slug}.yaml", verbosity=0)
    meeting = Meeting.objects.get(slug=slug)

    events = read(client, slug)

    text = "\n".join(f"{event.title}\n{event.description}" for event in events)
    items = meeting.items.filter(session__date__isnull=False)
    assert [str(item) for item in items if str(item) not in text] == []
    ids = {pk for event in events for pk, _name in event.persons}
    roles = Role.objects.of(meeting).exclude(speaker=None)
    placed = roles.exclude(presentation__in=meeting.presentations.filter(item=None))
    assert ids == set(placed.values_list("speaker", flat=True))


def test_meeting_without_a_programme_has_its_days(client):
    make_meeting(starts_on=date(2027, 2, 16))

    assert read(client) == []
    days = client.get("/15/agenda.json").json()["schedule"]["conference"]["days"]
    assert [day["date"] for day in days] == ["2027-02-16", "2027-02-17"]


def test_item_with_hours_is_an_event(client):
    session = make_session(make_meeting(starts_on=date(2027, 2, 16)))
    start = datetime(2027, 2, 16, 15, 30, tzinfo=UTC)
    make_item(
        session,
        title="Opening",
        starts_at=start,
        ends_at=start + timedelta(minutes=45),
    )

    [event] = read(client)

    assert (event.title, event.room) == ("I Opening", "Conference Room 4")
    assert (event.start, event.end) == (start, start + timedelta(minutes=45))


def test_items_without_hours_are_told_in_their_session(client):
    session = make_session(title="Morning")
    make_item(session, title="Opening", starts_at=session.starts_at)
    make_item(session, title="Panel")

    events = read(client)

    assert [event.title for event in events] == ["Morning", "I Opening"]
    assert events[0].description == "II Panel"


def test_session_without_hours_lasts_all_day_and_says_so(client):
    meeting = make_meeting(starts_on=date(2027, 3, 14), timezone="America/New_York")
    make_session(meeting, starts_at=None, ends_at=None)

    [event] = read(client)

    # The clocks go forward on that day.
    assert event.start == datetime(2027, 3, 14, 5, tzinfo=UTC)
    assert event.end == datetime(2027, 3, 15, 4, tzinfo=UTC)
    assert event.description == "Hours to be confirmed."


def test_parallel_sessions_are_in_their_rooms(client):
    meeting = make_meeting()
    make_session(meeting, title="A", room="Room A")
    make_session(meeting, title="B", room="Room B")

    assert [(e.title, e.room) for e in read(client)] == [
        ("A", "Room A"),
        ("B", "Room B"),
    ]


def test_session_may_last_beyond_midnight(client):
    meeting = make_meeting(starts_on=date(2027, 2, 16), timezone="Pacific/Kiritimati")
    start = datetime.combine(meeting.starts_on, time(22), tzinfo=meeting.zone)
    make_session(meeting, starts_at=start, ends_at=start + timedelta(hours=5))

    [event] = read(client)

    assert event.start == datetime(2027, 2, 16, 8, tzinfo=UTC)
    assert event.end == datetime(2027, 2, 16, 13, tzinfo=UTC)


def test_side_event_outside_the_days_has_a_day_of_its_own(client):
    meeting = make_meeting(starts_on=date(2027, 2, 16))
    make_session(meeting, kind="side_event", date=date(2027, 2, 18), room="Consulate")

    [event] = read(client)

    assert event.room == "Consulate"
    xml = etree.fromstring(client.get("/15/agenda.xml").content)
    assert [day.get("index") for day in xml.iter("day")] == ["1", "2", "3"]


def test_undated_side_event_and_its_items_are_left_out(client):
    session = make_session(kind="side_event", date=None)
    make_item(session)

    assert read(client) == []


def test_links_lead_to_links_and_files_are_attached(client):
    session = make_session(webcast="https://webtv.un.org/1")
    item = make_item(session, starts_at=session.starts_at)
    make_material(session.meeting, item=item, title="Web", url="https://example.org/a")
    file = make_material(session.meeting, item=item, title="File", file=b"%PDF-1.7\n")
    make_material(session.meeting, item=item, title="Staff", visibility="staff")

    [event] = read(client)

    assert event.links == (("https://example.org/a", "Web"),)
    assert event.attachments == ((f"http://localhost:8000{file.href}", "File"),)


def test_people_are_known_by_the_same_numbers_in_each_release(client):
    speaker = make_speaker("WU Hongbo", email="wu@example.org")
    item = make_item()
    make_role(make_presentation(item), speaker=speaker)
    before = client.get("/15/agenda.json").json()
    [first] = read(client)
    speaker.name = "WU Hong Bo"
    speaker.save()
    item.title = "Renamed"
    item.save()
    Release.objects.make(item.meeting)

    [second] = read(client)

    assert first.persons == ((speaker.pk, "WU Hongbo"),)
    assert second.persons == ((speaker.pk, "WU Hong Bo"),)
    assert (first.id, first.guid) == (second.id, second.guid)
    after = client.get("/15/agenda.json").json()
    assert guids(before) == guids(after)
    assert (version(before), version(after)) == ("1", "2")
    assert "wu@example.org" not in json.dumps(after)


def guids(body):
    """Of people and rooms."""
    conference = body["schedule"]["conference"]
    events = [
        e for day in conference["days"] for room in day["rooms"].values() for e in room
    ]
    return [p["guid"] for e in events for p in e["persons"]] + [
        room["guid"] for room in conference["rooms"]
    ]


def version(body):
    return body["schedule"]["version"]


def test_signs_that_xml_cannot_have_are_left_out(client):
    session = make_session(title="A\x0bB\x1f & <C> \ufffe移", room="Room\x0c 1")
    make_release(session.meeting)

    root = etree.fromstring(client.get("/15/agenda.xml").content)

    assert root.findtext("day/room/event/title") == "AB & <C> 移"
    assert root.find("day/room").get("name") == "Room 1"


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Pacific/Kiritimati", "US/Eastern"])
def test_zones_at_the_ends_of_the_world(client, zone):
    session = make_session(make_meeting(timezone=zone))

    [event] = read(client)

    assert (event.start, event.end) == (session.starts_at, session.ends_at)
