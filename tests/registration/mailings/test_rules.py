"""Rules: when they are due, whom they still reach, and when it is too late for them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Message
from registration.mailings import sending
from registration.models import Mailing
from registration.tasks import run_mailings
from tests.making import make_mailing, make_meeting, make_registration, make_session

pytestmark = pytest.mark.django_db
NEW_YORK = "America/New_York"


def make_rule(meeting, **fields):
    """Active; a week before the meeting begins."""
    defaults = {"when": "relative", "anchor": "start", "days": -7, "state": "active"}
    return make_mailing(meeting, **defaults | fields)


def make_due_meeting(**fields):
    """It begins in five days, so that what is due a week before is."""
    today = timezone.now().date()
    return make_meeting(starts_on=today + timedelta(days=5), **fields)


def registered_before(meeting, **fields):
    long_ago = timezone.now() - timedelta(days=20)
    return make_registration(meeting, created_at=long_ago, **fields)


def move(meeting, days):
    meeting.starts_on += timedelta(days=days)
    meeting.ends_on += timedelta(days=days)
    meeting.save()


# When.


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ("registration_opens", datetime(2026, 1, 1, 14, tzinfo=UTC)),
        ("registration_closes", datetime(2026, 6, 1, 13, tzinfo=UTC)),
        ("papers_due", datetime(2026, 5, 1, 13, tzinfo=UTC)),
        ("start", datetime(2026, 7, 6, 13, tzinfo=UTC)),
        ("end", datetime(2026, 7, 8, 13, tzinfo=UTC)),
    ],
)
def test_due_counts_from_a_date_of_the_meeting(anchor, expected):
    meeting = make_meeting(
        timezone=NEW_YORK,
        starts_on=date(2026, 7, 6),
        ends_on=date(2026, 7, 8),
        papers_deadline=date(2026, 5, 1),
        registration_opens_at=datetime(2026, 1, 1, 14, tzinfo=UTC),
        registration_closes_at=datetime(2026, 6, 1, 13, tzinfo=UTC),
    )

    assert make_rule(meeting, anchor=anchor, days=0).due_at == expected


def test_due_is_not_known_while_its_date_is_not_set():
    rule = make_rule(make_meeting(), anchor="papers_due")
    make_registration(rule.meeting)

    assert rule.due_at is None
    assert not rule.is_due
    assert sending.work_on(rule.pk) == 0


@pytest.mark.parametrize(
    ("starts_on", "hour", "expected"),
    [
        # Clocks go forward on 8 March 2026: a day of 23 hours lies between.
        (date(2026, 3, 9), None, datetime(2026, 3, 7, 14, tzinfo=UTC)),
        # And back on 1 November: a day of 25 hours.
        (date(2026, 11, 2), None, datetime(2026, 10, 31, 13, tzinfo=UTC)),
        # 2.30 is no hour of that day: half an hour after the clock has jumped.
        (date(2026, 3, 10), time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        # 1.30 comes twice: the first of them.
        (date(2026, 11, 3), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_due_goes_by_the_clock_on_the_wall(starts_on, hour, expected):
    meeting = make_meeting(timezone=NEW_YORK, starts_on=starts_on)

    assert make_rule(meeting, days=-2, hour=hour).due_at == expected


def test_what_was_done_in_an_hour_that_comes_twice_is_not_due_again(time_machine):
    meeting = make_meeting(timezone=NEW_YORK, starts_on=date(2026, 11, 3))
    make_registration(meeting, created_at=datetime(2026, 10, 1, tzinfo=UTC))
    rule = make_rule(meeting, days=-2, hour=time(1, 30))
    time_machine.move_to(datetime(2026, 11, 1, 5, 31, tzinfo=UTC))

    assert sending.work_on(rule.pk) == 1

    rule.refresh_from_db()
    assert not rule.is_due


# Each person once.


def test_a_rule_reaches_each_once_and_stays_active():
    meeting = make_due_meeting()
    registered_before(meeting)
    rule = make_rule(meeting)

    assert [sending.work_on(rule.pk) for _again in range(3)] == [1, 0, 0]
    rule.refresh_from_db()
    assert (rule.state, rule.done_for) == ("active", rule.due_at)


def test_beat_finds_what_is_due_and_no_more():
    meeting = make_due_meeting(reminder_days=None)
    person = registered_before(meeting)
    due = make_rule(meeting)
    make_rule(meeting, days=-1)
    make_rule(meeting, state="draft")
    make_rule(meeting, state="stopped")

    run_mailings()
    run_mailings()

    assert [mail.once for mail in person.messages.all()] == [due.once]


def test_beat_was_down_for_a_day(time_machine):
    meeting = make_meeting()
    registered_before(meeting)
    rule = make_rule(meeting)
    time_machine.move_to(rule.due_at + timedelta(days=1))

    run_mailings()

    assert rule.messages.count() == 1


@pytest.mark.parametrize("days", [-30, -1, 10, 40])
def test_the_date_moves_after_it_was_sent(time_machine, days):
    meeting = make_meeting()
    registered_before(meeting)
    rule = make_rule(meeting)
    time_machine.move_to(rule.due_at + timedelta(minutes=1))
    assert sending.work_on(rule.pk) == 1

    move(meeting, days)
    again = Mailing.objects.get(pk=rule.pk).due_at
    time_machine.move_to(max(timezone.now(), again + timedelta(minutes=1)))
    run_mailings()

    assert Message.objects.filter(once=rule.once).count() == 1


def test_the_date_moves_later_and_reaches_those_who_have_come_meanwhile(time_machine):
    meeting = make_meeting()
    registered_before(meeting)
    rule = make_rule(meeting)
    time_machine.move_to(rule.due_at + timedelta(minutes=1))
    sending.work_on(rule.pk)
    late = make_registration(meeting, created_at=timezone.now())

    move(meeting, 20)
    sending.work_on(rule.pk)
    assert not late.messages.exists()
    time_machine.shift(timedelta(days=20))

    assert sending.work_on(rule.pk) == 1
    assert late.messages.count() == 1


def test_an_edited_rule_writes_to_nobody_again():
    meeting = make_due_meeting()
    registered_before(meeting)
    rule = make_rule(meeting, people={"status": ["received"]})
    sending.work_on(rule.pk)

    rule.texts.update(body="Other words.")
    Mailing.objects.filter(pk=rule.pk).update(people={}, days=-6, done_for=None)

    assert sending.work_on(rule.pk) == 0


# Latecomers.


def test_latecomers_get_it_only_if_the_rule_says_so():
    meeting = make_due_meeting()
    registered_before(meeting)
    without, including = (
        make_rule(meeting),
        make_rule(meeting, includes_latecomers=True),
    )
    for rule in (without, including):
        sending.work_on(rule.pk)
    late = make_registration(meeting)

    for rule in (without, including):
        sending.work_on(rule.pk)

    assert [mail.once for mail in late.messages.all()] == [including.once]


def test_a_latecomer_is_also_who_is_confirmed_later():
    meeting = make_due_meeting()
    person = registered_before(meeting)
    rule = make_rule(
        meeting, people={"status": ["confirmed"]}, includes_latecomers=True
    )
    assert sending.work_on(rule.pk) == 0

    person.status = "confirmed"
    person.save()

    assert sending.work_on(rule.pk) == 1


def test_whoever_came_after_its_time_does_not_get_it_when_it_is_late():
    meeting = make_due_meeting()
    make_registration(meeting)

    assert sending.work_on(make_rule(meeting).pk) == 0


# Too late.


def test_what_was_due_before_is_dropped_at_the_first_hour_of_the_programme(
    time_machine,
):
    meeting = make_meeting()
    registered_before(meeting)
    session = make_session(meeting)
    in_time, too_late = make_rule(meeting), make_rule(meeting)

    time_machine.move_to(session.starts_at - timedelta(seconds=1), tick=False)
    sending.work_on(in_time.pk)
    time_machine.move_to(session.starts_at, tick=False)
    sending.work_on(too_late.pk)

    assert in_time.messages.count() == 1
    too_late.refresh_from_db()
    assert (too_late.state, too_late.messages.count()) == ("dropped", 0)
    assert "the meeting had begun" in too_late.note


def test_what_is_due_as_the_meeting_begins_goes_out(time_machine):
    meeting = make_meeting()
    registered_before(meeting)
    session = make_session(meeting)
    hour = session.starts_at.astimezone(meeting.zone).time()
    rule = make_rule(meeting, days=0, hour=hour)
    time_machine.move_to(session.starts_at, tick=False)

    assert sending.work_on(rule.pk) == 1


def test_thanks_after_the_meeting_are_sent_for_a_month(time_machine):
    meeting = make_meeting()
    registered_before(meeting)
    soon, later = (make_rule(meeting, anchor="end", days=1) for _rule in range(2))
    time_machine.move_to(soon.due_at + timedelta(days=29))
    sending.work_on(soon.pk)
    time_machine.move_to(later.due_at + timedelta(days=31))
    sending.work_on(later.pk)

    assert soon.messages.count() == 1
    later.refresh_from_db()
    assert (later.state, later.messages.count()) == ("dropped", 0)


def test_a_rule_that_was_followed_is_done_once_the_meeting_has_begun(time_machine):
    meeting = make_meeting()
    registered_before(meeting)
    rule = make_rule(meeting)
    time_machine.move_to(rule.due_at)
    sending.work_on(rule.pk)

    time_machine.move_to(meeting.ends_at)
    sending.work_on(rule.pk)

    rule.refresh_from_db()
    assert (rule.state, rule.note) == ("done", "")


def test_one_that_was_written_in_part_says_so_when_it_is_dropped(time_machine):
    meeting = make_meeting()
    people = [registered_before(meeting) for _person in range(2)]
    rule = make_rule(meeting)
    time_machine.move_to(rule.due_at)
    sending._write(rule, sending.Letters(rule), people[:1])

    time_machine.move_to(meeting.ends_at)
    sending.work_on(rule.pk)

    rule.refresh_from_db()
    assert rule.state == "dropped"
    assert rule.note.startswith("Not sent to everybody")


def test_a_dropped_one_goes_on_once_its_date_has_moved(time_machine):
    meeting = make_meeting()
    registered_before(meeting)
    rule = make_rule(meeting)
    time_machine.move_to(meeting.ends_at)
    sending.work_on(rule.pk)
    rule.refresh_from_db()
    assert not rule.can_be_resumed

    move(meeting, 60)
    rule.refresh_from_db()
    assert rule.can_be_resumed
    sending.resume(rule)
    time_machine.move_to(rule.due_at)

    assert sending.work_on(rule.pk) == 1


def test_a_meeting_that_is_not_published_sends_nothing():
    meeting = make_due_meeting(is_published=False)
    registered_before(meeting)
    rule = make_rule(meeting)

    run_mailings()
    assert not rule.messages.exists()
    meeting.is_published = True
    meeting.save()
    run_mailings()

    assert rule.messages.count() == 1


def test_one_that_cannot_be_written_is_not_in_the_way_of_others(caplog):
    meeting = make_due_meeting()
    registered_before(meeting)
    broken, well = make_rule(meeting), make_rule(meeting)
    broken.texts.all().delete()

    run_mailings()

    assert well.messages.count() == 1
    assert f"Mailing {broken.pk} could not be written" in caplog.text
