from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from registration.rotating import rotate


class Command(BaseCommand):
    help = (
        "Seal every sensitive answer anew with the first of DATA_KEYS; after that the"
        " older keys can be taken out. Safe to run twice."
    )

    def handle(self, **options: Any) -> None:
        if not settings.DATA_KEYS:
            raise CommandError("DATA_KEYS is empty: there is no key to seal with.")
        result = rotate()
        self.stdout.write(
            f"Sealed with the first key: {result.anew} anew, {result.before} were already."
        )
        if result.broken:
            raise CommandError(
                f"{result.broken} cannot be opened with any of DATA_KEYS. Add the key"
                " that is missing, and run this again."
            )
