from datetime import date, time, timedelta

import pytest

from agenda.editing import moving, timing
from agenda.editing.changing import change
from agenda.models import ConflictError, Draft, Edit
from tests.agenda.editing.test_timing import at, hours, item, make_day
from tests.making import make_item, make_presentation, make_session

pytestmark = pytest.mark.django_db


def titles(session):
    return list(session.items.values_list("title", flat=True))


def put(part, into, after=0, **options):
    kind = part._meta.model_name
    return moving.put(part.meeting, kind, part.pk, into, after, by=None, **options)


def test_an_item_goes_up_and_its_edit_says_so():
    session = make_day()
    item(session, title="One")
    second = item(session, title="Two")

    edit = moving.step(session.meeting, "item", second.pk, -1, by=None)

    assert titles(session) == ["Two", "One"]
    assert (edit.what, edit.moved) == ("Moved “II. Two” up", [["item", second.pk]])


def test_at_the_end_nothing_goes_further():
    session = make_day()
    last = item(session)

    edit = moving.step(session.meeting, "item", last.pk, 1, by=None)

    assert edit.pk is None
    assert not Edit.objects.exists()


def test_items_in_another_order_have_the_hours_one_after_the_other():
    session = make_day()
    item(session, (10, 0), (10, 30), title="One")
    item(session, (10, 45), (11, 0), title="Two")
    third = item(session, (11, 0), (12, 0), title="Three")

    put(third, session.pk)

    assert titles(session) == ["Three", "One", "Two"]
    assert hours(session) == [
        ("10.00", "11.00"),
        ("11.15", "11.45"),
        ("11.45", "12.00"),
    ]


def test_an_hour_that_somebody_gave_is_not_lost_by_a_move_of_somebody_else():
    session = make_day()
    one = item(session, (10, 0), (10, 30))
    seen = Draft.version_of(session.meeting)
    change(session.meeting, "item", one.pk, {"start": time(11, 15)}, by=None)
    other = make_session(session.meeting, released=False)

    with pytest.raises(ConflictError):
        put(one, other.pk, seen=seen)

    assert hours(session) == [("11.15", "11.45")]


def test_a_move_within_its_session_asks_nothing_of_an_hour_that_was_given():
    session = make_day()
    one = item(session, (10, 0), (10, 30), title="One")
    item(session, (10, 30), (11, 0), title="Two")
    seen = Draft.version_of(session.meeting)
    change(session.meeting, "item", one.pk, {"start": time(9, 45)}, by=None)

    put(one, session.pk, session.items.last().pk, seen=seen)

    assert titles(session) == ["Two", "One"]


def test_an_item_goes_on_from_the_one_before_in_its_new_session():
    session = make_day()
    moved = item(session, (10, 0), (10, 45), title="Moved")
    other = make_session(
        session.meeting, starts_at=at(15), ends_at=at(18), title="Afternoon"
    )
    first = item(other, (15, 0), (15, 20), title="First")

    edit = put(moved, other.pk, first.pk)

    assert titles(other) == ["First", "Moved"]
    assert hours(other) == [("15.00", "15.20"), ("15.20", "16.05")]
    assert edit.what == "Moved “I. Moved” to Afternoon"


def test_sessions_of_a_day_take_each_others_hours_with_their_items():
    morning = make_day(title="Morning")
    item(morning, (10, 0), (10, 30))
    make_session(morning.meeting, starts_at=at(15), ends_at=at(18), title="Afternoon")

    moving.step(morning.meeting, "session", morning.pk, 1, by=None)

    rows = morning.meeting.sessions.values_list("title", "starts_at", "position")
    assert list(rows) == [("Afternoon", at(10), 1), ("Morning", at(15), 2)]
    assert hours(morning) == [("15.00", "15.30")]


def test_a_session_keeps_its_hours_on_another_day():
    session = make_day()
    item(session, (10, 0), (10, 30))
    tomorrow = session.date + timedelta(days=1)

    edit = put(session, tomorrow)

    session.refresh_from_db()
    assert (session.date, session.starts_at) == (tomorrow, at(10, day=16))
    assert session.items.get().starts_at == at(10, day=16)
    assert edit.what == "Moved “Morning session” to 16 February"


def test_a_presentation_is_given_to_another_item():
    first, second = (make_item(session) for session in [make_day()] * 2)
    stays = make_presentation(second, title="Stays")
    moved = make_presentation(first, title="Moved")

    put(moved, second.pk, stays.pk)

    rows = second.presentations.values_list("title", flat=True)
    assert list(rows) == ["Stays", "Moved"]


def test_two_who_move_the_same_item_are_told():
    session = make_day()
    one, two = item(session, title="One"), item(session, title="Two")
    seen = Draft.version_of(session.meeting)
    put(one, session.pk, two.pk, seen=seen)

    with pytest.raises(ConflictError):
        put(one, session.pk, 0, seen=seen)

    assert titles(session) == ["Two", "One"]


def test_two_who_move_different_items_do_not_meet_by_hours_that_follow():
    session = make_day()
    rows = [item(session, title=t, follows=True, minutes=10) for t in "ABCD"]
    timing.recount(session)
    seen = Draft.version_of(session.meeting)
    put(rows[0], session.pk, rows[3].pk, seen=seen)

    put(rows[2], session.pk, 0, seen=seen)

    assert titles(session) == ["C", "B", "D", "A"]
    assert [start for start, _end in hours(session)] == [
        "10.00",
        "10.10",
        "10.20",
        "10.30",
    ]


def test_nothing_is_moved_into_another_meeting():
    from agenda.editing.parts import GoneError

    mine, other = item(make_day()), make_session()

    with pytest.raises(GoneError):
        put(mine, other.pk)

    mine.refresh_from_db()
    assert mine.session_id != other.pk
    assert mine.session.date == date(2027, 2, 15)
