"""Changes of the agenda as a feed, read by somebody else's parser and by the rules."""

from datetime import datetime, timedelta

import feedparser
import pytest
from django.utils import timezone
from django.utils.http import http_date
from lxml import etree

from agenda.models import Item, Release
from tests.agenda.test_releases_pages import make_releases
from tests.making import make_meeting, make_session

pytestmark = pytest.mark.django_db

NS = {"a": "http://www.w3.org/2005/Atom"}


def read(client, **headers):
    return client.get("/15/agenda.atom", headers=headers)


def test_each_release_is_an_entry_with_what_it_changed(client):
    make_releases("A note", "Another")

    feed = feedparser.parse(read(client).content)

    assert not feed.bozo
    assert feed.version == "atom10"
    assert [each.title for each in feed.entries] == [
        "Release 3",
        "Release 2",
        "Release 1",
    ]
    assert "Item I “Opening” is now called “Opening 2”." in (
        feed.entries[1].content[0].value
    )
    assert feed.entries[1].link.endswith("/15/releases/2/changes/")


def test_the_feed_keeps_the_rules_of_rfc_4287(client):
    meeting = make_releases("A note")

    root = etree.fromstring(read(client).content)

    for place in (root, *root.findall("a:entry", NS)):
        # Sections 4.1.1 and 4.1.2: exactly one of each.
        for name in ("id", "title", "updated"):
            (element,) = place.findall(f"a:{name}", NS)
            assert element.text
        assert datetime.fromisoformat(place.findtext("a:updated", None, NS)).tzinfo
        alternates = place.findall("a:link[@rel='alternate']", NS)
        assert len(alternates) == 1
        assert alternates[0].get("href").startswith("http")
    assert root.find("a:author/a:name", NS).text == meeting.title
    assert root.find("a:link[@rel='self']", NS).get("href").endswith("/agenda.atom")
    ids = [element.text for element in root.iter("{*}id")]
    assert len(set(ids)) == len(ids)
    assert all(text.startswith("tag:") for text in ids)


def test_names_of_entries_stay_when_the_address_of_the_meeting_changes(client):
    meeting = make_releases("A note")
    before = feedparser.parse(read(client).content).entries[0].id
    meeting.slug = "fifteen"
    meeting.save()

    after = feedparser.parse(client.get("/fifteen/agenda.atom").content)

    assert after.entries[0].id == before


def test_what_was_typed_is_text_and_no_markup(client):
    meeting = make_releases()
    Item.objects.update(title="<script>alert(1)</script> & \x0b more")
    Release.objects.make(meeting, note="<b>bold</b>")

    feed = feedparser.parse(read(client).content, sanitize_html=False)

    assert not feed.bozo
    assert "&lt;script&gt;" in feed.entries[0].content[0].value
    assert "&lt;b&gt;" in feed.entries[0].content[0].value


def test_who_has_it_already_gets_it_no_second_time(client):
    make_releases("A note")
    first = read(client)

    again = read(client, if_none_match=first["ETag"])

    assert (again.status_code, again["ETag"]) == (304, first["ETag"])


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_note_that_is_corrected_makes_it_another(client, number):
    make_releases("A note", "Another")
    first = read(client)
    Release.objects.filter(number=number).update(note="What readers should know")

    again = read(client, if_none_match=first["ETag"])

    assert "What readers should know" in again.text


def test_it_goes_by_no_hour_which_a_corrected_note_does_not_have(client):
    make_releases("A note")
    now = http_date(timezone.now().timestamp() + 60)

    answer = read(client, if_modified_since=now)

    assert answer.status_code == 200
    assert "Last-Modified" not in answer


def test_a_release_makes_it_another(client):
    meeting = make_releases("A note")
    first = read(client)
    Item.objects.update(title="Welcome")
    Release.objects.make(meeting)

    assert read(client, if_none_match=first["ETag"]).status_code == 200


def test_a_planned_release_is_in_no_feed(client):
    meeting = make_releases()
    Item.objects.update(title="Secret")
    Release.objects.make(meeting, at=timezone.now() + timedelta(hours=1))

    assert "Secret" not in read(client).text


def test_there_is_none_before_the_first_release(client):
    make_meeting()

    assert read(client).status_code == 404


def test_the_agenda_names_the_feed_once_there_is_one(client):
    meeting = make_meeting()
    before = client.get("/15/agenda/").content
    make_session(meeting)
    after = client.get("/15/agenda/").content

    assert [page.count(b"agenda.atom") for page in (before, after)] == [0, 2]


@pytest.mark.parametrize("count", [1, 4])
def test_the_feed_costs_the_same_however_long_it_is(
    client, django_assert_num_queries, count
):
    make_releases(*["A note"] * count)

    with django_assert_num_queries(4):
        read(client)
