"""The registration form, the one that corrects it, and those of the private link."""

from registration.forms.correcting import CorrectionForm
from registration.forms.link import EraseForm, LanguageForm, LostLinkForm
from registration.forms.registering import RegistrationForm, new_key

__all__ = [
    "CorrectionForm",
    "EraseForm",
    "LanguageForm",
    "LostLinkForm",
    "RegistrationForm",
    "new_key",
]
