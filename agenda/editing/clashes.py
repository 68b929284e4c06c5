"""What cannot be as the programme says it: it warns, and forbids nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agenda.models import Item, Role, Session
from agenda.outline import Outline
from meeting.models import Meeting
from meeting.moments import date_range, hour
from meeting.words import plain

Part = Session | Item


@dataclass(frozen=True)
class Misfit:
    """One sentence, shown at the row `kind` `pk`; `other` is the row that it meets."""

    code: str
    kind: str
    pk: int
    other: tuple[str, int] | None
    text: str


@dataclass(frozen=True)
class Stay:
    """Somebody or something at one part of the programme, from when to when."""

    part: Part
    starts_at: datetime
    ends_at: datetime


def clashes(outline: Outline) -> list[Misfit]:
    """All that does not fit, in the order of the programme; no query."""
    found = [
        *_outside_meeting(outline),
        *_in_one_room(outline),
        *_outside_session(outline),
        *_one_over_the_other(outline),
        *_in_two_places(outline),
    ]
    order = {("session", row.pk): n for n, row in enumerate(outline.sessions)}
    order |= {
        ("item", row.pk): order.get(("session", row.session_id), 0)
        for row in outline.items
    }
    return sorted(found, key=lambda each: order[each.kind, each.pk])


def _outside_meeting(outline: Outline) -> Iterator[Misfit]:
    meeting = outline.meeting
    for session in outline.sessions:
        is_session = session.kind == Session.Kind.SESSION
        if is_session and session.date and session.date not in meeting.days:
            yield _warn(
                "outside_meeting",
                session,
                None,
                _("“%(part)s” is on %(day)s; the meeting takes place on %(days)s."),
                day=date_range(session.date, session.date),
                days=date_range(meeting.starts_on, meeting.ends_on),
            )


def _in_one_room(outline: Outline) -> Iterator[Misfit]:
    rooms = defaultdict(list)
    for session in outline.sessions:
        if (room := plain(session.place)) and (stay := _stay(session)):
            rooms[room].append(stay)
    for stays in rooms.values():
        for first, second in _at_once(stays):
            yield _warn(
                "room",
                second.part,
                first.part,
                _("“%(part)s” and “%(other)s” are in %(room)s at once (%(hours)s)."),
                room=second.part.place,
                hours=_both(first, second, outline.meeting),
            )


def _outside_session(outline: Outline) -> Iterator[Misfit]:
    for session in outline.sessions:
        for item in session.listed_items:
            if _is_outside(item, session):
                yield _warn(
                    "outside_session",
                    item,
                    session,
                    _("“%(part)s” (%(hours)s) is not within “%(other)s” (%(those)s)."),
                    hours=_hours(item, outline.meeting),
                    those=_hours(session, outline.meeting),
                )


def _is_outside(item: Item, session: Session) -> bool:
    start, end = session.starts_at, session.ends_at
    moments = [each for each in (item.starts_at, item.ends_at) if each]
    is_early = start is not None and any(each < start for each in moments)
    is_late = end is not None and any(each > end for each in moments)
    # What begins as its session ends is after it.
    return is_early or is_late or (end is not None and item.starts_at == end)


def _one_over_the_other(outline: Outline) -> Iterator[Misfit]:
    for session in outline.sessions:
        stays = filter(None, map(_stay, session.listed_items))
        for first, second in _at_once(stays):
            yield _warn(
                "overlap",
                second.part,
                first.part,
                _("“%(part)s” and “%(other)s” take place at once (%(hours)s)."),
                hours=_both(first, second, outline.meeting),
            )


def _in_two_places(outline: Outline) -> Iterator[Misfit]:
    for name, items in _items_by_speaker(outline):
        stays = filter(None, map(_stay_at, items))
        for first, second in _at_once(stays):
            if _is_one_place(first.part, second.part):
                continue
            yield _warn(
                "speaker",
                second.part,
                first.part,
                _(
                    "%(name)s is to be at “%(part)s” and at “%(other)s” at once"
                    " (%(hours)s)."
                ),
                name=name,
                hours=_both(first, second, outline.meeting),
            )


def _items_by_speaker(outline: Outline) -> Iterator[tuple[str, Iterable[Item]]]:
    """Each person with the items where they do something, each item once."""
    items_of = defaultdict(dict)
    for item in outline.items:
        for role in _roles_in(item):
            if role.speaker:
                items_of[role.speaker_id][item.pk] = item
    for pk, items in items_of.items():
        if len(items) > 1:
            yield outline.speakers_by_pk[pk].name, items.values()


def _roles_in(item: Item) -> Iterator[Role]:
    yield from item.listed_roles
    for presentation in item.listed_presentations:
        yield from presentation.listed_roles


def _is_one_place(first: Item, second: Item) -> bool:
    """Whether both take place at some time of one session, nobody knows when."""
    has_hours = all(None not in (i.starts_at, i.ends_at) for i in (first, second))
    return first.session_id == second.session_id and not has_hours


def _stay(part: Part) -> Stay | None:
    if part.starts_at is None or part.ends_at is None:
        return None
    return Stay(part, part.starts_at, part.ends_at)


def _stay_at(item: Item) -> Stay | None:
    """Within the hours of the item; without any, at some time of its session."""
    if stay := _stay(item):
        return stay
    around = _stay(item.session)
    return around and Stay(item, around.starts_at, around.ends_at)


def _at_once(stays: Iterable[Stay]) -> Iterator[tuple[Stay, Stay]]:
    """Pairs that overlap, whichever begins first standing first."""
    open_stays: list[Stay] = []
    for stay in sorted(stays, key=lambda stay: stay.starts_at):
        open_stays = [each for each in open_stays if each.ends_at > stay.starts_at]
        yield from ((each, stay) for each in open_stays)
        open_stays.append(stay)


def _both(first: Stay, second: Stay, meeting: Meeting) -> str:
    """The hours during which both last."""
    end = min(first.ends_at, second.ends_at)
    return f"{hour(second.starts_at, meeting)}–{hour(end, meeting)}"


def _hours(part: Part, meeting: Meeting) -> str:
    start, end = (
        each and hour(each, meeting) for each in (part.starts_at, part.ends_at)
    )
    if start and end:
        return f"{start}–{end}"
    return _("from %(hour)s") % {"hour": start} if start else f"–{end}"


def _warn(
    code: str, part: Part, other: Part | None, sentence: str, **words: str
) -> Misfit:
    names = {"part": str(part), "other": other and str(other)}
    return Misfit(
        code,
        part._meta.model_name,
        part.pk,
        other and (other._meta.model_name, other.pk),
        sentence % (names | words),
    )
