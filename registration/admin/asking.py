"""What staff are asked before they decide: a form for each action that needs one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agenda.models import Session
from meeting.admin.fields import TicksField
from meeting.forms import TextField
from meeting.models import Meeting
from registration.bulk.actions import Said
from registration.models import PERSONS_OWN, Category, Registration
from registration.models.answer import SESSIONS, SESSIONS_LABEL


class AskingForm(forms.Form):
    """Of one meeting; what was written is kept as JSON can hold it."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.label_suffix = ""
        self.offer(meeting)

    def offer(self, meeting: Meeting) -> None:
        """What can be chosen at this meeting."""

    @property
    def said(self) -> Said:
        return self.cleaned_data


class DeclineForm(AskingForm):
    reason = TextField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
        help_text=_("Kept with the registration, for the staff."),
    )
    is_shown = forms.BooleanField(
        label=_("Show the reason to the person"),
        required=False,
        help_text=_("In the mail, and on the person's own page."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("is_shown") and not data.get("reason"):
            text = _("Write the reason that is to be shown, or take the tick away.")
            self.add_error("reason", ValidationError(text, code="no_reason"))
        return data


class CorrectionRequestForm(AskingForm):
    fields_asked = TicksField(label=_("What is to be corrected"))
    note = TextField(
        label=_("What is wrong"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
        help_text=_("The person reads this, in the mail and on the page."),
        error_messages={
            "required": _("Write what is wrong, so that it can be put right.")
        },
    )

    def offer(self, meeting: Meeting) -> None:
        meta = Registration._meta
        names = {
            name: capfirst(meta.get_field(name).verbose_name)
            for name in PERSONS_OWN
            if name != "state"  # It follows from what is written as the organization.
        }
        if Session.objects.filter(meeting=meeting).to_choose().exists():
            names[SESSIONS] = SESSIONS_LABEL
        names |= {question.key: question.text for question in meeting.questions.asked()}
        self.fields["fields_asked"].choices = names.items()

    def clean_fields_asked(self) -> list[str]:
        names = self.cleaned_data["fields_asked"]
        if not names:
            text = _("Choose at least one thing that is to be corrected.")
            raise ValidationError(text, code="required")
        return names

    @property
    def said(self) -> Said:
        data = self.cleaned_data
        return {"fields": data["fields_asked"], "note": data["note"]}


class MoveForm(AskingForm):
    category = forms.ModelChoiceField(
        Category.objects.none(),
        label=_("New category"),
        empty_label=_("Choose one"),
        help_text=_("A seat is kept only if one is free in the new category."),
        error_messages={"required": _("Choose the category to move to.")},
    )

    def offer(self, meeting: Meeting) -> None:
        self.fields["category"].queryset = Category.objects.of(meeting)

    @property
    def said(self) -> Said:
        return {"category": self.cleaned_data["category"].pk}


class SeatOverForm(AskingForm):
    why = TextField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Kept in the history. The person does not read it."),
        error_messages={"required": _("Write why this person is seated all the same.")},
    )


FORMS: dict[str, type[AskingForm]] = {
    "seat_over": SeatOverForm,
    "ask_for_correction": CorrectionRequestForm,
    "move": MoveForm,
    "decline": DeclineForm,
}
