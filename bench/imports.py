"""Seconds and memory of looking through and taking in a file of 5,000 registrations.

Run it with `make bench`. A worker does just this, besides waiting for its turn.
"""

import csv
import io
import resource
import time

import ground  # isort: skip (sets Django up, so it comes first)
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from meeting.models import Meeting
from registration.importing import working
from registration.importing.columns import headings
from registration.models import Category, Import, Registration

ROWS = 5_000


def make_file() -> SimpleUploadedFile:
    words = io.StringIO()
    lines = csv.DictWriter(words, list(headings()))
    lines.writerow(headings())
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
            }
        )
    return SimpleUploadedFile("people.csv", words.getvalue().encode())


def make_meeting() -> Meeting:
    today = timezone.now().date()
    return Meeting.objects.create(
        slug="15", title="A meeting", starts_on=today, ends_on=today, capacity=4_000
    )


def measure(name: str, job: Import) -> None:
    start = time.perf_counter()
    working.work_on(job.pk)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<28}{seconds:>6.1f} s{peak:>8.0f} MB at most")


def main() -> None:
    ground.lay()
    print(f"{ROWS:,} rows")
    for writes_mails in (False, True):
        Registration.objects.all().delete()
        Meeting.objects.all().delete()
        job = working.begin(make_meeting(), make_file(), User.objects.first())
        measure("looked through", job)
        job.refresh_from_db()
        job.confirm(is_seated=True, writes_mails=writes_mails)
        name = "taken in and written to" if writes_mails else "taken in"
        measure(name, job)
        job = Import.objects.get(pk=job.pk)
        assert (job.state, Registration.objects.count()) == ("done", ROWS), job.error


if __name__ == "__main__":
    main()
