from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand
from django.db import transaction
from django.utils import timezone

from meeting.models import Meeting
from registration import demo


class Command(BaseCommand):
    help = (
        "Load the demonstration: the fourteenth and the fifteenth meeting, made-up"
        " registrations and the account of a secretariat. What is there stays as it is."
    )

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        demo.load_archive()
        meeting = demo.load_current(timezone.localdate() + timedelta(weeks=6))
        password = demo.open_account()
        # Said last: an account that was announced must not be rolled back.
        transaction.on_commit(lambda: self._report(meeting, password))

    def _report(self, meeting: Meeting | None, password: str | None) -> None:
        if meeting:
            people = meeting.registrations.count()
            self.stdout.write(
                f"Loaded two demonstration meetings, with {people} made-up registrations."
            )
        if password:
            self.stdout.write(
                f"Staff log in at /admin/ as {demo.ACCOUNT} with the password {password}"
                " (shown only now)."
            )
