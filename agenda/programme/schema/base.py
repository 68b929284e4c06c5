"""What every mapping of a programme file has in common."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from agenda.models import Item
from agenda.numerals import from_roman
from agenda.programme.mistakes import Location, did_you_mean, wrong
from agenda.programme.values import Line, fits

Found = Iterable[tuple[Location, PydanticCustomError]]
_UNKNOWN_TBC = gettext_lazy("“%(text)s” is no field that stands beside it; %(hint)s")
_LAST = ("complete", "note", "tbc")


@dataclass
class Context:
    """What the file has said so far, for what stands further down in it."""

    first_day: date | None = None
    last_day: date | None = None
    zone: ZoneInfo | None = None
    latest_day: date | None = None
    latest_number: str = ""
    item_slugs: set[str] = field(default_factory=set)

    def check_day(self, day: date) -> date:
        """Refuse a day that is not one of the meeting's."""
        first, last = self.first_day, self.last_day
        if first and last and not first <= day <= last:
            sentence = _(
                "%(day)s is not a day of the meeting; expected one from %(first)s to"
                " %(last)s."
            )
            raise wrong(sentence, day=day, first=first, last=last)
        return day

    def check_order(self, day: date) -> date:
        latest, self.latest_day = self.latest_day, max(self.latest_day or day, day)
        if latest and day == latest:
            sentence = _("%(day)s is there twice; put all its sessions under one day.")
            raise wrong(sentence, day=day)
        if latest and day < latest:
            sentence = _("%(day)s stands after %(latest)s; write the days in order.")
            raise wrong(sentence, day=day, latest=latest)
        return day

    def check_number(self, number: str) -> str:
        latest, self.latest_number = self.latest_number, number
        if latest and from_roman(number) <= from_roman(latest):
            sentence = _(
                "%(number)s comes after %(latest)s; numerals run on through the whole"
                " meeting."
            )
            raise wrong(sentence, number=number, latest=latest)
        return number

    def check_clock(self, day: date, session: "Timed") -> Found:
        """Whether the hours of a session and its items exist on that day."""
        items = [(("items", place), item) for place, item in enumerate(session.items)]
        for location, part in [((), session), *items]:
            for name in ("start", "end"):
                hour = getattr(part, name)
                if hour and self.zone and not _exists(day, hour, self.zone):
                    sentence = _(
                        "clocks in %(zone)s go from before %(text)s to after it that"
                        " day; write another hour."
                    )
                    yield (*location, name), wrong(sentence, zone=self.zone.key)


def context_of(info: ValidationInfo) -> Context:
    return info.context or Context()


def refuse(found: Found) -> None:
    """Say several mistakes at once, each in its own place."""
    errors = [
        InitErrorDetails(type=error, loc=location, input=None)
        for location, error in found
    ]
    if errors:
        raise ValidationError.from_exception_data("programme", errors)


def _exists(day: date, hour: time, zone: ZoneInfo) -> bool:
    moment = datetime.combine(day, hour, tzinfo=zone)
    return moment.astimezone(UTC).astimezone(zone).time() == hour


class Part(BaseModel):
    """A mapping: its fields, what is to be confirmed among them, and a note."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, fits(Item.note)] = ""
    tbc: list[Line] = []

    @classmethod
    def of(cls, **values: Any) -> Self:
        """A part made of what the database holds, which is not checked again."""
        part = cls.model_construct(**values)
        part.settle()
        return part

    @classmethod
    def names(cls) -> list[str]:
        """What `tbc` may name."""
        return [name for name in cls.model_fields if name not in _LAST]

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty(cls, data: Any) -> Any:
        """A field left empty is a field left out; but a name may be unknown."""
        if not isinstance(data, dict):
            return data
        empty = {name for name in cls.model_fields if data.get(name, 0) is None}
        return {k: v for k, v in data.items() if k not in empty - {"speaker"}}

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Self:
        refuse(self.mistakes(context_of(info)))
        self.settle()
        return self

    @field_validator("tbc")
    @classmethod
    def _check_tbc(cls, tbc: list[str]) -> list[str]:
        refuse(
            ((place,), wrong(_UNKNOWN_TBC, hint=did_you_mean(name, cls.names())))
            for place, name in enumerate(tbc)
            if name not in cls.names()
        )
        return tbc

    def mistakes(self, context: Context) -> Found:
        """What is wrong with fields that are right by themselves."""
        yield from ()

    @property
    def all_within(self) -> Iterator["Part"]:
        """Itself, and every mapping in it."""
        yield self
        for name in type(self).model_fields:
            value = getattr(self, name)
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, Part):
                    yield from each.all_within

    def settle(self) -> None:
        """Bring what can be written in several ways into one."""
        self.tbc = [name for name in self.names() if name in self.tbc]

    @model_serializer(mode="wrap")
    def _write(self, handler: SerializerFunctionWrapHandler) -> Any:
        data = handler(self)
        return self.written(data | {k: data.pop(k) for k in _LAST if k in data})

    def written(self, data: dict[str, Any]) -> Any:
        """What stands in the file; `data` has the fields that are not left out."""
        return data


class Timed(Part):
    """With hours of its own, in the meeting's zone."""

    @field_validator("end", check_fields=False)
    @classmethod
    def _check_end(cls, end: time | None, info: ValidationInfo) -> time | None:
        start = info.data.get("start")
        if start and end and end <= start:
            sentence = _("the end, %(end)s, is not after the start, %(start)s.")
            raise wrong(sentence, start=f"{start:%H.%M}", end=f"{end:%H.%M}")
        return end
