"""Who gets a seat, and who waits: limits, the waiting list, offers."""

from datetime import timedelta

import pytest
import time_machine
from auditlog.models import LogEntry
from django.utils import timezone

from agenda.programme.loading import load
from agenda.programme.reading import read
from agenda.programme.rows import LossError
from meeting.models import Meeting
from registration.models import CHANGES, Choice, Places, Registration, Status
from registration.tasks import give_places
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)

PROGRAMME = """\
format: meeting-programme/1
meeting:
  number: 3
  title: Shared Rivers
  dates: {start: 2027-03-10, end: 2027-03-11}
"""
pytestmark = pytest.mark.django_db
REMOTE = Registration.Attendance.REMOTE


def status_of(registration):
    return Registration.objects.get(pk=registration.pk).status


def mails_to(registration):
    kinds = registration.messages.order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("registration_") for kind in kinds]


def make_confirmed(meeting, **fields):
    return make_registration(meeting, status=Status.CONFIRMED, **fields)


def make_waiting(meeting, **fields):
    return make_registration(meeting, status=Status.WAITING, **fields)


def confirmed(*registrations):
    return [each.confirm() and each.status for each in registrations]


# Limits.


def test_the_category_has_seats_of_its_own():
    meeting = make_meeting(capacity=10)
    narrow, wide = make_category(meeting, capacity=1), make_category(meeting)
    people = [make_registration(meeting, category=each) for each in (narrow, narrow)]
    other = make_registration(meeting, category=wide)

    assert confirmed(*people, other) == ["confirmed", "waiting", "confirmed"]


def test_a_category_of_all_meetings_has_its_seats_at_each():
    category = make_category(capacity=1)
    people = [make_registration(make_meeting(), category=category) for _ in range(2)]

    assert confirmed(*people) == ["confirmed", "confirmed"]


def test_each_organization_has_its_seats_however_it_is_written():
    meeting = make_meeting(organization_capacity=2)
    names = ["Médecins du Monde", "Medecins du  monde", "MÉDECINS DU MONDE", "Oxfam"]
    people = [make_registration(meeting, organization=name) for name in names]

    found = confirmed(*people)

    assert found == ["confirmed", "confirmed", "waiting", "confirmed"]


def test_each_state_has_its_seats():
    meeting = make_meeting(organization_capacity=1)
    people = [
        make_registration(meeting, organization=name, state=code)
        for name, code in [("Kenya", "KEN"), ("Republic of Kenya", "KEN")]
    ]

    assert confirmed(*people) == ["confirmed", "waiting"]


def test_a_category_may_say_how_many_each_organization_sends():
    meeting = make_meeting(organization_capacity=1)
    category = make_category(meeting, organization_capacity=2)
    people = [make_registration(meeting, category=category) for _ in range(3)]

    assert confirmed(*people) == ["confirmed", "confirmed", "waiting"]


def test_no_seats_at_all_is_a_limit_too():
    meeting = make_meeting(organization_capacity=0)

    assert confirmed(make_registration(meeting)) == ["waiting"]


@pytest.mark.parametrize(
    ("counts_remote", "found"), [(False, "confirmed"), (True, "waiting")]
)
def test_remote_participants_need_a_seat_only_where_they_count(counts_remote, found):
    meeting = make_meeting(capacity=1, counts_remote=counts_remote)
    make_confirmed(meeting)

    assert confirmed(make_registration(meeting, attendance=REMOTE)) == [found]


def test_who_has_something_to_correct_keeps_the_seat():
    meeting = make_meeting(capacity=1)
    asked = make_confirmed(meeting)
    asked.ask_for_correction(["name"], "As in your passport, please.")

    assert confirmed(make_registration(meeting)) == ["waiting"]


def test_what_is_offered_is_taken():
    meeting = make_meeting(capacity=1)
    make_registration(meeting, status=Status.OFFERED)

    assert confirmed(make_registration(meeting)) == ["waiting"]


def test_staff_may_seat_somebody_over_capacity_and_the_audit_trail_says_so():
    meeting = make_meeting(capacity=0)
    registration = make_waiting(meeting)

    registration.confirm(over_capacity=True, why="The minister's own guest")

    entry = LogEntry.objects.get_for_object(registration).latest()
    assert registration.status == Status.CONFIRMED
    assert entry.changes_dict["status"] == ["waiting", "confirmed"]
    assert entry.additional_data == {
        "over_capacity": True,
        "why": "The minister's own guest",
    }


def test_over_capacity_is_not_said_where_there_was_a_seat():
    registration = make_registration(make_meeting(capacity=1))

    registration.confirm(over_capacity=True)

    entry = LogEntry.objects.get_for_object(registration).latest()
    assert entry.additional_data is None


# The waiting list.


def free_by_withdrawal(meeting, seated):
    seated.withdraw()


def free_by_decline(meeting, seated):
    seated.decline("Not accredited")


def free_by_remote(meeting, seated):
    seated.attendance = REMOTE
    seated.correct()


def free_by_staff(meeting, seated):
    seated.attendance = REMOTE
    seated.amend({"attendance"})


def free_by_raised_capacity(meeting, seated):
    Meeting.objects.update(capacity=2)
    give_places()


@pytest.mark.parametrize(
    "free",
    [
        free_by_withdrawal,
        free_by_decline,
        free_by_remote,
        free_by_staff,
        free_by_raised_capacity,
    ],
)
def test_a_free_seat_goes_to_the_first_in_line(free):
    meeting = make_meeting(capacity=1)
    seated = make_confirmed(meeting)
    first, second = make_waiting(meeting), make_waiting(meeting)

    free(meeting, seated)

    assert status_of(first) == Status.CONFIRMED
    assert status_of(second) == Status.WAITING
    assert mails_to(first) == ["confirmed"]
    assert mails_to(second) == []


def test_who_could_not_use_the_seat_is_passed_over_and_stays_first():
    meeting = make_meeting(capacity=2, organization_capacity=1)
    one, _other = (make_confirmed(meeting, organization=name) for name in "AB")
    blocked = make_waiting(meeting, organization="B")
    next_one = make_waiting(meeting, organization="C")

    one.withdraw()

    assert status_of(blocked) == Status.WAITING
    assert status_of(next_one) == Status.CONFIRMED


def test_who_came_back_stands_at_the_end():
    meeting = make_meeting(capacity=1)
    seated = make_confirmed(meeting)
    first = make_waiting(meeting, category=make_category(meeting, approval="automatic"))
    second = make_waiting(meeting)
    first.withdraw()
    first.come_back()

    seated.withdraw()

    assert status_of(second) == Status.CONFIRMED
    assert status_of(first) == Status.WAITING


def test_who_asks_for_a_seat_only_now_stands_at_the_end():
    meeting = make_meeting(capacity=1)
    remote = make_confirmed(meeting, attendance=REMOTE)
    make_confirmed(meeting)
    waiting = make_waiting(meeting)

    remote.attendance = Registration.Attendance.IN_PERSON
    remote.correct()

    assert remote.waiting_position == 2
    assert waiting.waiting_position == 1


def test_nobody_is_seated_once_the_meeting_is_over():
    meeting = make_meeting(capacity=1)
    seated, waiting = make_confirmed(meeting), make_waiting(meeting)
    with time_machine.travel(meeting.ends_at + timedelta(hours=1)):
        seated.decline()

    assert status_of(waiting) == Status.WAITING


def test_who_must_correct_something_keeps_the_place_in_line_but_is_passed_over():
    meeting = make_meeting(capacity=1)
    seated = make_confirmed(meeting)
    asked, second = make_waiting(meeting), make_waiting(meeting)
    asked.ask_for_correction(["name"], "Your whole name, please.")

    seated.withdraw()
    assert status_of(second) == Status.CONFIRMED

    asked.name = "Amina YUSUF"
    asked.correct()
    assert status_of(asked) == Status.WAITING
    assert asked.waiting_position == 1


def test_position_counts_those_who_wait_for_the_same():
    meeting = make_meeting()
    category = make_category(meeting, capacity=0)
    full = make_category(meeting, capacity=0)
    for _other in range(3):
        make_waiting(meeting, category=full)
    people = [make_waiting(meeting, category=category) for _ in range(2)]

    assert [each.waiting_position for each in people] == [1, 2]


def test_position_is_of_those_who_wait_alone():
    assert make_registration().waiting_position is None


# Offers.


@pytest.fixture
def offering():
    """A meeting that offers what becomes free for two days, and its one seat taken."""
    meeting = make_meeting(capacity=1, offer_hours=48)
    return meeting, make_confirmed(meeting)


def test_a_free_seat_is_offered_for_a_time(offering):
    meeting, seated = offering
    waiting = make_waiting(meeting)

    with time_machine.travel(timezone.now(), tick=False):
        until = timezone.now() + timedelta(hours=48)
        seated.withdraw()

    waiting.refresh_from_db()
    assert (waiting.status, waiting.offer_until) == (Status.OFFERED, until)
    assert mails_to(waiting) == ["offered"]


def test_an_offer_is_accepted_once(offering):
    meeting, seated = offering
    waiting = make_waiting(meeting)
    seated.withdraw()

    assert waiting.accept()
    assert not waiting.accept()

    assert status_of(waiting) == Status.CONFIRMED
    assert Registration.objects.get(pk=waiting.pk).offer_until is None
    assert mails_to(waiting) == ["offered", "confirmed"]


def test_an_offer_passes_on_to_the_next(offering):
    meeting, seated = offering
    first, second = make_waiting(meeting), make_waiting(meeting)
    seated.withdraw()

    with time_machine.travel(timezone.now() + timedelta(hours=49)):
        assert not first.accept()
        give_places()

    assert (status_of(first), status_of(second)) == (Status.WAITING, Status.OFFERED)
    assert mails_to(first) == ["offered", "offer_passed"]
    assert mails_to(second) == ["offered"]


def test_who_let_an_offer_pass_is_asked_again_where_nobody_else_waits(offering):
    meeting, seated = offering
    waiting = make_waiting(meeting)
    seated.withdraw()

    with time_machine.travel(timezone.now() + timedelta(hours=49)):
        give_places()
        assert waiting.accept()

    assert mails_to(waiting) == ["offered", "offered", "confirmed"]


def test_an_offer_that_still_holds_is_not_passed_on(offering):
    meeting, seated = offering
    first, second = make_waiting(meeting), make_waiting(meeting)
    seated.withdraw()

    with time_machine.travel(timezone.now() + timedelta(hours=47)):
        give_places()

    assert (status_of(first), status_of(second)) == (Status.OFFERED, Status.WAITING)


def test_an_offer_given_up_goes_to_the_next_at_once(offering):
    meeting, seated = offering
    first, second = make_waiting(meeting), make_waiting(meeting)
    seated.withdraw()

    first.withdraw()

    assert status_of(second) == Status.OFFERED


def test_shortly_before_the_meeting_seats_are_given_at_once(offering):
    meeting, seated = offering
    waiting = make_waiting(meeting)

    with time_machine.travel(meeting.starts_at - timedelta(hours=47)):
        seated.withdraw()

    assert status_of(waiting) == Status.CONFIRMED


# Sessions and options.


def make_side_event(meeting, **fields):
    return make_session(meeting, kind="side_event", is_chosen=True, **fields)


def test_a_choice_gets_its_place_with_the_seat():
    meeting = make_meeting()
    event = make_side_event(meeting, capacity=1)
    people = [make_registration(meeting) for _ in range(2)]
    choices = [make_choice(each, event) for each in people]
    assert {each.status for each in choices} == {"received"}

    confirmed(*people)

    found = [Choice.objects.get(pk=each.pk) for each in choices]
    assert [each.status for each in found] == ["confirmed", "waiting"]
    assert found[1].position == 1


@pytest.mark.parametrize("leave", ["withdraw", "decline"])
def test_who_leaves_makes_room_in_what_was_chosen(leave):
    meeting = make_meeting()
    event = make_side_event(meeting, capacity=1)
    people = [make_registration(meeting) for _ in range(2)]
    choices = [make_choice(each, event) for each in people]
    confirmed(*people)

    getattr(people[0], leave)()

    found = [Choice.objects.get(pk=each.pk).status for each in choices]
    assert found == ["received", "confirmed"]
    assert mails_to(people[1])[-1] == "choice_confirmed"


def test_an_option_has_places_too():
    meeting = make_meeting()
    question = make_question(meeting, kind="one", options=[("Working group A", 1)])
    option = question.options.get()
    people = [make_registration(meeting, attendance=REMOTE) for _ in range(2)]
    choices = [make_choice(each, option) for each in people]

    confirmed(*people)

    found = [Choice.objects.get(pk=each.pk).status for each in choices]
    assert found == ["confirmed", "waiting"]


def test_remote_participants_take_no_place_in_a_session():
    meeting = make_meeting()
    event = make_side_event(meeting, capacity=1)
    remote = make_registration(meeting, attendance=REMOTE)
    here = make_registration(meeting)
    choices = [make_choice(each, event) for each in (remote, here)]

    confirmed(remote, here)

    found = [Choice.objects.get(pk=each.pk).status for each in choices]
    assert found == ["confirmed", "confirmed"]


def test_who_comes_in_person_after_all_needs_a_place_in_the_session():
    meeting = make_meeting()
    event = make_side_event(meeting, capacity=1)
    remote, here = (
        make_registration(meeting, attendance=REMOTE),
        make_registration(meeting),
    )
    choice = make_choice(remote, event)
    make_choice(here, event)
    confirmed(remote, here)

    remote.attendance = Registration.Attendance.IN_PERSON
    remote.correct()

    choice.refresh_from_db()
    assert choice.status == "waiting"


def test_a_place_given_up_goes_to_who_waits_for_it_and_can_be_offered():
    meeting = make_meeting(offer_hours=48)
    event = make_side_event(meeting, capacity=1)
    one, two, three = people = [make_registration(meeting) for _ in range(3)]
    choices = [make_choice(each, event) for each in people]
    confirmed(*people)

    one.drop_choice(choices[0].pk)

    choices[1].refresh_from_db()
    assert choices[1].status == "offered"
    assert mails_to(two)[-1] == "choice_offered"
    with time_machine.travel(timezone.now() + timedelta(hours=49)):
        assert not two.accept_choice(choices[1].pk)
        give_places()
        assert three.accept_choice(choices[2].pk)
    statuses = [Choice.objects.get(pk=each.pk).status for each in choices[1:]]
    assert statuses == ["waiting", "confirmed"]


def test_who_came_back_is_behind_those_who_wait_for_the_same_session():
    meeting = make_meeting()
    event = make_side_event(meeting, capacity=0)
    category = make_category(meeting, approval="automatic")
    first = make_confirmed(meeting, category=category)
    second = make_confirmed(meeting)
    choices = [make_choice(each, event, status="waiting") for each in (first, second)]

    first.withdraw()
    first.come_back()

    assert [Choice.objects.get(pk=each.pk).position for each in choices] == [2, 1]


def test_a_place_in_a_meeting_that_is_over_is_not_given_up():
    meeting = make_meeting()
    person = make_confirmed(meeting)
    choice = make_choice(person, make_side_event(meeting), status="confirmed")

    with time_machine.travel(meeting.ends_at):
        assert not person.drop_choice(choice.pk)
    assert person.drop_choice(choice.pk)


def test_positions_are_counted_in_each_line_alone():
    meeting, now = make_meeting(), timezone.now()
    line, other = (make_side_event(meeting, capacity=0) for _ in range(2))
    question = make_question(meeting, kind="one", options=["Museum"])
    people = [make_confirmed(meeting) for _ in range(3)]
    for person in people:
        make_choice(person, line, status="waiting", queued_at=now)
    make_choice(people[1], other, status="waiting", queued_at=now)
    make_choice(people[2], other, status="confirmed")
    make_choice(people[2], question.options.get(), status="waiting")

    positions = Choice.objects.with_positions().order_by("pk")

    assert [choice.position for choice in positions] == [1, 2, 3, 1, None, 1]


def test_nobody_accepts_the_place_of_another():
    meeting = make_meeting()
    event = make_side_event(meeting, capacity=1)
    owner, other = make_confirmed(meeting), make_confirmed(meeting)
    choice = make_choice(owner, event, status="offered", offer_until=meeting.starts_at)

    assert not other.accept_choice(choice.pk)
    assert not other.drop_choice(choice.pk)


def test_a_session_that_was_chosen_is_not_lost_by_loading_a_programme_without_it():
    meeting, _changes = load(read(PROGRAMME.encode()))
    event = make_side_event(meeting, title="Rivers at noon")
    make_choice(make_confirmed(meeting), event)

    with pytest.raises(LossError, match="“Rivers at noon” is not in the file"):
        load(read(PROGRAMME.encode()))


# What the counting costs.


@pytest.mark.parametrize("people", [1, 3])
def test_confirming_asks_the_same_of_the_database_however_many_there_are(
    people, django_assert_max_num_queries
):
    meeting = make_meeting(capacity=100, organization_capacity=100)
    for _person in range(people):
        make_confirmed(meeting)
    registration = make_registration(meeting)

    with django_assert_max_num_queries(20):
        registration.confirm()


def test_looking_takes_no_lock(django_assert_num_queries):
    meeting = make_meeting(capacity=1)

    with django_assert_num_queries(1):
        assert not Places(meeting).is_full


# The table.


@pytest.mark.parametrize("status", Status)
def test_no_status_becomes_what_the_table_does_not_allow(status):
    meeting = make_meeting(capacity=5)
    for action in ("confirm", "decline", "withdraw", "come_back", "accept"):
        registration = make_registration(meeting, status=status)

        getattr(registration, action)()

        after = status_of(registration)
        assert after == status or after in CHANGES[status]


def test_the_table_has_every_status():
    assert set(CHANGES) == set(Status)
    assert set().union(*CHANGES.values()) == set(Status)
