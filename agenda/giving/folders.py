"""How the materials of a meeting lie in a ZIP: by session and item, as on the agenda."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from agenda.models import Item, Material, Session
from agenda.outline import Outline, materials_in
from meeting.files.kinds import ending
from meeting.files.names import DEVICE
from meeting.files.zipping import Entry
from meeting.words import INVISIBLE, one_line

# Windows opens no path that is much longer, with the folder where it is unpacked; others
# count the bytes of a name, of which a letter may have four.
LONGEST_FOLDER, LONGEST_NAME, MOST_BYTES = 50, 90, 200
# What Windows takes in no name, and what programs take for an option or a formula.
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
MISREAD = ("-", "~", "=", "+", "@")

Placed = Iterator[tuple[list[str], Iterable[Material]]]


def entries_of(outline: Outline) -> Iterator[Entry]:
    """All that readers of this outline find in it, in its order."""
    return _entries(_in_meeting(outline))


def entries_of_session(session: Session) -> Iterator[Entry]:
    return _entries(_in_session(session, []))


def size_of(materials: Iterable[Material]) -> int:
    return sum(material.size or 0 for material in materials)


def _in_meeting(outline: Outline) -> Placed:
    yield [], outline.documents
    for number, session in enumerate(outline.sessions, start=1):
        yield from _in_session(session, [f"{number:02} {session}"])
    for presentation in outline.unplaced:
        yield [str(presentation)], presentation.listed_materials


def _in_session(session: Session, folders: list[str]) -> Placed:
    yield folders, session.listed_materials
    for item in session.listed_items:
        yield [*folders, _folder_of(item)], materials_in(item)


def _folder_of(item: Item) -> str:
    return f"{item.numeral}. {item}" if item.numeral else str(item)


def _entries(placed: Placed) -> Iterator[Entry]:
    paths = _Paths()
    for folders, materials in placed:
        filed = [material for material in materials if material.file]
        folder = paths.folder(folders) if filed else ""
        for material in filed:
            path = paths.file(folder + _name_of(material))
            yield Entry(path, material.file, material.size or 0)


class _Paths:
    """What is in a ZIP already, so that nothing takes the place of anything else."""

    def __init__(self) -> None:
        self.files: set[str] = set()
        self.folders: set[str] = set()

    def folder(self, names: list[str]) -> str:
        """Its path with a slash at the end; parts of one name lie in one folder."""
        path = ""
        for name in names:
            path = _free(path + safe(name, LONGEST_FOLDER), self.files)
            self.folders.add(path.casefold())
            path += "/"
        return path

    def file(self, wanted: str) -> str:
        path = _free(wanted, self.files, self.folders)
        self.files.add(path.casefold())
        return path


def _name_of(material: Material) -> str:
    """ "Author - Title (fr).pdf", as much of it as is known."""
    author = material.author or _speaker_of(material)
    words = " - ".join(filter(None, [author, str(material)]))
    language = f" ({material.language})" if material.language else ""
    end = f"{language}{ending(material.filename)}"
    return safe(words, LONGEST_NAME - len(end)) + end


def _speaker_of(material: Material) -> str:
    roles = [material.role] if material.role_id else []
    if material.presentation_id:
        roles = material.presentation.listed_roles
    names = [role.speaker.name for role in roles if role.is_speaker and role.speaker]
    return names[0] if names else ""


def _free(path: str, *taken: set[str]) -> str:
    """Windows and macOS take no two names that differ in case alone."""
    ending = PurePosixPath(path).suffix
    stem, free, number = path.removesuffix(ending), path, 1
    while any(free.casefold() in each for each in taken):
        number += 1
        free = f"{stem} {number}{ending}"
    return free


def safe(name: str, longest: int) -> str:
    """A name that every system takes, and shows as it is."""
    name = " ".join(UNSAFE.sub(" ", one_line(name)).split())[:longest]
    name = name.encode()[:MOST_BYTES].decode(errors="ignore").strip(". ")
    if not INVISIBLE.sub("", name):
        return "_"
    is_misread = DEVICE.fullmatch(name) or name.startswith(MISREAD)
    return f"_{name}" if is_misread else name
