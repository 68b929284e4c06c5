"""The menu of the meeting's site."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, model_validator

from agenda.programme.mistakes import wrong
from agenda.programme.schema.base import Context, Found, Part
from agenda.programme.values import fits, named
from meeting.models import Page

_SHOWS = {
    "objectives": Page.Shows.OBJECTIVES,
    "agenda": Page.Shows.AGENDA,
    "list of participants": Page.Shows.PARTICIPANTS,
    "background documents": Page.Shows.DOCUMENTS,
    "contributed papers": Page.Shows.DOCUMENTS,
    "papers": Page.Shows.DOCUMENTS,
}


def usually_shows(title: str) -> str:
    """What a page of this title shows, where the file does not say."""
    title = title.casefold()
    if title.startswith("organization of work"):
        return Page.Shows.AGENDA.value
    return _SHOWS.get(title, Page.Shows.TEXT).value


class Entry(Part):
    title: Annotated[str, fits(Page.title), AfterValidator(named)]
    slug: Annotated[str, fits(Page.slug)] = ""
    shows: Annotated[str, fits(Page.shows)] = ""
    body: Annotated[str, fits(Page.body)] = ""

    @model_validator(mode="before")
    @classmethod
    def _take_title(cls, data: Any) -> Any:
        return {"title": data} if isinstance(data, str) else data

    def settle(self) -> None:
        super().settle()
        if self.shows == usually_shows(self.title):
            self.shows = ""

    def written(self, data: dict[str, Any]) -> str | dict[str, Any]:
        return self.title if self.is_plain else data

    @property
    def is_plain(self) -> bool:
        return self.is_title_alone and not self.note

    @property
    def is_title_alone(self) -> bool:
        """Whether, without a group, it is written as a group with nothing in it."""
        return not (self.slug or self.shows or self.body or self.tbc)


class Section(Part):
    group: Annotated[str, fits(Page.group)] = ""
    entries: list[Entry] = []

    def mistakes(self, context: Context) -> Found:
        if not self.group and not self.entries:
            yield ("group",), wrong(_("is missing; write a group, entries or both."))
        for name in ("note", "tbc"):
            if not self.group and getattr(self, name):
                sentence = _("needs a group to belong to; put it with the entry.")
                yield (name,), wrong(sentence)

    @property
    def settled(self) -> list["Section"]:
        """One for each entry that has no group, else itself."""
        if self.group:
            return [self]
        return [
            Section.of(group=entry.title, note=entry.note)
            if entry.is_title_alone
            else Section.of(entries=[entry])
            for entry in self.entries
        ]


class SiteMenu(Part):
    sections: list[Section] = []

    def mistakes(self, context: Context) -> Found:
        groups, slugs = set(), set()
        for place, section in enumerate(self.sections):
            if section.entries and section.group in groups:
                sentence = _("“%(text)s” is there twice; put its entries together.")
                yield ("sections", place, "group"), wrong(sentence)
            groups |= {section.group} if section.entries and section.group else set()
            for number, entry in enumerate(section.entries):
                if entry.slug and entry.slug in slugs:
                    sentence = _("“%(text)s” is the address of a page above.")
                    location = ("sections", place, "entries", number, "slug")
                    yield location, wrong(sentence)
                slugs.add(entry.slug)

    def settle(self) -> None:
        super().settle()
        self.sections = [each for section in self.sections for each in section.settled]
