from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.programme.loading import load
from agenda.programme.mistakes import ProgrammeError
from agenda.programme.reading import read_file
from agenda.programme.rows import LossError
from agenda.programme.schema import Programme


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no date like 2027-02-16") from error


class Command(BaseCommand):
    help = (
        "Load a meeting's programme from a file, or bring it up to date with the file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--check",
            action="store_true",
            help="only say what is wrong with the file, and what would change",
        )
        parser.add_argument(
            "--start",
            type=day,
            metavar="DATE",
            help="have the meeting begin on this day, as a demonstration",
        )
        parser.add_argument(
            "--draft",
            action="store_true",
            help="leave what readers see of the agenda as it is, until it is released",
        )
        parser.add_argument(
            "--current", action="store_true", help="make it the meeting that / shows"
        )

    def handle(
        self,
        *,
        file: Path,
        check: bool,
        start: date | None,
        current: bool,
        draft: bool,
        verbosity: int,
        **options: Any,
    ) -> None:
        programme = self._read(file)
        if start:
            programme.move_to(start)
        try:
            meeting, changes = load(
                programme,
                is_demo=bool(start),
                is_current=current,
                is_draft=draft,
                check=check,
            )
        except LossError as error:
            raise CommandError(
                "\n".join([_("Nothing was changed."), *error.sentences])
            ) from error
        line = (
            _("Meeting %(slug)s would have %(counts)s.")
            if check
            else _("Meeting %(slug)s: %(counts)s.")
        )
        if verbosity:
            self.stdout.write(line % {"slug": meeting.slug, "counts": changes})

    def _read(self, file: Path) -> Programme:
        try:
            return read_file(file)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except ProgrammeError as error:
            count = len(error.mistakes)
            line = ngettext(
                "%(count)s mistake; nothing was changed.",
                "%(count)s mistakes; nothing was changed.",
                count,
            )
            lines = [line % {"count": count}, *error.lines]
            raise CommandError("\n".join(lines)) from error
