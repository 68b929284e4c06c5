"""Agreeing to the privacy notice of the meeting, in the version that is in force."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from meeting.models import Meeting
from registration.models import PrivacyNotice, Registration


class Agreement(forms.CheckboxInput):
    """A tick for one version: that for an earlier one does not count."""

    def __init__(self, version: int) -> None:
        super().__init__(attrs={"value": version})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> bool:
        return data.get(name) == str(self.attrs["value"])


class AgreesToNotice:
    """For the form of registering: asks where the meeting has a notice in force."""

    meeting: Meeting
    instance: Registration

    def add_notice_field(self) -> None:
        self.notice = self.meeting.notices.in_force().first()
        if self.notice is None:
            return
        label = _(
            "I have read the privacy notice, version %(version)d, and agree to it"
        )
        self.fields["agrees"] = forms.BooleanField(
            label=label % {"version": self.notice.version},
            widget=Agreement(self.notice.version),
            help_text=_link_to(self.meeting),
            error_messages={"required": self._not_agreed(self.notice)},
        )

    def _not_agreed(self, notice: PrivacyNotice) -> str:
        if self.data.get("agrees"):
            text = _(
                "The privacy notice has changed while you had the form open. Read"
                " version %(version)d, and tick that you agree to it."
            )
        else:
            text = _(
                "Read the privacy notice, version %(version)d, and tick that you agree to"
                " it. Without that we cannot register you."
            )
        return text % {"version": notice.version}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("agrees"):
            self.instance.notice = self.notice
            self.instance.agreed_at = timezone.now()
        return cleaned


def _link_to(meeting: Meeting) -> str:
    # Beside the form, so that nothing of it is lost.
    return format_html(
        '<a href="{}" target="_blank" rel="noopener">{}</a>',
        reverse("privacy-notice", args=[meeting.slug]),
        _("Read the privacy notice (opens in a new tab)"),
    )
