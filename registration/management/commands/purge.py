from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from registration.purging import Purge

# The columns of the table.
KINDS = [
    "registrations",
    "answers",
    "files",
    "choices",
    "corrections",
    "messages",
    "history",
    "imports",
    "bulk work",
    "link requests",
    "uploads",
    "attempts",
    "readers' agendas",
]


class Command(BaseCommand):
    help = (
        "Erase what is past its time: registrations of meetings that are over, with all"
        " that belongs to them, answers to single questions, files that nobody sent in"
        " the end. Beat does the same every hour."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would go"
        )

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        rows = Purge(timezone.now(), dry_run).run()
        if not rows:
            self.stdout.write("Nothing is past its time.")
            return
        self.stdout.write("This would go:" if dry_run else "This has gone:")
        self.stdout.write("")
        kinds = [kind for kind in KINDS if any(row[kind] for row in rows.values())]
        table = [["", *kinds]]
        for name, counts in rows.items():
            table.append([name or "(no meeting)", *(str(counts[k]) for k in kinds)])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for first, *numbers in table:
            cells = [first.ljust(widths[0])]
            cells += [n.rjust(w) for n, w in zip(numbers, widths[1:], strict=True)]
            self.stdout.write("  ".join(cells))
