"""The photo of a speaker in a form: seen, replaced, taken away."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from agenda.admin.forms import FileInput
from agenda.models import Speaker
from agenda.portraits import version_of


class PhotoInput(FileInput):
    """With the photo of now, and which one that is."""

    template_name = "admin/widgets/photo.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/jpeg,image/png"} | (attrs or {}))

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        speaker = getattr(value, "instance", None)
        version = version_of(speaker) if speaker else ""
        context["widget"] |= {"seen": seen_name(name), "version": version}
        return context


class PhotoField(forms.FileField):
    widget = PhotoInput
    default_error_messages = {
        "contradiction": _(
            "Either choose another photo, or tick that this one is taken away."
        ),
        "empty": _("There is nothing in this file. Choose another."),
    }

    def clean_meanwhile(self, speaker: Speaker, seen: str, typed: Any) -> None:
        """Raises ValidationError where it would overwrite what the page has not shown."""
        is_typed = typed is False or isinstance(typed, UploadedFile)
        if is_typed and seen != version_of(speaker):
            sentence = _(
                "Somebody else has changed the photo meanwhile. Look at the one that is"
                " there now; to have yours nevertheless, choose it again and save."
            )
            raise ValidationError(sentence, code="changed_meanwhile")


def seen_name(name: str) -> str:
    return f"seen-{name}"
