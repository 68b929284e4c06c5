"""The small forms around the private link: to get it again, and what is done by it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from meeting.forms import LanguageSelect
from registration.fields import language_hint
from registration.models import Registration


class LostLinkForm(forms.Form):
    """Asks for an address, and does not look whether it is known."""

    use_required_attribute = False
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(
            {"autocomplete": "email", "inputmode": "email", "dir": "ltr"}
        ),
        error_messages={
            "required": _("Write your e-mail address."),
            "invalid": _("Write an e-mail address like name@example.org."),
            "max_length": _("Write an e-mail address like name@example.org."),
        },
    )


class LanguageForm(forms.Form):
    """In which language a person is written to, and shown their own pages."""

    language = forms.ChoiceField(
        label=_("Language for mails"),
        choices=settings.OFFICIAL_LANGUAGES.items(),
        widget=LanguageSelect,
        error_messages={
            "required": _("Choose the language for mails."),
            "invalid_choice": _("Choose one of the languages in the list."),
        },
    )

    def __init__(self, data: Any = None, *, registration: Registration) -> None:
        super().__init__(data, initial={"language": registration.language})
        if len(settings.LANGUAGES) > 1:
            self.fields["language"].label = _("Language of this page and of mails")
        self.fields["language"].help_text = language_hint()


class EraseForm(forms.Form):
    use_required_attribute = False
    is_sure = forms.BooleanField(
        label=_("I understand that this cannot be undone"),
        error_messages={
            "required": _("Tick the box if you are sure, or go back without erasing.")
        },
    )
