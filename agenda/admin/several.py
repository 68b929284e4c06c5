"""What is said once of several materials: where they belong, who sees them and when."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.admin.places import NO_PLACE, columns_of, places_of
from agenda.models import Material
from meeting.admin.fields import WallTimeField
from meeting.files.checking import input_attrs
from meeting.models import Meeting
from meeting.words import number_in


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each looked at by itself; what is wrong names its file."""

    widget = FilesInput

    def clean(self, data: list[File], initial: Any = None) -> list[File]:
        files = data or []
        if not files:
            raise ValidationError(_("Choose one file or more."), code="required")
        problems = [problem for file in files for problem in self._problems_of(file)]
        if problems:
            text = _(
                "None of the files was added. Put this right, and choose them again."
            )
            raise ValidationError([ValidationError(text, code="none"), *problems])
        return files

    def _problems_of(self, file: File) -> Iterator[ValidationError]:
        try:
            super().clean(file)
            Material._meta.get_field("file").run_validators(file)
        except ValidationError as error:
            for problem in error.error_list:
                sentence = " ".join(ValidationError([problem]).messages)
                text = _("%(name)s: %(problem)s")
                facts = {"name": file.name, "problem": sentence}
                yield ValidationError(text, code=problem.code, params=facts)


class SeveralForm(forms.Form):
    meeting_pk = forms.IntegerField(widget=forms.HiddenInput)
    files = FilesField(
        allow_empty_file=True,
        label=gettext_lazy("Files"),
        help_text=gettext_lazy(
            "Choose several in the window that opens. Each becomes a material, titled by"
            " the name of its file; titles can be changed afterwards."
        ),
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where they belong"),
        required=False,
        error_messages={"invalid_choice": NO_PLACE},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Material.Kind.in_words()
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    visibility = forms.ChoiceField(
        label=gettext_lazy("Visible to"), choices=Material.Visibility
    )
    visible_from = WallTimeField(
        label=gettext_lazy("Held back until"),
        help_text=gettext_lazy("On a clock at the meeting. Empty: visible at once."),
    )
    is_contributed = forms.BooleanField(
        label=gettext_lazy("Contributed papers"),
        required=False,
        help_text=Material._meta.get_field("is_contributed").help_text,
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page names its meeting, so that another window cannot change it.
        pk = number_in(self.data.get("meeting_pk"))
        known = Meeting.objects.filter(pk=pk).first() if pk else None
        self.meeting, self.label_suffix = known or meeting, ""
        self.use_required_attribute = False
        self.initial["meeting_pk"] = self.meeting.pk
        attrs = input_attrs(settings.MATERIAL_MAX_BYTES)
        self.fields["files"].widget.attrs |= attrs
        self.fields["place"].choices = places_of(self.meeting)
        languages = Material._meta.get_field("language").flatchoices
        self.fields["language"].choices = [("", "---------"), *languages]

    def clean_visible_from(self) -> Any:
        at = self.cleaned_data["visible_from"]
        return at and at.replace(tzinfo=self.meeting.zone)

    @transaction.atomic
    def save(self) -> list[Material]:
        data = self.cleaned_data
        names = ("kind", "language", "visibility", "visible_from", "is_contributed")
        facts = {name: data[name] for name in names}
        facts |= columns_of(data["place"])
        return [self._add(file, facts) for file in data["files"]]

    def _add(self, file: File, facts: dict[str, Any]) -> Material:
        material = Material(meeting=self.meeting, file=file, **facts)
        material.title = title_of(file.name)
        material.put_last()
        material.save()
        return material


class HoldBackForm(forms.Form):
    until = WallTimeField(
        label=gettext_lazy("Held back until"),
        help_text=gettext_lazy("On a clock at the meeting. Empty: visible at once."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)


def title_of(name: str) -> str:
    """The name of a file as a title: "Paper_of_Ann.pdf" is "Paper of Ann"."""
    words = PurePosixPath(name).stem.replace("_", " ").split()
    limit = Material._meta.get_field("title").max_length
    return " ".join(words)[:limit]
