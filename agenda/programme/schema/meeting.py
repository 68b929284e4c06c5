"""The meeting itself: what, when, where, why, and who comes."""

from typing import Annotated
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    PlainSerializer,
    PlainValidator,
    ValidationInfo,
    field_validator,
)

from agenda.programme.mistakes import wrong
from agenda.programme.schema.base import Context, Found, Part, context_of
from agenda.programme.values import (
    Closing,
    Day,
    Language,
    Line,
    Opening,
    PartialDate,
    fits,
    reminder,
    written_reminder,
)
from agenda.programme.values import named as required
from meeting.models import MOST_DAYS, validate_meeting_slug
from meeting.models import Meeting as Row
from meeting.models import Reference as ReferenceRow


class Dates(Part):
    start: Day
    end: Day

    def mistakes(self, context: Context) -> Found:
        if self.end < self.start:
            sentence = _("the last day, %(end)s, is before the first, %(start)s.")
            yield ("end",), wrong(sentence, start=self.start, end=self.end)
        elif (self.end - self.start).days >= MOST_DAYS:
            sentence = _("a meeting lasts at most %(days)s days; is the year right?")
            yield ("end",), wrong(sentence, days=MOST_DAYS)
        else:
            context.first_day, context.last_day = self.start, self.end


class Organizer(Part):
    name: Annotated[str, fits(Row.organizer_name)] = ""
    parent: Annotated[str, fits(Row.organizer_parent)] = ""


class Meeting(Part):
    number: Annotated[int, fits(Row.number)] | None = None
    slug: Annotated[str, fits(Row.slug)] = ""
    title: Annotated[str, fits(Row.title), AfterValidator(required)]
    series: Annotated[str, fits(Row.series)] = ""
    dates: Dates
    timezone: Annotated[str, fits(Row.timezone)] = ""
    city: Annotated[str, fits(Row.city)] = ""
    country: Annotated[str, fits(Row.country)] = ""
    venue: Annotated[str, fits(Row.venue)] = ""
    room: Annotated[str, fits(Row.room)] = ""
    organizer: Organizer = Organizer()
    contact: Annotated[str, fits(Row.contact_email)] = ""
    url: Annotated[str, fits(Row.url)] = ""
    site: Annotated[str, fits(Row.site)] = ""
    languages: list[Language] = []

    @field_validator("timezone")
    @classmethod
    def _keep_zone(cls, name: str, info: ValidationInfo) -> str:
        context_of(info).zone = ZoneInfo(name) if name else None
        return name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def own_slug(self) -> str:
        """Where its pages are, when the file does not say: its number, or title."""
        if self.number is not None:
            return str(self.number)
        return slugify(self.title)[: Row.slug.field.max_length].strip("-")

    def mistakes(self, context: Context) -> Found:
        try:
            validate_meeting_slug(self.slug or self.own_slug)
        except ValidationError as error:
            yield ("slug",), wrong("%(said)s", said=" ".join(error.messages))
        if not self.slug and not self.own_slug:
            sentence = _("is missing; write the short address of the meeting's pages.")
            yield ("slug",), wrong(sentence)

    def settle(self) -> None:
        super().settle()
        self.timezone = self.timezone or Row.timezone.field.default
        if self.slug == self.own_slug:
            self.slug = ""


class Reference(Part):
    symbol: Annotated[str, fits(ReferenceRow.symbol)] = ""
    part: Annotated[str, fits(ReferenceRow.part)] = ""
    title: Annotated[str, fits(ReferenceRow.title)] = ""
    date: PartialDate = ""
    url: Annotated[str, fits(ReferenceRow.url)] = ""


class Source(Part):
    url: Annotated[str, fits(ReferenceRow.url)] = ""
    gave: Annotated[str, fits(ReferenceRow.title)] = ""
    symbol: Annotated[str, fits(ReferenceRow.symbol)] = ""
    part: Annotated[str, fits(ReferenceRow.part)] = ""
    date: PartialDate = ""


class Participation(Part):
    open_to: list[Line] = []
    categories: list[Line] = []
    number: Annotated[int, fits(Row.participant_count)] | None = None
    notes: list[Line] = []


class Papers(Part):
    deadline: Day | None = None
    max_pages: Annotated[int, fits(Row.papers_max_pages)] | None = None
    spacing: Annotated[str, fits(Row.papers_spacing)] = ""
    file_format: Annotated[str, fits(Row.papers_file_format)] = ""
    submit_to: Annotated[str, fits(Row.papers_submit_to)] = ""
    editing: Annotated[str, fits(Row.papers_editing)] = ""


class Registration(Part):
    opens: Opening | None = None
    closes: Closing | None = None
    capacity: Annotated[int, fits(Row.capacity)] | None = None
    reminder_days: Annotated[
        int | None, PlainValidator(reminder), PlainSerializer(written_reminder)
    ] = Row.reminder_days.field.default

    def mistakes(self, context: Context) -> Found:
        if self.opens and self.closes and self.closes <= self.opens:
            sentence = _("registration closes before it opens.")
            yield ("closes",), wrong(sentence)
