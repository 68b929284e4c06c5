"""The demonstration: two editions, invented people, and an account to look after them.

What is there already is left as it is, so that nothing of a secretariat's own is lost.
"""

import secrets
from datetime import date

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command

from meeting.environment import BASE
from meeting.models import Meeting
from registration.demo.mailings import write_to_many
from registration.demo.meeting import open_registration
from registration.demo.papers import fill_the_desk
from registration.demo.people import invent_registrations
from registration.groups import SECRETARIAT

__all__ = [
    "ACCOUNT",
    "fill_the_desk",
    "invent_registrations",
    "load_archive",
    "load_current",
    "open_account",
    "open_registration",
    "write_to_many",
]

ACCOUNT = "secretariat"
# To which the tests of mails go that it asks for.
ADDRESS = "secretariat@plenary.example"
# Without the letters and digits that are mistaken for one another.
PASSWORD_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


def load_archive() -> Meeting | None:
    """The fourteenth edition on its own dates; None where it is there."""
    return _load(14)


def load_current(starts_on: date) -> Meeting | None:
    """The fifteenth edition, moved to this day and with people; None where it is there."""
    # Its agenda is released once all of it is there.
    options = ["--start", starts_on.isoformat(), "--current", "--draft"]
    meeting = _load(15, *options)
    if meeting:
        open_registration(meeting)
        invent_registrations(meeting)
        write_to_many(meeting)
        fill_the_desk(meeting)
    return meeting


def _load(number: int, *options: str) -> Meeting | None:
    if Meeting.objects.filter(number=number).exists():
        return None
    file = BASE / "meeting" / "demo" / f"meeting-{number}.yaml"
    call_command("load_meeting", str(file), *options, verbosity=0)
    return Meeting.objects.get(number=number)


def open_account() -> str | None:
    """The secretariat's account: its password when it is new, else None."""
    users = get_user_model().objects
    if users.filter(username=ACCOUNT).exists():
        return None
    password = _readable_password()
    account = users.create_user(ACCOUNT, ADDRESS, password, is_staff=True)
    account.groups.add(Group.objects.get(name=SECRETARIAT))
    return password


def _readable_password() -> str:
    signs = [secrets.choice(PASSWORD_SIGNS) for _ in range(16)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, 16, 4))
