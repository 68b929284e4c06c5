from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from agenda.editing import timing
from agenda.models import Day, Edit, Item
from tests.making import make_item, make_meeting, make_session

DAY = date(2027, 2, 15)


def make_day(**fields):
    """A session from ten to one on a clock in Nairobi, three hours ahead of UTC."""
    meeting = make_meeting(timezone="Africa/Nairobi", starts_on=DAY)
    return make_session(meeting, released=False, **fields)


def at(hours, minutes=0, day=15):
    return datetime(2027, 2, day, hours - 3, minutes, tzinfo=UTC)


def item(session, start=None, end=None, **fields):
    start, end = start and at(*start), end and at(*end)
    return make_item(session, released=False, starts_at=start, ends_at=end, **fields)


def hours(session):
    rows = session.items.values_list("starts_at", "ends_at")
    return [
        tuple(m and f"{m.astimezone(session.meeting.zone):%H.%M}" for m in row)
        for row in rows
    ]


def test_what_follows_begins_when_the_item_before_ends():
    items = [
        Item(follows=True, minutes=20),
        Item(follows=True, minutes=40),
        Item(starts_at=at(11, 30), minutes=15),
        Item(follows=True),
    ]

    changed = timing.count_hours(at(10), items)

    assert changed == items
    assert [(each.starts_at, each.ends_at) for each in items] == [
        (at(10), at(10, 20)),
        (at(10, 20), at(11)),
        (at(11, 30), at(11, 45)),
        (at(11, 45), None),
    ]


def test_items_without_hours_stay_without_and_take_no_time():
    items = [Item(title="One"), Item(follows=True, minutes=5), Item(title="Two")]

    timing.count_hours(at(10), items)

    assert [each.starts_at for each in items] == [None, at(10), None]


def test_nothing_follows_on_what_ends_nobody_knows_when():
    items = [Item(starts_at=at(10)), Item(follows=True, minutes=5)]

    timing.count_hours(at(9), items)

    assert items[1].starts_at is None


def test_minutes_are_counted_through_the_night_in_which_clocks_change():
    meeting = make_meeting_of_no_table("Europe/Zurich")
    start = datetime(2027, 3, 28, 1, 30, tzinfo=meeting.zone)
    items = [Item(follows=True, minutes=60)]

    timing.count_hours(start, items)

    assert items[0].ends_at.astimezone(meeting.zone).time() == time(3, 30)


def make_meeting_of_no_table(zone):
    from meeting.models import Meeting

    return Meeting(timezone=zone)


@pytest.mark.django_db
def test_ten_minutes_later_and_all_that_follows():
    session = make_day()
    item(session, (10, 0), (10, 30))
    second = item(session, (10, 30), (11, 0))
    item(session, follows=True, minutes=30)
    item(session, (11, 45), (12, 0))

    edit = timing.shift_item(session.meeting, second.pk, 10, by=None)

    assert hours(session) == [
        ("10.00", "10.30"),
        ("10.40", "11.10"),
        ("11.10", "11.40"),
        ("11.55", "12.10"),
    ]
    assert edit.what == "“II. Item 2” and what follows: 10 minutes later"


@pytest.mark.django_db
def test_what_followed_on_begins_later_on_its_own():
    session = make_day()
    item(session, follows=True, minutes=30)
    second = item(session, follows=True, minutes=30)
    timing.recount(session)

    timing.shift_item(session.meeting, second.pk, 5, by=None)

    assert hours(session) == [("10.00", "10.30"), ("10.35", "11.05")]
    second.refresh_from_db()
    assert not second.follows


@pytest.mark.django_db
def test_no_item_is_put_off_into_the_night():
    session = make_day()
    one = item(session, (10, 0), (10, 30))

    with pytest.raises(ValidationError) as refusal:
        timing.shift_item(session.meeting, one.pk, 14 * 60, by=None)

    assert refusal.value.code == "another_day"
    assert hours(session) == [("10.00", "10.30")]


@pytest.mark.django_db
def test_a_session_takes_those_after_it_along_and_not_those_beside_it():
    session = make_day()
    item(session, (10, 0), (10, 30))
    make_session(session.meeting, title="Beside", released=False)
    make_session(
        session.meeting, starts_at=at(15), ends_at=at(18), title="After", released=False
    )

    timing.shift_session(session.meeting, session.pk, -15, by=None)

    starts = dict(session.meeting.sessions.values_list("title", "starts_at"))
    assert starts == {
        "Morning session": at(9, 45),
        "Beside": at(10),
        "After": at(14, 45),
    }
    assert hours(session) == [("09.45", "10.15")]


@pytest.mark.django_db
def test_the_whole_programme_moves_along_at_its_hours():
    session = make_day()
    item(session, (10, 0), (10, 30))
    for day in (15, 16):
        Day.objects.create(meeting=session.meeting, date=date(2027, 2, day))

    timing.move_along(session.meeting, 1, by=None)

    session.refresh_from_db()
    assert (session.date, session.starts_at) == (date(2027, 2, 16), at(10, day=16))
    assert session.items.get().starts_at == at(10, day=16)
    days = session.meeting.programme_days.values_list("date", flat=True)
    assert list(days) == [date(2027, 2, 16), date(2027, 2, 17)]
    assert Edit.objects.get().what == "Moved the whole programme by +1 day"
