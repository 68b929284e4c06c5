"""One line for each document: its languages and forms stand together."""

from collections.abc import Hashable, Sequence

from agenda.models import Material

Line = list[Material]
PHOTO = Material.Kind.PHOTO.value


def lines_of(materials: Sequence[Material], language: str) -> list[Line]:
    """Each document once, in the order given; the reader's language first in each."""
    if len(materials) == 1:  # As nearly everywhere on an agenda.
        return [[*materials]]
    lines: dict[Hashable, Line] = {}
    for material in materials:
        key = _identity(material)
        if _is_another(material, lines.get(key, [])):
            key = (key, material.title)
        lines.setdefault(key, []).append(material)
    return [in_language(line, language) for line in lines.values()]


def in_language(line: Line, language: str) -> Line:
    if len(line) == 1:
        return line
    return sorted(line, key=lambda material: material.language != language)


def _identity(material: Material) -> Hashable:
    """What the languages of one document have in common."""
    where = material.filename or material.url or material.symbol
    if not (where and material.language and (material.title or material.symbol)):
        return material.pk
    place = (
        material.session_id,
        material.item_id,
        material.presentation_id,
        material.role_id,
    )
    if material.symbol:
        return (place, material.kind, material.symbol)
    return (place, material.kind, material.title, material.date)


def _is_another(material: Material, line: Line) -> bool:
    """A symbol may be that of several parts, which have titles of their own."""
    return any(
        each.language == material.language and each.title != material.title
        for each in line
    )


def is_shown_small(material: Material) -> bool:
    # Asked of every material of a page: whether it has a thumbnail takes longer.
    # Thumbnails open for everybody, or for nobody.
    return material.kind == PHOTO and material.is_public and bool(material.thumbnail)
