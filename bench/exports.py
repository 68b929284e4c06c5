"""Seconds and memory of the two exports of 50,000 registrations, and of answers.

Run it with `make bench`.
"""

import resource
import time
from collections.abc import Callable
from tempfile import TemporaryFile

import ground  # isort: skip (sets Django up, so it comes first)
from django.utils import timezone

from meeting.models import Meeting
from registration.exports import as_csv, as_xlsx
from registration.exports.rows import Table
from registration.models import (
    Answer,
    Category,
    Choice,
    Option,
    Question,
    Registration,
)

Kind = Question.Kind
ROWS = 50_000


def register_many() -> None:
    today = timezone.now().date()
    meeting = Meeting.objects.create(
        slug="15", title="A meeting", starts_on=today, ends_on=today
    )
    category = Category.objects.first()
    Registration.objects.bulk_create(
        (
            Registration(
                meeting=meeting,
                category=category,
                reference=f"{number:05}-BENCH",
                submission=f"bench {number}",
                honorific="H.E. Ms.",
                name=f"Juan José GÓMEZ CAMACHO {number}",
                organization="International Organization for Migration",
                function="Under-Secretary-General for Economic and Social Affairs",
                email=f"person{number}@example.org",
                days=[today.isoformat()],
                access_needs="" if number % 10 else "A seat near the screen, please.",
            )
            for number in range(ROWS)
        ),
        batch_size=1000,
    )


def ask_everybody() -> None:
    """Five questions, each answered by all, one of them from a list with places."""
    meeting = Meeting.objects.get()
    kinds = {
        Kind.YES_NO: "yes",
        Kind.COUNTRY: "CIV",
        Kind.SHORT: "Second Secretary",
        Kind.NUMBER: "3",
    }
    people = list(Registration.objects.values_list("pk", flat=True))
    for kind, value in kinds.items():
        question = Question.objects.create(meeting=meeting, text=kind.value, kind=kind)
        Answer.objects.bulk_create(
            (
                Answer(registration_id=pk, question=question, value=value)
                for pk in people
            ),
            batch_size=1000,
        )
    question = Question.objects.create(meeting=meeting, text="Group", kind=Kind.ONE)
    option = Option.objects.create(question=question, text="Data", capacity=100)
    Choice.objects.bulk_create(
        (Choice(registration_id=pk, option=option) for pk in people), batch_size=1000
    )


def write_csv() -> int:
    rows = as_csv.stream(Table(Registration.objects.all()))
    return sum(len(row.encode()) for row in rows)


def write_xlsx() -> int:
    with TemporaryFile() as file:
        as_xlsx.write(Table(Registration.objects.all()), file)
        return file.seek(0, 2)


def measure(name: str, write: Callable[[], int]) -> None:
    start = time.perf_counter()
    size = write()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<6}{seconds:>8.1f} s{size / 1024**2:>8.1f} MB{peak:>8.0f} MB at most")


def main() -> None:
    ground.lay()
    register_many()
    print(f"{ROWS:,} registrations")
    measure("CSV", write_csv)
    measure("XLSX", write_xlsx)
    ask_everybody()
    print("with five questions, answered by all")
    measure("CSV", write_csv)
    measure("XLSX", write_xlsx)


if __name__ == "__main__":
    main()
