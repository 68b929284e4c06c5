"""Bulk work: planned, worked off, taken back."""

from collections import Counter
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meeting.mail.models import Message
from registration.bulk import working
from registration.bulk.planning import plan
from registration.models import BulkWork, Registration, Status
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_message,
    make_registration,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db

SAID = {
    "decline": {"reason": "All seats are for delegations.", "is_shown": True},
    "ask_for_correction": {"fields": ["name"], "note": "Your whole name, please."},
    "seat_over": {"why": "The Chair asked for it."},
}


def prepare(action, *registrations, by=None, **said):
    chosen = Registration.objects.filter(pk__in=[each.pk for each in registrations])
    return working.prepare(
        action, chosen, by or make_user(), SAID.get(action, {}) | said
    )


def do(action, *registrations, by=None, **said):
    """All of it, as a worker does."""
    work = prepare(action, *registrations, by=by, **said)
    working.begin(work)
    working.work_off(work.pk)
    work.refresh_from_db()
    return work


def undo(work):
    undoing = working.undo(work, make_user())
    working.work_off(undoing.pk)
    undoing.refresh_from_db()
    return undoing


def statuses():
    return list(Registration.objects.order_by("pk").values_list("status", flat=True))


def mails():
    return Counter(Message.objects.values_list("kind", "to"))


def reasons(work):
    return [step.after["reason"] for step in work.steps.all()]


# The plan says what then happens.

STATUSES = st.sampled_from(Status.values)


@st.composite
def meetings(draw):
    """A meeting's limits, kept or not, and people who stand anywhere."""
    limit = st.none() | st.integers(0, 3)
    person = st.fixed_dictionaries(
        {
            "status": STATUSES,
            "held": st.sampled_from([s for s in Status.values if s != "offered"]),
            "category": st.integers(0, 1),
            "organization": st.sampled_from(["Kenya", "Chile"]),
            "attendance": st.sampled_from(["in_person", "in_person", "remote"]),
            "session": st.none() | st.sampled_from(["confirmed", "waiting", "offered"]),
            "is_chosen": st.booleans(),
        }
    )
    return {
        "capacity": draw(limit),
        "organization_capacity": draw(limit),
        "counts_remote": draw(st.booleans()),
        "offer_hours": draw(st.sampled_from([None, 24])),
        "categories": [draw(limit), draw(limit)],
        "session": draw(limit),
        "people": draw(st.lists(person, min_size=1, max_size=7)),
    }


def make_people(drawn):
    people, limits = drawn["people"], drawn["categories"]
    fields = ("capacity", "organization_capacity", "counts_remote", "offer_hours")
    meeting = make_meeting(**{name: drawn[name] for name in fields})
    categories = [make_category(meeting, capacity=limit) for limit in limits]
    session = make_session(meeting, is_chosen=True, capacity=drawn["session"])
    chosen = []
    for number, person in enumerate(people):
        status = person["status"]
        registration = make_registration(
            meeting,
            status=status,
            category=categories[person["category"]],
            organization=person["organization"],
            attendance=person["attendance"],
            arrived_at=timezone.now() - timedelta(minutes=60 - number),
            **({"held": person["held"]} if status == "needs_correction" else {}),
        )
        if person["session"]:
            is_in = registration.standing == Status.CONFIRMED
            make_choice(
                registration, session, status=person["session"] if is_in else "received"
            )
        if person["is_chosen"]:
            chosen.append(registration)
    return categories, chosen or [registration]


ACTION_NAMES = [
    "approve",
    "seat",
    "seat_over",
    "decline",
    "ask_for_correction",
    "move",
    "send_again",
    "send_new_link",
]


@pytest.mark.parametrize("action", ACTION_NAMES)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=meetings(), size=st.sampled_from([1, 2, 25]))
def test_plan_says_what_then_happens(action, drawn, size, monkeypatch):
    for module in ("planning", "working"):
        monkeypatch.setattr(f"registration.bulk.{module}.CHUNK", size)
    for model in (Message, BulkWork):
        model.objects.all().delete()
    categories, chosen = make_people(drawn)
    said = {"category": categories[0].pk} if action == "move" else {}
    work = prepare(action, *chosen, **said)

    planned = plan(work)
    working.begin(work)
    working.work_off(work.pk)

    work.refresh_from_db()
    assert (work.state, work.error) == ("done", "")
    everybody = (*planned.chosen, *planned.others)
    meeting = Registration.objects.filter(meeting=work.meeting)
    happened = {
        each.pk: (each.status, each.held, each.category_id, each.mails)
        for each in meeting
        if setattr(each, "mails", sorted(m.kind for m in each.messages.all())) is None
    }
    for outcome in everybody:
        person = outcome.person
        kinds = sorted(f"registration_{kind}" for kind in person.owed)
        said_of_them = (person.status, person.held, person.category_id, kinds)
        assert happened.pop(person.pk) == said_of_them
    assert [kinds for *_rest, kinds in happened.values() if kinds] == []
    steps = {step.registration_id: step for step in work.steps.all()}
    for outcome in planned.chosen:
        step = steps[outcome.person.pk]
        assert (step.has_changed, step.after["reason"]) == (
            outcome.has_changed,
            outcome.reason,
        )


def test_plan_has_as_many_queries_for_forty_as_for_one(django_assert_num_queries):
    meeting = make_meeting(capacity=10)
    one = prepare("approve", make_registration(meeting))
    many = prepare("approve", *[make_registration(meeting) for _ in range(40)])

    for work in (BulkWork.objects.get(pk=many.pk), one):
        work.meeting = meeting
        with django_assert_num_queries(4):
            plan(work)


def test_plan_writes_nothing():
    meeting = make_meeting(capacity=1)
    people = [make_registration(meeting) for _ in range(2)]

    plan(prepare("approve", *people))

    assert statuses() == [Status.RECEIVED, Status.RECEIVED]
    assert not Message.objects.exists()


def test_plan_says_how_many_become_what_and_why_not():
    meeting = make_meeting(capacity=1, organization_capacity=1)
    make_registration(meeting, status=Status.CONFIRMED, organization="Chile")
    waiting = make_registration(meeting, status=Status.WAITING, organization="Chile")
    withdrawn = make_registration(meeting, status=Status.WITHDRAWN)
    received = make_registration(meeting, organization="Kenya")

    planned = plan(prepare("approve", waiting, withdrawn, received))

    assert planned.summary == ["1 goes to the waiting list"]
    assert planned.staying == [
        ("no free seat: the meeting has 1 of 1; Chile has 1 of 1", 1),
        ("has withdrawn; only the person can come back", 1),
    ]
    assert planned.mails == [("On the waiting list", 1)]


def test_plan_names_who_gets_what_becomes_free():
    meeting = make_meeting(capacity=1)
    seated = make_registration(meeting, status=Status.CONFIRMED)
    waiting = make_registration(meeting, status=Status.WAITING)

    planned = plan(prepare("decline", seated))

    assert [outcome.person.pk for outcome in planned.others] == [waiting.pk]
    assert planned.mails == [("Declined", 1), ("Confirmed", 1)]


# What a worker does.


def test_approve_gives_seats_in_the_order_of_coming():
    meeting = make_meeting(capacity=1)
    first, second = make_registration(meeting), make_registration(meeting)

    do("approve", second, first)

    assert statuses() == [Status.CONFIRMED, Status.WAITING]


def test_approve_leaves_alone_who_is_to_correct_something():
    registration = make_registration(status=Status.NEEDS_CORRECTION)

    work = do("approve", registration)

    assert statuses() == [Status.NEEDS_CORRECTION]
    assert reasons(work) == [
        "is asked for a correction; decide on the registration's own page"
    ]


def test_decline_gives_no_seat_to_somebody_it_declines_later():
    meeting = make_meeting(capacity=1)
    seated = make_registration(meeting, status=Status.CONFIRMED)
    waiting = make_registration(meeting, status=Status.WAITING)

    do("decline", seated, waiting)

    assert statuses() == [Status.DECLINED, Status.DECLINED]
    assert mails().total() == 2


def test_work_names_who_had_it_done():
    registration, user = make_registration(), make_user()

    do("approve", registration, by=user)

    assert LogEntry.objects.get_for_object(registration).latest().actor == user


def test_work_done_twice_is_done_once():
    work = do("approve", make_registration())

    working.work_off(work.pk)

    assert mails().total() == 1


def test_work_that_somebody_else_has_claimed_is_left_to_them():
    work = prepare("approve", make_registration())
    working.begin(work)
    work.refresh_from_db()
    assert work.claim()

    working.work_off(work.pk)

    assert statuses() == [Status.RECEIVED]


def test_work_goes_on_where_a_dead_worker_left_it(monkeypatch):
    monkeypatch.setattr("registration.bulk.working.CHUNK", 2)
    meeting = make_meeting()
    work = prepare("approve", *[make_registration(meeting) for _ in range(3)])
    working.begin(work)
    work.refresh_from_db()
    working._do_chunk(work)
    assert (work.done, mails().total()) == (2, 2)
    # As if its claim had run out.
    BulkWork.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))

    working.work_off(work.pk)

    work.refresh_from_db()
    assert (work.state, work.done, mails().total()) == ("done", 3, 3)
    assert set(statuses()) == {Status.CONFIRMED}


def test_work_that_fails_says_so_and_can_go_on(monkeypatch):
    monkeypatch.setattr("registration.bulk.working.CHUNK", 1)
    meeting = make_meeting()
    people = [make_registration(meeting), make_registration(meeting)]
    work = prepare("approve", *people)
    working.begin(work)
    confirm = Registration.confirm_within

    def fail_on_the_second(registration, *args, **kwargs):
        if registration.pk == people[1].pk:
            raise RuntimeError("A bug")
        return confirm(registration, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(Registration, "confirm_within", fail_on_the_second)
        working.work_off(work.pk)
    work.refresh_from_db()
    assert (work.state, work.error) == ("failed", "RuntimeError: A bug")
    assert statuses() == [Status.CONFIRMED, Status.RECEIVED]

    work.go_on()
    working.work_off(work.pk)

    assert statuses() == [Status.CONFIRMED, Status.CONFIRMED]


def test_one_address_that_is_none_keeps_nobody_from_a_seat():
    meeting = make_meeting(capacity=1)
    wrong = make_registration(meeting, email="no address")
    right = make_registration(meeting)

    work = do("approve", wrong, right)

    assert statuses() == [Status.RECEIVED, Status.CONFIRMED]
    assert reasons(work) == ["Enter a valid email address.", ""]


def test_only_one_draft_of_a_person_is_kept():
    user, registration = make_user(), make_registration()

    for _ in range(2):
        prepare("approve", registration, by=user)

    assert BulkWork.objects.count() == 1


# Taking back.


def test_undo_of_an_approval_deletes_the_mail_that_has_not_left():
    registration = make_registration()

    undo(do("approve", registration))

    assert statuses() == [Status.RECEIVED]
    assert not Message.objects.exists()


def test_undo_says_how_it_stands_to_who_was_told_otherwise():
    work = do("approve", make_registration())
    Message.objects.update(state="sent")

    undo(work)

    kinds = Message.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["registration_confirmed", "registration_received"]


def test_undo_leaves_mails_of_before():
    registration = make_registration()
    make_message(
        registration,
        kind="registration_received",
        created_at=timezone.now() - timedelta(hours=1),
    )

    undo(do("approve", registration))

    assert Message.objects.get().kind == "registration_received"


def test_undo_of_a_decline_gives_the_seat_back_and_the_reason_goes():
    registration = make_registration(status=Status.CONFIRMED)

    undo(do("decline", registration))

    registration.refresh_from_db()
    assert (registration.status, registration.decline_reason) == ("confirmed", "")


def test_undo_of_a_decline_takes_no_seat_from_somebody_else():
    meeting = make_meeting(capacity=1)
    seated = make_registration(meeting, status=Status.CONFIRMED)
    make_registration(meeting, status=Status.WAITING)

    undoing = undo(do("decline", seated))

    assert statuses() == [Status.DECLINED, Status.CONFIRMED]
    assert reasons(undoing) == ["no free seat: the meeting has 1 of 1"]
    assert ("registration_declined", seated.email) in mails()


def test_undo_leaves_alone_whom_somebody_has_acted_on_since():
    registration = make_registration()
    work = do("approve", registration)
    Registration.objects.get().withdraw()

    undoing = undo(work)

    assert statuses() == [Status.WITHDRAWN]
    assert reasons(undoing) == ["somebody has acted on it since"]


def test_undo_of_a_move_puts_back_category_and_seat():
    meeting = make_meeting()
    old, full = make_category(meeting), make_category(meeting, capacity=0)
    registration = make_registration(meeting, category=old, status=Status.CONFIRMED)
    work = do("move", registration, category=full.pk)
    assert statuses() == [Status.WAITING]

    undo(work)

    registration.refresh_from_db()
    assert (registration.category, registration.status) == (old, Status.CONFIRMED)


def test_undo_of_a_correction_cancels_what_was_asked():
    registration = make_registration(status=Status.CONFIRMED)

    undo(do("ask_for_correction", registration))

    assert statuses() == [Status.CONFIRMED]
    assert registration.open_correction is None


def test_undo_asks_again_for_what_was_asked_before():
    registration = make_registration()
    registration.ask_for_correction(["email"], "The address is wrong.")

    undo(do("ask_for_correction", registration))

    assert registration.open_correction.fields == ["email"]
    assert statuses() == [Status.NEEDS_CORRECTION]


def test_undo_does_not_unseat_for_those_whom_it_puts_back_later(monkeypatch):
    monkeypatch.setattr("registration.bulk.working.CHUNK", 1)
    meeting = make_meeting(capacity=1)
    people = [make_registration(meeting), make_registration(meeting)]
    work = do("approve", *people)
    assert statuses() == [Status.CONFIRMED, Status.WAITING]

    undo(work)

    assert statuses() == [Status.RECEIVED, Status.RECEIVED]
    assert not Message.objects.exists()


@pytest.mark.parametrize("action", ["send_again", "send_new_link"])
def test_mails_that_were_sent_again_cannot_be_taken_back(action):
    work = do(action, make_registration())

    assert not working.undoable(work).exists()


def test_undo_is_asked_for_once():
    work = do("approve", make_registration())
    assert working.undo(work, make_user())

    assert working.undo(work, make_user()) is None
