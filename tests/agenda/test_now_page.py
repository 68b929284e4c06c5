"""Now and next: what the page says at each hour, and how open pages follow."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agenda.outline import Outline
from agenda.today.desk import Desk
from agenda.today.now import NowAndNext
from agenda.today.versions import is_latest
from tests.agenda.test_marks import DAY, at
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
)

NEXT_DAY = DAY + timedelta(days=1)


@pytest.fixture
def meeting(db):
    """A morning of two items, an afternoon in two rooms, and a second day."""
    meeting = make_meeting(starts_on=DAY)

    def session(title: str, start: str, end: str, day=DAY, **fields):
        hours = {"starts_at": at(start, day), "ends_at": at(end, day)}
        fields = {"date": day, "title": title, "released": False} | fields
        return make_session(meeting, **hours, **fields)

    morning = session("Morning", "10.00", "11.00")
    for start, end in (("10.00", "10.30"), ("10.30", "11.00")):
        hours = {"starts_at": at(start), "ends_at": at(end)}
        make_item(morning, released=False, **hours)
    session("Afternoon", "15.00", "18.00")
    session("Workshop", "15.00", "16.00", room="Room 8")
    session("Evening", "23.00", "23.59", room="Hall")
    session("Second morning", "10.00", "13.00", NEXT_DAY)
    make_release(meeting)
    return meeting


def look(meeting, moment, room="") -> tuple[str, list[str], list[str]]:
    """What the page says: its stage, the sessions that are on, and those that come."""
    with time_machine.travel(moment, tick=False):
        day = NowAndNext(Outline.released(meeting), room)
        on = [place.session.title for place in day.places]
        return day.stage, on, [session.title for session in day.coming]


def test_before_the_meeting_it_says_when_it_begins(meeting):
    early = at("9.00", DAY - timedelta(days=30))

    assert look(meeting, early)[0] == "before"


def test_during_a_session_it_says_what_is_on_and_what_comes_in_each_room(meeting):
    found = look(meeting, at("10.10"))

    assert found == ("on", ["Morning"], ["Afternoon", "Workshop", "Evening"])


def test_parallel_sessions_are_on_together(meeting):
    assert look(meeting, at("15.30"))[1] == ["Afternoon", "Workshop"]


def test_one_room_has_only_what_is_in_it(meeting):
    assert look(meeting, at("15.30"), "Room 8")[1] == ["Workshop"]
    assert look(meeting, at("16.30"), "Room 8") == ("after", [], [])


def test_between_two_sessions_it_says_when_it_goes_on(meeting):
    stage, on, coming = look(meeting, at("12.00"))

    assert (stage, on, coming[0]) == ("between", [], "Afternoon")


def test_over_night_it_names_the_next_day(client, meeting):
    with time_machine.travel(at("23.59"), tick=False):
        page = client.get(reverse("now", args=["15"])).content.decode()

    assert "It continues on Wednesday 17 February at" in page


def test_after_the_last_session_it_leads_to_the_documents(client, meeting):
    with time_machine.travel(at("14.00", NEXT_DAY), tick=False):
        page = client.get(reverse("now", args=["15"])).content.decode()

    assert "The meeting is over." in page
    assert reverse("documents", args=["15"]) in page


def test_a_programme_without_hours_says_so(client, db):
    make_session(make_meeting(), starts_at=None, ends_at=None)

    page = client.get(reverse("now", args=["15"])).content.decode()

    assert "Its hours are to be confirmed." in page


def test_what_runs_late_is_still_on_and_what_follows_is_next(meeting):
    first = meeting.items.in_order()[0]
    Desk(meeting, by=None).late(first.pk, 20)

    with time_machine.travel(at("10.45"), tick=False):
        (place,) = NowAndNext(Outline.released(meeting)).places

        assert [item.title for item in place.items] == ["Item 1"]
        assert place.coming.title == "Item 2"
        assert place.coming.starts_at == at("10.50")


def test_a_cancelled_item_does_not_come_next(meeting):
    second = meeting.items.in_order()[1]
    Desk(meeting, by=None).cancel(second.pk)

    with time_machine.travel(at("10.10"), tick=False):
        (place,) = NowAndNext(Outline.released(meeting)).places

        assert place.coming is None


def test_it_names_who_speaks(client, meeting):
    first = meeting.items.in_order()[0]
    presentation = make_presentation(first, released=False)
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")

    with time_machine.travel(at("10.10"), tick=False):
        page = client.get(reverse("now", args=["15"])).content.decode()

    assert '<span class="family">LIMA</span>' in page
    assert "Director" in page


@pytest.mark.parametrize("count", [1, 30])
def test_it_takes_five_queries_however_long(
    client, meeting, django_assert_num_queries, count
):
    for _each in range(count):
        make_role(make_item(meeting.sessions.first(), released=False), released=False)
    make_release(meeting)

    with django_assert_num_queries(5):  # Meeting, release, materials, marks, menu.
        client.get(reverse("now", args=["15"]))


def ask(client, version: str, **more) -> int:
    address = reverse("now-part", args=["15"])
    return client.get(address, {"v": version} | more).status_code


def test_what_is_still_so_is_answered_by_nothing(client, meeting):
    version = Outline.released(meeting).version

    assert ask(client, version) == 204


def test_asking_takes_three_small_queries(client, meeting, django_assert_num_queries):
    version = Outline.released(meeting).version

    with django_assert_num_queries(3):
        ask(client, version)


def test_a_tap_at_the_desk_is_answered_by_what_is_so_now(client, meeting):
    version = Outline.released(meeting).version

    Desk(meeting, by=None).late(meeting.items.first().pk, 10)

    assert ask(client, version) == 200
    assert ask(client, version, **{"as": "strip"}) == 200


def test_a_release_is_answered_by_what_is_so_now(client, meeting):
    version = Outline.released(meeting).version

    make_item(meeting.sessions.first())

    assert ask(client, version) == 200


@pytest.mark.parametrize("version", ["", "x", "1.x", "1-2.99999999999"])
def test_who_asks_with_anything_else_is_answered(client, meeting, version):
    assert ask(client, version) == 200


def test_the_clock_alone_makes_a_page_ask_anew(meeting):
    with time_machine.travel(at("10.10"), tick=False) as clock:
        version = Outline.released(meeting).version
        clock.move_to(at("10.29"))
        assert is_latest(meeting, version)
        clock.move_to(at("10.30"))

        assert not is_latest(meeting, version)


def test_pages_of_another_kind_hear_of_it(client, meeting):
    address = reverse("now-version", args=["15"])
    with time_machine.travel(at("10.10"), tick=False):
        version = Outline.released(meeting).version
        assert client.get(address, {"v": version}).status_code == 204

        Desk(meeting, by=None).done(meeting.items.first().pk)

        answer = client.get(address, {"v": version})
    assert answer["HX-Trigger"] == "programme-changed"


def test_the_home_page_says_what_is_on_on_the_days_alone(client, meeting):
    with time_machine.travel(at("10.10"), tick=False):
        during = client.get("/15/").content.decode()
    with time_machine.travel(at("10.10", DAY - timedelta(days=9)), tick=False):
        before = client.get("/15/").content.decode()

    assert 'id="now"' in during
    assert 'id="now"' not in before
    assert "htmx-2.min.js" not in before


def test_the_home_page_prints_shifted_hours(client, meeting):
    session = meeting.sessions.first()
    Desk(meeting, by=None).late(session.items.last().pk, 25)

    page = client.get("/15/").content.decode()

    assert ">11.25</time>" in page


def test_a_calendar_has_the_shifted_hours(client, meeting):
    session = meeting.sessions.first()
    Desk(meeting, by=None).late(session.items.last().pk, 25)

    calendar = client.get("/15/agenda.ics").content.decode()

    assert "DTEND;TZID=America/New_York:20270216T112500" in calendar


def test_the_meeting_of_another_zone_has_its_own_days(db):
    zone = timezone.get_fixed_timezone(14 * 60)
    meeting = make_meeting(starts_on=DAY, timezone="Pacific/Kiritimati")
    start = at("23.00", DAY, zone)
    make_session(meeting, starts_at=start, ends_at=start + timedelta(hours=3))

    found = look(meeting, start + timedelta(hours=2))

    assert found == ("on", ["Morning session"], [])
