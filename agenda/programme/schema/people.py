"""Persons, and what they say."""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import ValidationInfo, field_validator

from agenda.models import Material as MaterialRow
from agenda.models import Presentation, Role, Speaker
from agenda.programme.mistakes import wrong
from agenda.programme.schema.base import Context, Found, Part, context_of
from agenda.programme.values import Day, Opening, PartialDate, fits

Name = Annotated[str, fits(Speaker.name)]
# What `tbc` beside a contribution says of its speaker, and not of what is said.
_PERSONAL = ("role", "speaker", "style", "function", "affiliation")
_SAID = {"title", "kind", "delivered_by"}


class Material(Part):
    kind: Annotated[str, fits(MaterialRow.kind)] = MaterialRow.Kind.PRESENTATION.value
    title: Annotated[str, fits(MaterialRow.title)] = ""
    symbol: Annotated[str, fits(MaterialRow.symbol)] = ""
    date: PartialDate = ""
    url: Annotated[str, fits(MaterialRow.url)] = ""
    language: Annotated[str, fits(MaterialRow.language)] = ""
    author: Annotated[str, fits(MaterialRow.author)] = ""
    contributed: Annotated[bool, fits(MaterialRow.is_contributed)] | None = None
    visibility: Annotated[str, fits(MaterialRow.visibility)] = ""
    visible_from: Opening | None = None


class Document(Material):
    """One of the meeting as a whole."""

    kind: Annotated[str, fits(MaterialRow.kind)] = MaterialRow.Kind.BACKGROUND.value


class Person(Part):
    speaker: Name | None = None
    style: Annotated[str, fits(Role.style)] = ""
    function: Annotated[str, fits(Role.function)] = ""
    affiliation: Annotated[str, fits(Role.affiliation)] = ""
    materials: list[Material] = []

    def settle(self) -> None:
        super().settle()
        self.speaker = self.speaker or None

    def written(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"speaker": self.speaker} | data

    @property
    def is_plain(self) -> bool:
        """Whether it has nothing that does not go beside the title of what is said."""
        return not (self.note or self.materials or "materials" in self.tbc)


class Speaking(Person):
    """One of several who speak together."""

    role: Annotated[str, fits(Role.kind)] = Role.Kind.SPEAKER.value

    @property
    def is_mere_reader(self) -> bool:
        """Whether `delivered_by` says all there is to say."""
        is_reader = self.role == Role.Kind.DELIVERED_BY and bool(self.speaker)
        office = self.style or self.function or self.affiliation
        is_bare = self.is_plain and not office and set(self.tbc) <= {"speaker"}
        return is_reader and is_bare


class Contribution(Part):
    """What is said, and by whom: one person beside it, or several in `speakers`."""

    role: Annotated[str, fits(Role.kind)] = Role.Kind.SPEAKER.value
    # None is a name not known; nothing at all, nobody in particular.
    speaker: Name | None = ""
    style: Annotated[str, fits(Role.style)] = ""
    function: Annotated[str, fits(Role.function)] = ""
    affiliation: Annotated[str, fits(Role.affiliation)] = ""
    speakers: list[Speaking] = []
    title: Annotated[str, fits(Presentation.title)] = ""
    kind: Annotated[str, fits(Presentation.kind)] = Presentation.Kind.PRESENTATION.value
    delivered_by: Name = ""
    materials: list[Material] = []
    source: Annotated[str, fits(Presentation.source)] = ""

    def mistakes(self, context: Context) -> Found:
        besides = [name for name in _PERSONAL if name in self.model_fields_set]
        if self.speakers and besides:
            sentence = _("does not go with “%(field)s”; write it with each speaker.")
            yield ("speakers",), wrong(sentence, field=besides[0])

    @property
    def persons(self) -> list[Speaking]:
        """Everybody who has a part in it, one way or the other."""
        persons = list(self.speakers)
        if not persons and self._has_person:
            own = {name: getattr(self, name) for name in _PERSONAL}
            persons = [Speaking.of(**own, tbc=self._personal_tbc)]
        if self.delivered_by:
            tbc = ["speaker"] if "delivered_by" in self.tbc else []
            reader = Role.Kind.DELIVERED_BY.value
            persons.append(Speaking.of(role=reader, speaker=self.delivered_by, tbc=tbc))
        return persons

    @property
    def own_tbc(self) -> list[str]:
        """What is to be confirmed of the contribution itself."""
        taken = {*self._personal_tbc, "delivered_by" if self.delivered_by else ""}
        return [name for name in self.tbc if name not in taken]

    def settle(self) -> None:
        super().settle()
        persons, tbc = self.persons, self.own_tbc
        for name in (*_PERSONAL, "delivered_by"):
            setattr(self, name, type(self).model_fields[name].default)
        readers = [each for each in persons if each.role == Role.Kind.DELIVERED_BY]
        if persons and persons[-1:] == readers and readers[0].is_mere_reader:
            self.delivered_by = persons.pop().speaker
            tbc += ["delivered_by"] if readers[0].tbc else []
            readers = []
        self.speakers = persons
        if len(persons) == 1 and persons[0].is_plain and not readers:
            for name in _PERSONAL:
                setattr(self, name, getattr(persons[0], name))
            tbc += persons[0].tbc
            self.speakers = []
        self.tbc = [name for name in self.names() if name in tbc]

    @property
    def _has_person(self) -> bool:
        office = self.style or self.function or self.affiliation or self._personal_tbc
        return bool(self.speaker != "" or office or self.role != Role.Kind.SPEAKER)

    @property
    def _personal_tbc(self) -> list[str]:
        if self.speakers:
            return []
        return [name for name in self.tbc if name in _PERSONAL]


class Unplaced(Contribution):
    """A contribution that waits to be given an item."""

    date: Day | None = None

    @field_validator("date")
    @classmethod
    def _check_date(cls, day: Day | None, info: ValidationInfo) -> Day | None:
        return day and context_of(info).check_day(day)

    def written(self, data: dict[str, Any]) -> dict[str, Any]:
        return {k: data[k] for k in ("date",) if k in data} | data


class Listed(Person):
    """Somebody in the moderators, chairs, ... of an item."""

    title: Annotated[str, fits(Presentation.title)] = ""
    kind: Annotated[str, fits(Presentation.kind)] = ""
    delivered_by: Name = ""

    @property
    def speaks(self) -> bool:
        """Whether this is a contribution, in another place than usual."""
        said = self.title or self.kind or self.delivered_by
        return bool(said or _SAID.intersection(self.tbc))

    def as_contribution(self, role: str) -> Contribution:
        fields = set(self.names()) | {"note", "tbc"}
        values = {name: getattr(self, name) for name in fields}
        values["kind"] = self.kind or Presentation.Kind.PRESENTATION.value
        return Contribution.of(**values, role=role)


class Biography(Part):
    """What is said of somebody on the agenda, in all meetings."""

    speaker: Name
    biography: Annotated[str, fits(Speaker.biography)] = ""

    def mistakes(self, context: Context) -> Found:
        for name in ("note", "tbc"):
            if getattr(self, name):
                yield (name,), wrong(_("cannot stand here; take it out."))
