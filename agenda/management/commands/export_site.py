from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agenda.archive.checking import broken_links
from agenda.archive.copying import Copy
from agenda.archive.placing import beside, place, place_packed
from agenda.management.finding import find_meeting
from meeting.models import Meeting


class Command(BaseCommand):
    help = (
        "Write a copy of a meeting's site for the archive: pages, agenda and documents,"
        " as everybody may see them, in a folder that opens without a server."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--to",
            type=Path,
            metavar="FOLDER",
            help="a folder that is empty, or is not there yet (meeting-SLUG)",
        )
        parser.add_argument(
            "--zip",
            action="store_true",
            dest="is_packed",
            help="as one file, FOLDER.zip, instead",
        )
        codes = [code for code, _name in settings.LANGUAGES]
        parser.add_argument("--language", choices=codes, default=codes[0])

    def handle(
        self,
        *,
        slug: str,
        to: Path | None,
        is_packed: bool,
        language: str,
        **options: Any,
    ) -> None:
        meeting = find_meeting(slug)
        if not meeting.is_published:
            line = _("Meeting %(slug)s is not published: nobody sees its pages yet.")
            raise CommandError(line % {"slug": slug})
        target = (to or Path(f"meeting-{slug}")).absolute()
        if is_packed and target.suffix != ".zip":
            target = target.with_name(f"{target.name}.zip")
        try:
            problems = self._write(meeting, target, language, is_packed=is_packed)
        except OSError as error:
            line = _(
                "%(place)s could not be written, and nothing is left of it: %(why)s."
            )
            facts = {"place": target, "why": error.strerror or error}
            raise CommandError(line % facts) from error
        if problems:
            raise CommandError("\n".join(problems))

    def _write(
        self, meeting: Meeting, target: Path, language: str, *, is_packed: bool
    ) -> list[str]:
        """All that can be copied; what cannot is said in the end."""
        is_free = target.is_dir() and not is_packed and not any(target.iterdir())
        if target.exists() and not is_free:
            line = _("%(place)s is there already. Name another, or move it away.")
            raise CommandError(line % {"place": target})
        with beside(target) as folder:
            copy = Copy(meeting, folder, language, self._say)
            copy.make()
            self._say(_("Checking every link …"))
            facts = [
                {"file": file, "link": link} for file, link in broken_links(folder)
            ]
            broken = [_("%(file)s: “%(link)s” leads nowhere.") % each for each in facts]
            summary = self._summary(*copy.counts, target)
            (place_packed if is_packed else place)(folder, target)
        self.stdout.write(summary)
        return copy.problems + broken

    def _say(self, line: str) -> None:
        self.stderr.write(line, self.style.NOTICE)
        self.stderr.flush()

    def _summary(self, pages: int, files: int, size: int, target: Path) -> str:
        words = [
            ngettext("%(n)s page", "%(n)s pages", pages) % {"n": pages},
            ngettext("%(n)s file", "%(n)s files", files) % {"n": files},
            filesizeformat(size).replace("\xa0", " "),
        ]
        where = {"what": ", ".join(words), "place": target}
        return _("%(what)s in %(place)s") % where
