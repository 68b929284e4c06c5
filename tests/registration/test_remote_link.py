"""The link to take part remotely: for confirmed remote participants, and nobody else."""

import json
import logging
from datetime import timedelta

import pytest
import time_machine
from auditlog.models import LogEntry
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from agenda.models import Release, Session
from meeting.mail.models import Message
from registration.models import Status
from tests.making import (
    make_choice,
    make_item,
    make_meeting,
    make_registration,
    make_session,
)
from tests.meeting.test_routes import OWN, PUBLIC, world  # noqa: F401
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LINK = "https://meet.example.org/j/8842?pwd=Zq7"
PART = "meet.example.org"


def make_remote(meeting, **fields):
    return make_registration(
        meeting, **{"status": Status.CONFIRMED, "attendance": "remote"} | fields
    )


def make_with_link(meeting=None, **fields):
    return make_session(meeting, **{"remote_url": LINK} | fields)


def own_page(client, registration):
    return client.get(registration.get_absolute_url()).content.decode()


def calendar(client, registration):
    response = client.get(registration.calendar_address)
    return response.content.decode().replace("\r\n ", "")


def test_own_page_and_calendar_have_it(client):
    session = make_with_link()
    person = make_remote(session.meeting)

    assert f'href="{LINK}"' in own_page(client, person)
    assert f"Take part remotely: {LINK}" in calendar(client, person)


@pytest.mark.parametrize(
    "fields",
    [
        {"attendance": "in_person"},
        *({"status": status} for status in Status if status != Status.CONFIRMED),
    ],
)
def test_nobody_else_has_it(client, fields):
    session = make_with_link()
    person = make_remote(session.meeting, **fields)

    assert PART not in own_page(client, person)
    assert PART not in calendar(client, person)


def test_whoever_withdraws_has_it_no_more(client):
    session = make_with_link()
    person = make_remote(session.meeting)
    person.withdraw()

    assert PART not in own_page(client, person)
    assert PART not in calendar(client, person)


def test_it_is_said_at_once_and_the_rest_as_released(client):
    session = make_session(title="Morning session")
    person = make_remote(session.meeting)
    Session.objects.filter(pk=session.pk).update(title="Draft title", remote_url=LINK)

    page = own_page(client, person)

    assert LINK in page
    assert "Draft title" not in page


def test_session_that_was_not_released_has_none(client):
    meeting = make_session().meeting
    make_with_link(meeting, released=False)
    person = make_remote(meeting)

    assert PART not in own_page(client, person)
    assert PART not in calendar(client, person)


def test_todays_come_first_and_those_of_days_before_are_gone(client):
    meeting = make_meeting()
    days = [meeting.starts_on + timedelta(days=n) for n in (1, 0, 0)]
    for number, (day, hour) in enumerate(zip(days, (10, 15, 9), strict=True)):
        start = meeting.midnight_of(day) + timedelta(hours=hour)
        make_with_link(
            meeting,
            title=f"Session {number}",
            date=day,
            starts_at=start,
            ends_at=start + timedelta(hours=1),
            remote_url=f"{LINK}{number}",
        )
    person = make_remote(meeting)

    def links_at(moment):
        with time_machine.travel(moment, tick=False):
            page = own_page(client, person)
        found = [f"{LINK}{number}" for number in range(3)]
        there = [number for number in range(3) if found[number] in page]
        return sorted(there, key=lambda number: page.find(found[number]))

    assert links_at(meeting.starts_at + timedelta(hours=8)) == [2, 1, 0]
    assert links_at(meeting.starts_at + timedelta(hours=30)) == [0]
    assert links_at(meeting.ends_at) == []


def test_of_a_session_that_people_choose_only_with_a_place(client):
    session = make_with_link(is_chosen=True)
    seated, other = make_remote(session.meeting), make_remote(session.meeting)
    make_choice(seated, session, status="confirmed")

    assert LINK in own_page(client, seated)
    assert PART not in own_page(client, other)


def test_own_page_asks_no_more_for_more_links(client):
    meeting = make_session().meeting
    person = make_remote(meeting)
    counts = []
    for _number in range(2):
        make_with_link(meeting)
        with CaptureQueriesContext(connection) as queries:
            own_page(client, person)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_it_is_nowhere_in_public(client, world):  # noqa: F811
    meeting = world.registration.meeting
    session = meeting.sessions.get()
    Session.objects.filter(pk=session.pk).update(
        remote_url=LINK, webcast="https://webtv.un.org/1"
    )
    Release.objects.make(meeting)
    person = make_remote(meeting)
    assert LINK in own_page(client, person)

    for name in PUBLIC:
        answer = client.get(world.address(name))
        body = b"".join(answer) if answer.streaming else answer.content
        assert PART.encode() not in body, name
        assert PART not in str(answer.headers), name


def test_it_is_on_no_own_page_of_who_comes_in_person(client, world):  # noqa: F811
    meeting = world.registration.meeting
    meeting.sessions.update(remote_url=LINK)

    for name in OWN:
        address = world.address(name, world.registration.token)
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert PART.encode() not in body, name


def test_it_is_in_no_release_mail_audit_entry_or_log(client, caplog):
    caplog.set_level(logging.DEBUG)
    session = make_item(make_session(), released=False).session
    person = make_remote(session.meeting, status=Status.RECEIVED)
    session.remote_url = LINK
    session.save()
    Release.objects.make(session.meeting)
    person.confirm()
    own_page(client, person)
    calendar(client, person)

    for release in Release.objects.all():
        assert PART not in json.dumps([release.frame, release.content])
    mails = Message.objects.filter(
        Q(text__contains=PART) | Q(html__contains=PART) | Q(calendar__contains=PART)
    )
    assert not mails.exists()
    assert not [e for e in LogEntry.objects.all() if PART in str(e.changes)]
    assert PART not in caplog.text


@pytest.mark.parametrize(
    ("group", "sees"), [("Organizer", False), ("Secretariat", True)]
)
def test_staff_who_only_look_do_not_have_it(client, group, sees):
    session = make_with_link()
    sign_in(client, group)

    page = client.get(f"/admin/agenda/session/{session.pk}/change/").content.decode()

    assert (PART in page) == sees


def test_calendar_is_the_same_until_something_changes(client):
    session = make_with_link()
    person = make_remote(session.meeting)
    before = calendar(client, person)

    assert calendar(client, person) == before
    Session.objects.filter(pk=session.pk).update(remote_url=f"{LINK}9")
    assert calendar(client, person) != before
