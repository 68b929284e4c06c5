"""A programme, brought into the database: what is there already keeps its identity."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agenda.editing import timing
from agenda.models import Release, editing
from agenda.programme.loading_agenda import AgendaLoader
from agenda.programme.rows import Changes, Keys, LossError, any_of, pair
from agenda.programme.schema import (
    Entry,
    Programme,
    Section,
    SiteMenu,
    Source,
    usually_shows,
)
from agenda.programme.schema import Reference as ReferencePart
from meeting.models import RESERVED_PAGE_SLUGS, Meeting, Page, Reference
from meeting.words import free_slug


@transaction.atomic
def load(
    programme: Programme,
    *,
    is_demo: bool = False,
    is_current: bool = False,
    is_draft: bool = False,
    check: bool = False,
) -> tuple[Meeting, Changes]:
    """Make the database say what the programme says; with `check`, only try to.

    Readers see the agenda at once, unless it is to stay a draft. Raises LossError where something that was uploaded or written would be lost.
    """
    changes = Changes()
    meeting, moved = load_meeting(programme, changes, is_demo=is_demo)
    load_references(programme, meeting, changes)
    if programme.site_menu is not None:
        load_pages(programme.site_menu, meeting, changes)
    with editing(meeting, what=_("Loaded from a file")):
        AgendaLoader(programme, meeting, changes, moved=moved).load()
        for session in meeting.sessions.select_related("meeting"):
            timing.recount(session)
    if not is_draft:
        _release(meeting)
    if is_current and not meeting.is_current:
        meeting.make_current()
        changes.changed += 1
    if check:
        transaction.set_rollback(True)
    return meeting, changes


def _release(meeting: Meeting) -> None:
    with suppress(ValidationError):  # Readers see all of it already.
        Release.objects.make(meeting)


def load_meeting(
    programme: Programme, changes: Changes, *, is_demo: bool
) -> tuple[Meeting, timedelta]:
    """The meeting, and by how much it was moved as a whole since it was loaded."""
    part = programme.meeting
    slug = part.slug or part.own_slug
    meeting = Meeting.objects.select_for_update().filter(slug=slug).first()
    meeting = meeting or Meeting(slug=slug)
    moved = timedelta()
    if not meeting._state.adding:
        start, end = part.dates.start, part.dates.end
        if end - start == meeting.ends_on - meeting.starts_on:
            moved = start - meeting.starts_on
    values = meeting_values(programme) | registration_values(programme)
    if is_demo:
        values["is_demo"] = True
    elif meeting.is_demo and meeting.starts_on != part.dates.start:
        values["is_demo"] = False  # Back on the dates of the file.
    return changes.write(meeting, **values), moved


def meeting_values(programme: Programme) -> dict[str, Any]:
    part, papers = programme.meeting, programme.papers
    participation = programme.participation
    values = {
        "number": part.number,
        "title": part.title,
        "series": part.series,
        "starts_on": part.dates.start,
        "ends_on": part.dates.end,
        "timezone": part.timezone,
        "city": part.city,
        "country": part.country,
        "venue": part.venue,
        "room": part.room,
        "organizer_name": part.organizer.name,
        "organizer_parent": part.organizer.parent,
        "url": part.url,
        "site": part.site,
        "languages": part.languages,
        "objectives": "\n".join(programme.objectives),
        "open_to": "\n".join(participation.open_to),
        "participant_categories": "\n".join(participation.categories),
        "participant_count": participation.number,
        "participation_notes": "\n".join(participation.notes),
        "papers_deadline": papers.deadline,
        "papers_max_pages": papers.max_pages,
        "papers_spacing": papers.spacing,
        "papers_file_format": papers.file_format,
        "papers_submit_to": papers.submit_to,
        "papers_editing": papers.editing,
        "tbc": meeting_tbc(programme),
        "notes": {path: p.note for path, p in programme.parts.items() if p.note},
    }
    # A file that says nothing of it leaves it to the secretariat.
    return values | ({"contact_email": part.contact} if part.contact else {})


def meeting_tbc(programme: Programme) -> list[str]:
    """Fields with their path: "venue", "dates.start"."""
    return [
        f"{path}.{name}" if path not in {"", "meeting"} else name
        for path, part in programme.parts.items()
        for name in part.tbc
    ]


def registration_values(programme: Programme) -> dict[str, Any]:
    """Nothing, where the file says nothing: then the secretariat sets it by hand."""
    part, zone = programme.registration, programme.meeting.zone
    if part is None:
        return {}

    def moment(local: datetime | None) -> datetime | None:
        return local and local.replace(tzinfo=zone)

    return {
        "registration_opens_at": moment(part.opens),
        "registration_closes_at": moment(part.closes),
        "capacity": part.capacity,
        "reminder_days": part.reminder_days,
    }


def load_references(programme: Programme, meeting: Meeting, changes: Changes) -> None:
    parts = [
        *((Reference.Kind.MANDATE, part) for part in programme.mandates),
        *((Reference.Kind.REFERENCE, part) for part in programme.references),
        *((Reference.Kind.SOURCE, part) for part in programme.sources),
    ]
    wanted = [_reference_values(kind.value, part) for kind, part in parts]
    found, left = pair(
        [_reference_keys(Reference(**values)) for values in wanted],
        [(row, _reference_keys(row)) for row in meeting.references.all()],
    )
    for position, (row, values) in enumerate(zip(found, wanted, strict=True), start=1):
        changes.write(row or Reference(meeting=meeting), position=position, **values)
    changes.remove(left)


def _reference_values(kind: str, part: ReferencePart | Source) -> dict[str, Any]:
    names = ("symbol", "part", "date", "url", "note", "tbc")
    values = {name: getattr(part, name) for name in names}
    title = part.gave if isinstance(part, Source) else part.title
    return {"kind": kind, "title": title, **values}


def _reference_keys(row: Reference) -> Keys:
    return (
        (row.kind, row.symbol, row.part, row.title, row.url, row.note),
        any_of(row.kind, row.symbol, row.part),
        any_of(row.kind, row.url),
        any_of(row.kind, row.title),
        any_of(row.kind, row.note),
    )


def load_pages(menu: SiteMenu, meeting: Meeting, changes: Changes) -> None:
    entries = [pair for section in menu.sections for pair in _entries(section)]
    rows = list(meeting.pages.all())
    found, left = pair(
        [_page_keys(group, entry.title, entry.slug) for group, entry in entries],
        [(row, _page_keys(row.group, row.title, row.slug)) for row in rows],
    )
    _refuse_to_lose(left)
    changes.remove(left)
    taken = {row.slug for row in found if row} | {entry.slug for _, entry in entries}
    taken |= RESERVED_PAGE_SLUGS
    for position, (group, entry) in enumerate(entries, start=1):
        row = found[position - 1] or Page(meeting=meeting)
        slug = entry.slug or row.slug or free_slug(entry.title, "page", taken)
        taken.add(slug)
        values = {"group": group, "title": entry.title, "slug": slug}
        values |= {"position": position, "note": entry.note, "tbc": entry.tbc}
        # A file that says nothing of it leaves it to the secretariat.
        if entry.body:
            values["body"] = entry.body
        if entry.shows or row._state.adding:
            values["shows"] = entry.shows or usually_shows(entry.title)
        changes.write(row, **values)


def _entries(section: Section) -> list[tuple[str, Entry]]:
    """Pages with their groups; a group with nothing in it is a page itself."""
    if section.entries:
        return [(section.group, entry) for entry in section.entries]
    page = Entry.model_construct(
        title=section.group, note=section.note, tbc=section.tbc
    )
    return [("", page)]


def _page_keys(group: str, title: str, slug: str) -> Keys:
    return (slug or None, (group, title), title, slugify(title, allow_unicode=True))


def _refuse_to_lose(pages: list[Page]) -> None:
    texts = [page for page in pages if page.body]
    sentence = _(
        "The page “%s” has a text and is not in the file. Write it into the file, or"
        " delete the page first."
    )
    if texts:
        raise LossError(sentence % page for page in texts)
