"""Days, sessions, items and all that hangs on them, put together as a programme."""

from collections import Counter, defaultdict
from datetime import date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model

from agenda.models import Item, Material, Presentation, Role, Session
from agenda.numerals import to_roman
from agenda.programme import schema
from meeting.models import Meeting
from meeting.words import free_slug

AnyMaterial = TypeVar("AnyMaterial", bound=schema.Material)


class AgendaCollector:
    """The rows of a meeting's agenda, each under the one on which it hangs."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.sessions = list(meeting.sessions.all())
        items = list(meeting.items.in_order())
        self.numbers = Item.count(items)
        self.items = _under(items, "session")
        self.slugs = self._slugs()
        self.presentations = _under(meeting.presentations.all(), "item")
        roles = list(Role.objects.of(meeting).select_related("speaker"))
        self.speakers = {role.speaker for role in roles if role.speaker}
        self.item_roles = _under(roles, "item")
        self.presentation_roles = _under(roles, "presentation")
        materials = list(meeting.materials.all())
        self.meetings_own = [each for each in materials if each.is_of_meeting]
        self.materials = {
            name: _under(materials, name)
            for name in ("session", "item", "presentation", "role")
        }

    def days(self) -> list[schema.Day]:
        rows = {row.date: row for row in self.meeting.programme_days.all()}
        sessions = defaultdict(list)
        for session in self._of(Session.Kind.SESSION):
            sessions[session.date].append(session)
        return [
            self._day(day, sessions[day], rows.get(day))
            for day in sorted(rows.keys() | sessions.keys())
        ]

    def unplaced(self) -> list[schema.Unplaced]:
        return [
            schema.Unplaced.of(**self._contribution(row), date=row.date)
            for row in self.presentations[None]
        ]

    def side_events(self) -> list[schema.SideEvent]:
        return [
            schema.SideEvent.of(
                **self._session(row),
                title=row.title,
                date=row.date,
                organizers=row.organizers.splitlines(),
                venue=row.room,
                attendance=row.attendance,
                items=[
                    schema.UnnumberedItem.of(**self._item(item))
                    for item in self.items[row.pk]
                ],
            )
            for row in self._of(Session.Kind.SIDE_EVENT)
        ]

    def documents(self) -> list[schema.Document]:
        return [
            _material(schema.Document, row, self.meeting.zone)
            for row in self.meetings_own
        ]

    def biographies(self) -> list[schema.Biography]:
        """Of whom a name tells; not of two people who share one."""
        names = Counter(speaker.name for speaker in self.speakers)
        return [
            schema.Biography.of(speaker=each.name, biography=each.biography)
            for each in sorted(self.speakers, key=lambda each: each.sort_name)
            if each.biography and names[each.name] == 1
        ]

    def _day(self, day: date, sessions: list[Session], row: Model | None) -> schema.Day:
        said = (
            {"complete": row.is_complete, "note": row.note, "tbc": row.tbc}
            if row
            else {}
        )
        parts = [
            schema.Session.of(
                **self._session(session),
                label=session.title,
                ordinal=session.ordinal,
                room=session.room,
                items=[
                    schema.Item.of(**self._item(item), number=self._numeral(item))
                    for item in self.items[session.pk]
                ],
            )
            for session in sessions
        ]
        return schema.Day.of(date=day, sessions=parts, **said)

    def _session(self, row: Session) -> dict[str, Any]:
        return {
            **self._hours(row),
            "webcast": row.webcast,
            "recording": row.recording,
            "url": row.url,
            "materials": self._materials("session", row),
            "complete": row.is_complete,
            "note": row.note,
            "tbc": row.tbc,
        }

    def _item(self, row: Item) -> dict[str, Any]:
        lists = defaultdict(list)
        for role in self.item_roles[row.pk]:
            lists[role.kind].append(role)
        persons = {
            name: [
                schema.Listed.of(**self._person(role)) for role in lists.pop(kind, [])
            ]
            for name, kind in schema.LISTS.items()
        }
        others = [role for roles in lists.values() for role in roles]
        return {
            "title": row.title,
            "slug": self.slugs[row.pk],
            **self._item_hours(row),
            "follows": row.follows,
            "minutes": row.minutes,
            "kind": row.kind,
            "contributions": [
                schema.Contribution.of(**self._contribution(presentation))
                for presentation in self.presentations[row.pk]
            ],
            "speakers": [self._speaking(role) for role in others],
            **persons,
            "materials": self._materials("item", row),
            "complete": row.is_complete,
            "note": row.note,
            "tbc": row.tbc,
        }

    def _contribution(self, row: Presentation) -> dict[str, Any]:
        roles = self.presentation_roles[row.pk]
        return {
            "speakers": [self._speaking(role) for role in roles],
            "title": row.title,
            "kind": row.kind,
            "materials": self._materials("presentation", row),
            "source": row.source,
            "note": row.note,
            "tbc": row.tbc,
        }

    def _speaking(self, row: Role) -> schema.Speaking:
        return schema.Speaking.of(role=row.kind, **self._person(row))

    def _person(self, row: Role) -> dict[str, Any]:
        return {
            "speaker": row.speaker and row.speaker.name,
            "style": row.style,
            "function": row.function,
            "affiliation": row.affiliation,
            "materials": self._materials("role", row),
            "note": row.note,
            "tbc": row.tbc,
        }

    def _materials(self, name: str, owner: Model) -> list[schema.Material]:
        rows = self.materials[name][owner.pk]
        return [_material(schema.Material, row, self.meeting.zone) for row in rows]

    def _of(self, kind: str) -> list[Session]:
        rows = [row for row in self.sessions if row.kind == kind]
        if kind == Session.Kind.SIDE_EVENT:
            # They stand in an order of their own, whatever their dates.
            rows.sort(key=lambda row: row.position)
        return rows

    def _slugs(self) -> dict[int, str]:
        """Addresses of items; empty where their titles would give them the same."""
        slugs, taken = {}, set()
        for session in (*self._of("session"), *self._of("side_event")):
            for item in self.items[session.pk]:
                usual = free_slug(item.title, "item", taken)
                slugs[item.pk] = "" if item.slug == usual else item.slug
                taken.add(item.slug)
        return slugs

    def _numeral(self, item: Item) -> str:
        return to_roman(self.numbers.get(item.pk, 0))

    def _hours(self, row: Session | Item) -> dict[str, time | None]:
        return {"start": self._hour(row.starts_at), "end": self._hour(row.ends_at)}

    def _item_hours(self, row: Item) -> dict[str, time | None]:
        """Without those that are counted."""
        hours = self._hours(row)
        if row.follows:
            hours["start"] = None
        if row.follows or (row.starts_at and row.minutes):
            hours["end"] = None
        return hours

    def _hour(self, moment: datetime | None) -> time | None:
        return moment and moment.astimezone(self.meeting.zone).time()


def _material(kind: type[AnyMaterial], row: Material, zone: ZoneInfo) -> AnyMaterial:
    names = ("kind", "title", "symbol", "date", "url", "language", "author")
    is_hidden = row.visibility != Material.Visibility.PUBLIC
    at = row.visible_from
    return kind.of(
        **{name: getattr(row, name) for name in (*names, "note", "tbc")},
        contributed=row.is_contributed or None,
        visibility=row.visibility if is_hidden else "",
        visible_from=at and at.astimezone(zone).replace(tzinfo=None),
    )


def _under(rows: Any, name: str) -> dict[int | None, list[Any]]:
    """Rows by what they hang on; those that hang on nothing under None."""
    lists = defaultdict(list)
    for row in rows:
        lists[getattr(row, f"{name}_id")].append(row)
    return lists
