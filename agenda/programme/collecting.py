"""A meeting's rows, put together as a programme: `loading` the other way round."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Model

from agenda.programme import schema
from agenda.programme.collecting_agenda import AgendaCollector
from meeting.models import RESERVED_PAGE_SLUGS, Meeting, Page, Reference
from meeting.words import free_slug


def to_programme(meeting: Meeting) -> schema.Programme:
    agenda = AgendaCollector(meeting)
    references = defaultdict(list)
    for row in meeting.references.all():
        references[row.kind].append(row)
    programme = schema.Programme.model_construct(
        format=schema.FORMAT,
        meeting=_meeting(meeting),
        mandates=[_reference(row) for row in references[Reference.Kind.MANDATE]],
        references=[_reference(row) for row in references[Reference.Kind.REFERENCE]],
        objectives=meeting.objectives.splitlines(),
        participation=schema.Participation.of(
            open_to=meeting.open_to.splitlines(),
            categories=meeting.participant_categories.splitlines(),
            number=meeting.participant_count,
            notes=meeting.participation_notes.splitlines(),
        ),
        papers=_papers(meeting),
        registration=_registration(meeting),
        days=agenda.days(),
        unplaced=agenda.unplaced(),
        side_events=agenda.side_events(),
        documents=agenda.documents(),
        biographies=agenda.biographies(),
        site_menu=_site_menu(meeting),
        sources=[_source(row) for row in references[Reference.Kind.SOURCE]],
    )
    _put_back_notes(programme, meeting)
    programme.settle()
    return programme


def _meeting(row: Meeting) -> schema.Meeting:
    names = ("number", "slug", "title", "series", "timezone", "city", "country")
    names += ("venue", "room", "url", "site", "languages")
    return schema.Meeting.of(
        **_same(row, *names),
        dates=schema.Dates.of(start=row.starts_on, end=row.ends_on),
        organizer=schema.Organizer.of(
            name=row.organizer_name, parent=row.organizer_parent
        ),
        contact=row.contact_email,
    )


def _reference(row: Reference) -> schema.Reference:
    names = ("symbol", "part", "title", "date", "url", "note", "tbc")
    return schema.Reference.of(**_same(row, *names))


def _source(row: Reference) -> schema.Source:
    names = ("url", "symbol", "part", "date", "note", "tbc")
    return schema.Source.of(**_same(row, *names), gave=row.title)


def _papers(row: Meeting) -> schema.Papers:
    names = [name for name in schema.Papers.names() if name != "tbc"]
    return schema.Papers.of(**{name: getattr(row, f"papers_{name}") for name in names})


def _registration(row: Meeting) -> schema.Registration:
    def local(moment: datetime | None) -> datetime | None:
        return moment and moment.astimezone(row.zone).replace(tzinfo=None)

    return schema.Registration.of(
        opens=local(row.registration_opens_at),
        closes=local(row.registration_closes_at),
        **_same(row, "capacity", "reminder_days"),
    )


def _site_menu(meeting: Meeting) -> schema.SiteMenu:
    sections: list[schema.Section] = []
    groups: dict[str, schema.Section] = {}
    taken = set(RESERVED_PAGE_SLUGS)
    for row in meeting.pages.all():
        entry = _entry(row, taken)
        taken.add(row.slug)
        if row.group in groups:
            groups[row.group].entries.append(entry)
            continue
        sections.append(_section(row, entry))
        if row.group:
            groups[row.group] = sections[-1]
    return schema.SiteMenu.of(sections=sections)


def _entry(row: Page, taken: set[str]) -> schema.Entry:
    usual = free_slug(row.title, "page", taken)
    slug = "" if row.slug == usual else row.slug
    return schema.Entry.of(
        **_same(row, "title", "shows", "body", "note", "tbc"), slug=slug
    )


def _section(row: Page, entry: schema.Entry) -> schema.Section:
    """A group with its first page; or a page by itself, which is a group as well."""
    # A group's own fields to be confirmed are none of an entry's.
    of_group = not set(row.tbc) & set(entry.names())
    has_own_entry = entry.slug or entry.shows or entry.body or not of_group
    if row.group or has_own_entry:
        return schema.Section.of(group=row.group, entries=[entry])
    return schema.Section.of(group=row.title, note=row.note, tbc=row.tbc)


def _put_back_notes(programme: schema.Programme, meeting: Meeting) -> None:
    """Give notes and `tbc` kept with the meeting back to where they were written."""
    tbc = set(meeting.tbc)
    for path, part in programme.parts.items():
        prefix = f"{path}." if path not in {"", "meeting"} else ""
        part.note = meeting.notes.get(path, "")
        part.tbc = [name for name in part.names() if f"{prefix}{name}" in tbc]


def _same(row: Model, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
