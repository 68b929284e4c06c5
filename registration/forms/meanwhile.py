"""What somebody else changed while a form was open: said before it is overwritten."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from registration.forms.kinds import FileAnswerField
from registration.models import Registration

# The hidden input that names what the page showed at first.
SEEN = "seen"


class TellsMeanwhile:
    """A form of what is there already; its page sends back `seen` under SEEN."""

    instance: Registration
    data: Any

    @cached_property
    def _marks(self) -> dict[str, str]:
        """A mark of each field as it is stored now; of a file there is none to see."""
        return {
            name: _mark(self.get_initial_for_field(field, name))
            for name, field in self.fields.items()
            if not isinstance(field, FileAnswerField)
        }

    @property
    def seen(self) -> str:
        return " ".join(f"{name}:{mark}" for name, mark in self._marks.items())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if overwritten := list(self._overwritten()):
            text = _(
                "While you had this page open, somebody else changed what you would"
                " overwrite: %(fields)s. Take that over, or save once more to keep what"
                " you have written."
            )
            params = {"fields": "; ".join(overwritten)}
            self.add_error(None, ValidationError(text, "meanwhile", params))
        return cleaned

    def _overwritten(self) -> Iterator[str]:
        shown = dict(part.split(":", 1) for part in self._sent_marks())
        for name in self.changed_data:
            mark = self._marks.get(name)
            if mark and name in self.cleaned_data and shown.get(name, mark) != mark:
                yield self._in_words(name)

    def _sent_marks(self) -> list[str]:
        return [part for part in self.data.get(SEEN, "").split() if ":" in part]

    def _in_words(self, name: str) -> str:
        label = str(self.fields[name].label)
        if name not in Registration.PERSONS_OWN:
            return f"“{label}”"
        now = self.instance.in_words(name)
        return _("“%(label)s”, now “%(now)s”") % {"label": label, "now": now}


def _mark(value: Any) -> str:
    words = json.dumps(value, default=str)
    return hashlib.sha256(words.encode()).hexdigest()[:12]
