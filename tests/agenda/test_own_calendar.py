"""The calendar of what a reader has starred, at an address of its own."""

from datetime import time, timedelta

import pytest
from icalendar import Calendar

from agenda.models import Mark, OwnAgenda
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_release,
    make_session,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(db):
    item = make_item(title="Water", released=False)
    item.set_hours(time(10, 30), time(11))
    item.save()
    make_release(item.meeting)
    return item


@pytest.fixture
def agenda(item):
    agenda = OwnAgenda.objects.create(meeting=item.meeting)
    agenda.items.add(item)
    return agenda


def address(agenda, slug="15"):
    return f"/{slug}/mine/{agenda.token}.ics"


def events(client, agenda):
    response = client.get(address(agenda))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content).walk("VEVENT")


def test_each_star_is_an_event(client, agenda, item):
    agenda.sessions.add(item.session)
    make_session(item.meeting, title="Not starred")

    session, of_item = events(client, agenda)

    assert of_item["uid"] == f"item-{item.pk}@localhost"
    assert session["uid"] == f"session-{item.session.uid}@localhost"
    assert "Water" in of_item["summary"]
    hours = of_item.decoded("dtstart"), of_item.decoded("dtend")
    assert hours == (item.starts_at, item.ends_at)


def test_an_event_follows_the_releases(client, agenda, item):
    before = events(client, agenda)[0]
    item.starts_at += timedelta(minutes=10)
    item.save()
    unreleased = events(client, agenda)[0]
    make_release(item.meeting)

    after = events(client, agenda)[0]

    assert unreleased.decoded("dtstart") == before.decoded("dtstart")
    assert after.decoded("dtstart") == item.starts_at
    assert after["uid"] == before["uid"]


def test_what_is_cancelled_says_so(client, agenda, item):
    Mark.objects.create(meeting=item.meeting, item=item, state=Mark.State.CANCELLED)

    assert events(client, agenda)[0]["status"] == "CANCELLED"


def test_what_leaves_the_agenda_leaves_the_calendar(client, agenda, item):
    item.delete()
    make_release(item.session.meeting)

    assert events(client, agenda) == []


def test_an_item_without_hours_has_those_of_its_session(client, agenda, item):
    item.starts_at = item.ends_at = None
    item.save()
    make_release(item.meeting)

    assert events(client, agenda)[0].decoded("dtstart") == item.session.starts_at


def test_what_has_not_changed_is_not_sent_again(client, agenda, item):
    etag = client.get(address(agenda))["ETag"]

    same = client.get(address(agenda), headers={"If-None-Match": etag})
    agenda.sessions.add(item.session)
    changed = client.get(address(agenda), headers={"If-None-Match": etag})

    assert (same.status_code, changed.status_code) == (304, 200)


def test_no_other_token_or_meeting_opens_it(client, agenda):
    make_meeting()

    assert client.get("/15/mine/made-up.ics").status_code == 404
    assert client.get(address(agenda, "16")).status_code == 404


def test_the_page_has_the_address_to_subscribe_to(client, agenda):
    client.cookies[f"agenda_{agenda.meeting_id}"] = agenda.token

    html = client.get("/15/mine/").text

    assert f'href="webcal://localhost:8000{address(agenda)}"' in html
    assert f'<code dir="ltr">http://localhost:8000{address(agenda)}</code>' in html


@pytest.mark.parametrize("items", [1, 30])
def test_the_calendar_takes_as_many_queries_however_long(
    client, agenda, item, items, django_assert_num_queries
):
    for _each in range(items):
        more = make_item(item.session, released=False)
        make_presentation(more, released=False)
        agenda.items.add(more)
    make_release(item.meeting)

    with django_assert_num_queries(7):
        client.get(address(agenda))
