from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from agenda.models import Mark, Release
from tests.making import make_item, make_meeting, make_release, make_session

pytestmark = pytest.mark.django_db


def events(client, slug="15"):
    response = client.get(f"/{slug}/agenda.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        # Clocks go forward between the two days in the first, back in the second.
        ("America/New_York", [(15, 0), (14, 0)]),
        ("Etc/GMT+12", [(22, 0), (22, 0)]),
        ("Pacific/Kiritimati", [(20, 0), (20, 0)]),
    ],
)
def test_hours_are_right_across_daylight_saving(client, zone, utc):
    meeting = make_meeting(starts_on=date(2027, 3, 13), timezone=zone)
    for day in meeting.days:
        make_session(meeting, date=day)

    starts = [event.decoded("dtstart") for event in events(client)]

    assert [(s.hour, s.minute) for s in starts] == [(10, 0), (10, 0)]
    assert [
        (s.astimezone(ZoneInfo("UTC")).hour, s.astimezone(ZoneInfo("UTC")).minute)
        for s in starts
    ] == utc


def test_calendar_names_its_zone(client):
    make_session(make_meeting(timezone="America/New_York"))

    body = client.get("/15/agenda.ics").text

    assert "DTSTART;TZID=America/New_York:" in body
    assert "BEGIN:VTIMEZONE\r\nTZID:America/New_York" in body


def test_event_has_place_items_and_a_stable_uid(client):
    session = make_session(room="Conference Room 8")
    make_item(session, title="Opening")
    make_item(session, title="Élections")
    first = events(client)[0]
    session.title = "Renamed"
    session.save()
    make_release(session.meeting)

    second = events(client)[0]

    assert first["uid"] == second["uid"]
    assert first["location"].startswith("Conference Room 8")
    assert first["description"] == "I Opening\nII Élections"
    assert second["summary"].startswith("Renamed")


def test_session_without_hours_lasts_all_day_and_says_so(client):
    meeting = make_meeting(starts_on=date(2027, 2, 16))
    make_session(meeting, starts_at=None, ends_at=None)

    event = events(client)[0]

    assert event.decoded("dtstart") == date(2027, 2, 16)
    assert event.decoded("dtend") == date(2027, 2, 17)
    assert "Hours to be confirmed." in event["description"]


def test_sessions_on_one_day_are_numbered_by_their_hours():
    meeting = make_meeting()
    late = make_session(meeting, title="Late")
    late.set_hours(time(15), time(18))
    late.save()
    early = make_session(meeting, title="Early")

    early.put_in_order()

    titles = list(meeting.sessions.values_list("title", flat=True))
    assert titles == ["Early", "Late"]
    assert late.starts_at == datetime.combine(
        meeting.starts_on, time(15), tzinfo=meeting.zone
    )


def test_calendar_says_which_release_it_is(client):
    session = make_session()
    session.room = "Conference Room 8"
    session.save()
    release = Release.objects.make(session.meeting)

    [event] = events(client)

    assert event["sequence"] == 2
    assert event.decoded("dtstamp") == release.at.replace(microsecond=0)


def test_item_that_the_desk_has_cancelled_is_cancelled_at_once(client):
    item = make_item(slug="panel")
    before = client.get("/15/agenda/panel.ics")
    mark = Mark.objects.create(meeting=item.meeting, item=item, state="cancelled")

    after = client.get(
        "/15/agenda/panel.ics", headers={"If-None-Match": before["ETag"]}
    )

    [event] = Calendar.from_ical(after.content).walk("VEVENT")
    assert event["status"] == "CANCELLED"
    assert event["uid"] == f"item-{item.pk}@localhost"
    assert event.decoded("dtstamp") == mark.updated_at.replace(microsecond=0)
    assert events(client)[0]["description"] == "I Item 1 (cancelled)"


def test_organizer_is_the_secretariat(client):
    meeting = make_meeting(organizer_name='Population Division, "DESA"')
    make_session(meeting)

    [event] = events(client)

    assert event["organizer"] == "mailto:secretariat@example.org"
    assert event["organizer"].params["CN"] == "Population Division,  DESA"
