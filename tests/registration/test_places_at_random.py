"""Whatever happens, in whatever order: no seat twice, none left free while one waits."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.utils import timezone

from registration.models import CHANGES, Choice, Places, Registration, Status
from registration.tasks import give_places
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_registration,
    make_session,
)

pytestmark = pytest.mark.django_db
STEPS = 70
MOVES = [
    *["come"] * 5,
    *["confirm"] * 3,
    "decline",
    "withdraw",
    "come_back",
    "accept",
    "ask",
    "correct",
    "correct",
    "move",
    "grow",
    *["later"] * 2,
    "restore",
]


class Meeting:
    """A small meeting in which much is scarce."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)
        self.meeting = make_meeting(
            capacity=random.choice([None, 2, 3]),
            organization_capacity=random.choice([None, 2, 3]),
            counts_remote=random.random() < 0.3,
            offer_hours=random.choice([None, 24]),
        )
        self.categories = [
            make_category(self.meeting, approval="automatic", capacity=2),
            make_category(self.meeting, approval="secretariat"),
        ]
        self.event = make_session(self.meeting, is_chosen=True, capacity=2)

    def step(self) -> None:
        move = self.random.choice(MOVES)
        if move == "come":
            self.come()
        elif move == "grow":
            self.grow()
        elif move == "later":
            with time_machine.travel(timezone.now() + timedelta(hours=30), tick=False):
                give_places()
        elif person := self.somebody():
            before = person.status
            if hasattr(self, move):
                getattr(self, move)(person)
            else:
                getattr(person, move)()
            after = Registration.objects.get(pk=person.pk).status
            assert after == before or self.can_become(before, after), (move, before)

    def can_become(self, before: str, after: str) -> bool:
        """In one step of the table, or in two: corrected, and then seated anew."""
        steps = CHANGES[before]
        return after in steps or any(after in CHANGES[each] for each in steps)

    def somebody(self) -> Registration | None:
        people = list(self.meeting.registrations.order_by("pk"))
        return self.random.choice(people) if people else None

    def come(self) -> None:
        draft = make_registration(
            self.meeting,
            category=self.random.choice(self.categories),
            organization=self.random.choice(["Oxfam", "Kenya", "UNICEF"]),
            attendance=self.random.choice(["in_person", "in_person", "remote"]),
        )
        if draft.category.is_automatic:
            draft.confirm()
        if self.random.random() < 0.7:
            make_choice(draft, self.event)
            draft.amend(set())

    def grow(self) -> None:
        if self.meeting.capacity is not None and self.random.random() < 0.3:
            self.meeting.capacity += 1
            self.meeting.save()
            give_places()

    def ask(self, person: Registration) -> None:
        person.ask_for_correction(["organization"], "Which one?")

    def correct(self, person: Registration) -> None:
        person.is_own_doing = True
        person.attendance = self.random.choice(["in_person", "remote"])
        person.organization = self.random.choice(["Oxfam", "Kenya"])
        person.category = self.random.choice(self.categories)
        person.correct()

    def move(self, person: Registration) -> None:
        person.move_to(self.random.choice(self.categories))

    def restore(self, person: Registration) -> None:
        status = self.random.choice([Status.RECEIVED, Status.CONFIRMED])
        category = self.random.choice(self.categories).pk
        changed = {"status": status, "held": "", "category": category}
        person.restore(person.standing_in_full | changed)

    # What must always hold.

    def check(self) -> None:
        places = Places(type(self.meeting).objects.get(pk=self.meeting.pk))
        people = list(self.meeting.registrations.select_related("category"))
        taken = Counter()
        for person in people:
            if person.holds_place:
                taken.update(places.limits_of(person).keys())
        for person in people:
            for pool, limit in places.limits_of(person).items():
                assert taken[pool] <= limit, pool
        waiting = [each for each in people if each.status == Status.WAITING]
        assert not any(places.has_room_for(each) for each in waiting)
        self.check_choices(places)

    def check_choices(self, places: Places) -> None:
        choices = Choice.objects.select_related("session", "registration")
        holding = 0
        for choice in choices:
            is_in = choice.registration.standing == Status.CONFIRMED
            assert is_in == (choice.status != Choice.Status.RECEIVED)
            needs = places.needs_place(choice.registration)
            holding += choice.is_holding and needs
            if choice.status == Choice.Status.WAITING and not choice.registration.held:
                assert not places.has_room_for_choice(choice)
        assert holding <= self.event.capacity


@pytest.mark.parametrize("seed", range(10))
def test_places_hold_whatever_happens(seed):
    meeting = Meeting(seed)
    for _step in range(STEPS):
        meeting.step()
        meeting.check()
