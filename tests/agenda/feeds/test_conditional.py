"""Readers who have what there is are told so, by each address of the programme."""

import pytest

from agenda.models import Release
from tests.making import make_item, make_material, make_meeting, make_session

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/15/agenda.ics",
    "/15/agenda/panel.ics",
    "/15/sessions/{pk}.ics",
    "/15/agenda.json",
    "/15/agenda.xml",
]


@pytest.fixture
def session():
    session = make_session(make_meeting())
    make_item(session, slug="panel")
    return session


@pytest.mark.parametrize("address", ADDRESSES)
def test_whoever_has_it_is_not_sent_it_again(client, session, address):
    address = address.format(pk=session.pk)
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert first["ETag"].startswith('"')
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_release_is_sent_at_once(client, session, address):
    address = address.format(pk=session.pk)
    first = client.get(address)
    session.room = "Conference Room 8"
    session.save()
    Release.objects.make(session.meeting)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    assert "Conference Room 8" in again.text


@pytest.mark.parametrize("address", ADDRESSES[:3])
def test_calendars_say_since_when(client, session, address):
    address = address.format(pk=session.pk)
    first = client.get(address)

    again = client.get(address, headers={"If-Modified-Since": first["Last-Modified"]})

    assert again.status_code == 304


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_released_is_in_none(client, session, address):
    address = address.format(pk=session.pk)
    before = client.get(address).content
    session.title, session.remote_url = "Secret", "https://remote.example.org/1"
    session.save()
    make_item(session, title="Secret item", released=False)
    make_material(session.meeting, title="Secret", visibility="staff", session=session)

    assert client.get(address).content == before


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("items", [1, 3])
def test_queries_are_as_many_for_any_length(
    client, session, address, items, django_assert_num_queries
):
    for _each in range(items):
        make_item(session)

    # What is for calendars alone needs no materials.
    with django_assert_num_queries(3 if address.endswith("ics") else 4):
        client.get(address.format(pk=session.pk))


def test_a_part_that_is_not_there_is_not_found(client, session):
    other = make_session(make_meeting())

    assert client.get("/15/agenda/other.ics").status_code == 404
    assert client.get(f"/15/sessions/{other.pk}.ics").status_code == 404


def test_a_meeting_that_is_not_published_is_not_found(client, session):
    session.meeting.is_published = False
    session.meeting.save()

    assert client.get("/15/agenda.ics").status_code == 404
