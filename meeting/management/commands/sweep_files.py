from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from meeting.files.sweeping import TooManyError, sweep


class Command(BaseCommand):
    help = (
        "Delete uploaded files that no row has named for a day. Beat does the same every"
        " hour, but never to the greater part of all files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would go"
        )
        parser.add_argument(
            "--sure",
            action="store_true",
            help="even if it is the greater part: this is the database of these files",
        )

    def handle(self, *, dry_run: bool, sure: bool, **options: Any) -> None:
        try:
            gone = sweep(timezone.now(), dry_run=dry_run, is_sure=sure)
        except TooManyError as error:
            raise CommandError(
                f"{error} Is this their database? Then say --sure; see also --dry-run."
            ) from error
        for name in gone:
            self.stdout.write(name)
        words = "would go" if dry_run else "gone"
        self.stdout.write(f"{len(gone)} files {words}.")
