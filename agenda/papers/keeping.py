"""Each paper is made once an edition and language, and kept among the files.

An edition is a release together with what the meeting's own fields say above it.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from pathlib import Path

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.crypto import salted_hmac
from django.utils.text import slugify
from django.utils.translation import get_language

from agenda.models import Release
from agenda.outline import Outline
from agenda.papers.as_docx import to_docx
from agenda.papers.as_pdf import letters_not_in_fonts, to_pdf
from agenda.papers.content import Paper, agenda, organization_of_work
from meeting.files.keeping import NotKeptError
from meeting.models import Meeting

PRINTED = (
    "title",
    "name",
    "style",
    "function",
    "affiliation",
    "room",
    "ordinal",
    "organizers",
    "note",
)
PAPERS: dict[str, Callable[[Outline], Paper]] = {
    "organization-of-work": organization_of_work,
    "agenda": agenda,
}
FORMS: dict[str, tuple[Callable[[Paper], bytes], str]] = {
    "pdf": (to_pdf, "application/pdf"),
    "docx": (
        to_docx,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
}


@dataclass(frozen=True)
class KeptPaper:
    """One file: which paper, as what, of the release that readers see."""

    release: Release
    paper: str
    form: str

    @property
    def meeting(self) -> Meeting:
        return self.release.meeting

    @property
    def content_type(self) -> str:
        return FORMS[self.form][1]

    @property
    def filename(self) -> str:
        """Such as "organization-of-work-15-release-4.pdf"."""
        slug = slugify(self.meeting.slug) or self.meeting.pk
        return f"{self.paper}-{slug}-release-{self.release.number}.{self.form}"

    @property
    def edition(self) -> str:
        release, changed_at = self.release, self.meeting.updated_at.isoformat()
        facts = (release.pk, release.note, changed_at, self.meeting.is_over, _making())
        return salted_hmac("agenda.papers", repr(facts)).hexdigest()[:32]

    @property
    def digest(self) -> str:
        facts = (self.edition, self.paper, self.form, get_language())
        return sha256(repr(facts).encode()).hexdigest()[:32]

    @property
    def name(self) -> str:
        return f"{self._folder}/{self.edition}-{self.digest}.{self.form}"

    @property
    def _folder(self) -> str:
        return f"papers/{self.meeting.pk}"

    def read(self) -> bytes:
        try:
            with default_storage.open(self.name) as file:
                return file.read()
        except FileNotFoundError:
            return self._make()

    def _make(self) -> bytes:
        make, _content_type = FORMS[self.form]
        outline = Outline(self.release.snapshot, self.release)
        content = make(PAPERS[self.paper](outline))
        for name in self._outdated():
            default_storage.delete(name)
        # Where there is no room it is made again for the next reader.
        with suppress(NotKeptError):
            default_storage.save(self.name, ContentFile(content))
        return content

    def _outdated(self) -> Iterator[str]:
        try:
            _folders, files = default_storage.listdir(self._folder)
        except FileNotFoundError:
            return
        for file in files:
            if not file.startswith(self.edition):
                yield f"{self._folder}/{file}"


def not_in_fonts(release: Release) -> list[str]:
    """Names and titles with letters that our fonts lack: why a PDF has no tags."""
    key = f"not-in-fonts-{release.pk}-{release.made_at.timestamp()}"
    return cache.get_or_set(key, lambda: _not_in_fonts(release), None)


def _not_in_fonts(release: Release) -> list[str]:
    rows = chain.from_iterable(rows.values() for rows in release.snapshot.rows.values())
    values = (row.get(name) for row in rows for name in PRINTED)
    # Each once, in their order.
    texts = list(dict.fromkeys(filter(None, values)))
    letters = letters_not_in_fonts(texts)
    return [text for text in texts if not letters.isdisjoint(text)]


@lru_cache
def _making() -> str:
    """Changes with the code that makes them, so that no paper outlives its making."""
    folder = Path(__file__).parent
    sources = sorted(folder.glob("*.py")) + sorted(folder.glob("*.typ"))
    return sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()
