"""The made-up people of the demonstration, seated by the same rule as everybody."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from django.utils import timezone
from django.utils.text import slugify

from meeting.models import Meeting
from meeting.states import states
from registration.demo.answering import answer_and_choose
from registration.models import Category, Correction, Places, Registration, Status
from registration.references import reference_of

PEOPLE = Path(__file__).parents[1] / "data" / "demo-people.csv"
ACCESS_NEEDS = [
    "I use a wheelchair.",
    "A seat near the screen, please.",
    "International Sign interpretation.",
    "Documents in large print.",
]
DIETARY_NEEDS = ["Vegetarian", "Vegan", "Halal", "Kosher", "No nuts"]
DECISIONS = {
    Status.CONFIRMED: 84,
    Status.NEEDS_CORRECTION: 4,
    Status.DECLINED: 5,
    Status.WITHDRAWN: 7,
}
REASONS = [
    "Your organization has not confirmed that it sends you.",
    "Registration of this kind of organization has ended.",
]
MISTAKES = [
    ("function", "Please write your function, not only your title."),
    ("name", "Please write your name as it stands in your passport."),
]


def invent_registrations(meeting: Meeting) -> None:
    """Register the made-up people, the same way each time; nobody is owed a mail."""
    if meeting.registrations.filter(is_demo=True).exists():
        return
    random = Random(meeting.number)
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    people = random.sample(rows, len(rows))
    registrations = list(_register(meeting, people, random))
    for registration in registrations:
        registration.set_keys()
    _decide(meeting, registrations, random)
    Registration.objects.bulk_create(registrations)
    _correct(registrations, random)
    answer_and_choose(meeting, registrations, random)


def _register(
    meeting: Meeting, people: list[dict[str, str]], random: Random
) -> Iterator[Registration]:
    categories = {each.name: each for each in Category.objects.of(meeting)}
    notice = meeting.notices.in_force().first()
    moments = _moments(meeting, len(people), random)
    for place, (person, moment) in enumerate(zip(people, moments, strict=True)):
        yield Registration(
            meeting=meeting,
            category=categories[person["category"]],
            created_at=moment,
            arrived_at=moment,
            notice=notice,
            agreed_at=notice and moment,
            **_identity(meeting, person, place),
            **_wishes(meeting, random),
        )


def _moments(meeting: Meeting, count: int, random: Random) -> list[datetime]:
    """When each of them came, in order, since registration opened."""
    opened = meeting.registration_opens_at
    span = timezone.now() - opened
    return sorted(opened + random.random() * span for _ in range(count))


def _identity(meeting: Meeting, person: dict[str, str], place: int) -> dict:
    """Who it is and where from, with an address that can never be anybody's."""
    submission = f"demo-{meeting.pk}-{place}"
    state = states().get(person["from"])
    host = state.short_code.lower() if state else slugify(person["from"])
    mailbox = slugify(person["badge_name"] or person["name"]).replace("-", ".")
    return {
        "submission": submission,
        "reference": reference_of(submission),
        "organization": state.names["en"] if state else person["from"],
        "state": state.code if state else "",
        "email": f"{mailbox or 'delegate'}.{place + 1}@{host}.example",
        "is_demo": True,
        **{
            field: person[field]
            for field in ("honorific", "name", "badge_name", "function", "language")
        },
    }


def _wishes(meeting: Meeting, random: Random) -> dict:
    attendance = Registration.Attendance
    days = [day.isoformat() for day in meeting.days]
    return {
        "attendance": random.choices(attendance.values, weights=[85, 15])[0],
        "days": days if random.random() < 0.8 else [random.choice(days)],
        "access_needs": random.choice(ACCESS_NEEDS) if random.random() < 0.06 else "",
        "dietary_needs": random.choice(DIETARY_NEEDS) if random.random() < 0.2 else "",
        "is_listed": random.random() < 0.6,
    }


# What the secretariat has decided until now.


def _decide(
    meeting: Meeting, registrations: list[Registration], random: Random
) -> None:
    """In the order in which they came, as long as there are seats."""
    places = Places(meeting)
    for place, registration in enumerate(registrations):
        # The secretariat has not come to the newest quarter yet.
        is_new = place >= len(registrations) * 3 / 4
        if is_new and not registration.category.is_automatic:
            continue
        decision = random.choices(list(DECISIONS), weights=DECISIONS.values())[0]
        if decision == Status.CONFIRMED and not places.has_room_for(registration):
            decision = Status.WAITING
        registration.status = decision
        if decision == Status.NEEDS_CORRECTION:
            registration.held = Status.RECEIVED
        if decision == Status.DECLINED:
            registration.decline_reason = random.choice(REASONS)
            registration.is_reason_shown = random.random() < 0.5
        if registration.holds_place:
            places.change(places.limits_of(registration), +1)


def _correct(registrations: list[Registration], random: Random) -> None:
    """Some are asked to correct something; two have, and wait to be looked at."""
    asked = [each for each in registrations if each.status == Status.NEEDS_CORRECTION]
    confirmed = [each for each in registrations if each.status == Status.CONFIRMED]
    corrections = [_asked(each, *random.choice(MISTAKES)) for each in asked]
    corrections += [_made(each) for each in random.sample(confirmed, 2)]
    Correction.objects.bulk_create(corrections)


def _asked(registration: Registration, field: str, note: str) -> Correction:
    day_after = registration.created_at + timedelta(hours=20)
    asked_at = min(day_after, timezone.now())
    return Correction(
        registration=registration, fields=[field], note=note, asked_at=asked_at
    )


def _made(registration: Registration) -> Correction:
    change = {
        "key": "function",
        "label": "Function",
        "before": "Intern",
        "after": registration.function,
    }
    made_at = min(registration.created_at + timedelta(days=2), timezone.now())
    return Correction(registration=registration, changes=[change], made_at=made_at)
