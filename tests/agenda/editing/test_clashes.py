from datetime import datetime, time, timedelta
from time import process_time

import pytest

from agenda.editing.clashes import clashes
from agenda.models import Item, Presentation, Role, Session, Speaker
from agenda.outline import Outline
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def at(meeting, *hours):
    """From when to when on the meeting's first day: "10.00", "11.30"."""
    moments = [
        datetime.combine(meeting.starts_on, time(*map(int, hour.split("."))))
        for hour in hours
    ]
    return dict(
        zip(
            ("starts_at", "ends_at"),
            (moment.replace(tzinfo=meeting.zone) for moment in moments),
            strict=False,
        )
    )


def add_session(meeting, start, end, **fields):
    return make_session(meeting, released=False, **at(meeting, start, end) | fields)


def add_item(session, *hours, **fields):
    hours = at(session.meeting, *hours)
    return make_item(session, released=False, **hours | fields)


def found(meeting):
    return clashes(Outline.draft(meeting))


def codes(meeting):
    return [(clash.code, clash.pk) for clash in found(meeting)]


def test_two_sessions_in_one_room_at_once():
    meeting = make_meeting(timezone="America/New_York")
    first = add_session(meeting, "10.00", "13.00", title="One")
    second = add_session(
        meeting, "12.00", "14.00", title="Two", room="conference room 4"
    )

    (clash,) = found(meeting)

    assert (clash.code, clash.kind, clash.pk) == ("room", "session", second.pk)
    assert clash.other == ("session", first.pk)
    assert clash.text == (
        "“Two” and “One” are in conference room 4 at once (12.00–13.00)."
    )


@pytest.mark.parametrize(
    ("hours", "fields"),
    [
        (("13.00", "14.00"), {}),
        (("10.00", "13.00"), {"room": "Conference Room 8"}),
        (("10.00", "13.00"), {"kind": "side_event"}),
    ],
    ids=["one after the other", "another room", "a room that nobody knows"],
)
def test_sessions_that_do_not_meet(hours, fields):
    meeting = make_meeting()
    add_session(meeting, "10.00", "13.00")
    add_session(meeting, *hours, **fields)

    assert found(meeting) == []


def test_a_room_is_full_for_a_session_within_a_longer_one_too():
    meeting = make_meeting()
    add_session(meeting, "09.00", "18.00")
    second = add_session(meeting, "10.00", "11.00")
    third = add_session(meeting, "12.00", "13.00")

    assert codes(meeting) == [("room", second.pk), ("room", third.pk)]


def test_a_speaker_in_two_sessions_at_once():
    meeting, speaker = make_meeting(), make_speaker("María GÓMEZ")
    first = add_item(add_session(meeting, "10.00", "13.00"), title="Floods")
    parallel = add_session(meeting, "12.00", "14.00", room="Conference Room 8")
    second = add_item(parallel, title="Droughts")
    make_role(make_presentation(first, released=False), speaker=speaker)
    make_role(second, speaker=speaker, kind="moderator")

    (clash,) = found(meeting)

    assert (clash.code, clash.kind, clash.pk) == ("speaker", "item", second.pk)
    assert clash.other == ("item", first.pk)
    assert clash.text == (
        "María GÓMEZ is to be at “Droughts” and at “Floods” at once (12.00–13.00)."
    )


def test_the_hours_of_an_item_count_before_those_of_its_session():
    meeting, speaker = make_meeting(), make_speaker()
    first = add_item(add_session(meeting, "10.00", "13.00"), "10.00", "11.00")
    parallel = add_session(meeting, "10.00", "13.00", room="Conference Room 8")
    second = add_item(parallel, "11.00", "12.00")
    for item in (first, second):
        make_role(item, speaker=speaker)

    assert found(meeting) == []


def test_a_speaker_may_do_two_things_in_one_item_and_in_one_session():
    session, speaker = make_session(released=False), make_speaker()
    item = add_item(session, "10.00", "11.00")
    make_role(item, speaker=speaker, kind="chair")
    make_role(make_presentation(item, released=False), speaker=speaker)
    make_role(add_item(session), speaker=speaker)

    assert found(session.meeting) == []


def test_roles_without_a_name_meet_nobody():
    meeting = make_meeting()
    for room in ("A", "B"):
        item = add_item(add_session(meeting, "10.00", "13.00", room=room))
        Role.objects.create(item=item)

    assert found(meeting) == []


@pytest.mark.parametrize(
    "hours", [("9.30", "10.30"), ("12.30", "13.30"), ("13.00",), ("9.59",)]
)
def test_an_item_outside_its_session(hours):
    session = make_session(released=False, title="Morning")
    item = add_item(session, *hours)

    assert codes(session.meeting) == [("outside_session", item.pk)]


def test_an_item_outside_its_session_is_said_with_both_hours():
    session = make_session(released=False, title="Morning")
    add_item(session, "9.30", "10.30", title="Opening")

    assert [clash.text for clash in found(session.meeting)] == [
        "“Opening” (09.30–10.30) is not within “Morning” (10.00–13.00)."
    ]


def test_items_that_overlap():
    session = make_session(released=False)
    add_item(session, "10.00", "11.00", title="One")
    second = add_item(session, "10.45", "11.30", title="Two")
    add_item(session, "11.30", "13.00", title="Three")

    (clash,) = found(session.meeting)

    assert (clash.code, clash.pk) == ("overlap", second.pk)
    assert clash.text == "“Two” and “One” take place at once (10.45–11.00)."


def test_a_session_outside_the_days_of_the_meeting():
    meeting = make_meeting()
    outside = make_session(
        meeting, date=meeting.ends_on + timedelta(days=1), released=False
    )
    make_session(
        meeting,
        date=meeting.ends_on + timedelta(days=2),
        kind="side_event",
        released=False,
    )

    assert codes(meeting) == [("outside_meeting", outside.pk)]


def make_big_programme():
    """400 items in 40 sessions, four side by side, and 500 speakers."""
    meeting = make_meeting(ends_on=make_meeting().starts_on + timedelta(days=9))
    sessions = [
        Session(
            meeting=meeting,
            title=f"Session {n}",
            date=meeting.starts_on + timedelta(days=n // 4),
            room=f"Room {n % 4}",
            **at(meeting, "10.00", "13.00"),
        )
        for n in range(40)
    ]
    Session.objects.bulk_create(sessions)
    items = [
        Item(meeting=meeting, session=sessions[n // 10], title=f"{n}", slug=f"{n}")
        for n in range(400)
    ]
    Item.objects.bulk_create(items)
    speakers = [Speaker(name=f"Speaker {n}", slug=f"s{n}") for n in range(500)]
    Speaker.objects.bulk_create(speakers)
    Presentation.objects.bulk_create(
        Presentation(meeting=meeting, item=item) for item in items for _ in range(2)
    )
    Role.objects.bulk_create(
        Role(presentation=row, speaker=speakers[n % 500])
        for n, row in enumerate(Presentation.objects.all())
    )
    return meeting


def test_a_big_programme_is_looked_through_at_once(django_assert_num_queries):
    outline = Outline.draft(make_big_programme())
    before = process_time()

    with django_assert_num_queries(0):
        clashes(outline)

    assert process_time() - before < 0.1
