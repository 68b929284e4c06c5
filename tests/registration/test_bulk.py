"""Bulk work: planned, worked off, taken back."""

from collections import Counter
from datetime import timedelta

import pytest
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
