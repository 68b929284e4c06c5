"""The forms by which contributors send what they are asked for."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from agenda.contributing import sending
from agenda.contributing.rules import ENDINGS, TOO_LARGE, mistakes, most_bytes
from agenda.models import Contributor, Request, Submission
from agenda.zones import READER_ZONES
from meeting.files.checking import input_attrs
from meeting.forms import (
    LanguageSelect,
    LineField,
    LongLine,
    Send,
    TextField,
    helper_of,
)
from meeting.models.meeting import validate_timezone

Kind = Request.Kind
TITLE_LENGTH = 500


class SendForm(forms.Form):
    """For one request; `main` names the field with what is asked for."""

    use_required_attribute = False
    main: str
    # The newest version when the form was opened: what is sent twice by it is one.
    after = forms.IntegerField(widget=forms.HiddenInput, required=False)
    sent: Submission

    def __init__(self, data: Any = None, files: Any = None, *, asked: Request) -> None:
        self.asked, latest = asked, asked.latest
        initial = {"after": latest.number if latest else 0, **self.prefilled(latest)}
        super().__init__(data, files, initial=initial)
        self.fields[self.main].label = asked.words
        if latest is None and initial.get(self.main):
            self.fields[self.main].help_text = _(
                "This is how it stands now. Correct it, or send it as it is."
            )

    def prefilled(self, latest: Submission | None) -> dict[str, str]:
        return {}

    @property
    def button(self) -> str:
        if self.asked.latest:
            return str(_("Send the next version"))
        return str(_("Send it"))

    @property
    def helper(self) -> FormHelper:
        helper = helper_of(self, *self.fields, Send("send", self.button))
        # Without what stands behind a question mark in the address.
        helper.form_action = "./"
        return helper

    def clean(self) -> dict[str, Any]:
        """Everything in one go: browsers send a file only once."""
        cleaned = super().clean()
        said = {name: cleaned.get(name) or "" for name in ("text", "title", "language")}
        try:
            for error in sending.obstacles(self.asked):
                raise error
        except ValidationError as error:
            self.add_error(None, error)
            return cleaned
        try:
            self.sent = sending.looked_at(self.asked, file=cleaned.get("file"), **said)
        except ValidationError as error:
            self.add_error(self.main, error)
            return cleaned
        for error in mistakes(self.sent):
            self.add_error(self.main, error)
        return cleaned

    def keep(self) -> bool:
        """Keep what was sent; False, with the error said, where it cannot be taken."""
        try:
            sending.keep(self.sent, after=self.cleaned_data["after"])
        except ValidationError as error:
            self.refuse(error)
            return False
        return True

    def refuse(self, error: ValidationError) -> None:
        self.add_error(self.main if error.code == "same" else None, error)

    def say_choose_again(self) -> None:
        """The file that came with a form that is shown again is gone."""
        is_sent = "file" in self.fields and "file" in self.files
        if is_sent and not self.errors.get("file"):
            sentence = _(
                "The file itself is all right, but your browser does not keep it: choose"
                " it again."
            )
            self.add_error("file", ValidationError(sentence, code="again"))


class FileForm(SendForm):
    main = "file"
    file = forms.FileField(
        error_messages={
            "required": _("Choose a file."),
            "empty": _("There is nothing in this file. Choose another."),
            "invalid": _("Choose a file."),
        }
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.asked.kind
        self.fields["file"].widget.attrs |= input_attrs(most_bytes(kind), TOO_LARGE) | {
            "accept": ",".join(ENDINGS[kind])
        }


class DocumentForm(FileForm):
    """A file, with what its readers are told of it."""

    title = LineField(
        label=_("Title of the document"),
        widget=LongLine,
        max_length=TITLE_LENGTH,
        error_messages={
            "required": _("Write the title of the document."),
            "max_length": _("Shorten the title to %(limit_value)s characters."),
        },
    )
    language = forms.ChoiceField(
        label=_("Language of the document"),
        choices=settings.OFFICIAL_LANGUAGES.items(),
        widget=LanguageSelect,
        error_messages={
            "required": _("Choose the language of the document."),
            "invalid_choice": _("Choose one of the languages in the list."),
        },
    )

    def prefilled(self, latest: Submission | None) -> dict[str, str]:
        if latest:
            return {"title": latest.title, "language": latest.language}
        place = self.asked.place
        title = place.title if place else ""
        return {"title": title, "language": self.asked.contributor.language}


class BiographyForm(SendForm):
    main = "text"
    text = TextField(
        widget=forms.Textarea({"rows": 12}),
        error_messages={"required": _("Write the biography.")},
    )

    def prefilled(self, latest: Submission | None) -> dict[str, str]:
        speaker = self.asked.contributor.speaker
        return {"text": latest.text if latest else getattr(speaker, "biography", "")}

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        preview = Submit("preview", _("See how it will read"), formaction="?preview")
        preview.field_classes = "button quiet"
        helper.layout.append(preview)
        return helper


class TitleForm(SendForm):
    main = "text"
    text = LineField(
        widget=LongLine,
        max_length=TITLE_LENGTH,
        error_messages={
            "required": _("Write the title of the presentation."),
            "max_length": _("Shorten the title to %(limit_value)s characters."),
        },
    )

    def prefilled(self, latest: Submission | None) -> dict[str, str]:
        place = self.asked.presentation
        return {"text": latest.text if latest else getattr(place, "title", "")}


FORMS: dict[str, type[SendForm]] = {
    Kind.PAPER: DocumentForm,
    Kind.SLIDES: DocumentForm,
    Kind.STATEMENT: DocumentForm,
    Kind.PHOTO: FileForm,
    Kind.BIOGRAPHY: BiographyForm,
    Kind.TITLE: TitleForm,
}


class ZoneForm(forms.Form):
    """In whose hours deadlines are written: here, and in mails."""

    use_required_attribute = False
    zone = forms.CharField(
        label=_("Your time zone"),
        max_length=50,
        validators=[validate_timezone],
        error_messages={"required": _("Choose your time zone.")},
    )

    def __init__(self, data: Any = None, *, contributor: Contributor) -> None:
        own, here = contributor.own_zone.key, contributor.meeting.timezone
        super().__init__(data, initial={"zone": own})
        cities = dict(READER_ZONES)
        for zone in (own, here):
            cities.setdefault(zone, zone.replace("_", " "))
        at_meeting = format_lazy(_("{city}, as the meeting"), city=cities.pop(here))
        choices = [(here, at_meeting), *cities.items()]
        self.fields["zone"].widget = forms.Select(choices=choices)
