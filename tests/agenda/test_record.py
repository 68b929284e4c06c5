"""The page of a meeting that is over is its record."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_session,
)

pytestmark = pytest.mark.django_db

RECORDING = "https://player.vimeo.com/video/1"


def make_held(**fields):
    """A meeting of last month, with a session that was recorded, a report, slides."""
    today = timezone.now().date()
    meeting = make_meeting(
        starts_on=today - timedelta(days=30), objectives="Review it.", **fields
    )
    session = make_session(meeting, recording=RECORDING)
    item = make_item(session, title="Data for all")
    presentation = make_presentation(item)
    make_material(meeting, presentation=presentation, title="Slides of it")
    make_material(meeting, title="Final report", kind="report")
    make_material(meeting, title="Who came", kind="list of participants")
    make_material(meeting, title="Information note", kind="information note")
    return meeting


def show(client, path="/15/"):
    return client.get(path).content.decode()


def test_materials_stand_first_then_what_it_was(client):
    make_held()

    page = show(client)

    order = [
        "Papers, slides and statements",
        "Information note",
        "Data for all",
        "Slides of it",
        "Report and participants",
        "Final report",
        "Who came",
        "Recordings",
        "/15/sessions/",
        "Programme",
        "Objectives",
        "Review it.",
    ]
    main = page[page.index("<main") :]
    assert sorted(order, key=main.index) == order


def test_nobody_is_called_to_register_any_more(client):
    make_held()

    page = show(client)

    assert "/15/register/" not in page
    assert "Registration" not in page
    assert "Papers due" not in page


def test_agenda_stays(client):
    make_held()

    assert "/15/agenda/" in show(client)
    assert "Data for all" in show(client, "/15/agenda/")


def test_it_is_the_record_also_at_the_root(client):
    make_held(is_current=True)

    assert "Papers, slides and statements" in show(client, "/")


def test_meeting_that_is_to_come_or_on_shows_none(client):
    meeting = make_meeting()
    make_material(meeting, title="Early paper")

    for moment in (meeting.starts_at - timedelta(days=1), meeting.ends_at):
        with time_machine.travel(moment - timedelta(seconds=1), tick=False):
            page = show(client)
        assert "Papers, slides and statements" not in page
        assert "Key dates" in page
    with time_machine.travel(meeting.ends_at, tick=False):
        assert "Papers, slides and statements" in show(client)


def test_nothing_published_is_said(client):
    meeting = make_meeting(starts_on=timezone.now().date() - timedelta(days=30))
    make_session(meeting)

    assert "None have been published." in show(client)


@pytest.mark.parametrize("title", ["Staff paper"])
def test_what_is_for_staff_is_not_in_it(client, title):
    make_material(make_held(), title=title, visibility="staff")

    assert title not in show(client)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, django_assert_num_queries, count):
    meeting = make_held()
    for _number in range(count):
        session = make_session(meeting, recording=RECORDING)
        make_material(meeting, item=make_item(session))
    show(client)

    with django_assert_num_queries(6):
        show(client)
