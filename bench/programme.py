"""A programme as large as wanted, for whoever measures its pages."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from agenda.models import (
    Item,
    Material,
    Presentation,
    Release,
    Role,
    Session,
    Speaker,
)
from meeting.models import Meeting

FIRST = date(2027, 2, 16)
ITEMS_A_SESSION = 10
ROOMS = 4


def make_programme(slug: str, items: int) -> Meeting:
    """So many items, with five speakers for four of them and ten materials."""
    meeting = Meeting.objects.create(
        slug=slug,
        title=f"A meeting of {items} items",
        starts_on=FIRST,
        ends_on=FIRST + timedelta(days=4),
        room="Conference Room 1",
        registration_opens_at=timezone.now() - timedelta(days=1),
        registration_closes_at=timezone.now() + timedelta(days=9),
    )
    speakers = [
        Speaker(name=f"Speaker NUMBER{n}", slug=f"{slug}-{n}", sort_name=f"{n:04}")
        for n in range(items * 5 // 4)
    ]
    Speaker.objects.bulk_create(speakers)
    session = None
    for n in range(items):
        if n % ITEMS_A_SESSION == 0:
            session = _session(meeting, n // ITEMS_A_SESSION)
        item = _item(session, n)
        for m in range(2):
            presentation = Presentation.objects.create(
                item=item, title=f"Report {m} on A/RES/70/{n}", position=m
            )
            _role(speakers[(2 * n + m) % len(speakers)], presentation=presentation)
            _material(presentation=presentation)
        _role(speakers[-1 - n], kind=Role.Kind.MODERATOR, item=item)
        if n % 2:
            _material(item=item)
    Release.objects.make(meeting)
    return meeting


def _session(meeting: Meeting, number: int) -> Session:
    """As many at a time as there are rooms, morning and afternoon."""
    block = number // ROOMS
    day = FIRST + timedelta(days=block // 2)
    start = datetime(day.year, day.month, day.day, 15 + block % 2 * 5, tzinfo=UTC)
    return Session.objects.create(
        meeting=meeting,
        title=f"Session {number}",
        date=day,
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        room=f"Conference Room {number % ROOMS + 1}",
        position=number,
    )


def _item(session: Session, number: int) -> Item:
    start = session.starts_at + timedelta(minutes=18) * (number % ITEMS_A_SESSION)
    return Item.objects.create(
        session=session,
        title=f"Item {number} of the agenda",
        starts_at=start,
        ends_at=start + timedelta(minutes=18),
        position=number,
    )


def _role(speaker: Speaker, **place: object) -> None:
    Role.objects.create(
        speaker=speaker, function="Director", affiliation="Ghana", **place
    )


def _material(**place: object) -> None:
    Material.objects.create(
        title="A paper of some length",
        kind=Material.Kind.PAPER,
        url="https://example.org/",
        language="en",
        **place,
    )
