"""A programme's text, as people paste it, becomes items, presentations and people."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time

from django.contrib.auth.models import User
from django.utils.translation import ngettext

from agenda.models import Edit, Item, Presentation, Role, Session, Speaker, editing
from agenda.names import is_family
from agenda.numerals import to_roman
from meeting.words import likeness, one_line, plain

ROLES = {
    "moderator": Role.Kind.MODERATOR,
    "co moderator": Role.Kind.MODERATOR,
    "facilitator": Role.Kind.MODERATOR,
    "chair": Role.Kind.CHAIR,
    "co chair": Role.Kind.CHAIR,
    "chairperson": Role.Kind.CHAIR,
    "chairman": Role.Kind.CHAIR,
    "rapporteur": Role.Kind.RAPPORTEUR,
    "discussion leader": Role.Kind.DISCUSSION_LEADER,
    "lead discussant": Role.Kind.DISCUSSION_LEADER,
    "keynote": Role.Kind.KEYNOTE,
    "keynote speaker": Role.Kind.KEYNOTE,
    "keynote addres": Role.Kind.KEYNOTE,
    "panellist": Role.Kind.PANELLIST,
    "panelist": Role.Kind.PANELLIST,
    "discussant": Role.Kind.PANELLIST,
    "delivered by": Role.Kind.DELIVERED_BY,
    "speaker": Role.Kind.SPEAKER,
    "presenter": Role.Kind.SPEAKER,
    "presentation": Role.Kind.SPEAKER,
    "presentation by": Role.Kind.SPEAKER,
}
# Who leads an item; all others are heard in it.
LEADING = {
    Role.Kind.MODERATOR,
    Role.Kind.CHAIR,
    Role.Kind.RAPPORTEUR,
    Role.Kind.DISCUSSION_LEADER,
}
KINDS = {
    "opening": Item.Kind.OPENING,
    "closing": Item.Kind.CLOSING,
    "special presentation": Item.Kind.SPECIAL_PRESENTATION,
    "tour de table": Item.Kind.TOUR_DE_TABLE,
    "panel": Item.Kind.PANEL,
}
HOUR = r"(\d{1,2})[.:h](\d{2})\s*([ap]\.?m\.?)?"
HOURS = re.compile(rf"{HOUR}(?:\s*(?:[-–—−]|to)\s*{HOUR})?(?!\d)", re.IGNORECASE)
NUMBERED = re.compile(
    r"(?:(?:agenda\s+)?item\s+|session\s+|panel\s+)?"
    r"([IVXLC]+|\d{1,3})\s*(?:[.):]|\s[-–—])\s+(?=\S)",
    re.IGNORECASE,
)
BULLET = re.compile(r"[-–—−•*·▪◦‣○●■□➢\uf0b7]\s*|o\s+(?=[A-Z])|\(?[a-z]\)\s+")
BREAK = re.compile(
    r"(coffee|tea|lunch|health|short|refreshment)s?(\W|$)|.*\bbreak$|reception$"
)
STYLE = re.compile(
    r"(?:(?:H\.\s?E\.|HE(?=\s)|(?:His|Her|Their) Excellenc(?:y|ies)|The Hon(?:ourable"
    r"|orable)?|Hon|Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Ambassador|Amb|Sir|Dame|Mme|Sr"
    r"|Sra|Msgr|Monsignor|Rev|Reverend|Judge|Justice)(?:\.\s*|\s+|(?<=\.)))+"
)
OFFICE = re.compile(
    r"((deputy|under|assistant|permanent|special|senior|executive|acting|first|vice)"
    r"\W)*(director|chief|secretary|representative|adviser|advisor|president|minister"
    r"|ambassador|commissioner|head|professor|chair|coordinator|administrator|officer"
    r"|manager|researcher|specialist|envoy|observer|charge d)",
)
OPEN = {"tbc", "tbd", "to be confirmed", "name to be confirmed", "to be determined"}


@dataclass
class PastedPerson:
    kind: str
    name: str = ""
    style: str = ""
    function: str = ""
    affiliation: str = ""
    speaker: Speaker | None = None

    @property
    def is_new(self) -> bool:
        return bool(self.name) and self.speaker is None

    @property
    def label(self) -> str:
        return str(Role.Kind(self.kind).label)

    @property
    def office(self) -> str:
        return ", ".join(filter(None, [self.function, self.affiliation]))


@dataclass
class PastedPresentation:
    title: str = ""
    person: PastedPerson | None = None


@dataclass
class PastedItem:
    title: str
    number: int | None = None
    start: time | None = None
    end: time | None = None
    kind: str = ""
    people: list[PastedPerson] = field(default_factory=list)
    presentations: list[PastedPresentation] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def numeral(self) -> str:
        return to_roman(self.number or 0)

    @property
    def is_break(self) -> bool:
        return self.kind == Item.Kind.BREAK


@dataclass
class Unread:
    """A line that was not understood; it is kept as a note."""

    line: int
    text: str


@dataclass
class Pasted:
    items: list[PastedItem] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def people(self) -> Iterator[PastedPerson]:
        for item in self.items:
            yield from item.people
            for presentation in item.presentations:
                if presentation.person:
                    yield presentation.person

    @property
    def presentation_count(self) -> int:
        return sum(len(item.presentations) for item in self.items)


def read(text: str) -> Pasted:
    """What a text becomes; of whom we know already, the speaker: one query."""
    pasted = _Reader(text).read()
    known: dict[str, Speaker] = {}
    if any(person.name for person in pasted.people):
        for speaker in Speaker.objects.order_by("-pk"):
            known[likeness(speaker.name)] = speaker
    for person in pasted.people:
        if person.name:
            person.speaker = known.get(likeness(person.name))
    return pasted


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = [one_line(line) for line in text.splitlines()]
        self.has_numbers = any(_numbered(line)[0] for line in self.lines)
        self.pasted = Pasted()
        self.item: PastedItem | None = None
        self.hours: tuple[time | None, time | None] = (None, None)
        self.role: str = Role.Kind.SPEAKER
        self.is_after_gap = True

    def read(self) -> Pasted:
        for number, line in enumerate(self.lines, start=1):
            if line:
                if not self._take(line):
                    self._keep(number, line)
                self.is_after_gap = False
            else:
                self.is_after_gap = True
        return self.pasted

    def _take(self, line: str) -> bool:
        """Whether the line was understood."""
        return self._take_item(line) or self._take_role(line) or self._take_bullet(line)

    def _keep(self, number: int, line: str) -> None:
        self.pasted.unread.append(Unread(number, line))
        (self.item or self.pasted).notes.append(line)

    def _take_item(self, line: str) -> bool:
        number, rest = _numbered(line)
        hours, title = _timed(rest)
        if number is None:
            # The numeral may stand behind the hours.
            number, title = _numbered(title)
        if hours[0] and not title:
            self.hours = hours
            return True
        waited = self.hours[0] is not None
        is_said = number or hours[0] or waited or _is_break(title)
        if BULLET.match(title) or not (is_said or self._is_bare_title(title)):
            return False
        if not number and not hours[0] and (_role(title)[0] or _is_person(title)):
            return False
        start, end = hours if hours[0] else self.hours
        self.item = PastedItem(title, number, start, end, _kind(title))
        self.hours, self.role = (None, None), Role.Kind.SPEAKER
        self.pasted.items.append(self.item)
        return True

    def _is_bare_title(self, line: str) -> bool:
        """In a text without numerals and hours, what stands first or after a gap."""
        return self.is_after_gap and not self.has_numbers and ":" not in line

    def _take_role(self, line: str) -> bool:
        kind, rest = _role(_without_bullet(line))
        if kind is None or self.item is None:
            return False
        if not rest:
            self.role = kind
            return True
        for each in re.split(r"\s*;\s*", rest):
            self._add(each, kind)
        return True

    def _take_bullet(self, line: str) -> bool:
        text = _without_bullet(line)
        if self.item is None or not (text != line or _is_person(text)):
            return False
        if not text:
            return True
        self._add(text, self.role)
        return True

    def _add(self, text: str, kind: str) -> None:
        item = self.item
        who, title = _cut_title(text)
        if kind in LEADING:
            item.people.append(_person(text if not title else who, kind))
        elif kind != Role.Kind.SPEAKER or _is_person(who):
            item.presentations.append(PastedPresentation(title, _person(who, kind)))
        else:
            item.presentations.append(PastedPresentation(text))


def _numbered(line: str) -> tuple[int | None, str]:
    """The number of an item, roman or arabic, and what follows it."""
    found = NUMBERED.match(line)
    # "10.00" is an hour, and "C. Smith" may be anybody.
    if not found or HOURS.match(line):
        return None, line
    said, rest = found[1], line[found.end() :]
    if said.isdecimal():
        return int(said), rest
    if said != said.upper():
        return None, line
    number = next((n for n in range(1, 200) if to_roman(n) == said), None)
    return (number, rest) if number else (None, line)


def _timed(line: str) -> tuple[tuple[time | None, time | None], str]:
    """The hours before a title, or after it in brackets, and the title."""
    found = HOURS.match(line)
    rest = line[found.end() :] if found else ""
    if not found:
        found = re.search(
            rf"[(\[]\s*({HOURS.pattern})\s*[)\]]\s*$", line, re.IGNORECASE
        )
        if not found:
            return (None, None), line
        rest, found = line[: found.start()], HOURS.match(found[1])
    first, last = found.groups()[:3], found.groups()[3:]
    start, end = _hour(*first, last[2]), _hour(*last)
    if start is None:
        return (None, None), line
    if end and end <= start:
        end = None
    return (start, end), rest.strip(" \t:-–—|.,")


def _hour(
    hour: str | None, minute: str | None, half: str | None, other: str | None = None
) -> time | None:
    if hour is None:
        return None
    number = int(hour)
    half = (half or "").casefold() or ("pm" if other and number == 12 else "")
    if half.startswith("p") and number < 12:
        number += 12
    if half.startswith("a") and number == 12:
        number = 0
    return time(number, int(minute)) if number < 24 and int(minute) < 60 else None


def _is_break(title: str) -> bool:
    return bool(BREAK.match(plain(title)))


def _kind(title: str) -> str:
    if _is_break(title):
        return Item.Kind.BREAK
    words = plain(title)
    return next((kind for word, kind in KINDS.items() if words.startswith(word)), "")


def _without_bullet(line: str) -> str:
    found = BULLET.match(line)
    return line[found.end() :].strip() if found else line


def _role(text: str) -> tuple[str | None, str]:
    """ "Moderator: Name" and "Panellists:", by the word before the colon."""
    word, colon, rest = text.partition(":")
    said = re.sub(r"s$", "", re.sub(r"s? s$", "", plain(re.sub(r"\(.*?\)", "", word))))
    return (ROLES.get(said), rest.strip()) if colon else (None, text)


def _cut_title(text: str) -> tuple[str, str]:
    """Who, and what about."""
    quoted = re.search(r"[,:–—-]?\s*[“\"«](.+)[”\"»]\s*\.?$", text)
    if quoted and quoted.start():
        return text[: quoted.start()].strip(), quoted[1].strip()
    who, _colon, title = text.partition(":")
    return who.strip(), title.strip()


def _is_person(text: str) -> bool:
    who = text.partition(":")[0]
    name = re.split(r"[,(]", who)[0].strip()
    if STYLE.match(who) or plain(name) in OPEN:
        return True
    words = name.split()
    if not 1 < len(words) < 8 or not all(word[0].isalpha() for word in words):
        return False
    if any(is_family(word) for word in words):
        return not all(is_family(word) for word in words)
    # "John Smith, World Bank": names, and then where from.
    has_office = "," in who or "(" in who
    return has_office and all(word[0].isupper() for word in words) and len(words) < 5


def _person(text: str, kind: str) -> PastedPerson:
    style = STYLE.match(text)
    rest = text[style.end() :] if style else text
    rest, in_brackets = _cut_brackets(rest)
    name, *office = [part.strip() for part in rest.split(",") if part.strip()] or [""]
    if in_brackets:
        office.append(in_brackets)
    person = PastedPerson(
        kind, name=name[:200], style=" ".join(style[0].split()) if style else ""
    )
    if plain(name) in OPEN:
        person.name = ""
    if len(office) == 1 and OFFICE.match(plain(office[0])):
        person.function = office[0][:300]
    elif len(office) > 1:
        person.function, person.affiliation = (
            office[0][:300],
            ", ".join(office[1:])[:300],
        )
    elif office:
        person.affiliation = office[0][:300]
    return person


def _cut_brackets(text: str) -> tuple[str, str]:
    """ "Name (Affiliation)"; brackets behind a comma are part of what they follow."""
    found = re.match(r"([^,(]+)\(([^)]*)\)\s*(.*)$", text)
    if not found:
        return text, ""
    said = "" if plain(found[2]) in OPEN else found[2].strip()
    return found[1] + found[3], said


def save(pasted: Pasted, session: Session, *, by: User | None) -> Edit:
    """All of it at the end of the session, as one edit, or nothing."""
    count = len(pasted.items)
    what = ngettext(
        "Pasted %(count)d item into “%(session)s”",
        "Pasted %(count)d items into “%(session)s”",
        count,
    ) % {"count": count, "session": str(session)[:300]}
    with editing(session.meeting, by=by, what=what) as edit:
        made = _Writer(session).write(pasted)
        _keep_numbers(session, made)
    return edit


class _Writer:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.new: dict[str, Speaker] = {}

    def write(self, pasted: Pasted) -> list[tuple[PastedItem, Item]]:
        if pasted.notes:
            notes = [self.session.note, *pasted.notes]
            self.session.note = "\n".join(filter(None, notes))
            self.session.save(update_fields=["note", "updated_at"])
        last = self.session.items.order_by("-position").first()
        first = last.position + 1 if last else 1
        return [
            (each, self._item(each, position))
            for position, each in enumerate(pasted.items, start=first)
        ]

    def _item(self, pasted: PastedItem, position: int) -> Item:
        item = Item(
            session=self.session,
            title=pasted.title[:500],
            kind=pasted.kind,
            is_numbered=pasted.number is not None,
            note="\n".join(pasted.notes),
            position=position,
        )
        item.set_hours(pasted.start, pasted.end)
        item.save()
        for place, person in enumerate(pasted.people, start=1):
            self._role(person, place, item=item)
        for place, each in enumerate(pasted.presentations, start=1):
            row = Presentation.objects.create(
                item=item, title=each.title[:500], position=place
            )
            if each.person:
                self._role(each.person, 1, presentation=row)
        return item

    def _role(self, person: PastedPerson, position: int, **place: object) -> None:
        Role.objects.create(
            **place,
            kind=person.kind,
            speaker=self._speaker(person),
            style=person.style[:100],
            function=person.function,
            affiliation=person.affiliation,
            position=position,
        )

    def _speaker(self, person: PastedPerson) -> Speaker | None:
        if person.speaker or not person.name:
            return person.speaker
        key = likeness(person.name)
        if key not in self.new:
            self.new[key] = Speaker.objects.create(name=person.name)
        return self.new[key]


def _keep_numbers(session: Session, made: list[tuple[PastedItem, Item]]) -> None:
    """A number is set on purpose where it does not follow from the item before."""
    rows = list(Item.objects.filter(meeting=session.meeting).in_order())
    by_pk = {row.pk: row for row in rows}
    for pasted, item in made:
        if pasted.number and Item.count(rows)[item.pk] != pasted.number:
            by_pk[item.pk].set_number = item.set_number = pasted.number
            item.save(update_fields=["set_number"])
