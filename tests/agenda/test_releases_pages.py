"""What was released of an agenda, as its readers find it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agenda.models import Item, Release
from tests.making import make_item, make_meeting, make_session

pytestmark = pytest.mark.django_db


def make_releases(*notes):
    """A meeting at /15/ whose one item has another title in each release."""
    item = make_item(title="Opening")
    for number, note in enumerate(notes, start=2):
        Item.objects.update(title=f"Opening {number}")
        Release.objects.make(item.meeting, note=note)
    return item.meeting


def test_releases_are_listed_newest_first_with_their_notes(client):
    make_releases("A new title", "Another title")

    page = client.get("/15/releases/").text

    assert page.index("Release 3") < page.index("Another title")
    assert page.index("Another title") < page.index("Release 2")
    assert "A new title" in page
    assert "/15/releases/2/changes/" in page


def test_an_earlier_release_stays_readable_and_says_so(client):
    make_releases("A new title")

    response = client.get("/15/releases/1/")

    assert "Opening" in response.text
    assert "Opening 2" not in response.text
    assert "An earlier release." in response.text
    assert 'href="/15/agenda/"' in response.text
    assert response["X-Robots-Tag"] == "noindex"


def test_the_current_release_is_not_called_an_earlier_one(client):
    make_releases("A new title")

    page = client.get("/15/releases/2/").text

    assert "Opening 2" in page
    assert "An earlier release." not in page


def test_what_a_release_has_changed_is_told_in_words(client):
    make_releases("A new title")

    page = client.get("/15/releases/2/changes/").text

    assert "Item I “Opening” is now called “Opening 2”." in page
    assert "A new title" in page


def test_the_first_release_has_nothing_to_compare(client):
    make_releases()

    assert "The first release" in client.get("/15/releases/1/changes/").text


@pytest.mark.parametrize("name", ["release", "release-changes"])
def test_a_planned_or_unknown_release_is_not_there(client, name):
    meeting = make_releases()
    Item.objects.update(title="Secret")
    Release.objects.make(meeting, at=timezone.now() + timedelta(hours=1))

    for number in (2, 9):
        assert client.get(reverse(name, args=["15", number])).status_code == 404
    assert "Release 2" not in client.get("/15/releases/").text


@pytest.mark.parametrize("path", ["", "1/", "1/changes/"])
def test_those_of_a_meeting_that_is_not_published_are_not_there(client, path):
    meeting = make_releases()
    meeting.is_published = False
    meeting.save()

    assert client.get(f"/15/releases/{path}").status_code == 404


def test_a_meeting_without_a_release_says_so(client):
    make_meeting()

    assert "not been released yet" in client.get("/15/releases/").text


@pytest.mark.parametrize(("path", "queries"), [("", 3), ("2/", 5), ("2/changes/", 5)])
@pytest.mark.parametrize("count", [2, 4])
def test_pages_of_releases_cost_the_same_however_many_there_are(
    client, django_assert_num_queries, path, queries, count
):
    make_releases(*["A note"] * count)

    with django_assert_num_queries(queries):
        assert client.get(f"/15/releases/{path}").status_code == 200


def test_symbols_in_the_note_of_a_release_are_links(client):
    meeting = make_session(released=False).meeting
    Release.objects.make(meeting, note="See A/71/296.\nThanks.")

    html = client.get("/15/releases/").text

    assert "A/71/296</a>.<br>Thanks." in html
