from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from meeting.files.sweeping import sweep


class Command(BaseCommand):
    help = (
        "Delete uploaded files that no row has named for a day. Beat does the same every"
        " hour."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would go"
        )

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        gone = sweep(timezone.now(), dry_run=dry_run)
        for name in gone:
            self.stdout.write(name)
        words = "would go" if dry_run else "gone"
        self.stdout.write(f"{len(gone)} files {words}.")
