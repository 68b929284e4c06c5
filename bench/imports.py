"""Seconds and memory of a file of 5,000 registrations, and of finding doubles.

Run it with `make bench`. A worker does just this, besides waiting for its turn.
"""

import csv
import io
import resource
import time

import ground  # isort: skip (sets Django up, so it comes first)
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from meeting.models import Meeting
from registration import doubles
from registration.exports.rows import headings
from registration.importing import working
from registration.models import Category, Import

ROWS = 5_000


def make_file() -> SimpleUploadedFile:
    words = io.StringIO()
    named = headings() | {"tea": "Do you drink tea?", "trip": "Which trip?"}
    lines = csv.DictWriter(words, list(named))
    lines.writerow(named)
    for number in range(ROWS):
        lines.writerow(
            {
                "category": Category.objects.of(None).last().name,
                "organization": f"Organization {number % 400}",
                "honorific": "H.E. Ms.",
                "name": f"Juan José GÓMEZ CAMACHO {number}",
                "function": "Under-Secretary-General for Economic and Social Affairs",
                "email": f"person{number}@example.org",
                "attendance": "In person",
                "is_listed": "yes",
                "language": "French",
                "tea": "yes" if number % 2 else "no",
                "trip": "Museum",
            }
        )
    return SimpleUploadedFile("people.csv", words.getvalue().encode())


def make_meeting(slug: str) -> Meeting:
    """With two questions; one of their answers has places."""
    today = timezone.now().date()
    meeting = Meeting.objects.create(
        slug=slug, title="A meeting", starts_on=today, ends_on=today, capacity=4_000
    )
    meeting.questions.create(text="Do you drink tea?", kind="yes_no")
    trip = meeting.questions.create(text="Which trip?", kind="one")
    trip.options.create(text="Museum", capacity=3_000)
    return meeting


def find_doubles(meeting: Meeting) -> None:
    start = time.perf_counter()
    count = len(doubles.find(meeting))
    seconds = time.perf_counter() - start
    print(f"{'doubles found':<28}{seconds:>6.2f} s{count:>8} pairs")


def measure(name: str, job: Import) -> None:
    start, spent = time.perf_counter(), time.process_time()
    working.work_on(job.pk)
    seconds, spent = time.perf_counter() - start, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu = f"{spent:>6.1f} s of processor"
    print(f"{name:<28}{seconds:>6.1f} s,{cpu}{peak:>8.0f} MB at most")


def main() -> None:
    ground.lay()
    print(f"{ROWS:,} rows with two answers each")
    for slug, writes_mails in (("15", False), ("16", True)):
        meeting = make_meeting(slug)
        job = working.begin(meeting, make_file(), User.objects.first())
        measure("looked through", job)
        job.refresh_from_db()
        job.confirm(is_seated=True, writes_mails=writes_mails)
        measure("taken in and written to" if writes_mails else "taken in", job)
        job.refresh_from_db()
        assert job.is_taken, job.error
        assert meeting.registrations.count() == ROWS
    meeting.registrations.update(
        meeting=Meeting.objects.get(slug="15"), email=Concat(Value("other-"), "email")
    )
    find_doubles(Meeting.objects.get(slug="15"))


if __name__ == "__main__":
    main()
