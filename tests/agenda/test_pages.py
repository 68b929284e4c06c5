import re
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agenda.jinja import printed
from agenda.models import Item, Mark, Role
from agenda.outline import Outline
from agenda.reader import Reader
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_page,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
    make_user,
)

pytestmark = pytest.mark.django_db


def fill(meeting, items):
    """So many items, each with a presentation, a moderator and two materials."""
    session = make_session(meeting, released=False)
    for _each in range(items):
        item = make_item(session, released=False)
        presentation = make_presentation(item, released=False)
        make_role(presentation, released=False)
        make_role(item, kind=Role.Kind.MODERATOR, released=False)
        make_material(meeting, presentation=presentation)
        make_material(meeting, item=item)
    make_release(meeting)


@pytest.mark.parametrize("items", [10, 400])
def test_agenda_takes_five_queries_however_long(
    client, items, django_assert_num_queries
):
    meeting = make_meeting()
    fill(meeting, items)
    make_page(meeting)

    with django_assert_num_queries(5):
        response = client.get("/15/agenda/")

    assert response.text.count('class="item"') == items


@pytest.mark.parametrize(
    "path",
    ["/", "/15/", "/15/speakers/", "/15/documents/", "/15/agenda.ics", "/meetings/"],
)
def test_pages_take_as_many_queries_for_three_as_for_one(client, path):
    meeting = make_meeting()
    counts = []
    for _round in range(2):
        fill(meeting, 1)
        make_page(meeting)

        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
        fill(meeting, 1)

    assert counts[0] == counts[1] <= 8


def test_item_page_shows_who_speaks_and_the_items_beside(client):
    session = make_session()
    make_item(session, title="Opening")
    item = make_item(session, title="The compact")
    make_item(session, title="Closing")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")

    html = client.get("/15/agenda/the-compact/").text

    assert "<h1>The compact</h1>" in html
    assert 'Ana <span class="family">LIMA</span>' in html
    assert "A first look" in html
    assert 'rel="prev" href="/15/agenda/opening/"' in html
    assert 'rel="next" href="/15/agenda/closing/"' in html


def test_item_keeps_its_address_when_its_title_and_place_change(client):
    item = make_item(title="The compact")
    item.title, item.position = "The compacts", 9
    item.save()

    assert item.get_absolute_url() == "/15/agenda/the-compact/"
    assert client.get("/15/agenda/the-compact/").status_code == 200


def test_number_set_on_purpose_is_kept_and_the_next_counts_on(client):
    session = make_session()
    for title, more in (
        ("Opening", {}),
        ("Coffee", {"is_numbered": False}),
        ("Measuring", {"set_number": 6}),
        ("Closing", {}),
    ):
        make_item(session, title=title, **more)

    numbers = Item.count(session.meeting.items.in_order())

    assert list(numbers.values()) == [1, 6, 7]


@pytest.mark.parametrize(
    "path",
    [
        "/15/",
        "/15/agenda/",
        "/15/agenda/item-1/",
        "/15/speakers/wu-hongbo/",
        "/15/agenda.ics",
    ],
)
def test_unpublished_meeting_is_not_there(client, path):
    meeting = make_meeting(is_published=False)
    make_role(make_item(make_session(meeting)))

    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_are_only_read(client, method):
    make_meeting()

    assert getattr(client, method)("/15/agenda/").status_code == 405


def test_now_is_marked_while_it_lasts(client):
    meeting = make_meeting(starts_on=date(2027, 2, 16), timezone="America/New_York")
    make_session(meeting, title="Morning session")

    with time_machine.travel(datetime(2027, 2, 16, 15, 30, tzinfo=UTC), tick=False):
        during = client.get("/15/agenda/").text
    with time_machine.travel(datetime(2027, 2, 16, 18, 0, tzinfo=UTC), tick=False):
        after = client.get("/15/agenda/").text

    assert "is-now" in during
    assert "is-now" not in after


def test_hours_are_those_of_the_meeting_and_on_request_the_readers(client):
    meeting = make_meeting(starts_on=date(2027, 2, 16), timezone="America/New_York")
    make_session(meeting)

    html = client.get("/15/agenda/?zone=Europe/Zurich").text

    assert '<time datetime="2027-02-16T15:00+00:00">10.00</time>' in html
    assert "16.00–19.00" in html
    assert "Hours are those of New York (UTC−5)." in html


def test_unknown_zone_is_passed_over(client):
    make_meeting()

    assert client.get("/15/agenda/?zone=../../etc/passwd").status_code == 200


def test_side_event_without_a_date_is_shown_last(client):
    meeting = make_meeting()
    make_session(meeting, kind="side_event", date=None, title="Reception")

    html = client.get("/15/agenda/").text

    assert "Date to be confirmed" in html
    assert "Reception" in html


def test_material_only_staff_may_see_is_not_there_for_others(client):
    meeting = make_meeting()
    material = make_material(
        meeting, file=b"%PDF-1.7 x", title="Draft", visibility="staff"
    )

    assert "Draft" not in client.get("/15/documents/").text
    assert client.get(material.href).status_code == 404
    client.force_login(make_user(is_superuser=True))
    assert client.get(material.href).status_code == 200


def test_file_is_downloaded_by_its_clean_name_and_never_shown_in_place(client):
    material = make_material(file=b"%PDF-1.7 x", filename="Report of 2017.pdf")

    response = client.get(material.href)

    assert (
        response["Content-Disposition"] == 'attachment; filename="Report of 2017.pdf"'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"%PDF-1.7 x"
    assert "Report" not in material.file.name


def test_current_meeting_is_the_chosen_one_else_the_latest(client):
    make_meeting(title="Older", starts_on=date(2017, 2, 16)).make_current()
    newer = make_meeting(title="Newer")
    assert "<h1>Older</h1>" in client.get("/").text

    newer.make_current()

    assert "<h1>Newer</h1>" in client.get("/").text


def test_home_without_any_meeting_says_so(client):
    assert "No meeting yet" in client.get("/").text


def test_home_says_what_can_be_done_about_registration(client):
    now = datetime(2027, 1, 4, 12, tzinfo=UTC)
    opens, closes = now + timedelta(days=1), now + timedelta(days=9)
    make_meeting(
        starts_on=date(2027, 2, 16),
        timezone="America/New_York",
        registration_opens_at=opens,
        registration_closes_at=closes,
    )
    said = {}
    for day in (0, 2, 20, 90):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            said[day] = client.get("/15/").text

    assert "07.00 on 5 January 2027, New York time (UTC−5)" in said[0]
    assert "Registration is open until 07.00 on 13 January 2027" in said[2]
    assert "Registration closed at 07.00 on 13 January 2027" in said[20]
    assert "This meeting has taken place" in said[90]


def test_page_shows_its_text_or_that_it_is_to_come(client):
    meeting = make_meeting()
    make_page(meeting, slug="note", body="See **A/RES/70/1**.")
    make_page(meeting, slug="report", body="")

    assert '<a href="https://undocs.org/A/RES/70/1"' in client.get("/15/note/").text
    assert "To be confirmed" in client.get("/15/report/").text
    assert client.get("/15/nothing/").status_code == 404


def test_sessions_that_overlap_stand_side_by_side_and_pauses_get_a_line(client):
    meeting = make_meeting()
    for title, start, end in (
        ("Plenary", time(9), time(10)),
        ("Working group A", time(10), time(13)),
        ("Working group B", time(10, 45), time(12, 30)),
        ("Afternoon", time(15), time(18)),
    ):
        session = make_session(meeting, title=title)
        session.set_hours(start, end)
        session.save()

    (day,) = Outline.draft(meeting).days

    bands = [[str(session) for session in band.sessions] for band in day.bands]
    assert bands == [["Plenary"], ["Working group A", "Working group B"], ["Afternoon"]]
    pauses = [band.pause_from and band.pause_from.hour for band in day.bands]
    assert pauses == [None, None, day.sessions[1].ends_at.hour]


def test_readers_hours_name_the_weekday_where_it_is_another(client):
    meeting = make_meeting(starts_on=date(2027, 2, 16), timezone="America/New_York")
    make_session(meeting)

    html = client.get("/15/agenda/?zone=Asia/Tokyo").text

    assert 'Wed <bdi dir="ltr">00.00–03.00</bdi>' in html


def test_file_that_was_taken_away_is_not_there_any_more(client):
    material = make_material(file=b"%PDF-1.7 x")
    address = material.href
    material.file = ""
    material.save()

    assert client.get(address).status_code == 404
    assert (material.filename, material.size) == ("", None)


def test_item_page_says_the_zone_and_on_request_the_readers_hours(client):
    meeting = make_meeting(starts_on=date(2027, 2, 16), timezone="America/New_York")
    make_item(make_session(meeting), title="Opening")

    html = client.get("/15/agenda/opening/?zone=Europe/Zurich").text

    assert "Hours are those of New York (UTC−5)." in html
    assert '<small class="yours"><bdi dir="ltr">16.00–19.00</bdi></small>' in html


def test_what_the_meeting_has_not_settled_is_said(client):
    meeting = make_meeting(tbc=["dates.start", "city", "room"], city="")
    make_session(meeting, tbc=["webcast"])
    make_material(meeting, title="Report", tbc=["date"])

    home, agenda = client.get("/15/").text, client.get("/15/agenda/").text

    assert "City to be confirmed" in home
    assert '<small class="tbc">(to be confirmed)</small>' in home
    assert "Conference Room 4 (to be confirmed)" in agenda
    assert "webcast to be confirmed" in agenda
    assert '<span class="tbc">to be confirmed</span>' in agenda


def test_by_room_each_room_has_its_sessions_in_order(client):
    meeting = make_meeting(room="")
    make_session(meeting, title="Later", room="Room 2", date=meeting.ends_on)
    make_session(meeting, title="Sooner", room="Room 2")
    make_session(meeting, title="Elsewhere", room="Room 1")
    make_session(meeting, title="Somewhere", room="")

    rooms = Outline.released(meeting).rooms

    assert [(room.name, [str(each) for each in room.sessions]) for room in rooms] == [
        ("Room 1", ["Elsewhere"]),
        ("Room 2", ["Sooner", "Later"]),
        ("", ["Somewhere"]),
    ]
    assert '<h2 id="r1">Room 1</h2>' in client.get("/15/agenda/?by=room").text


def test_compact_names_who_speaks_and_leaves_the_rest_out(client):
    item = make_item(make_session(), note="A note")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")
    make_material(item.meeting, presentation=presentation, title="A paper")

    html = client.get("/15/agenda/?view=compact").text

    assert '<p class="who">Ana <span class="family">LIMA</span></p>' in html
    assert not any(each in html for each in ("A first look", "Director", "A paper"))


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("cancelled", '<b class="state">Cancelled</b> <s><a href='),
        ("done", "<small>is over</small>"),
        ("", "Opening"),
    ],
)
def test_item_shows_what_the_desk_has_said_of_it(state, shown):
    meeting = make_meeting()
    make_item(make_session(meeting), title="Opening")
    (item,) = Outline.released(meeting).items
    item.mark = Mark(state=state)

    html = printed("item", Reader(meeting), item)

    assert shown in html
    assert ("is-cancelled" in html) == (state == "cancelled")


def test_item_that_is_late_shows_its_planned_hour():
    meeting = make_meeting(starts_on=date(2027, 2, 16), timezone="America/New_York")
    noon = datetime(2027, 2, 16, 17, tzinfo=UTC)
    make_item(make_session(meeting), starts_at=noon, ends_at=noon + timedelta(hours=1))
    (item,) = Outline.released(meeting).items
    item.planned = SimpleNamespace(starts_at=noon, ends_at=item.ends_at)
    item.starts_at += timedelta(minutes=10)

    html = re.sub(r"<[^>]+>", "", printed("item", Reader(meeting), item))

    assert "12.10–13.00 planned 12.00" in html


def test_recording_takes_the_place_of_the_webcast(client):
    addresses = {"webcast": "https://a.org/", "recording": "https://b.org/"}
    make_session(**addresses)

    html = client.get("/15/agenda/").text

    assert 'href="https://b.org/"' in html
    assert 'href="https://a.org/"' not in html


def test_stars_have_their_places(client):
    item = make_item()

    html = client.get("/15/agenda/").text

    assert f'<span class="star" data-star="i{item.pk}"></span>' in html
    assert f'<span class="star" data-star="s{item.session.pk}"></span>' in html
