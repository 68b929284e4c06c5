"""The registration form, and the one that corrects what was registered."""

import hashlib
import json
import secrets
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, LayoutObject, Submit
from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from meeting.models import Meeting
from meeting.states import find_state, states, suggest_states
from registration.fields import (
    Checkboxes,
    LanguageSelect,
    LineField,
    Radios,
    Suggesting,
    TextField,
)
from registration.models import Category, Places, Registration

KEY_SALT = "registration.form"
KEY_AGE = 30 * 24 * 3600
HONORIFICS = ["Mr.", "Ms.", "Mx.", "Dr.", "Prof.", "H.E. Mr.", "H.E. Ms."]


class Details(LayoutObject):
    """Fields that few need: folded away unless something is written there, or wrong."""

    template = "%s/layout/details.html"

    def __init__(self, summary: str, *fields: str) -> None:
        self.summary, self.fields = summary, list(fields)

    def render(self, form, context, template_pack: str, **kwargs: Any) -> str:
        bound = [form[name] for name in self.fields]
        values = {
            "summary": self.summary,
            "is_open": any(field.errors or field.value() for field in bound),
            "fields": self.get_rendered_fields(form, context, template_pack),
        }
        return render_to_string(self.get_template_name(template_pack), values)


class Send(Submit):
    field_classes = "button"


class PersonForm(forms.ModelForm):
    """What a person says of themselves, when they register and when they correct it."""

    button = _("Save changes")
    days = forms.MultipleChoiceField(
        label=_("Which days do you take part?"),
        widget=Checkboxes,
        error_messages={
            "required": _("Choose at least one day."),
            "invalid_choice": _("The days of the meeting have changed. Choose again."),
        },
    )

    class Meta:
        model = Registration
        fields = [
            "category",
            "organization",
            "honorific",
            "name",
            "function",
            "attendance",
            "days",
            "access_needs",
            "dietary_needs",
            "badge_name",
            "is_listed",
            "language",
        ]
        field_classes = {
            "organization": LineField,
            "honorific": LineField,
            "name": LineField,
            "function": LineField,
            "access_needs": TextField,
            "dietary_needs": TextField,
            "badge_name": LineField,
        }
        widgets = {
            "honorific": Suggesting(
                HONORIFICS, attrs={"autocomplete": "honorific-prefix"}
            ),
            "name": forms.TextInput({"autocomplete": "name"}),
            "function": forms.TextInput({"autocomplete": "organization-title"}),
            "attendance": Radios,
            "access_needs": forms.Textarea({"rows": 3}),
            "dietary_needs": forms.Textarea({"rows": 3}),
            "language": LanguageSelect,
        }
        labels = {
            "category": _("Category"),
            "honorific": _("Honorific"),
            "name": _("Name"),
            "function": _("Function"),
            "email": _("E-mail address"),
            "attendance": _("How do you take part?"),
            "access_needs": _("Access needs"),
            "dietary_needs": _("Dietary needs"),
            "badge_name": _("Name on the badge"),
            "is_listed": _("Show me in the public list of participants"),
            "language": _("Language for mails"),
        }
        help_texts = {
            "organization": _(
                "For a State, type its first letters and choose it from the list."
            ),
            "honorific": _("Such as Ms., Mr., Dr., H.E. Ms."),
            "name": _("As in your passport or identity card. One name is enough."),
            "function": _("Such as Minister Counsellor, Programme Officer."),
            "email": _("We send your confirmation and your private link there."),
            "access_needs": _("Such as step-free access, sign language, large print."),
            "dietary_needs": _("Such as vegetarian, halal, kosher, allergies."),
            "badge_name": _("If it should differ from your name above."),
            "is_listed": _(
                "Your name, function and State or organization; never your e-mail "
                "address. You can change this later."
            ),
        }
        error_messages = {
            "category": {
                "required": _("Choose the category that you come in."),
                "invalid_choice": _("Choose one of the categories in the list."),
            },
            "organization": {
                "required": _("Write the State or organization that you come for.")
            },
            "name": {"required": _("Write your name.")},
            "email": {
                "required": _("Write your e-mail address."),
                "invalid": _("Write an e-mail address like name@example.org."),
            },
            "attendance": {
                "required": _(
                    "Choose whether you come in person or take part remotely."
                ),
                "invalid_choice": _(
                    "Choose whether you come in person or take part remotely."
                ),
            },
            "language": {"required": _("Choose the language for mails.")},
        }

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.instance.meeting = self.meeting = meeting
        self._offer_choices()
        self._say_which_language()
        for field in self.fields.values():
            field.error_messages["max_length"] = format_lazy(
                _("Shorten “{label}” to {most} characters or fewer."),
                label=field.label,
                most=getattr(field, "max_length", ""),
            )

    def _offer_choices(self) -> None:
        self.fields["category"].queryset = self._categories()
        self.fields["category"].empty_label = _("Choose one")
        self.fields["organization"].widget = Suggesting(
            [state.name for state in states().values()],
            attrs={"autocomplete": "organization", "dir": "auto"},
        )
        self.fields["days"].choices = [
            (day.isoformat(), date_format(day, "l j F Y")) for day in self.meeting.days
        ]

    def _say_which_language(self) -> None:
        if settings.OFFICIAL_LANGUAGES.keys() - dict(settings.LANGUAGES).keys():
            self.fields["language"].help_text = _(
                "Where the translation is not ready yet, mails come in English."
            )

    def _categories(self) -> QuerySet[Category]:
        return Category.objects.of(self.meeting)

    @cached_property
    def is_full(self) -> bool:
        return Places(self.meeting).is_full

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_show_errors = False  # The page has the summary above its heading.
        helper.form_class = "form"
        helper.attrs = {"novalidate": "novalidate"}
        helper.layout = Layout(
            Fieldset(_("Who you come for"), "category", "organization"),
            Fieldset(_("About you"), *self._about_you()),
            Fieldset(
                _("Your participation"),
                "attendance",
                "days",
                Details(
                    _("Access or dietary needs, another name on the badge"),
                    "access_needs",
                    "dietary_needs",
                    "badge_name",
                ),
            ),
            Fieldset(_("What we may show and send"), "is_listed", "language"),
            Send("send", self.button),
        )
        return helper

    def _about_you(self) -> list[str]:
        return ["honorific", "name", "function"]

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not any(letter.isalpha() for letter in name):
            message = self.fields["name"].error_messages["required"]
            raise ValidationError(message, code="no_letters")
        return name

    def clean_days(self) -> list[str]:
        return sorted(self.cleaned_data["days"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        category, words = cleaned.get("category"), cleaned.get("organization")
        self.instance.state = ""
        if category and words and category.names == Category.Names.STATE:
            self._take_state(words)
        return cleaned

    def _take_state(self, words: str) -> None:
        state = find_state(words)
        if state is None:
            self.add_error("organization", _no_state(words))
        else:
            self.cleaned_data["organization"] = state.names["en"]
            self.instance.state = state.code


def _no_state(words: str) -> ValidationError:
    names = [state.name for state in suggest_states(words)]
    if not names:
        message = _(
            "“%(words)s” is not in the list of States. Choose one from the list, or "
            "another category above."
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


class RegistrationForm(PersonForm):
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

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        self.is_stale = data is not None and not _is_key_of(meeting, data.get("key"))
        if self.is_stale:
            # Shown again with all that was typed, and a key that will do.
            data = data.copy()
            data["key"] = new_key(meeting)
        initial = {
            "key": new_key(meeting),
            "days": [day.isoformat() for day in meeting.days],
            "language": get_language(),
        }
        super().__init__(data, meeting=meeting, initial=initial)
        self.fields["email"].widget.attrs.pop("maxlength", None)

    @property
    def submission(self) -> str:
        """Names what was sent: it is the same only for the same words in one form.

        So nobody is lost who goes back in the browser to register a colleague.
        """
        words = model_to_dict(self.instance, self.Meta.fields)
        sent = json.dumps(
            [self.cleaned_data["key"], words], cls=DjangoJSONEncoder, sort_keys=True
        )
        return hashlib.sha256(sent.encode()).hexdigest()

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout.insert(0, "key")
        return helper

    @property
    def helper_to_copy(self) -> FormHelper:
        """For who came too late: what they wrote, and nothing to press."""
        helper = super().helper
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout.pop()
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


class CorrectionForm(PersonForm):
    """The same questions to somebody who is registered; the address stays."""

    def _categories(self) -> QuerySet[Category]:
        # What they chose stays a choice, even if it is no longer offered.
        own = Category.objects.filter(pk=self.instance.category_id)
        return super()._categories() | own


def new_key(meeting: Meeting) -> str:
    return signing.dumps(secrets.token_hex(16), salt=f"{KEY_SALT}.{meeting.slug}")


def _is_key_of(meeting: Meeting, key: str | None) -> bool:
    salt = f"{KEY_SALT}.{meeting.slug}"
    try:
        signing.loads(key or "", salt=salt, max_age=KEY_AGE)
    except signing.BadSignature:
        return False
    return True
