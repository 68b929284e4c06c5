"""The registration as staff write it, for somebody or correcting what is there."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import formats
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from meeting.admin.fields import OneTick, Ticks, TicksField, TicksForm
from meeting.forms import LineField, TextField
from meeting.mail.cleaning import validate_address
from meeting.models import Meeting
from meeting.states import find_state
from registration.answers import Answers, condition_in_words
from registration.forms.meanwhile import TellsMeanwhile
from registration.forms.questions import AWAY, AsksQuestions
from registration.forms.sessions import ChoosesSessions, SessionsField
from registration.models import Category, Question, Registration


class StaffForm(TellsMeanwhile, AsksQuestions, ChoosesSessions, TicksForm):
    """Of one meeting: the registration's, or the one that is worked on."""

    meeting: Meeting
    # All questions stand on one page, and not every answer is known to the staff.
    has_markers = is_strict = False
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
        self.meeting = meeting = self.instance.meeting
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
        if "category" in self.fields:  # It is not, for who may only look.
            self._ask()

    def _ask(self) -> None:
        """What the meeting asks, in widgets that the admin has labels for."""
        self.add_question_fields()
        self.add_sessions_field()
        for question in self.questions:
            own = self.fields[question.key]
            own.help_text = _hint(question, own)
            own.widget = _in_admin(own)
        if "sessions" in self.fields:
            own = self.fields["sessions"]
            own.label = _("Comes to")
            own.choices = _lines_of(own)
            own.widget = _in_admin(own)

    @property
    def answers(self) -> Answers:
        answers = super().answers
        answers.sessions = self.chosen_sessions
        return answers

    @property
    def asked(self) -> list[str | tuple[str, ...]]:
        """The fields of the meeting's own questions, in lines."""
        lines = []
        for question in getattr(self, "questions", []):
            line = (question.key, question.key + AWAY)
            lines.append(line if line[1] in self.fields else question.key)
        return [*lines, "sessions"] if "sessions" in self.fields else lines

    @property
    def changed_columns(self) -> list[str]:
        """What changed of the registration itself, besides its answers."""
        return [name for name in self.changed_data if name in self.base_fields]

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
        validate_address(email)
        others = Registration.objects.exclude(pk=self.instance.pk)
        if others.filter(meeting=self.instance.meeting).with_address(email).exists():
            text = _("Somebody with this e-mail address is registered already.")
            raise ValidationError(text, code="known")
        return email


def _hint(question: Question, field: forms.Field) -> SafeString:
    """Escaped, because the admin prints hints as they are."""
    hints = [str(field.help_text)]
    if question.depends_on:
        words = {
            "question": question.depends_on,
            "answer": condition_in_words(question),
        }
        hints.append(_("Kept only if “%(question)s” is “%(answer)s”.") % words)
    names = ", ".join(category.name for category in question.categories.all())
    if names:
        hints.append(_("Kept only for: %s.") % names)
    return escape(" ".join(filter(None, hints)))


def _in_admin(field: forms.Field) -> forms.Widget:
    widget = field.widget
    # Checkboxes are radio buttons of which several may be pressed, to Django.
    if isinstance(widget, forms.RadioSelect):
        own = Ticks if widget.allow_multiple_selected else OneTick
        widget = own(choices=field.choices)
        widget.legend = field.label
    elif isinstance(widget, forms.Textarea):
        widget.attrs["class"] = "vLargeTextField"
    elif widget.input_type == "text" and "class" not in widget.attrs:
        widget.attrs["class"] = "vTextField"
    return widget


def _lines_of(field: SessionsField) -> list[tuple[str, str]]:
    """Each session with its day and hours, and what is left of its places."""
    lines = []
    for key, session in field.sessions.items():
        line = field.widget.lines[key]
        day = formats.date_format(line["date"], "j M") if line["date"] else ""
        when = ", ".join(filter(None, [day, line["hours"], str(line["places"])]))
        lines.append((key, f"{session} ({when})" if when else str(session)))
    return lines
