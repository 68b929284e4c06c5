"""The programme as conference apps read it: frab's schedule, as the c3voc keeps it.

The format is described at https://c3voc.de/wiki/schedule. An event is an item that has
hours of its own, or a session with all that has none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agenda.feeds.ics import AN_HOUR, end_of
from agenda.feeds.identity import guid, named_guid, number
from agenda.feeds.words import lines_of_item, lines_of_session, title_of
from agenda.models import Item, Material, Role, Session, Speaker
from agenda.outline import Outline, materials_in
from meeting.models import Meeting

GENERATOR = {"name": "Plenary"}
# The format's schema knows no zones by other names.
NAMED_ZONE = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+|UTC$")
Values = dict[str, Any]


def schedule_of(outline: Outline) -> Values:
    """Ready for JSON; what has no day yet is left out."""
    meeting = outline.meeting
    days = list(_days(outline))
    dates = [day["date"] for day in days]
    release = outline.release
    conference = {
        "acronym": f"meeting_{re.sub('[^a-z0-9]', '_', meeting.slug.lower())}",
        "title": meeting.title,
        "start": min(dates),
        "end": max(dates),
        "daysCount": len(days),
        "timeslot_duration": "00:05",
        "url": settings.SITE_URL + meeting.get_absolute_url(),
        "rooms": _rooms(meeting, days),
        "days": days,
    }
    if NAMED_ZONE.match(meeting.timezone):
        conference["time_zone_name"] = meeting.timezone
    return {
        "generator": GENERATOR,
        "schedule": {
            "version": str(release.number if release else 0),
            "base_url": settings.SITE_URL,
            "conference": conference,
        },
    }


def _days(outline: Outline) -> Iterator[Values]:
    sessions = defaultdict(list)
    for session in outline.sessions:
        if session.date:
            sessions[session.date].append(session)
    dates = sorted({*outline.meeting.days, *sessions})
    for index, day in enumerate(dates, start=1):
        yield _day(outline.meeting, day, index, sessions[day])


def _day(meeting: Meeting, day: date, index: int, sessions: list[Session]) -> Values:
    """From its first event to the end of its last, which may lie beyond midnight."""
    no_room = _("Without a room") if meeting.is_over else _("Room to be confirmed")
    rooms: dict[str, list[Values]] = {}
    moments = []
    for session in sessions:
        room = session.place or no_room
        for part, start, end in _timed_parts(session):
            rooms.setdefault(room, []).append(_event(part, room, start, end))
            moments += [start, end]
    midnights = [meeting.midnight_of(day), meeting.midnight_of(day + timedelta(days=1))]
    return {
        "index": index,
        "date": day.isoformat(),
        "day_start": min(moments, default=midnights[0]).isoformat(),
        "day_end": max(moments, default=midnights[1]).isoformat(),
        "rooms": rooms,
    }


def _rooms(meeting: Meeting, days: list[Values]) -> list[Values]:
    names = dict.fromkeys(name for day in days for name in day["rooms"])
    return [
        {"name": name, "guid": str(named_guid(f"room-{meeting.pk}-{name}"))}
        for name in names
    ]


def _timed_parts(
    session: Session,
) -> Iterator[tuple[Session | Item, datetime, datetime]]:
    zone = session.meeting.zone
    items = session.listed_items
    if not items or not all(item.starts_at for item in items):
        start, end = hours_of(session)
        yield session, start.astimezone(zone), end.astimezone(zone)
    for item in items:
        if item.starts_at:
            yield item, item.starts_at.astimezone(zone), end_of(item).astimezone(zone)


def hours_of(session: Session) -> tuple[datetime, datetime]:
    """The whole day where the start is unknown, since the format asks for hours."""
    if session.starts_at is None:
        day, midnight_of = session.date, session.meeting.midnight_of
        return midnight_of(day), midnight_of(day + timedelta(days=1))
    return session.starts_at, session.ends_at or session.starts_at + AN_HOUR


def _event(part: Session | Item, room: str, start: datetime, end: datetime) -> Values:
    is_item = isinstance(part, Item)
    content = _of_item(part) if is_item else _of_session(part)
    return {
        "id": number(part),
        "guid": str(guid(part)),
        "date": start.isoformat(),
        "start": f"{start:%H:%M}",
        "duration": _duration(start, end),
        "room": room,
        "slug": f"{part._meta.model_name}-{part.pk}",
        "url": settings.SITE_URL + part.get_absolute_url(),
        "subtitle": "",
        "language": get_language() or "en",
        "abstract": "",
        "answers": [],
        **content,
    }


def _duration(start: datetime, end: datetime) -> str:
    # Moments of one zone would be told apart by their wall clocks.
    minutes = int((end.timestamp() - start.timestamp()) // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _of_item(item: Item) -> Values:
    materials = list(materials_in(item))
    return {
        "title": title_of(item),
        "track": str(item.session),
        "type": item.kind or "item",
        "description": "\n".join(lines_of_item(item)),
        "persons": _persons([item]),
        "links": [_link(each) for each in materials if each.href and not each.file],
        "attachments": [_link(each) for each in materials if each.file],
    }


def _of_session(session: Session) -> Values:
    """With its items that have no hours of their own."""
    items = [item for item in session.listed_items if not item.starts_at]
    materials = [*session.listed_materials]
    for item in items:
        materials += materials_in(item)
    links = [(session.webcast, _("Webcast")), (session.recording, _("Recording"))]
    links.append((session.url, str(session)))
    return {
        "title": str(session),
        "track": session.get_kind_display(),
        "type": session.kind,
        "description": "\n".join(lines_of_session(session, items)),
        "persons": _persons(items),
        "links": [
            *({"url": url, "title": title} for url, title in links if url),
            *(_link(each) for each in materials if each.href and not each.file),
        ],
        "attachments": [_link(each) for each in materials if each.file],
    }


def _link(material: Material) -> Values:
    href = material.href
    url = settings.SITE_URL + href if href.startswith("/") else href
    return {"url": url, "title": str(material)}


def _persons(items: Iterable[Item]) -> list[Values]:
    return [
        {"id": person.pk, "guid": str(guid(person)), "name": person.name}
        for person in dict.fromkeys(people_of(items))
    ]


def people_of(items: Iterable[Item]) -> Iterator[Speaker]:
    roles: list[Role] = []
    for item in items:
        for presentation in item.listed_presentations:
            roles += presentation.listed_roles
        roles += item.listed_roles
    return (role.speaker for role in roles if role.speaker)
