from typing import Any

from django.core.management import BaseCommand, CommandParser

from agenda.management.finding import find_meeting
from agenda.programme.dumping import dump


class Command(BaseCommand):
    help = "Write a meeting's programme out, as load_meeting reads it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **options: Any) -> None:
        self.stdout.write(dump(find_meeting(slug)), ending="")
