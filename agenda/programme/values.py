"""What a single value of a programme file may be: as its column in the database says."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import (
    URLValidator,
    validate_email,
    validate_slug,
    validate_unicode_slug,
)
from django.db import models
from django.utils.translation import gettext as _
from pydantic import AfterValidator, PlainSerializer, PlainValidator

from agenda.numerals import from_roman, to_roman
from agenda.programme.mistakes import did_you_mean, wrong

FORMAT = "meeting-programme/1"
_HOUR = re.compile(r"([01]?\d|2[0-3])\.([0-5]\d)")
_HOUR_OTHERWISE = re.compile(r"([01]?\d|2[0-3])[.:h]([0-5]\d)")
_is_address = URLValidator(["http", "https"])
# Beyond these, PostgreSQL has no room.
_LARGEST, _LARGEST_SMALL = 2**31 - 1, 2**15 - 1


def fits(column: Any) -> PlainValidator:
    """Takes what the column of a model takes: `fits(Meeting.title)`."""
    field = column.field
    for kind, check in _CHECKS:
        if isinstance(field, kind):
            return PlainValidator(partial(check, field=field))
    raise TypeError(f"No check for {field!r}")


def line(value: Any, field: models.Field | None = None) -> str:
    """A text on one line, whatever its line breaks in the file."""
    words = " ".join(_text(value).split())
    limit = field and field.max_length
    if limit and len(words) > limit:
        raise wrong(
            _("has %(length)s letters; at most %(limit)s are kept."),
            length=len(words),
            limit=limit,
        )
    if field and field.choices:
        return _choice(words, field)
    for validate in field.validators if field else ():
        _validate(validate, words)
    return words


def named(value: str) -> str:
    """Refuse nothing at all, where something must stand."""
    if not value:
        raise wrong(_("is empty; write a text."))
    return value


def language(value: Any) -> str:
    code = line(value)
    if not re.fullmatch(r"[a-z]{2}", code):
        raise wrong(
            _("“%(text)s” is no language code; write two small letters, such as en."),
        )
    return code


def file_format(value: Any) -> str:
    if value != FORMAT:
        raise wrong(
            _("“%(text)s” is not known; expected “format: meeting-programme/1”."),
        )
    return value


def _text(value: Any) -> str:
    if value is None:
        raise wrong(_("is empty; write a text, or leave the line out."))
    if isinstance(value, dict | list):
        raise wrong(_("is a list or has fields; expected a plain text."))
    if not isinstance(value, str):
        raise wrong(
            _(
                "“%(text)s” is read as a number, a date or yes/no; put the text in"
                ' quotes: "%(text)s".'
            ),
        )
    text = re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", value)
    if any(
        unicodedata.category(sign) in {"Cc", "Cs"} for sign in text.translate(_SEEN)
    ):
        raise wrong(_("has a character that cannot be printed; delete it."))
    return text.strip()


_SEEN = dict.fromkeys(map(ord, "\n\t"))


def _prose(value: Any, field: models.Field) -> str:
    """A text of several lines, kept as they are."""
    return _text(value)


def _choice(word: str, field: models.Field) -> str:
    known = [str(choice) for choice, _label in field.flatchoices]
    if word and word not in known:
        hint = did_you_mean(word, known)
        raise wrong(_("“%(text)s” is not known here; %(hint)s"), hint=hint)
    return word


def _validate(validate: Callable[[str], None], words: str) -> None:
    """Have the model's own rule look at a value, and say its own sentence."""
    try:
        if words:
            validate(words)
    except ValidationError as error:
        raise wrong("%(said)s", said=" ".join(error.messages)) from error


def _address(value: Any, field: models.Field) -> str:
    try:
        _is_address(value)
    except ValidationError as error:
        raise wrong(
            _("“%(text)s” is no address of a page; write it whole, from https:// on."),
        ) from error
    return line(value, field)


def _mail_address(value: Any, field: models.Field) -> str:
    address = line(value)
    try:
        validate_email(address)
    except ValidationError as error:
        raise wrong(
            _("“%(text)s” is no e-mail address; write one like name@example.org."),
        ) from error
    return line(address, field)


def _short_address(value: Any, field: models.SlugField) -> str:
    validate = validate_unicode_slug if field.allow_unicode else validate_slug
    try:
        validate(value if isinstance(value, str) else str(value))
    except ValidationError as error:
        raise wrong(
            _("“%(text)s” is no short address; use letters, digits and hyphens only."),
        ) from error
    return line(value, field)


def _whole(value: Any, field: models.Field | None = None) -> int:
    small = isinstance(field, models.PositiveSmallIntegerField)
    limit = _LARGEST_SMALL if small else _LARGEST
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limit:
        raise wrong(_("“%(text)s” is no whole number; write one such as 12."))
    return value


def _flag(value: Any, field: models.Field) -> bool:
    if not isinstance(value, bool):
        raise wrong(_("“%(text)s” is neither true nor false; write one of them."))
    return value


def _day(value: Any, field: models.Field | None = None) -> date:
    day = _any_day(value)
    if not 1900 <= day.year < 2200:
        raise wrong(_("“%(text)s” is far from now; look at the year again."))
    return day


def _any_day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise wrong(_("“%(text)s” is not in the calendar.")) from error
    raise wrong(_("“%(text)s” is no date; write year, month and day: 2017-02-16."))


def _hour(value: Any) -> time:
    if not isinstance(value, str):
        raise wrong(
            _('%(text)s is read as a number; put the hour in quotes: "%(hour)s".')
        )
    if hour := _HOUR.fullmatch(value.strip()):
        return time(int(hour[1]), int(hour[2]))
    if hour := _HOUR_OTHERWISE.fullmatch(value.strip()):
        right = f"{hour[1]}.{hour[2]}"
        sentence = _('“%(text)s” is no hour; write it with a full stop: "%(right)s".')
        raise wrong(sentence, right=right)
    raise wrong(_("“%(text)s” is no hour; write one from “00.00” to “23.59”."))


def _moment(value: Any, *, ends: bool = False) -> datetime:
    """A day and an hour, "2017-01-10 09.00"; of a day alone, its beginning or end."""
    try:
        if isinstance(value, date) or " " not in value:
            return datetime.combine(_day(value) + timedelta(days=ends), time())
        day, hour = value.split()
        return datetime.combine(_day(day), _hour(hour))
    except (AttributeError, TypeError, ValueError) as error:
        raise wrong(
            _("“%(text)s” is no time; write day and hour, as in 2017-01-10 09.00."),
        ) from error


def written_moment(moment: datetime, *, ends: bool = False) -> str | date:
    """The same the other way round: a day alone, where it says enough."""
    if moment.time() == time():
        return moment.date() - timedelta(days=ends)
    return moment.strftime("%Y-%m-%d %H.%M")


def reminder(value: Any) -> int | None:
    """Days before the meeting; the word "none", where nobody is to be reminded."""
    if value == "none":
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1000:
        raise wrong(_("“%(text)s” is neither a number of days nor “none”."))
    return value


def written_reminder(days: int | None) -> int | str:
    return "none" if days is None else days


def _partial_date(value: Any) -> str:
    """As exact as a date is known: "2017", "2017-08", "2017-08-31"."""
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value <= 9999:
        return str(value)
    if isinstance(value, str) and re.fullmatch(r"[1-9]\d{3}(-(0[1-9]|1[0-2]))?", value):
        return value
    try:
        return _day(value).isoformat()
    except ValueError as error:
        raise wrong(
            _("“%(text)s” is no date; write 2017, 2017-08 or 2017-08-31."),
        ) from error


def _written_partial_date(value: str) -> int | str | date:
    if len(value) == 4:
        return int(value)
    return date.fromisoformat(value) if len(value) == 10 else value


def _numeral(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 4000:
        raise wrong(
            _("items are numbered in roman numerals; write %(right)s for %(text)s."),
            right=to_roman(value),
        )
    signs = line(value)
    try:
        from_roman(signs)
    except ValueError as error:
        raise wrong(
            _("“%(text)s” is no roman numeral; write one in capitals, such as IV."),
        ) from error
    return signs


_CHECKS: list[tuple[type[models.Field], Callable[[Any, models.Field], Any]]] = [
    (models.BooleanField, _flag),
    (models.DateField, _day),
    (models.IntegerField, _whole),
    (models.URLField, _address),
    (models.EmailField, _mail_address),
    (models.SlugField, _short_address),
    (models.TextField, _prose),
    (models.CharField, line),
]

Line = Annotated[str, PlainValidator(line), AfterValidator(named)]
Language = Annotated[str, PlainValidator(language)]
Format = Annotated[str, PlainValidator(file_format)]
Day = Annotated[date, PlainValidator(_day)]
Hour = Annotated[time, PlainValidator(_hour)]
Opening = Annotated[datetime, PlainValidator(_moment), PlainSerializer(written_moment)]
Closing = Annotated[
    datetime,
    PlainValidator(partial(_moment, ends=True)),
    PlainSerializer(partial(written_moment, ends=True)),
]
Numeral = Annotated[str, PlainValidator(_numeral)]
PartialDate = Annotated[
    str,
    PlainValidator(_partial_date),
    PlainSerializer(_written_partial_date, when_used="unless-none"),
]
