"""A form field for each kind of question; each gives what `Answers` keeps."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meeting.files.checking import input_attrs, validate_upload
from meeting.forms import LineField, TextField
from meeting.states import find_state, states
from meeting.words import one_line
from registration.fields import (
    Checkboxes,
    Radios,
    Suggesting,
    no_state,
)
from registration.models import Option, Places, Question, Upload

Kind = Question.Kind
SHORT_LENGTH, LONG_LENGTH, FILE_NAME_LENGTH = 300, 5000, 200
# A file that comes with a form; papers and slides may be larger.
ANSWER_MAX_BYTES = 10 * 1024**2
TOO_LARGE = _("This file is larger than %(most)s. Make it smaller.")
# A longer list is folded up.
MOST_RADIOS = 7
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

SPACES = re.compile(r"[\s\u00a0\u2009\u202f\u066c'’]")
# "1,000" is a thousand to some and one to others.
TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})+")


class CanonicalField(forms.Field):
    """Kept in one way in which it may be written in several."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class NumberField(CanonicalField, LineField):
    """A number as people write it; kept with a point, and without any grouping."""

    default_error_messages = {
        "invalid": _(
            "“%(words)s” is not a number. Write it in figures, like 12 or 1.5."
        ),
        "two_ways": _(
            "“%(words)s” can be read in two ways. Write a thousand as 1000, and one and"
            " a half as 1.5."
        ),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "dir": "auto", "class": "few"}

    def to_python(self, value: Any) -> str:
        words = super().to_python(value)
        figures = SPACES.sub("", words).replace("\u066b", ".").replace("−", "-")
        if not figures:
            return ""
        if TWO_WAYS.fullmatch(figures):
            self._refuse("two_ways", words)
        try:
            number = Decimal(figures.replace(",", "."))
        except InvalidOperation:
            self._refuse("invalid", words)
        if not number.is_finite() or abs(number.adjusted()) > 20:
            self._refuse("invalid", words)
        return f"{number.normalize() + 0:f}"

    def _refuse(self, code: str, words: str) -> None:
        raise ValidationError(self.error_messages[code], code, {"words": words})


class DayField(CanonicalField, forms.DateField):
    """A date, kept as 2027-02-16."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "few"})

    def __init__(self, **kwargs: Any) -> None:
        formats = ["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y"]
        super().__init__(input_formats=formats, **kwargs)

    def to_python(self, value: Any) -> str:
        day = super().to_python(value)
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day.isoformat() if day else ""


class CountryField(CanonicalField, LineField):
    """A State, found by any of its names; kept as its code."""

    def __init__(self, **kwargs: Any) -> None:
        widget = Suggesting(
            [state.name for state in states().values()],
            attrs={"autocomplete": "off", "dir": "auto"},
        )
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        words = super().to_python(value)
        state = find_state(words) if words else None
        if words and state is None:
            raise no_state(words)
        return state.code if state else ""

    def prepare_value(self, value: Any) -> Any:
        state = states().get(value)
        return state.name if state else value


class OptionField(forms.ChoiceField):
    """One option of a list."""

    def clean(self, value: Any) -> list[Option]:
        key = super().clean(value)
        return [self.options[key]] if key else []


class OptionsField(forms.MultipleChoiceField):
    """Any options of a list, in its order."""

    widget = Checkboxes

    def clean(self, value: Any) -> list[Option]:
        keys = super().clean(value)
        return [option for key, option in self.options.items() if key in keys]


class FileAnswer(forms.FileInput):
    """A file to choose; it says which one is kept already."""

    template_name = "plenary/widgets/file.html"
    kept_name = ""
    # What the browser sends back, to name a file that came with an earlier form.
    token_name, token = "", ""

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        kept = {"name": self.kept_name, "token_name": self.token_name}
        return context | {"kept": kept | {"token": self.token}}


class FileAnswerField(forms.FileField):
    """A file of the kinds that we take, or what is kept of an earlier form."""

    widget = FileAnswer

    def clean(self, data: Any, initial: Any = None) -> Any:
        sent = super().clean(data, initial)
        if isinstance(sent, UploadedFile):
            sent.name = _short(one_line(sent.name))
            if sent.size > ANSWER_MAX_BYTES:
                params = {"most": filesizeformat(ANSWER_MAX_BYTES)}
                raise ValidationError(TOO_LARGE, "too_large", params)
            validate_upload(sent)
        return sent

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data) or isinstance(initial, Upload)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return input_attrs(ANSWER_MAX_BYTES, TOO_LARGE)


def _short(name: str) -> str:
    """The name of a file, cut where it is long, with the ending that says its kind."""
    path = Path(name)
    return path.stem[: FILE_NAME_LENGTH - len(path.suffix)] + path.suffix


# What is missing, in the words of each kind.
MISSING = {
    Kind.DATE: _("Give a date for “{question}”."),
    Kind.FILE: _("Choose a file for “{question}”."),
    Kind.NUMBER: _("Give a number for “{question}”."),
    Kind.ONE: _("Choose an answer to “{question}”."),
    Kind.SEVERAL: _("Choose at least one answer to “{question}”."),
    Kind.YES_NO: _("Choose yes or no for “{question}”."),
}
OTHER_MISSING = _("Answer “{question}”.")


def field_of(
    question: Question, places: Places, chosen: list[Option] | None = None
) -> forms.Field:
    """The field of a question; options that were `chosen` before are offered still."""
    common = {
        "label": question.text,
        "help_text": question.help_text,
        "required": question.is_required,
    }
    match question.kind:
        case Kind.SHORT:
            field = LineField(max_length=SHORT_LENGTH, **common)
        case Kind.LONG:
            widget = forms.Textarea({"rows": 4})
            field = TextField(max_length=LONG_LENGTH, widget=widget, **common)
        case Kind.NUMBER:
            field = NumberField(max_length=40, **common)
        case Kind.DATE:
            field = DayField(**common)
        case Kind.COUNTRY:
            field = CountryField(**common)
        case Kind.FILE:
            field = FileAnswerField(**common)
            most = filesizeformat(ANSWER_MAX_BYTES)
            kinds = _("A PDF, a picture or a document, of at most %(most)s.")
            field.help_text = f"{question.help_text} {kinds % {'most': most}}".strip()
        case Kind.YES_NO:
            field = forms.ChoiceField(widget=Radios, **common)
            field.choices = [("yes", _("Yes")), ("no", _("No")), *_none(question)]
        case Kind.ONE | Kind.SEVERAL:
            field = _list_field(question, places, chosen or [], common)
    _say_errors(field, question)
    return field


def _list_field(
    question: Question, places: Places, chosen: list[Option], common: dict
) -> OptionField | OptionsField:
    options = {str(option.pk): option for option in offered(question, chosen)}
    labels = [(key, with_places(option, places)) for key, option in options.items()]
    if question.kind == Kind.SEVERAL:
        field = OptionsField(choices=labels, **common)
    elif len(labels) > MOST_RADIOS:
        field = OptionField(choices=[("", _("Choose one")), *labels], **common)
    else:
        choices = [*labels, *_none(question)]
        field = OptionField(choices=choices, widget=Radios, **common)
    field.options = options
    return field


def offered(question: Question, chosen: list[Option]) -> list[Option]:
    return [
        option
        for option in question.options.all()
        if not option.is_retired or option in chosen
    ]


def with_places(option: Option, places: Places) -> str:
    """An option with what is left of its places: "Museum (3 places left)"."""
    note = places_note(places.left_of(option), places.queue_of(option))
    return f"{option} ({note})" if note else str(option)


def places_note(left: int | None, queue: int) -> str:
    """How many may still come, and if nobody, how many wait."""
    if left is None:
        return ""
    if left:
        text = ngettext("%(number)d place left", "%(number)d places left", left)
        return text % {"number": left}
    if queue:
        text = ngettext(
            "full: waiting list, %(number)d person waits",
            "full: waiting list, %(number)d people wait",
            queue,
        )
        return text % {"number": queue}
    return str(_("full: waiting list"))


def _none(question: Question) -> list[tuple[str, Any]]:
    """A way back for who pressed one by mistake and need not answer."""
    return [] if question.is_required else [("", _("No answer"))]


def _say_errors(field: forms.Field, question: Question) -> None:
    missing = MISSING.get(question.kind, OTHER_MISSING)
    changed = _("The answers to “{question}” have changed. Choose again.")
    too_long = _("Shorten “{question}” to {most} characters or fewer.")
    words = {"question": question.text}
    # Where Django puts more into a sentence, a percent sign in it must be doubled.
    doubled = {"question": question.text.replace("%", "%%")}
    most = getattr(field, "max_length", "")
    field.error_messages |= {
        "required": format_lazy(missing, **words),
        "max_length": format_lazy(too_long, **doubled, most=most),
        "empty": _("There is nothing in this file. Choose another."),
    }
    if question.kind == Kind.DATE:
        field.error_messages["invalid"] = _("Write the date like 2027-02-16.")
    if isinstance(field, forms.ChoiceField):
        field.error_messages |= {
            "invalid_choice": format_lazy(changed, **doubled),
            "invalid_list": format_lazy(changed, **words),
        }
