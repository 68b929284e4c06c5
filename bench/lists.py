"""The admin's pages, and the form, of a meeting with 10,000 registrations.

Run it with `make bench`. Milliseconds are of the server, database included; the form is
also measured with an empty meeting, since it must not slow down with the registrations.
"""

import sys
import time
from datetime import timedelta
from itertools import islice

import ground  # isort: skip (sets Django up, so it comes first)
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda.models import Session
from meeting.mail.models import Message
from meeting.models import Meeting
from registration.models import Answer, Category, Choice, Option, Question, Registration

PEOPLE = 10_000
ROUNDS = 5
# What a page of the admin may ask of the database.
MOST_QUERIES = 20
STATUSES = ["confirmed", "confirmed", "confirmed", "received", "waiting", "withdrawn"]


def make_meeting(slug: str) -> Meeting:
    today = timezone.now()
    meeting = Meeting.objects.create(
        slug=slug,
        title=f"Meeting {slug}",
        starts_on=today.date() + timedelta(days=30),
        ends_on=today.date() + timedelta(days=31),
        registration_opens_at=today - timedelta(days=1),
        capacity=PEOPLE // 2,
        organization_capacity=50,
    )
    for number in range(3):
        question = Question.objects.create(
            meeting=meeting, text=f"Question {number}", kind="one", position=number
        )
        for option in range(4):
            Option.objects.create(
                question=question, text=f"Option {option}", capacity=PEOPLE
            )
        Question.objects.create(meeting=meeting, text=f"Words {number}", position=9)
    for number in range(3):
        Session.objects.create(
            meeting=meeting,
            title=f"Side event {number}",
            kind="side_event",
            is_chosen=True,
            capacity=100,
        )
    return meeting


def register_many(meeting: Meeting) -> None:
    categories = list(Category.objects.of(meeting))
    people = [
        Registration(
            meeting=meeting,
            category=categories[number % len(categories)],
            status=STATUSES[number % len(STATUSES)],
            reference=f"{number:05}-LISTS",
            submission=f"lists {number}",
            name=f"Person NUMBER{number - number % 100 // 99}",
            organization=f"Organization {number // 40}",
            email=f"person{number}@example.org",
            days=[meeting.starts_on.isoformat()],
        )
        for number in range(PEOPLE)
    ]
    for person in people:
        person.set_keys()
    Registration.objects.bulk_create(people, batch_size=1000)
    options = list(Option.objects.filter(question__meeting=meeting))
    texts = list(meeting.questions.filter(kind="short"))
    Choice.objects.bulk_create(
        (
            Choice(registration=person, option=options[place % len(options)])
            for place, person in enumerate(people)
        ),
        batch_size=1000,
    )
    Answer.objects.bulk_create(
        (
            Answer(registration=person, question=question, value="Some words.")
            for person in people
            for question in texts
        ),
        batch_size=1000,
    )
    Message.objects.bulk_create(
        (
            Message(
                about=person,
                kind="registration_received",
                to=person.email,
                subject="Received",
                text="Words.",
                message_id=f"<{person.pk}@lists>",
                state="sent",
            )
            for person in people
        ),
        batch_size=1000,
    )


def measure(client: Client, path: str) -> tuple[float, int]:
    """Milliseconds and queries of a page; the first time warms up."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path, follow=True)
    count = len(queries)
    assert response.status_code == 200, (path, response.status_code)
    start = time.perf_counter()
    for _round in range(ROUNDS):
        client.get(path, follow=True)
    return (time.perf_counter() - start) * 1000 / ROUNDS, count


def admin_pages() -> list[str]:
    lists = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ]
    registrations = reverse("admin:registration_registration_changelist")
    newest = islice(Registration.objects.order_by("-pk"), 1)
    return [
        reverse("admin:index"),
        *lists,
        f"{registrations}?q=number77",
        f"{registrations}?status__exact=waiting",
        f"{registrations}?p=50",
        reverse("admin:registration_registration_doubles"),
        reverse("admin:registration_registration_import"),
        *(
            reverse("admin:registration_registration_change", args=[each.pk])
            for each in newest
        ),
    ]


def main() -> int:
    """The exit code: 1 where a page asks too much of the database."""
    ground.lay()
    empty, full = make_meeting("empty"), make_meeting("full")
    register_many(full)
    Meeting.objects.filter(pk=full.pk).update(is_current=True)
    staff = get_user_model().objects.create_superuser("staff")
    client = Client(headers={"host": "localhost"})
    client.force_login(staff)
    print(f"{PEOPLE:,} registrations")
    print(f"{'page':<58}{'ms':>8}{'queries':>9}")
    most = 0
    for path in (
        *(reverse("register", args=[meeting.slug]) for meeting in (empty, full)),
        *admin_pages(),
    ):
        spent, queries = measure(client, path)
        print(f"{path:<58}{spent:>8.0f}{queries:>9}")
        if not path.endswith("/change/"):
            most = max(most, queries)
    return int(most > MOST_QUERIES)


if __name__ == "__main__":
    sys.exit(main())
