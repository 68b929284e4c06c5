"""The registration form, and the one that corrects what was registered."""

from registration.forms.correcting import CorrectionForm
from registration.forms.registering import RegistrationForm, new_key

__all__ = ["CorrectionForm", "RegistrationForm", "new_key"]
