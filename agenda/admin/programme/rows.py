"""What the screen prints beside each part, put together once and not row by row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from agenda.editing.parts import Part, day_named
from agenda.models import Item, Role, Session
from agenda.outline import Outline, OutlineDay
from meeting.moments import hour


def days_of(outline: Outline) -> list[OutlineDay]:
    """Those of the programme, and those of the meeting that have nothing yet."""
    days = {day.date: day for day in outline.days}
    for each in outline.meeting.days:
        days.setdefault(each, OutlineDay(each, [], [], []))
    for day in days.values():
        groups = {"session": day.sessions, "side_event": day.side_events}
        day.groups = [(k, rows) for k, rows in groups.items() if rows or k == "session"]
    return sorted(days.values(), key=lambda day: (day.date is None, day.date or 0))


def prepare(outline: Outline, warnings: Iterable) -> None:
    """Give each part its hours and people in words, and each warning its row."""
    misfits = defaultdict(list)
    for each in warnings:
        misfits[each.kind, each.pk].append(each)
    for session in outline.sessions:
        session.hours = _hours(session)
        session.paste = reverse("admin:agenda_paste", args=[session.pk])
        session.warnings = misfits["session", session.pk]
    for item in outline.items:
        item.hours = _hours(item)
        item.warnings = misfits["item", item.pk]
        item.who = _people(item.listed_roles, with_labels=True)
        for presentation in item.listed_presentations:
            presentation.who = _people(presentation.listed_roles)
    for presentation in outline.unplaced:
        presentation.who = _people(presentation.listed_roles)


def _hours(part: Session | Item) -> str:
    moments = (part.starts_at, part.ends_at)
    return "–".join(hour(each, part.meeting) for each in moments if each)


def _people(roles: list[Role], *, with_labels: bool = False) -> str:
    return "; ".join(_person(role, with_labels) for role in roles)


def _person(role: Role, with_label: bool) -> str:
    name = role.speaker.name if role.speaker else _("name to be confirmed")
    words = ", ".join(filter(None, [f"{role.style} {name}".strip(), role.office]))
    is_labelled = with_label or not role.is_speaker
    return f"{role.get_kind_display()}: {words}" if is_labelled else words


def places(outline: Outline, part: Part) -> Iterator[tuple[str, list[tuple]]]:
    """Where a part can be put: under each heading, values with their words."""
    match part:
        case Session():
            yield (
                "",
                [
                    (f"{day:%Y-%m-%d}", day_named(day))
                    for day in _dates(outline)
                    if day != part.date
                ],
            )
        case Item():
            for session in outline.sessions:
                yield _named(session), list(_gaps(session, session.listed_items, part))
        case _:
            for item in outline.items:
                heading = f"{item.numeral}. {item}" if item.numeral else str(item)
                yield heading, list(_gaps(item, item.listed_presentations, part))


def _dates(outline: Outline) -> list[date]:
    return [day.date for day in days_of(outline) if day.date]


def _named(session: Session) -> str:
    return f"{day_named(session.date)}: {session}"


def _gaps(owner: Part, rows: list[Part], part: Part) -> Iterator[tuple[str, str]]:
    yield f"{owner.pk} 0", _("first, in “%(place)s”") % {"place": owner}
    for row in rows:
        if row.pk != part.pk:
            yield f"{owner.pk} {row.pk}", _("after “%(name)s”") % {"name": row}
