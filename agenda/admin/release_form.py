"""What is asked of whoever releases the agenda."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.admin.fields import OneTick, WallTimeField
from meeting.models import Meeting
from meeting.moments import zone_city

NOW, LATER = "now", "later"


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text=_("What readers should know of it. They see it with the changes."),
    )
    state = forms.ChoiceField(
        label=_("Provisional or final"),
        choices=[("provisional", _("Provisional")), ("final", _("Final"))],
        widget=OneTick,
    )
    when = forms.ChoiceField(
        label=_("When readers see it"),
        choices=[(NOW, _("Now")), (LATER, _("At a day and hour"))],
        widget=OneTick,
        initial=NOW,
    )
    at = WallTimeField(label=_("Day and hour"))
    tells = forms.BooleanField(
        label=_("Write to those concerned"),
        required=False,
        help_text=_(
            "Once readers see it: to each person once, with the changes that concern"
            " them, and with what brings their calendar up to date."
        ),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.label_suffix = meeting, ""
        self.use_required_attribute = False
        for name in ("state", "when"):
            self.fields[name].widget.legend = self.fields[name].label
        last = meeting.releases.without_content().order_by("-number").first()
        is_final = last is not None and last.is_final
        self.initial = {"state": "final" if is_final else "provisional", "when": NOW}
        text = _("On a clock in %(city)s, for the second choice.")
        self.fields["at"].help_text = text % {"city": zone_city(meeting)}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        at: datetime | None = data.get("at")
        if data.get("when") != LATER:
            data["at"] = None
        elif at:
            data["at"] = at.replace(tzinfo=self.meeting.zone)
            if data["at"] <= timezone.now():
                text = _("This moment has passed. Choose a later one, or “Now”.")
                self.add_error("at", ValidationError(text, code="past"))
        elif "at" not in self.errors:
            text = _("Choose from which day and hour on readers see it, or “Now”.")
            self.add_error("at", ValidationError(text, code="no_moment"))
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """As a release takes them."""
        data = self.cleaned_data
        return {
            "at": data["at"],
            "note": data["note"],
            "is_final": data["state"] == "final",
            "tells": data["tells"],
        }
