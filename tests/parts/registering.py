"""Registering for a meeting over HTTP, as a person does."""

import time

from meeting.models import Meeting
from registration.models import Category
from tests.parts.plenary import Plenary
from tests.parts.visitor import Visitor


def register(
    plenary: Plenary,
    meeting: Meeting,
    email: str,
    headers: dict[str, str] | None = None,
) -> float:
    """Fill in the form and send it; say how many seconds the answer took."""
    visitor, path = Visitor(plenary.url, headers), f"/{meeting.slug}/register/"
    visitor.open(path)
    category = Category.objects.of(meeting).filter(names="organization").first()
    form = visitor.hidden_fields | {
        "category": category.pk,
        "organization": "International Organization for Tests",
        "honorific": "Ms.",
        "name": "Ana O’Neill",
        "function": "Officer",
        "email": email,
        "attendance": "in_person",
        "days": [day.isoformat() for day in meeting.days],
        "language": "en",
    }
    start = time.monotonic()
    visitor.open(path, form)
    seconds = time.monotonic() - start
    assert "/register/sent/" in visitor.address, visitor.page
    return seconds
