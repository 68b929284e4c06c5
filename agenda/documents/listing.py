"""The documents of a meeting, in the order of its agenda or by kind, filtered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, groupby

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.documents.citing import authors_of, citation_of
from agenda.documents.lines import Line, in_language, is_shown_small, lines_of
from agenda.documents.wishes import Wishes
from agenda.models import Item, Material, Presentation, Role, Session, Speaker
from agenda.outline import Outline
from agenda.search.folding import fold

Part = Session | Item | Presentation


@dataclass(frozen=True)
class Choice:
    """What a filter offers."""

    value: str
    words: str
    count: int = 0


@dataclass
class Document:
    """One document in its languages, whose it is, and where it belongs."""

    line: Line
    # None: to the meeting as a whole.
    part: Part | None = None
    session: Session | None = None
    presentation: Presentation | None = None
    roles: Sequence[Role] = ()

    @property
    def material(self) -> Material:
        return self.line[0]

    @property
    def kind(self) -> str:
        return self.material.kind

    @property
    def languages(self) -> set[str]:
        return {each.language for each in self.line}

    @property
    def speakers(self) -> list[Speaker]:
        """Whose it is, where it does not name its author."""
        if self.material.author:
            return []
        return list(dict.fromkeys(role.speaker for role in self.roles if role.speaker))

    @property
    def numeral(self) -> str:
        return getattr(self.part, "numeral", "")

    @property
    def date(self) -> date | None:
        if self.session:
            return self.session.date
        return self.presentation.date if self.presentation else None

    @cached_property
    def citation(self) -> str:
        """Empty for what nobody cites, such as a photo."""
        return citation_of(self.material, authors_of(self.material, self.roles))

    @cached_property
    def folded(self) -> str:
        own = ((each.title, each.symbol, each.author) for each in self.line)
        whose = ((role.speaker, role.office) for role in self.roles)
        where = (self.part, self.session, self.presentation)
        kind = self.material.get_kind_display()
        said = filter(None, chain(chain(*own), chain(*whose), where, [kind]))
        return fold(" ".join(map(str, said)))


@dataclass
class Group:
    """Documents under one heading: a part of the programme, a kind, or the meeting."""

    documents: list[Document]
    title: str = ""
    part: Part | None = None
    session: Session | None = None
    # Whether each says where it belongs, since the heading does not; and whose it is.
    names_places: bool = False
    names_speakers: bool = True

    @property
    def count(self) -> int:
        return len(self.documents)

    @property
    def lines(self) -> list[Document]:
        return [each for each in self.documents if not is_shown_small(each.material)]

    @property
    def photos(self) -> list[Material]:
        """Shown small, beside each other."""
        found = (each.material for each in self.documents)
        return [each for each in found if is_shown_small(each)]


class Listing:
    def __init__(self, outline: Outline, wishes: Wishes) -> None:
        self.outline, self.wishes = outline, wishes
        self.documents = list(documents_of(outline))
        self.found = [each for each in self.documents if wishes.admit(each)]
        if wishes.language:
            for document in self.found:
                document.line = in_language(document.line, wishes.language)

    @property
    def groups(self) -> list[Group]:
        return list(self._by_kind() if self.wishes.by_kind else self._by_part())

    def _by_part(self) -> Iterator[Group]:
        for part, documents in groupby(self.found, key=lambda each: each.part):
            found = list(documents)
            title = str(part) if part else _("Of the meeting")
            yield Group(found, title, part, found[0].session)

    def _by_kind(self) -> Iterator[Group]:
        for kind in Material.Kind:
            if found := [each for each in self.found if each.kind == kind]:
                yield Group(found, str(kind.words), names_places=True)

    @property
    def kinds(self) -> list[Choice]:
        counts = Counter(each.kind for each in self.documents)
        return [
            Choice(kind.value, str(kind.words), counts[kind])
            for kind in Material.Kind
            if counts[kind]
        ]

    @property
    def languages(self) -> list[Choice]:
        counts = Counter(chain.from_iterable(each.languages for each in self.documents))
        return [
            Choice(code, str(name), counts[code])
            for code, name in settings.OFFICIAL_LANGUAGES.items()
            if counts[code]
        ]

    @property
    def days(self) -> list[Choice]:
        days = {each.date for each in self.documents} - {None}
        return [
            Choice(day.isoformat(), date_format(day, "l j F")) for day in sorted(days)
        ]

    @property
    def sessions(self) -> list[Choice]:
        """Those that have documents, each with its day."""
        found = {
            each.session.pk: each.session for each in self.documents if each.session
        }
        return [Choice(f"s{pk}", _named(session)) for pk, session in found.items()]

    @property
    def contributed_count(self) -> int:
        return sum(each.material.is_contributed for each in self.documents)


def _named(session: Session) -> str:
    day = date_format(session.date, "D j M") if session.date else ""
    return ", ".join(filter(None, [day, str(session)]))


def documents_of(outline: Outline) -> Iterator[Document]:
    """All that readers may open or know of, in the order of the agenda."""
    for line in _lines(outline.documents):
        yield Document(line)
    for session in outline.sessions:
        for line in _lines(session.listed_materials):
            yield Document(line, session, session)
        for item in session.listed_items:
            yield from _of_item(item, session)
    for presentation in outline.unplaced:
        yield from _of_presentation(presentation, presentation, None)


def documents_of_role(role: Role) -> Group:
    """Of what a person gives, and the person's own in it, as their page lists them."""
    found = [Document(line, roles=[role]) for line in _lines(role.listed_materials)]
    if presentation := role.presentation:
        roles = presentation.listed_roles
        given = _lines(presentation.listed_materials)
        found = [*(Document(line, roles=roles) for line in given), *found]
    return Group(found, names_speakers=False)


def _of_item(item: Item, session: Session) -> Iterator[Document]:
    for line in _lines(item.listed_materials):
        yield Document(line, item, session)
    for presentation in item.listed_presentations:
        yield from _of_presentation(presentation, item, session)
    for role in item.listed_roles:
        for line in _lines(role.listed_materials):
            yield Document(line, item, session, roles=[role])


def _of_presentation(
    presentation: Presentation, part: Part, session: Session | None
) -> Iterator[Document]:
    for line in _lines(presentation.listed_materials):
        yield Document(line, part, session, presentation, presentation.listed_roles)
    for role in presentation.listed_roles:
        for line in _lines(role.listed_materials):
            yield Document(line, part, session, presentation, [role])


def _lines(materials: list[Material]) -> list[Line]:
    return lines_of(materials, get_language()) if materials else []
