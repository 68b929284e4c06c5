"""The registration as staff write it, for somebody or correcting what is there."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from meeting.admin.fields import TicksField, TicksForm
from meeting.models import Meeting
from meeting.states import find_state
from registration.fields import LineField, TextField
from registration.models import Category, Registration


class StaffForm(TicksForm):
    """Of one meeting: the registration's, or the one that is worked on."""

    meeting: Meeting
    days = TicksField(label=_("Days"))

    class Meta:
        model = Registration
        fields = []
        field_classes = {
            "organization": LineField,
            "honorific": LineField,
            "name": LineField,
            "badge_name": LineField,
            "function": LineField,
            "access_needs": TextField,
            "dietary_needs": TextField,
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 3, "cols": 70})
            for name in ("access_needs", "dietary_needs")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.instance.meeting = self.meeting
        meeting = self.instance.meeting
        if "days" in self.fields:
            names = {
                day.isoformat(): formats.date_format(day, "l j F")
                for day in meeting.days
            }
            self.fields["days"].offer(names, self.instance.days)
        if "category" in self.fields:
            offered = Category.objects.of(meeting).values("pk")
            own = Q(pk=self.instance.category_id)
            self.fields["category"].queryset = Category.objects.filter(
                Q(pk__in=offered) | own
            )

    def clean_days(self) -> list[str]:
        days = self.cleaned_data["days"]
        if not days:
            raise ValidationError(_("Choose at least one day."), code="required")
        return days

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        category, words = data.get("category"), data.get("organization")
        self.instance.state = ""
        is_state = category and words and category.names == Category.Names.STATE
        # Staff may name delegations that are no State; a State gets its own name.
        if is_state and (state := find_state(words)):
            data["organization"] = state.names["en"]
            self.instance.state = state.code
        return data

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        others = Registration.objects.exclude(pk=self.instance.pk)
        if others.filter(meeting=self.instance.meeting).with_address(email).exists():
            text = _("Somebody with this e-mail address is registered already.")
            raise ValidationError(text, code="known")
        return email
