"""How the form takes what people type, and offers what they may choose."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from meeting.states import suggest_states


def no_state(words: str, otherwise: str = "") -> ValidationError:
    """Asks which State was meant; `otherwise` is what else can be done."""
    names = [state.name for state in suggest_states(words)]
    if not names:
        message = otherwise or _(
            "“%(words)s” is not in the list of States. Choose one from the list."
        )
    elif len(names) == 1:
        message = _("“%(words)s” is not in the list of States. Did you mean %(last)s?")
    else:
        message = _(
            "“%(words)s” is not in the list of States. Did you mean %(first)s or "
            "%(last)s?"
        )
    params = {
        "words": words,
        "first": ", ".join(names[:-1]),
        "last": "".join(names[-1:]),
    }
    return ValidationError(message, code="no_state", params=params)


def language_hint() -> str:
    """What to know before a language is chosen; empty where all are translated."""
    if settings.OFFICIAL_LANGUAGES.keys() <= dict(settings.LANGUAGES).keys():
        return ""
    return _("Where the translation is not ready yet, mails come in English.")


class Suggesting(forms.TextInput):
    """A text field with a list to choose from, in which anything may be typed."""

    template_name = "plenary/widgets/suggesting.html"

    def __init__(self, suggestions: list[str], **kwargs: Any) -> None:
        self.suggestions = suggestions
        super().__init__(**kwargs)

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"]["list"] = list_id
        return context | {"list_id": list_id, "suggestions": self.suggestions}


class Radios(forms.RadioSelect):
    template_name = "plenary/widgets/choices.html"


class Checkboxes(forms.CheckboxSelectMultiple):
    template_name = "plenary/widgets/choices.html"
