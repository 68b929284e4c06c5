"""How the day shifts hours: pure, and by what the desk says."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from agenda.models import Item, Mark, Session
from agenda.outline import Outline
from agenda.today.desk import Desk, suggested_minutes
from agenda.today.shifting import shift
from meeting.models import Meeting
from tests.making import make_item, make_meeting, make_release, make_session, make_user

NEW_YORK = ZoneInfo("America/New_York")
DAY = date(2027, 2, 16)


def at(hour: str, day: date = DAY, zone: ZoneInfo = NEW_YORK) -> datetime:
    """ "11.30" in New York, on the first day."""
    hours, minutes = hour.split(".")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=zone)


def plan(*hours: str, **fields) -> Session:
    """A session whose items have these hours, such as "10.00-10.30"; unsaved."""
    session = Session(meeting=Meeting(), date=DAY, **fields)
    session.listed_items = [
        Item(pk=n, starts_at=at(start), ends_at=at(end))
        for n, (start, end) in enumerate((each.split("-") for each in hours), start=1)
    ]
    return session


def shifted(session: Session, **minutes: int) -> list[str]:
    """The hours of the items, once some are so many minutes late: `i2=10`."""
    shift([session], [Mark(item_id=int(k[1:]), minutes=n) for k, n in minutes.items()])
    return [f"{i.starts_at:%H.%M}-{i.ends_at:%H.%M}" for i in session.listed_items]


def test_an_item_that_is_late_takes_along_what_follows():
    session = plan("10.00-10.30", "10.30-11.00", "11.00-11.30")

    found = shifted(session, i2=10)

    assert found == ["10.00-10.30", "10.40-11.10", "11.10-11.40"]


def test_a_pause_makes_up_for_a_delay():
    session = plan("10.00-10.30", "10.40-11.00", "11.30-12.00")

    found = shifted(session, i1=15)

    assert found == ["10.15-10.45", "10.45-11.05", "11.30-12.00"]


def test_a_later_mark_takes_over():
    session = plan("10.00-10.30", "10.30-11.00", "11.00-11.30")

    found = shifted(session, i1=20, i2=5)

    assert found == ["10.20-10.50", "10.35-11.05", "11.05-11.35"]


def test_what_was_printed_is_not_moved_up_unless_the_desk_says_so():
    session = plan("10.00-10.30", "10.30-11.00", "11.00-11.30")

    assert shifted(session, i1=-10) == ["09.50-10.20", "10.30-11.00", "11.00-11.30"]


def test_what_follows_on_is_moved_up():
    session = plan("10.00-10.30", "10.30-11.00")
    session.listed_items[1].follows = True

    assert shifted(session, i1=-10) == ["09.50-10.20", "10.20-10.50"]


def test_a_cancelled_item_leaves_what_follows_where_it_is():
    session = plan("10.00-10.30", "10.30-11.00")

    shift([session], [Mark(item_id=1, state="cancelled")])

    assert session.listed_items[0].is_cancelled
    assert session.listed_items[1].planned is None


def test_the_session_ends_later_with_its_last_item():
    session = plan("10.00-11.00", "11.00-13.00", starts_at=at("10.00"))
    session.ends_at = at("13.00")

    shifted(session, i2=25)

    assert (session.starts_at, session.ends_at) == (at("10.00"), at("13.25"))
    assert session.planned == (at("10.00"), at("13.00"))


def test_the_session_begins_later_with_its_first_item():
    session = plan("10.00-11.00", "12.00-13.00", starts_at=at("10.00"))
    session.ends_at = at("13.00")

    shifted(session, i1=15)

    assert (session.starts_at, session.ends_at) == (at("10.15"), at("13.00"))


def test_hours_as_released_stay_known():
    session = plan("10.00-10.30", "10.30-11.00")

    shifted(session, i2=10)

    planned = [item.planned for item in session.listed_items]
    assert planned == [None, (at("10.30"), at("11.00"))]


def test_items_without_hours_are_late_all_the_same():
    session = Session(meeting=Meeting(), date=DAY)
    session.listed_items = [Item(pk=1), Item(pk=2)]

    shift([session], [Mark(item_id=1, minutes=10)])

    assert [item.minutes_late for item in session.listed_items] == [10, 10]
    assert session.listed_items[0].starts_at is None


def test_a_shift_over_midnight_and_a_change_of_the_clock_counts_real_minutes():
    # At 02.00 of this night clocks in New York go on to 03.00.
    night = date(2027, 3, 14)
    session = Session(meeting=Meeting(), date=date(2027, 3, 13))
    utc = ZoneInfo("UTC")
    start = at("1.50", night).astimezone(utc)
    session.listed_items = [
        Item(pk=1, starts_at=start, ends_at=start + timedelta(minutes=30))
    ]

    shift([session], [Mark(item_id=1, minutes=20)])

    assert f"{session.listed_items[0].starts_at.astimezone(NEW_YORK):%H.%M}" == "03.10"


lengths = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 90)), min_size=1, max_size=8
)
delays = st.dictionaries(st.integers(1, 8), st.integers(-30, 90), max_size=8)


def at_random(parts: list[tuple[int, int]]) -> Session:
    """Items with these pauses before them, and of these lengths."""
    session, moment = Session(meeting=Meeting(), date=DAY), at("8.00")
    session.listed_items = []
    for n, (pause, length) in enumerate(parts, start=1):
        start = moment + timedelta(minutes=pause)
        moment = start + timedelta(minutes=length)
        session.listed_items.append(Item(pk=n, starts_at=start, ends_at=moment))
    session.starts_at, session.ends_at = at("8.00"), moment
    return session


@given(lengths, delays)
def test_doing_it_again_changes_nothing(parts, minutes):
    session = at_random(parts)
    marks = [Mark(item_id=pk, minutes=n) for pk, n in minutes.items()]

    shift([session], marks)
    once = [(i.starts_at, i.ends_at, i.planned) for i in session.listed_items]
    bounds = (session.starts_at, session.ends_at, session.planned)
    shift([session], marks)

    assert [(i.starts_at, i.ends_at, i.planned) for i in session.listed_items] == once
    assert (session.starts_at, session.ends_at, session.planned) == bounds


@given(lengths, delays)
def test_nothing_is_earlier_than_planned_unless_said(parts, minutes):
    before, session = at_random(parts), at_random(parts)

    shift([session], [Mark(item_id=pk, minutes=n) for pk, n in minutes.items()])

    for was, item in zip(before.listed_items, session.listed_items, strict=True):
        if minutes.get(item.pk, 0) >= 0:
            assert item.starts_at >= was.starts_at


@given(lengths, st.integers(1, 8), st.integers(0, 90))
def test_the_order_is_kept_and_nothing_overlaps(parts, late, minutes):
    session = at_random(parts)

    shift([session], [Mark(item_id=late, minutes=minutes)])

    items = session.listed_items
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(items))
    assert session.ends_at >= items[-1].ends_at


@given(lengths, delays)
def test_taking_every_mark_back_gives_the_plan_again(parts, minutes):
    before, session = at_random(parts), at_random(parts)

    shift([session], [Mark(item_id=pk, minutes=n) for pk, n in minutes.items()])
    shift([session], [])

    hours = [
        [(i.starts_at, i.ends_at) for i in s.listed_items] for s in (before, session)
    ]
    assert hours[0] == hours[1]
    assert session.ends_at == before.ends_at


# What the desk says.


@pytest.fixture
def meeting(db):
    """On its first day, with three items from ten to half past eleven."""
    meeting = make_meeting(starts_on=DAY)
    session = make_session(meeting, released=False)
    for start, end in (("10.00", "10.30"), ("10.30", "11.00"), ("11.00", "11.30")):
        hours = {"starts_at": at(start), "ends_at": at(end)}
        make_item(session, released=start == "11.00", **hours)
    with time_machine.travel(at("9.00")):
        yield meeting


def pks(meeting: Meeting) -> list[int]:
    return [item.pk for item in meeting.items.in_order()]


def states(meeting: Meeting) -> list[str]:
    items = Outline.released(meeting).items
    return [item.mark.state if item.mark else "" for item in items]


def hours(meeting: Meeting) -> list[str]:
    items = Outline.released(meeting).items
    return [f"{item.starts_at.astimezone(NEW_YORK):%H.%M}" for item in items]


def test_starting_an_item_ends_the_one_before(meeting):
    first, second, _third = pks(meeting)
    desk = Desk(meeting, by=make_user())

    desk.start(first)
    desk.start(second)

    assert states(meeting) == ["done", "started", ""]
    assert Mark.objects.get(item=first).ended_at is not None


def test_starting_later_asks_for_a_delay_and_makes_none(meeting):
    first = pks(meeting)[0]

    with time_machine.travel(at("10.12")):
        Desk(meeting, by=None).start(first)

    assert suggested_minutes(Outline.released(meeting).items[0]) == 10
    assert hours(meeting) == ["10.00", "10.30", "11.00"]


def test_nothing_is_suggested_once_it_was_said(meeting):
    first = pks(meeting)[0]
    desk = Desk(meeting, by=None)

    with time_machine.travel(at("10.12")):
        desk.start(first)
        desk.late(first, 10)

    assert suggested_minutes(Outline.released(meeting).items[0]) is None
    assert hours(meeting) == ["10.10", "10.40", "11.10"]


def test_an_item_that_begins_keeps_the_delay_that_it_was_given(meeting):
    first, second, _third = pks(meeting)
    desk = Desk(meeting, by=None)

    desk.late(first, 10)
    desk.start(second)

    assert hours(meeting) == ["10.10", "10.40", "11.10"]


TAPS = {
    "start": ("start",),
    "late": ("late", 10),
    "done": ("done",),
    "cancel": ("cancel",),
    "as_planned": ("as_planned",),
}


@pytest.mark.parametrize("tap", TAPS)
def test_the_second_of_two_taps_says_nothing_new(meeting, tap):
    name, *arguments = TAPS[tap]
    first = pks(meeting)[0]

    getattr(Desk(meeting, by=make_user()), name)(first, *arguments)
    once = list(Mark.objects.values())
    getattr(Desk(meeting, by=make_user()), name)(first, *arguments)

    assert list(Mark.objects.values()) == once


def test_as_planned_takes_back_what_was_said_before(meeting):
    first, second, _third = pks(meeting)
    desk = Desk(meeting, by=None)
    desk.late(first, 10)

    desk.as_planned(second)

    assert hours(meeting) == ["10.10", "10.30", "11.00"]
    assert states(meeting) == ["", "", ""]


def test_what_was_taken_back_counts_as_a_change(meeting):
    first = pks(meeting)[0]
    desk = Desk(meeting, by=None)
    desk.cancel(first)
    before = Outline.released(meeting).changed_at

    desk.as_planned(first)

    assert Outline.released(meeting).changed_at > before


def test_a_mark_is_audited_with_who_made_it(meeting):
    user = make_user()

    Desk(meeting, by=user).cancel(pks(meeting)[0])

    assert Mark.objects.get().by == user
    entry = LogEntry.objects.get_for_model(Mark).get()
    assert entry.changes["state"] == ["None", "cancelled"]


def test_what_readers_do_not_see_cannot_be_marked(meeting):
    hidden = make_item(meeting.sessions.get(), released=False)

    with pytest.raises(ValidationError) as error:
        Desk(meeting, by=None).start(hidden.pk)

    assert error.value.code == "not_released"


def test_a_meeting_that_is_not_published_has_no_desk(meeting):
    meeting.is_published = False
    meeting.save()

    with pytest.raises(ValidationError) as error:
        Desk(meeting, by=None).start(pks(meeting)[0])

    assert error.value.code == "not_released"


def refusal(act, *arguments) -> str:
    """The code of it, or "" where the desk takes what is said."""
    try:
        act(*arguments)
    except ValidationError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("tap", "code"),
    [
        ("start", "not_today"),
        ("done", "not_today"),
        ("late", ""),
        ("cancel", ""),
        ("as_planned", ""),
    ],
)
def test_before_its_day_an_item_neither_begins_nor_ends(meeting, tap, code):
    name, *arguments = TAPS[tap]
    first = pks(meeting)[0]

    with time_machine.travel(at("23.59", DAY - timedelta(days=1))):
        found = refusal(getattr(Desk(meeting, by=None), name), first, *arguments)

    assert found == code
    assert states(meeting)[0] == ("cancelled" if tap == "cancel" else "")


def test_a_refusal_says_which_day_and_what_can_be_said(meeting):
    with (
        time_machine.travel(at("12.00", DAY - timedelta(days=3))),
        pytest.raises(ValidationError) as error,
    ):
        Desk(meeting, by=None).start(pks(meeting)[0])

    (sentence,) = error.value.messages
    assert sentence.startswith("This item is on 16 February: say then that it")
    assert sentence.endswith("or is cancelled, can be said before.")


def test_after_its_day_an_item_can_still_be_called_over(meeting):
    with time_machine.travel(at("9.00", DAY + timedelta(days=1))):
        Desk(meeting, by=None).done(pks(meeting)[0])

    assert states(meeting)[0] == "done"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_the_day_begins_where_the_meeting_is(db, zone):
    meeting = make_meeting(starts_on=DAY, timezone=zone)
    item = make_item(make_session(meeting, released=False))
    start = Desk(meeting, by=None).start

    with time_machine.travel(meeting.starts_at, tick=False) as clock:
        clock.shift(-1)
        too_early = refusal(start, item.pk)
        clock.shift(1)

        assert (too_early, refusal(start, item.pk)) == ("not_today", "")


def test_what_has_begun_and_was_put_on_a_later_day_can_be_taken_back(meeting):
    first = pks(meeting)[0]
    desk = Desk(meeting, by=None)
    desk.start(first)
    tomorrow = DAY + timedelta(days=1)
    meeting.sessions.update(date=tomorrow)
    make_release(meeting)

    assert refusal(desk.done, first) == "not_today"
    desk.as_planned(first)
    assert states(meeting)[0] == ""


def test_nobody_is_more_than_ten_hours_late(meeting):
    with pytest.raises(ValidationError) as error:
        Desk(meeting, by=None).late(pks(meeting)[0], 601)

    assert error.value.code == "too_late"


def sessions_now(meeting: Meeting) -> list[Session]:
    return [each for each in Outline.released(meeting).sessions if each.is_now]


def now_of(meeting: Meeting) -> list[str]:
    return [item.title for item in Outline.released(meeting).items if item.is_now]


def test_what_has_begun_is_on_also_beyond_its_hours(meeting):
    with time_machine.travel(at("10.45")):
        assert now_of(meeting) == ["Item 2"]
        Desk(meeting, by=None).start(pks(meeting)[0])

        assert now_of(meeting) == ["Item 1"]


@pytest.mark.parametrize("tap", ["done", "cancel"])
def test_what_is_over_or_cancelled_is_not_on_within_its_hours(meeting, tap):
    with time_machine.travel(at("10.45")):
        getattr(Desk(meeting, by=None), tap)(pks(meeting)[1])

        assert now_of(meeting) == []


def test_what_nobody_calls_over_is_so_half_an_hour_after_its_session(meeting):
    with time_machine.travel(at("11.00")) as clock:
        Desk(meeting, by=None).start(pks(meeting)[2])
        clock.move_to(at("13.20"))
        assert now_of(meeting) == ["Item 3"]
        clock.move_to(at("13.40"))

        assert now_of(meeting) == []


def test_a_session_is_over_when_its_last_item_is(meeting):
    with time_machine.travel(at("11.20")):
        assert sessions_now(meeting)
        Desk(meeting, by=None).done(pks(meeting)[2])

        assert sessions_now(meeting) == []


def test_the_draft_knows_nothing_of_the_day(meeting):
    Desk(meeting, by=None).late(pks(meeting)[0], 10)

    assert [item.planned for item in Outline.draft(meeting).items] == [None] * 3


def test_a_session_opens_with_what_takes_place():
    session = plan("10.00-10.30", "10.30-11.00")
    session.starts_at, session.ends_at = at("10.00"), at("11.00")

    marks = [Mark(item_id=1, minutes=5, state="cancelled"), Mark(item_id=2, minutes=0)]
    shift([session], marks)

    assert (session.starts_at, session.ends_at) == (at("10.00"), at("11.00"))
