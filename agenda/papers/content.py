"""What a paper says, in its order: plain values, of which PDF and DOCX are made alike.

A line is a list of pieces, each of one direction, with the way it is set: `name`, `title`, `soft`
(said about it, such as that it is to be confirmed) or nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from agenda.models import Item, Presentation, Role, Session
from agenda.outline import Outline, OutlineDay
from meeting.models import Meeting
from meeting.moments import date_range, hour

Piece = tuple[str, str]
Line = list[Piece]

DATES = ("dates", "dates.start", "dates.end")
HOURS = ("start", "end")
PLACE = ("room", "venue")
TITLE = ("title", "label")
OFFICE = ("function", "affiliation")


@dataclass
class Row:
    """A line of the table: a session, an item in it, or a pause."""

    kind: str
    hours: str
    heading: Line
    lines: list[Line] = field(default_factory=list)


@dataclass
class PaperDay:
    title: str
    rows: list[Row]
    lines: list[Line]


@dataclass
class Paper:
    language: str
    direction: str
    title: str
    meeting: str
    above: list[str]
    below: list[str]
    edition: str
    note: str
    headings: list[str]
    days: list[PaperDay] = field(default_factory=list)
    items: list[Line] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What a reader's window says."""
        return f"{self.title} – {self.meeting}"


def organization_of_work(outline: Outline) -> Paper:
    """The items in their sessions, day by day."""
    title = _("Organization of work")
    if not outline.release.is_final:
        title = _("Provisional organization of work")
    paper = _headed(outline, title)
    paper.days = [_day(outline.meeting, day) for day in outline.days]
    return paper


def agenda(outline: Outline) -> Paper:
    """The items alone."""
    is_final = outline.release.is_final
    paper = _headed(outline, _("Agenda") if is_final else _("Provisional agenda"))
    paper.items = [
        _title_of_item(item) for item in outline.items if not _is_break(item)
    ]
    return paper


def _headed(outline: Outline, title: str) -> Paper:
    meeting, release = outline.meeting, outline.release
    dates = date_range(meeting.starts_on, meeting.ends_on)
    if not {*DATES}.isdisjoint(meeting.to_confirm):
        dates = _("%(text)s (to be confirmed)") % {"text": dates}
    places = [meeting.venue, meeting.city, meeting.country]
    edition = _("Release %(number)s, %(date)s") % {
        "number": release.number,
        "date": formats.date_format(release.at.astimezone(meeting.zone), "j F Y"),
    }
    return Paper(
        language=get_language(),
        direction="rtl" if get_language_bidi() else "ltr",
        title=title,
        meeting=meeting.title,
        above=[*filter(None, [meeting.organizer_parent, meeting.organizer_name])],
        below=[*filter(None, [dates, ", ".join(filter(None, places)), meeting.room])],
        edition=edition,
        note=release.note,
        headings=[_("Hours"), _("Items and speakers")],
    )


def _day(meeting: Meeting, day: OutlineDay) -> PaperDay:
    title = _("Without a date") if meeting.is_over else _("Date to be confirmed")
    if day.date:
        title = formats.date_format(day.date, "l j F Y")
    rows = list(_rows_of(meeting, day))
    lines = []
    if not day.is_complete:
        lines.append(_soft(_("More of this day is to be confirmed.")))
    if day.day and day.day.note:
        lines.append(_soft(day.day.note))
    return PaperDay(title, rows, lines)


def _rows_of(meeting: Meeting, day: OutlineDay) -> Iterator[Row]:
    for band in day.bands:
        if band.pause_from:
            hours = _from_to(meeting, band.pause_from, band.sessions[0].starts_at)
            yield Row("pause", hours, [(_("Pause"), "")])
        for session in band.sessions:
            yield from _session(session)
    if day.unplaced:
        row = Row("session", "", [(_("Also contributing"), "")])
        row.lines = [*chain.from_iterable(map(_presentation, day.unplaced))]
        yield row
    for session in day.side_events:
        yield from _session(session)


def _session(session: Session) -> Iterator[Row]:
    heading = [(session.title or _("Session"), "")]
    if session.kind == Session.Kind.SIDE_EVENT:
        heading = [(f"{_('Side event')}:", ""), (" ", ""), *heading]
    if _is_open(session, *TITLE):
        heading.append(_to_be_confirmed())
    row = Row("session", _hours(session), heading, [*_facts(session)])
    if not session.is_complete:
        text = _("The items of this session are to be confirmed.")
        if session.listed_items:
            text = _("More items of this session are to be confirmed.")
        row.lines.append(_soft(text))
    yield row
    yield from map(_item, session.listed_items)


def _facts(session: Session) -> Iterator[Line]:
    if place := _place(session):
        yield place
    if session.ordinal:
        yield [(session.ordinal, "")]
    if session.organizers:
        names = ", ".join(filter(None, map(str.strip, session.organizers.splitlines())))
        yield [(_("Organized by"), "soft"), (" ", ""), (names, "")]
    if _is_open(session, "date"):
        yield _soft(_("Date to be confirmed"))
    if session.note:
        yield _soft(session.note)


def _place(session: Session) -> Line:
    if not session.place:
        is_over = session.meeting.is_over
        return [] if is_over else _soft(_("Room to be confirmed"))
    is_open = _is_open(session, *PLACE)
    if not session.room:
        is_open = is_open or "room" in session.meeting.to_confirm
    return [(session.place, ""), *([_to_be_confirmed()] if is_open else [])]


def _item(item: Item) -> Row:
    kind = "break" if _is_break(item) else "item"
    hours = _hours(item) if item.starts_at or item.ends_at else ""
    row = Row(kind, hours, _title_of_item(item))
    for presentation in item.listed_presentations:
        row.lines += _presentation(presentation)
    # Whoever moderates stands last.
    row.lines += [_person(role, labelled=True) for role in item.listed_roles]
    if item.note:
        row.lines.append(_soft(item.note))
    if not item.is_complete:
        text = _("Speakers to be confirmed")
        if item.listed_presentations:
            text = _("Further speakers to be confirmed")
        row.lines.append(_soft(text))
    return row


def _title_of_item(item: Item) -> Line:
    line = [(f"{item.numeral}.", ""), (" ", "")] if item.numeral else []
    if not item.title:
        return [*line, (_("Title to be confirmed"), "soft")]
    line.append((item.title, ""))
    return [*line, _to_be_confirmed()] if "title" in item.tbc else line


def _is_break(item: Item) -> bool:
    return item.kind == Item.Kind.BREAK


def _presentation(presentation: Presentation) -> Iterator[Line]:
    for role in presentation.listed_roles:
        yield _person(role, labelled=not role.is_speaker)
    if not presentation.listed_roles and not presentation.meeting.is_over:
        yield _soft(_("Speaker to be confirmed"))
    is_open = "title" in presentation.tbc
    if presentation.title:
        yield [
            (presentation.title, "title"),
            *([_to_be_confirmed()] if is_open else []),
        ]
    elif is_open:
        yield _soft(_("Title to be confirmed"))
    elif presentation.kind != Presentation.Kind.PRESENTATION:
        yield [(capfirst(presentation.get_kind_display()), "title")]
    if presentation.note:
        yield _soft(presentation.note)


def _person(role: Role, *, labelled: bool) -> Line:
    line = [(f"{role.get_kind_display()}:", "soft"), (" ", "")] if labelled else []
    if role.speaker:
        style = [(role.style, "name"), (" ", "")] if role.style else []
        line += [*style, (role.speaker.name, "name")]
    if "speaker" in role.tbc and role.speaker:
        line.append(_to_be_confirmed())
    elif not role.speaker and not (role.presentation or role.item).meeting.is_over:
        line.append((_("Name to be confirmed"), "soft"))
    if role.office:
        is_named = line and line[-1] != (" ", "")
        line += [(", ", ""), (role.office, "")] if is_named else [(role.office, "")]
    if _is_open(role, *OFFICE):
        line.append(_to_be_confirmed())
    if role.note:
        line.append((f" – {role.note}", "soft"))
    return line


def _hours(part: Session | Item) -> str:
    if not part.starts_at and not part.ends_at:
        return "" if part.meeting.is_over else _("Hours to be confirmed")
    hours = _from_to(part.meeting, part.starts_at, part.ends_at)
    if _is_open(part, *HOURS):
        return _("%(text)s (to be confirmed)") % {"text": hours}
    return hours


def _from_to(meeting: Meeting, start: datetime | None, end: datetime | None) -> str:
    if start is None:
        return _("until %(hour)s") % {"hour": hour(end, meeting)}
    return "–".join(hour(moment, meeting) for moment in (start, end) if moment)


def _is_open(part: Session | Item | Role, *names: str) -> bool:
    """Whether one of these is to be confirmed."""
    return not {*names}.isdisjoint(part.tbc)


def _soft(text: str) -> Line:
    return [(text, "soft")]


def _to_be_confirmed() -> Piece:
    return f" ({_('to be confirmed')})", "soft"
