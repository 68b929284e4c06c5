"""The demonstration: two editions, invented people, and an account to look after them.

What is there already is left as it is, so that nothing of a secretariat's own is lost.
"""

import csv
import secrets
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone
from django.utils.text import slugify

from meeting.environment import BASE
from meeting.models import Meeting
from meeting.states import states
from registration.groups import SECRETARIAT
from registration.models import Category, Registration
from registration.references import reference_of

ACCOUNT = "secretariat"
# Without the letters and digits that are mistaken for one another.
PASSWORD_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
PEOPLE = Path(__file__).parent / "data" / "demo-people.csv"
ACCESS_NEEDS = [
    "I use a wheelchair.",
    "A seat near the screen, please.",
    "International Sign interpretation.",
    "Documents in large print.",
]
DIETARY_NEEDS = ["Vegetarian", "Vegan", "Halal", "Kosher", "No nuts"]


def load_archive() -> Meeting | None:
    """The fourteenth edition on its own dates; None where it is there."""
    return _load(14)


def load_current(starts_on: date) -> Meeting | None:
    """The fifteenth edition, moved to this day and with people; None where it is there."""
    meeting = _load(15, "--start", starts_on.isoformat(), "--current")
    if meeting:
        open_registration(meeting)
        invent_registrations(meeting)
    return meeting


def open_account() -> str | None:
    """The secretariat's account: its password when it is new, else None."""
    users = get_user_model().objects
    if users.filter(username=ACCOUNT).exists():
        return None
    password = _readable_password()
    account = users.create_user(ACCOUNT, password=password, is_staff=True)
    account.groups.add(Group.objects.get(name=SECRETARIAT))
    return password


def open_registration(meeting: Meeting) -> None:
    opened_on = timezone.localdate(timezone=meeting.zone) - timedelta(days=30)
    closes_on = meeting.starts_on - timedelta(days=7)
    meeting.registration_opens_at = _moment(meeting, opened_on, time(9))
    meeting.registration_closes_at = _moment(meeting, closes_on, time(18))
    meeting.capacity = 150
    meeting.reminder_days = 3
    meeting.contact_email = "secretariat@plenary.example"
    meeting.is_demo = True
    meeting.save()


def invent_registrations(meeting: Meeting) -> None:
    """Register the made-up people, the same way each time; nobody is owed a mail."""
    if meeting.registrations.filter(is_demo=True).exists():
        return
    random = Random(meeting.number)
    with PEOPLE.open(encoding="utf-8", newline="") as file:
        people = random.sample(rows := list(csv.DictReader(file)), len(rows))
    opened, now = meeting.registration_opens_at, timezone.now()
    moments = sorted(random.uniform(0, 1) * (now - opened) + opened for _ in people)
    categories = {each.name: each for each in Category.objects.of(meeting)}
    registrations = [
        Registration(
            meeting=meeting,
            category=categories[person["category"]],
            created_at=moment,
            arrived_at=moment,
            # The secretariat has not come to the newest quarter yet.
            status=_decision(random) if place < len(people) * 3 / 4 else "received",
            **_identity(meeting, person, place),
            **_wishes(meeting, random),
        )
        for place, (person, moment) in enumerate(zip(people, moments, strict=True))
    ]
    for registration in registrations:
        registration.set_keys()
    Registration.objects.bulk_create(registrations)


def _load(number: int, *options: str) -> Meeting | None:
    if Meeting.objects.filter(number=number).exists():
        return None
    file = BASE / "meeting" / "demo" / f"meeting-{number}.yaml"
    call_command("load_meeting", str(file), *options, verbosity=0)
    return Meeting.objects.get(number=number)


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


def _decision(random: Random) -> str:
    status = Registration.Status
    decisions = [status.CONFIRMED, status.DECLINED, status.WITHDRAWN]
    return random.choices(decisions, weights=[88, 5, 7])[0]


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


def _moment(meeting: Meeting, day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=meeting.zone)


def _readable_password() -> str:
    signs = [secrets.choice(PASSWORD_SIGNS) for _ in range(16)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, 16, 4))
