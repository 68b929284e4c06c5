"""Days, sessions, items and all that hangs on them, brought into the database."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agenda.models import Day, Item, Material, Presentation, Role, Session, Speaker
from agenda.numerals import from_roman
from agenda.programme import schema
from agenda.programme.rows import Changes, Keys, LossError, any_of, pair
from meeting.models import Meeting
from meeting.words import free_slug

# A row on which others hang, by the name of the column that points to it.
Owner = tuple[str, Model | None]


class AgendaLoader:
    """Level by level, from days to materials, since each hangs on the one above.

    What is left over goes last, from materials up, so that nothing goes with it that
    was moved elsewhere.
    """

    def __init__(
        self,
        programme: schema.Programme,
        meeting: Meeting,
        changes: Changes,
        *,
        moved: timedelta,
    ) -> None:
        self.programme, self.meeting, self.changes = programme, meeting, changes
        self.moved = moved
        self.old_sessions = list(meeting.sessions.all())
        self.old_items = list(meeting.items.in_order())
        self.old_presentations = list(meeting.presentations.all())
        self.old_roles = list(Role.objects.of(meeting).select_related("speaker"))
        self.old_materials = list(meeting.materials.all())
        self.items: list[tuple[Session, int, schema.Item]] = []
        self.contributions: list[tuple[Item | None, int, schema.Contribution]] = []
        self.roles: list[tuple[Owner, str, int, schema.Person]] = []
        self.materials: list[tuple[Owner, int, schema.Material]] = []
        self.speakers: dict[str, set[Speaker]] = defaultdict(set)

    def load(self) -> None:
        self._load_days()
        sessions = self._load_sessions()
        items = self._load_items()
        presentations = self._load_presentations()
        roles = self._load_roles()
        self._load_biographies()
        self._hang_materials("meeting", None, self.programme.documents)
        materials = self._load_materials()
        _refuse_to_lose(materials)
        for left in (materials, roles, presentations, items, sessions):
            self.changes.remove(left)
        self._remove_the_forgotten({role.speaker_id for role in roles} - {None})

    def _load_days(self) -> None:
        """Days that say something of themselves; others are known by their sessions."""
        wanted = {day.date: day for day in self.programme.days if not day.is_plain}
        rows = {row.date: row for row in self.meeting.programme_days.all()}
        self.changes.remove(row for day, row in rows.items() if day not in wanted)
        for day, part in wanted.items():
            self.changes.write(
                rows.get(day) or Day(meeting=self.meeting),
                date=day,
                is_complete=part.complete,
                note=part.note,
                tbc=part.tbc,
            )

    def _load_sessions(self) -> list[Session]:
        wanted = [*self._sessions(), *self._side_events()]
        found, left = pair(
            [self._session_keys(Session(**values)) for _part, values in wanted],
            [(row, self._session_keys(row, self.moved)) for row in self.old_sessions],
        )
        for row, (part, values) in zip(found, wanted, strict=True):
            session = self.changes.write(row or Session(meeting=self.meeting), **values)
            session.meeting = self.meeting
            self.items += [(session, n, item) for n, item in _numbered(part.items)]
            self._hang_materials("session", session, part.materials)
        return left

    def _sessions(self) -> Iterator[tuple[schema.Session, dict[str, Any]]]:
        kind = Session.Kind.SESSION.value
        for day in self.programme.days:
            for position, part in _numbered(day.sessions):
                names = {"title": part.label, "ordinal": part.ordinal}
                place = {"room": part.room, "position": position}
                yield part, {"kind": kind, **names, **place, **self._at(day.date, part)}

    def _side_events(self) -> Iterator[tuple[schema.SideEvent, dict[str, Any]]]:
        kind = Session.Kind.SIDE_EVENT.value
        for position, part in _numbered(self.programme.side_events):
            place = {"room": part.venue, "position": position}
            whose = {
                "organizers": "\n".join(part.organizers),
                "attendance": part.attendance,
            }
            values = {"kind": kind, "title": part.title, **place, **whose}
            yield part, values | self._at(part.date, part)

    def _at(
        self, day: date | None, part: schema.Session | schema.SideEvent
    ) -> dict[str, Any]:
        return {
            "date": day,
            "starts_at": self._moment(day, part.start),
            "ends_at": self._moment(day, part.end),
            "webcast": part.webcast,
            "url": part.url,
            "is_complete": part.complete,
            "note": part.note,
            "tbc": part.tbc,
            # A file that says nothing of it leaves it to the secretariat.
            **({"recording": part.recording} if part.recording else {}),
        }

    def _session_keys(self, row: Session, moved: timedelta = timedelta()) -> Keys:
        day = row.date and row.date + moved
        hour = row.starts_at and row.starts_at.astimezone(self.meeting.zone).time()
        is_side_event = row.kind == Session.Kind.SIDE_EVENT
        return (
            (row.kind, day, hour, row.title),
            any_of((row.kind, day), row.title),
            row.title if is_side_event else None,
            (row.kind, day, row.position),
        )

    def _load_items(self) -> list[Item]:
        numbers = Item.count(self.old_items)
        found, left = pair(
            [self._item_keys(session.pk, *rest) for session, *rest in self.items],
            [(row, _row_keys(row, numbers.get(row.pk))) for row in self.old_items],
        )
        taken = {row.slug for row in self.old_items}
        taken |= {part.slug for _session, _position, part in self.items}
        latest = 0
        for row, (session, position, part) in zip(found, self.items, strict=True):
            row = row or Item()
            slug = part.slug or row.slug or free_slug(part.title, "item", taken)
            taken.add(slug)
            number = from_roman(part.number) if part.number else None
            follows = number in {None, latest + 1}
            latest = number or latest
            item = self.changes.write(
                row,
                session=session,
                slug=slug,
                position=position,
                is_numbered=number is not None,
                set_number=None if follows else number,
                **self._item_values(part, session),
            )
            item.meeting = self.meeting
            self._hang(item, part)
        return left

    def _item_values(self, part: schema.Item, session: Session) -> dict[str, Any]:
        return {
            "kind": part.kind,
            "title": part.title,
            "is_complete": part.complete,
            "note": part.note,
            "tbc": part.tbc,
            **self._item_hours(part, session),
            # A file that says nothing of these leaves them to the secretariat.
            **({"follows": True} if part.follows else {}),
            **({"minutes": part.minutes} if part.minutes else {}),
        }

    def _item_hours(self, part: schema.Item, session: Session) -> dict[str, Any]:
        """Those that follow from the item before, or from how long it lasts, are left."""
        hours = {}
        if part.start or not part.follows:
            hours["starts_at"] = self._moment(session.date, part.start)
        if part.end or not (part.follows or part.minutes):
            hours["ends_at"] = self._moment(session.date, part.end)
        return hours

    def _item_keys(self, session: int, position: int, part: schema.Item) -> Keys:
        number = from_roman(part.number) if part.number else None
        return (part.slug or None, *_title_keys(session, position, part.title, number))

    def _hang(self, item: Item, part: schema.Item) -> None:
        """Note what belongs to an item, for the levels to come."""
        self.contributions += [(item, n, c) for n, c in _numbered(part.contributions)]
        persons = [(person.role, person) for person in part.speakers]
        for name, role in schema.LISTS.items():
            persons += [(role, person) for person in getattr(part, name)]
        self._hang_roles("item", item, persons)
        self._hang_materials("item", item, part.materials)

    def _load_presentations(self) -> list[Presentation]:
        self.contributions += [
            (None, n, part) for n, part in _numbered(self.programme.unplaced)
        ]
        names = defaultdict(list)
        for role in self.old_roles:
            if role.speaker:
                names[role.presentation_id].append(role.speaker.name)
        found, left = pair(
            [
                _presentation_keys(item and item.pk, part.title, _names(part))
                for item, _position, part in self.contributions
            ],
            [
                (row, _presentation_keys(row.item_id, row.title, tuple(names[row.pk])))
                for row in self.old_presentations
            ],
        )
        wanted = zip(found, self.contributions, strict=True)
        for row, (item, position, part) in wanted:
            presentation = self.changes.write(
                row or Presentation(meeting=self.meeting),
                item=item,
                position=position,
                kind=part.kind,
                title=part.title,
                date=part.date if isinstance(part, schema.Unplaced) else None,
                source=part.source,
                note=part.note,
                tbc=part.own_tbc,
            )
            presentation.meeting = self.meeting
            persons = [(person.role, person) for person in part.persons]
            self._hang_roles("presentation", presentation, persons)
            self._hang_materials("presentation", presentation, part.materials)
        return left

    def _load_roles(self) -> list[Role]:
        found, left = pair(
            [
                _role_keys(name, owner.pk, kind, person.speaker)
                for (name, owner), kind, _position, person in self.roles
            ],
            [(row, _row_role_keys(row)) for row in self.old_roles],
        )
        speakers = self._speakers()
        for row, wanted in zip(found, self.roles, strict=True):
            (name, owner), kind, position, person = wanted
            # Of two people with one name, the one who was meant until now.
            same = row and row.speaker and row.speaker.name == person.speaker
            role = self.changes.write(
                row or Role(),
                **_only(name, owner, "item", "presentation"),
                kind=kind,
                position=position,
                speaker=row.speaker if same else speakers.get(person.speaker),
                style=person.style,
                function=person.function,
                affiliation=person.affiliation,
                note=person.note,
                tbc=person.tbc,
            )
            self._hang_materials("role", role, person.materials)
            if role.speaker:
                self.speakers[role.speaker.name].add(role.speaker)
        return left

    def _load_biographies(self) -> None:
        """Of those whom the file names; what it does not say is left to the secretariat."""
        sentence = _(
            "“%(name)s” has a biography and is nowhere on the agenda. Write the name as"
            " it stands there, or take the biography out."
        )
        parts = self.programme.biographies
        if strangers := [each for each in parts if each.speaker not in self.speakers]:
            raise LossError(sentence % {"name": each.speaker} for each in strangers)
        for part in parts:
            people = self.speakers[part.speaker]
            if len(people) == 1:  # Of two who share a name, neither is meant.
                self.changes.write(*people, biography=part.biography)

    def _speakers(self) -> dict[str, Speaker]:
        """Everybody by name; who is not yet on any agenda, is added."""
        names = [person.speaker for *_rest, person in self.roles if person.speaker]
        known = Speaker.objects.filter(name__in=names).order_by("-pk")
        speakers = {speaker.name: speaker for speaker in known}
        for name in names:
            if name not in speakers:
                speakers[name] = self.changes.write(Speaker(), name=name)
        return speakers

    def _load_materials(self) -> list[Material]:
        found, left = pair(
            [
                _material_keys(name, owner and owner.pk, Material(**_basics(part)))
                for (name, owner), _position, part in self.materials
            ],
            [(row, _material_keys(*_owner_of(row), row)) for row in self.old_materials],
        )
        for row, wanted in zip(found, self.materials, strict=True):
            (name, owner), position, part = wanted
            places = ("session", "item", "presentation", "role")
            self.changes.write(
                row or Material(meeting=self.meeting),
                **_only(name, owner, *places),
                **_basics(part),
                position=position,
                date=part.date,
                note=part.note,
                tbc=part.tbc,
                **self._left_open(part),
            )
        return left

    def _left_open(self, part: schema.Material) -> dict[str, Any]:
        """A file that says nothing of these leaves them to the secretariat."""
        at = part.visible_from
        values = {
            "language": part.language or None,
            "author": part.author or None,
            "is_contributed": part.contributed,
            "visibility": part.visibility or None,
            "visible_from": at and at.replace(tzinfo=self.meeting.zone),
        }
        return {name: value for name, value in values.items() if value is not None}

    def _hang_roles(
        self, name: str, owner: Model, persons: list[tuple[str, schema.Person]]
    ) -> None:
        for position, (kind, person) in _numbered(persons):
            self.roles.append(((name, owner), kind, position, person))

    def _hang_materials(
        self, name: str, owner: Model | None, parts: list[schema.Material]
    ) -> None:
        self.materials += [((name, owner), n, part) for n, part in _numbered(parts)]

    def _moment(self, day: date | None, hour: time | None) -> datetime | None:
        return hour and datetime.combine(day, hour, tzinfo=self.meeting.zone)

    def _remove_the_forgotten(self, speakers: set[int]) -> None:
        """People who had a role until now, and have none any more, in any meeting."""
        self.changes.remove(Speaker.objects.filter(pk__in=speakers, roles=None))


def _numbered(parts: list) -> Iterator[tuple[int, Any]]:
    return enumerate(parts, start=1)


def _only(name: str, owner: Model | None, *names: str) -> dict[str, Model | None]:
    """The columns that say where a row hangs: one of them does, or none."""
    return {each: owner if each == name else None for each in names}


def _title_keys(session: int, position: int, title: str, number: int | None) -> Keys:
    return (
        any_of(session, title),
        title or None,
        slugify(title, allow_unicode=True) or None,
        number,
        (session, position),
    )


def _row_keys(row: Item, number: int | None) -> Keys:
    return (row.slug, *_title_keys(row.session_id, row.position, row.title, number))


def _names(part: schema.Contribution) -> tuple[str, ...]:
    return tuple(person.speaker for person in part.persons if person.speaker)


def _presentation_keys(item: int | None, title: str, names: tuple[str, ...]) -> Keys:
    return (
        (item, title, names),
        (title, names) if title and names else None,
        (item, names) if names else None,
        (item, title) if title else None,
        names or None,
    )


def _role_keys(place: str, owner: int, kind: str, name: str | None) -> Keys:
    return (
        (place, owner, kind, name),
        (place, owner, name) if name else None,
        (place, owner, kind),
    )


def _row_role_keys(row: Role) -> Keys:
    place = (
        ("item", row.item_id) if row.item_id else ("presentation", row.presentation_id)
    )
    keys = _role_keys(*place, row.kind, row.speaker and row.speaker.name)
    # A name that was unknown may become known; one person does not become another.
    return (*keys[:2], None if row.speaker else keys[2])


def _basics(part: schema.Material) -> dict[str, Any]:
    names = ("kind", "title", "url", "symbol")
    return {name: getattr(part, name) for name in names}


def _owner_of(row: Material) -> tuple[str, int | None]:
    for name in ("session", "item", "presentation", "role"):
        if pk := getattr(row, f"{name}_id"):
            return name, pk
    return "meeting", None


def _material_keys(place: str, owner: int | None, row: Material) -> Keys:
    return (
        (place, owner, row.kind, row.title, row.url, row.symbol),
        (place, owner, row.title) if row.title else None,
        (place, owner, row.url) if row.url else None,
    )


def _refuse_to_lose(materials: list[Material]) -> None:
    sentence = _(
        "“%(title)s” (%(filename)s) was uploaded and is not in the file. Write it into"
        " the file, or delete it first."
    )
    uploaded = [material for material in materials if material.file]
    if uploaded:
        raise LossError(
            sentence % {"title": material, "filename": material.filename}
            for material in uploaded
        )
