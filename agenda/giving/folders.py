"""How the materials of a meeting lie in a ZIP: by session and item, as on the agenda."""

import re
from collections.abc import Iterable, Iterator

from agenda.models import Item, Material, Session
from agenda.outline import Outline, materials_in
from meeting.files.zipping import Entry
from meeting.words import one_line

# Windows opens no path that is much longer, with the folder where it is unpacked.
LONGEST_FOLDER, LONGEST_NAME = 50, 90
# What Windows takes in no name, or only for its own devices.
UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)

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
    taken: set[str] = set()
    for folders, materials in placed:
        names = [safe(folder, LONGEST_FOLDER) for folder in folders]
        for material in materials:
            if material.file:
                path = _free("/".join([*names, _name_of(material)]), taken)
                yield Entry(path, material.file, material.size or 0)


def _name_of(material: Material) -> str:
    """ "Author - Title (fr).pdf", as much of it as is known."""
    _stem, dot, ending = material.filename.rpartition(".")
    author = material.author or _speaker_of(material)
    words = " - ".join(filter(None, [author, str(material)]))
    language = f" ({material.language})" if material.language else ""
    ending = f"{language}{dot}{ending}".lower()
    return safe(words, LONGEST_NAME - len(ending)) + ending


def _speaker_of(material: Material) -> str:
    roles = [material.role] if material.role_id else []
    if material.presentation_id:
        roles = material.presentation.listed_roles
    names = [role.speaker.name for role in roles if role.is_speaker and role.speaker]
    return names[0] if names else ""


def _free(path: str, taken: set[str]) -> str:
    """Windows and macOS take no two names that differ in case alone."""
    stem, dot, ending = path.rpartition(".")
    free, number = path, 1
    while free.casefold() in taken:
        number += 1
        free = f"{stem} {number}{dot}{ending}"
    taken.add(free.casefold())
    return free


def safe(name: str, longest: int) -> str:
    """A name that every system takes, and shows as it is."""
    name = " ".join(UNSAFE.sub(" ", one_line(name)).split())[:longest].strip(". ")
    return f"_{name}" if DEVICE.fullmatch(name) else name or "_"
