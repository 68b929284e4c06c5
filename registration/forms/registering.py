"""The form that everybody fills in to register."""

import hashlib
import json
import secrets
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import LayoutObject
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from meeting.forms import helper_of
from meeting.models import Meeting
from registration.answers import content_of
from registration.forms.notice import AgreesToNotice
from registration.forms.person import PersonForm
from registration.spam import Guarded, Trap

KEY_SALT = "registration.form"
KEY_AGE = 30 * 24 * 3600


class RegistrationForm(Guarded, AgreesToNotice, PersonForm):
    """The form that everybody fills in; it has a key, so that it counts once."""

    button = _("Send registration")
    key = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta(PersonForm.Meta):
        fields = [*PersonForm.Meta.fields[:5], "email", *PersonForm.Meta.fields[5:]]
        widgets = PersonForm.Meta.widgets | {
            "email": forms.EmailInput(
                {"autocomplete": "email", "inputmode": "email", "dir": "ltr"}
            )
        }

    def __init__(
        self, data: Any = None, files: Any = None, *, meeting: Meeting
    ) -> None:
        self.is_stale = data is not None and not _is_key_of(meeting, data.get("key"))
        if self.is_stale:
            # Shown again with all that was typed, and a key that will do.
            data = data.copy()
            data["key"] = new_key(meeting)
        self.key_salt = f"{KEY_SALT}.{meeting.slug}"
        initial = {
            "key": new_key(meeting),
            "days": [day.isoformat() for day in meeting.days],
            "language": get_language(),
        }
        super().__init__(data, files, meeting=meeting, initial=initial)
        self.fields["email"].widget.attrs.pop("maxlength", None)
        self.add_notice_field()

    @property
    def kept_under(self) -> str:
        return self["key"].value()

    @property
    def submission(self) -> str:
        """Names what was sent: it is the same only for the same words in one form.

        So nobody is lost who goes back in the browser to register a colleague.
        """
        words = model_to_dict(self.instance, self.Meta.fields)
        sent = json.dumps(
            [self.cleaned_data["key"], words, *self._answered()],
            cls=DjangoJSONEncoder,
            sort_keys=True,
        )
        return hashlib.sha256(sent.encode()).hexdigest()

    def _answered(self) -> list[dict[str, Any] | list[int]]:
        answers = self.answers
        values = {
            question.key: value
            if isinstance(value, str | bool)
            else hashlib.sha256(content_of(value)).hexdigest()
            for question, value in answers.values.items()
        }
        options = {
            question.key: [option.pk for option in options]
            for question, options in answers.options.items()
        }
        return [values, options, [session.pk for session in answers.sessions or []]]

    def _consent(self) -> list[str]:
        return ["agrees"]

    def _hidden(self) -> list[LayoutObject | str]:
        # The next page sends it back with all else that was given.
        hidden = super()._hidden()
        return hidden if self.step else [Trap(), "key", *hidden]

    @property
    def helper_to_copy(self) -> FormHelper:
        """For who came too late: what they wrote, and nothing to press."""
        helper = helper_of(self, *self._groups())
        helper.form_tag, helper.disable_csrf = False, True
        return helper

    def _about_you(self) -> list[str]:
        return [*super()._about_you(), "email"]

    def clean(self) -> dict[str, Any]:
        if self.is_stale:
            message = _(
                "This form was open for a long time. All that you wrote is still "
                "here: please send it once more."
            )
            self.add_error(None, ValidationError(message, code="stale"))
        return super().clean()


def new_key(meeting: Meeting) -> str:
    return signing.dumps(secrets.token_hex(16), salt=f"{KEY_SALT}.{meeting.slug}")


def _is_key_of(meeting: Meeting, key: str | None) -> bool:
    salt = f"{KEY_SALT}.{meeting.slug}"
    try:
        signing.loads(key or "", salt=salt, max_age=KEY_AGE)
    except signing.BadSignature:
        return False
    return True
