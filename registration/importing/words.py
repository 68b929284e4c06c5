"""The words of a cell, and what each stands for."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from meeting.models import Meeting
from meeting.words import one_line
from registration.importing.columns import squeezed
from registration.models import Category, Question, Registration

SEPARATORS = re.compile(r"[,;\n]")
# In a sentence about it, a cell need not be whole.
SHOWN = 60


def shown(words: str) -> str:
    words = one_line(words)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"


class OneOf(forms.Field):
    """One of a few values, by any of the words that stand for it."""

    def __init__(
        self,
        words: Mapping[str, Any],
        named: list[str],
        *,
        empty: Any = None,
        **kwargs: Any,
    ) -> None:
        self.words = {squeezed(key): value for key, value in words.items()}
        self.named, self.empty = named, empty
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if not value or not value.strip():
            return self.empty
        return self.value_of(value)

    def value_of(self, words: str) -> Any:
        value = self.words.get(squeezed(words))
        if value is None:
            text = _("“%(words)s” is not known here. Write one of: %(named)s.")
            params = {"words": shown(words), "named": ", ".join(self.named)}
            raise ValidationError(text, "unknown", params)
        return value


class SomeOf(OneOf):
    """Several of them, with commas between; a comma may be part of the words."""

    def value_of(self, words: str) -> list[Any]:
        if squeezed(words) in self.words:
            return [super().value_of(words)]
        parts = [part for part in SEPARATORS.split(words) if part.strip()]
        found = [super(SomeOf, self).value_of(part) for part in parts]
        return list(dict.fromkeys(found))


def category_field(meeting: Meeting, **kwargs: Any) -> OneOf:
    offered = {category.name: category for category in Category.objects.of(meeting)}
    return OneOf(offered, list(offered), **kwargs)


def attendance_field(**kwargs: Any) -> OneOf:
    Attendance = Registration.Attendance  # noqa: N806 (a class)
    words = {"in presence": Attendance.IN_PERSON, "online": Attendance.REMOTE}
    words |= {key: key for key in ("in_person", "remote")}
    words |= {str(name): key for key, name in Attendance.choices}
    named = [str(name) for name in Attendance.labels]
    return OneOf(words, named, empty=Attendance.IN_PERSON, **kwargs)


def days_field(meeting: Meeting, **kwargs: Any) -> SomeOf:
    words: dict[str, str] = {}
    for day in meeting.days:
        for written in _ways_to_write(day):
            words.setdefault(written, day.isoformat())
    named = [day.isoformat() for day in meeting.days]
    return SomeOf(words, named, empty=named, **kwargs)


def _ways_to_write(day: date) -> list[str]:
    formats = [
        "j F Y",
        "l j F Y",
        "l, j F Y",
        "F j, Y",
        "j F",
        "j M Y",
        "d/m/Y",
        "m/d/Y",
    ]
    return [day.isoformat(), *(date_format(day, each) for each in formats)]


def language_field(**kwargs: Any) -> OneOf:
    languages = settings.OFFICIAL_LANGUAGES
    words = {str(name): code for code, name in languages.items()}
    words |= {get_language_info(code)["name_local"]: code for code in languages}
    words |= {code: code for code in languages} | {"zh": "zh-hans"}
    named = [str(name) for name in languages.values()]
    return OneOf(words, named, empty="en", **kwargs)


def yes_no_field(**kwargs: Any) -> OneOf:
    words = dict.fromkeys(["yes", "y", "x", "true", "1", _("yes")], True)
    words |= dict.fromkeys(["no", "n", "false", "0", _("no")], False)
    return OneOf(words, [_("yes"), _("no")], empty=False, **kwargs)


def answer_field(question: Question, **kwargs: Any) -> OneOf | None:
    """For answers that are chosen; what is written is read as in the form."""
    options = [option for option in question.options.all() if not option.is_retired]
    named = [option.text for option in options]
    match question.kind:
        case Question.Kind.YES_NO:
            field = yes_no_field(**kwargs)
            field.empty = ""
            field.words = {
                key: "yes" if value else "no" for key, value in field.words.items()
            }
            return field
        case Question.Kind.ONE:
            words = {option.text: [option] for option in options}
            return OneOf(words, named, empty=[], **kwargs)
        case Question.Kind.SEVERAL:
            words = {option.text: option for option in options}
            return SomeOf(words, named, empty=[], **kwargs)
    return None
