"""What there is to find at a meeting, and what of it a query finds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain

from django.urls import reverse
from django.utils.safestring import SafeString

from agenda.models import Item, Material, Presentation, Role, Session
from agenda.outline import Outline, materials_in
from agenda.search.folding import fold
from agenda.search.query import Query

# So many of each kind are shown; whoever wants others adds a word.
MOST_SHOWN = 20
MOST_LINES = 3
# Addresses are made for what is shown alone: making them all takes longest.
Address = Callable[[], str]


@dataclass
class Line:
    """One thing that belongs to what was found, and where it leads."""

    text: str
    address: Address = str

    @cached_property
    def folded(self) -> str:
        return fold(self.text)


@dataclass
class Entry:
    """What can be found: by its title, and by what belongs to it."""

    title: str
    address: Address
    lines: list[Line] = field(default_factory=list)
    numeral: str = ""
    # When and where it is.
    session: Session | None = None
    item: Item | None = None

    @cached_property
    def folded_title(self) -> str:
        return fold(self.title)

    @cached_property
    def folded(self) -> str:
        return " ".join([self.folded_title, *(line.folded for line in self.lines)])

    @property
    def timed(self) -> Item | Session | None:
        """What says when it begins."""
        return self.item if self.item and self.item.starts_at else self.session


@dataclass
class Hit:
    """An entry that was found, as it is printed."""

    entry: Entry
    query: Query

    @property
    def rank(self) -> int:
        title = self.entry.folded_title
        return 0 if self.query.is_in(title) else 1 if self.query.touches(title) else 2

    @property
    def title(self) -> SafeString:
        return self.query.mark(self.entry.title)

    @property
    def url(self) -> str:
        return self.entry.address()

    @property
    def lines(self) -> list[tuple[SafeString, str]]:
        """What made it be found, beside its title."""
        found = [line for line in self.entry.lines if self.query.touches(line.folded)]
        return [
            (self.query.mark(line.text), line.address()) for line in found[:MOST_LINES]
        ]


class Hits:
    """What was found of one kind, the best first and else in the order of the agenda."""

    def __init__(self, entries: Iterable[Entry], query: Query) -> None:
        found = [Hit(each, query) for each in entries if query.is_in(each.folded)]
        self.count = len(found)
        self.shown = sorted(found, key=lambda hit: hit.rank)[:MOST_SHOWN]


@dataclass
class Found:
    programme: Hits
    people: Hits
    documents: Hits

    @property
    def count(self) -> int:
        return self.programme.count + self.people.count + self.documents.count


def find(outline: Outline, query: Query) -> Found:
    """All that readers may know of and that has every word of the query."""
    return Found(
        programme=Hits(_programme(outline), query),
        people=Hits(_people(outline), query),
        documents=Hits(_documents(outline), query),
    )


def _programme(outline: Outline) -> Iterator[Entry]:
    for session in outline.sessions:
        yield _of_session(session)
        for item in session.listed_items:
            yield _of_item(item)
    for presentation in outline.unplaced:
        lines = list(_of_people(presentation))
        yield Entry(str(presentation), presentation.get_absolute_url, lines)


def _of_session(session: Session) -> Entry:
    facts = [session.ordinal, session.place, *session.organizers.splitlines()]
    lines = [*map(Line, filter(None, facts)), *map(_of_file, session.listed_materials)]
    return Entry(str(session), session.get_absolute_url, lines, session=session)


def _of_item(item: Item) -> Entry:
    lines = chain(
        map(_of_presentation, item.listed_presentations),
        map(_of_role, item.listed_roles),
        map(_of_file, materials_in(item)),
    )
    return Entry(
        title=str(item),
        address=item.get_absolute_url,
        lines=list(lines),
        numeral=item.numeral,
        session=item.session,
        item=item,
    )


def _of_presentation(presentation: Presentation) -> Line:
    who = "; ".join(line.text for line in _of_people(presentation))
    title = presentation.title or (
        "" if presentation.kind == "presentation" else presentation.get_kind_display()
    )
    text = ": ".join(filter(None, [who, title]))
    return Line(text, presentation.get_absolute_url)


def _of_people(presentation: Presentation) -> Iterator[Line]:
    return map(_of_role, presentation.listed_roles)


def _of_role(role: Role) -> Line:
    name = role.speaker and " ".join(filter(None, [role.style, role.speaker.name]))
    return Line(", ".join(filter(None, [name, role.office])))


def _of_file(material: Material) -> Line:
    facts = [str(material), material.symbol]
    return Line(" · ".join(filter(None, facts)), material.get_absolute_url)


def _people(outline: Outline) -> Iterator[Entry]:
    for speaker, roles in outline.speakers:
        offices = dict.fromkeys(role.office for role in roles if role.office)
        parts = chain.from_iterable(map(_parts_of, roles))
        lines = [
            *map(Line, offices),
            *(Line(str(part), part.get_absolute_url) for part in parts),
        ]
        names = [outline.meeting.slug, speaker.slug]
        yield Entry(speaker.name, partial(reverse, "speaker", args=names), lines)


def _parts_of(role: Role) -> Iterator[Item | Presentation]:
    """The presentation, where it has a title, and the item."""
    presentation = role.presentation
    if presentation and presentation.title:
        yield presentation
    if item := presentation.item if presentation else role.item:
        yield item


def _documents(outline: Outline) -> Iterator[Entry]:
    for material in outline.documents:
        yield _of_document(material, [])
    for session in outline.sessions:
        for material in session.listed_materials:
            yield _of_document(material, [Line(str(session), session.get_absolute_url)])
        for item in session.listed_items:
            yield from _documents_of(item)
    for presentation in outline.unplaced:
        for material in presentation.listed_materials:
            yield _of_document(material, list(_of_people(presentation)))


def _documents_of(item: Item) -> Iterator[Entry]:
    place = Line(str(item), item.get_absolute_url)
    for material in item.listed_materials:
        yield _of_document(material, [place])
    for role in item.listed_roles:
        for material in role.listed_materials:
            yield _of_document(material, [_of_role(role), place])
    for presentation in item.listed_presentations:
        line = _of_presentation(presentation)
        own = presentation.listed_materials
        theirs = (role.listed_materials for role in presentation.listed_roles)
        for material in chain(own, *theirs):
            yield _of_document(material, [line, place])


def _of_document(material: Material, places: list[Line]) -> Entry:
    kind = material.get_kind_display() if material.title else ""
    facts = [material.symbol, material.author, kind]
    lines = [*map(Line, filter(None, facts)), *places]
    return Entry(str(material), material.get_absolute_url, lines)
