"""What a programme file may hold, mapping by mapping, in the order it is written."""

from datetime import date

from agenda.programme.schema.agenda import (
    LISTS,
    Day,
    Item,
    Session,
    SideEvent,
    UnnumberedItem,
)
from agenda.programme.schema.base import Context, Part
from agenda.programme.schema.meeting import (
    Dates,
    Meeting,
    Organizer,
    Papers,
    Participation,
    Reference,
    Registration,
    Source,
)
from agenda.programme.schema.people import (
    Biography,
    Contribution,
    Document,
    Listed,
    Material,
    Person,
    Speaking,
    Unplaced,
)
from agenda.programme.schema.site import Entry, Section, SiteMenu, usually_shows
from agenda.programme.values import FORMAT, Format, Line

__all__ = [
    "FORMAT",
    "LISTS",
    "Biography",
    "Context",
    "Contribution",
    "Dates",
    "Day",
    "Document",
    "Entry",
    "Item",
    "Listed",
    "Material",
    "Meeting",
    "Organizer",
    "Papers",
    "Part",
    "Participation",
    "Person",
    "Programme",
    "Reference",
    "Registration",
    "Section",
    "Session",
    "SideEvent",
    "SiteMenu",
    "Source",
    "Speaking",
    "UnnumberedItem",
    "Unplaced",
    "usually_shows",
]


class Programme(Part):
    """A whole file."""

    format: Format
    # First, since days and hours are checked against its dates and time zone.
    meeting: Meeting
    mandates: list[Reference] = []
    references: list[Reference] = []
    objectives: list[Line] = []
    participation: Participation = Participation()
    papers: Papers = Papers()
    registration: Registration | None = None
    days: list[Day] = []
    unplaced: list[Unplaced] = []
    side_events: list[SideEvent] = []
    documents: list[Document] = []
    biographies: list[Biography] = []
    site_menu: SiteMenu | None = None
    sources: list[Source] = []

    def settle(self) -> None:
        super().settle()
        self.biographies = [each for each in self.biographies if each.biography]
        # Left empty, they are left to the secretariat, as if they were left out.
        if self.registration == Registration():
            self.registration = None
        if self.site_menu == SiteMenu():
            self.site_menu = None

    def move_to(self, start: date) -> None:
        """Have the meeting begin on another day, and all else keep its distance.

        Hours stay what they are, whatever the clocks do in between.
        """
        days = start - self.meeting.dates.start
        dates, registration = self.meeting.dates, self.registration
        dates.start, dates.end = dates.start + days, dates.end + days
        for part in (*self.days, *self.unplaced, *self.side_events):
            part.date = part.date and part.date + days
        if self.papers.deadline:
            self.papers.deadline += days
        if registration:
            registration.opens = registration.opens and registration.opens + days
            registration.closes = registration.closes and registration.closes + days
        for part in self.all_within:
            if isinstance(part, Material):
                part.visible_from = part.visible_from and part.visible_from + days

    @property
    def parts(self) -> dict[str, Part]:
        """The mappings that are there once, each under the path that names it."""
        parts = {
            "": self,
            "meeting": self.meeting,
            "dates": self.meeting.dates,
            "organizer": self.meeting.organizer,
            "participation": self.participation,
            "papers": self.papers,
            "registration": self.registration,
            "site_menu": self.site_menu,
        }
        for section in self.site_menu.sections if self.site_menu else ():
            if section.group and section.entries:
                parts[f"site_menu.{section.group}"] = section
        return {path: part for path, part in parts.items() if part is not None}
