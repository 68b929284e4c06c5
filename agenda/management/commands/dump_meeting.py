from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from agenda.programme.dumping import dump
from meeting.models import Meeting


class Command(BaseCommand):
    help = "Write a meeting's programme out, as load_meeting reads it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **options: Any) -> None:
        meeting = Meeting.objects.filter(slug=slug).first()
        if meeting is None:
            known = ", ".join(Meeting.objects.values_list("slug", flat=True))
            words = {"slug": slug, "known": known or "–"}
            raise CommandError(
                _("There is no meeting “%(slug)s”; there are: %(known)s.") % words
            )
        self.stdout.write(dump(meeting), ending="")
