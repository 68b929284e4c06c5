"""Days, sessions and items."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator, ValidationInfo, field_validator

from agenda.models import Day as DayRow
from agenda.models import Item as ItemRow
from agenda.models import Role
from agenda.models import Session as SessionRow
from agenda.programme.mistakes import wrong
from agenda.programme.schema.base import Context, Found, Part, Timed, context_of
from agenda.programme.schema.people import Contribution, Listed, Material, Speaking
from agenda.programme.values import Day as Date
from agenda.programme.values import Hour, Line, Numeral, fits, named

# The lists of an item in which persons of these roles stand.
LISTS = {
    "keynotes": Role.Kind.KEYNOTE.value,
    "panellists": Role.Kind.PANELLIST.value,
    "moderators": Role.Kind.MODERATOR.value,
    "chairs": Role.Kind.CHAIR.value,
    "discussion_leaders": Role.Kind.DISCUSSION_LEADER.value,
    "rapporteurs": Role.Kind.RAPPORTEUR.value,
}


class Item(Timed):
    number: Numeral = ""
    title: Annotated[str, fits(ItemRow.title)] = ""
    slug: Annotated[str, fits(ItemRow.slug)] = ""
    start: Hour | None = None
    end: Hour | None = None
    follows: Annotated[bool, fits(ItemRow.follows)] = False
    minutes: Annotated[int, fits(ItemRow.minutes)] | None = None
    kind: Annotated[str, fits(ItemRow.kind)] = ""
    contributions: list[Contribution] = []
    speakers: list[Speaking] = []
    keynotes: list[Listed] = []
    panellists: list[Listed] = []
    moderators: list[Listed] = []
    chairs: list[Listed] = []
    discussion_leaders: list[Listed] = []
    rapporteurs: list[Listed] = []
    materials: list[Material] = []
    complete: Annotated[bool, fits(ItemRow.is_complete)] = True

    def mistakes(self, context: Context) -> Found:
        if self.slug and self.slug in context.item_slugs:
            sentence = _("“%(text)s” is the address of an item above; write another.")
            yield ("slug",), wrong(sentence)
        context.item_slugs.add(self.slug)
        for place, person in enumerate(self.speakers):
            for name, role in LISTS.items():
                if person.role == role:
                    sentence = _("is a %(role)s; put it under “%(list)s”.")
                    yield ("speakers", place), wrong(sentence, role=role, list=name)

    @field_validator("number")
    @classmethod
    def check_number(cls, number: str, info: ValidationInfo) -> str:
        return context_of(info).check_number(number)

    def settle(self) -> None:
        super().settle()
        # Hours that are counted are said once.
        if self.follows:
            self.start = None
        if self.follows or (self.start and self.minutes):
            self.end = None
        for name, role in LISTS.items():
            persons = getattr(self, name)
            speaking = [person for person in persons if person.speaks]
            self.contributions += [each.as_contribution(role) for each in speaking]
            setattr(self, name, [each for each in persons if not each.speaks])


class UnnumberedItem(Item):
    """An item of a side event."""

    @field_validator("number")
    @classmethod
    def check_number(cls, number: str, info: ValidationInfo) -> str:
        raise wrong(_("has no place here; items of side events are not numbered."))


class Session(Timed):
    label: Annotated[str, fits(SessionRow.title)] = ""
    ordinal: Annotated[str, fits(SessionRow.ordinal)] = ""
    start: Hour | None = None
    end: Hour | None = None
    room: Annotated[str, fits(SessionRow.room)] = ""
    webcast: Annotated[str, fits(SessionRow.webcast)] = ""
    recording: Annotated[str, fits(SessionRow.recording)] = ""
    url: Annotated[str, fits(SessionRow.url)] = ""
    items: list[Item] = []
    materials: list[Material] = []
    complete: Annotated[bool, fits(SessionRow.is_complete)] = True


class Day(Part):
    date: Date
    sessions: list[Session] = []
    complete: Annotated[bool, fits(DayRow.is_complete)] = True

    @field_validator("date")
    @classmethod
    def _check_date(cls, day: Date, info: ValidationInfo) -> Date:
        context = context_of(info)
        return context.check_order(context.check_day(day))

    def mistakes(self, context: Context) -> Found:
        for place, session in enumerate(self.sessions):
            for location, error in context.check_clock(self.date, session):
                yield ("sessions", place, *location), error

    @property
    def is_plain(self) -> bool:
        """Whether its sessions say all there is to say."""
        return bool(self.complete and self.sessions and not (self.note or self.tbc))


class SideEvent(Timed):
    title: Annotated[str, fits(SessionRow.title), AfterValidator(named)]
    date: Date | None = None
    start: Hour | None = None
    end: Hour | None = None
    organizers: list[Line] = []
    venue: Annotated[str, fits(SessionRow.room)] = ""
    attendance: Annotated[str, fits(SessionRow.attendance)] = ""
    webcast: Annotated[str, fits(SessionRow.webcast)] = ""
    recording: Annotated[str, fits(SessionRow.recording)] = ""
    url: Annotated[str, fits(SessionRow.url)] = ""
    items: list[UnnumberedItem] = []
    materials: list[Material] = []
    complete: Annotated[bool, fits(SessionRow.is_complete)] = True

    def mistakes(self, context: Context) -> Found:
        if self.date:
            yield from context.check_clock(self.date, self)
        elif self.start or self.end:
            sentence = _("is of no use without a date; write “date: …” too.")
            yield ("start" if self.start else "end",), wrong(sentence)
