"""What the forms of every app have in common."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, LayoutObject, Submit
from django import forms
from django.utils.translation import get_language_info

from meeting.words import one_line


class LineField(forms.CharField):
    """One line of a person's own words, in any script."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value))

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # No maxlength: browsers cut off without a word what is pasted.
        return {"dir": "auto"}


class TextField(LineField):
    """A person's own words, on as many lines as they like."""

    def to_python(self, value: Any) -> str:
        text = forms.CharField.to_python(self, value)
        return "\n".join(one_line(line) for line in text.splitlines()).strip()


class LongLine(forms.Textarea):
    """For one line that may be long: it is seen whole, and a line break is a space."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4, "class": "long-line"} | (attrs or {}))

    def value_from_datadict(self, *args: Any) -> str | None:
        # Here and not in the field, so that it is a line too where an error is shown.
        value = super().value_from_datadict(*args)
        return value if value is None else one_line(value)


class LanguageSelect(forms.Select):
    """Languages by their own names, each said in its own language."""

    def create_option(self, name: str, value: Any, *args, **kwargs) -> dict:
        option = super().create_option(name, value, *args, **kwargs)
        language = get_language_info(str(value))
        option["label"] = language["name_local"]
        option["attrs"]["lang"] = language["code"]
        return option


class Send(Submit):
    field_classes = "button"


def helper_of(form: forms.BaseForm, *parts: LayoutObject | str) -> FormHelper:
    """For `{% crispy %}`; the page has the summary of errors above its heading."""
    helper = FormHelper()
    helper.form_show_errors = False
    helper.form_class = "form"
    helper.attrs = {"novalidate": "novalidate"}
    if form.is_multipart():
        helper.attrs["enctype"] = "multipart/form-data"
    helper.layout = Layout(*parts)
    return helper
