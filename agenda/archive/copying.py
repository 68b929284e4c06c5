"""The walk through a meeting's site that makes a copy of it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path, PurePosixPath

from django.db.models.fields.files import FieldFile
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from agenda.archive import pages
from agenda.archive.addresses import Address, Bounds, address_of
from agenda.archive.names import FileNames
from agenda.archive.site import Site
from agenda.archive.stored import stored_file
from agenda.models import Release
from meeting.models import Meeting
from meeting.moments import in_zone

SAID_EVERY = 50


class UnreadableError(Exception):
    """A file of the site ends before its end, or cannot be opened."""


class Copy:
    """A meeting as files below `folder`, in one language, as anybody sees it.

    `problems` are sentences about what it should have, and has not.
    """

    def __init__(
        self,
        meeting: Meeting,
        folder: Path,
        language: str,
        say: Callable[[str], None],
    ) -> None:
        self.meeting, self.folder, self.language = meeting, folder, language
        self.problems: list[str] = []
        self._say = say
        self._bounds = Bounds(meeting)
        self._names = FileNames(self._bounds)
        self._site = Site(language)
        self._files: dict[Address, PurePosixPath] = {}
        self._leads_on: dict[Address, Address | None] = {}
        self._pages: list[Address] = []
        self._sheets: list[Address] = []

    def make(self) -> None:
        before = Release.objects.without_content().current(self.meeting)
        self._walk()
        self._say(_("Joining the pages …"))
        with translation.override(self.language):
            self._join()
        if Release.objects.without_content().current(self.meeting) != before:
            self.problems.append(
                _(
                    "The agenda was released anew while it was copied: some pages have"
                    " it as it was before. Make the copy again."
                )
            )

    @property
    def counts(self) -> tuple[int, int, int]:
        """Pages, other files, and the bytes of all."""
        paths = [self.folder / file for file in self._files.values()]
        size = sum(path.stat().st_size for path in paths)
        return len(self._pages), len(paths) - len(self._pages), size

    def _walk(self) -> None:
        """Ask for each address once, those that are nearest to the home page first."""
        home = self._bounds.home
        waiting, known = deque([home]), {home}
        while waiting:
            for found in self._copy(waiting.popleft()):
                if found not in known and self._belongs(found):
                    known.add(found)
                    waiting.append(found)
            done = len(known) - len(waiting)
            if done % SAID_EVERY == 0 or not waiting:
                self._say(
                    _("%(done)s copied, %(rest)s to go")
                    % {"done": done, "rest": len(waiting)}
                )

    def _belongs(self, address: Address | None) -> bool:
        bounds = self._bounds
        return bool(address) and bounds.has(address) and not bounds.leaves_out(address)

    def _copy(self, address: Address) -> Iterable[Address | None]:
        """Keep what is at this address, and say what that leads to."""
        if file := stored_file(address):
            self._save(address, pieces_of(file))
            return []
        response = self._site.get(address)
        if location := response.get("Location"):
            self._leads_on[address] = target = address_of(location, address)
            return [target]
        if response.status_code != HTTPStatus.OK:
            self._miss(address, response.status_code)
            return []
        return self._keep(address, response)

    def _keep(
        self, address: Address, response: HttpResponseBase
    ) -> Iterable[Address | None]:
        kind = response.get("Content-Type", "").partition(";")[0]
        path = self._save(address, response, kind)
        if path and kind == "text/html":
            return self._take_page(address, path)
        if path and kind == "text/css":
            self._sheets.append(address)
            return pages.links_of_sheet(path.read_text("utf-8"), address)
        return []

    def _save(
        self, address: Address, content: Iterable[bytes], kind: str = ""
    ) -> Path | None:
        """The file that it has now; None where it could not be read."""
        file = self._names.take(address, kind)
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("wb") as to:
                for piece in read(content):
                    to.write(piece)
        except UnreadableError:
            path.unlink()
            self._miss(address)
            return None
        self._files[address] = file
        return path

    def _take_page(self, address: Address, path: Path) -> list[Address | None]:
        self._pages.append(address)
        page = pages.parse(path.read_bytes())
        pages.leave_out(page, address, self._bounds)
        path.write_bytes(pages.written(page))
        return [address_of(link, address) for *_where, link in pages.links_of(page)]

    def _miss(self, address: Address, status: int = HTTPStatus.NOT_FOUND) -> None:
        """A page that is not found is a link that somebody has mistyped."""
        facts = {"address": address, "status": status}
        if status == HTTPStatus.NOT_FOUND and address.path.endswith("/"):
            self._say(_("A link leads nowhere: %(address)s") % facts)
        elif status == HTTPStatus.NOT_FOUND:
            line = _(
                "%(address)s is linked to and missing: perhaps its file is not where"
                " files are kept."
            )
            self.problems.append(line % facts)
        else:
            line = _("%(address)s could not be copied: the site answered %(status)s.")
            self.problems.append(line % facts)

    def _join(self) -> None:
        moment = in_zone(timezone.now(), self.meeting)
        for address in self._pages:
            path = self.folder / self._files[address]
            page = pages.parse(path.read_bytes())
            pages.join(page, address, self._bounds, self._find)
            pages.say(page, _line(address, moment))
            path.write_bytes(pages.written(page))
        for address in self._sheets:
            path = self.folder / self._files[address]
            sheet = pages.join_sheet(path.read_text("utf-8"), address, self._find)
            path.write_text(sheet, "utf-8")

    def _find(self, address: Address) -> PurePosixPath | None:
        """Where the copy has what an address shows, or leads to."""
        passed: set[Address | None] = set()
        while address in self._leads_on and address not in passed:
            passed.add(address)
            address = self._leads_on[address]
        return self._files.get(address)


def pieces_of(file: FieldFile) -> Iterator[bytes]:
    with file.open("rb") as opened:
        yield from opened.chunks()


def read(content: Iterable[bytes]) -> Iterator[bytes]:
    """Piece by piece; what fails in it is no fault of the disk that is written on."""
    try:
        yield from content
    except Exception as error:  # Each kind of storage fails in its own way.
        raise UnreadableError from error


def _line(address: Address, moment: str) -> str:
    link = format_html('<a href="{}" dir="ltr">{}</a>', address, address)
    return format_html(
        _("Copy of {address}, made at {moment}."), address=link, moment=moment
    )
