"""What a person says of themselves: what registering and correcting have in common."""

from collections.abc import Collection
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, LayoutObject
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from meeting.forms import LanguageSelect, LineField, Send, TextField, helper_of
from meeting.mail.cleaning import validate_address
from meeting.models import Meeting
from meeting.states import find_state, states
from registration.answers import Answers
from registration.fields import (
    Checkboxes,
    Radios,
    Suggesting,
    language_hint,
    no_state,
)
from registration.forms.layout import Asked, Details, Questions, Unseen
from registration.forms.questions import AWAY, AsksQuestions
from registration.forms.sessions import ChoosesSessions
from registration.models import Category, Places, Question, Registration

HONORIFICS = ["Mr.", "Ms.", "Mx.", "Dr.", "Prof.", "H.E. Mr.", "H.E. Ms."]


class CategoryField(forms.ModelChoiceField):
    """A category; one that has no seat left says so."""

    def offer(self, categories: QuerySet[Category], places: Places) -> None:
        self.offered = {str(each.pk): each for each in categories}
        places.count_together(categories=self.offered.values())
        self.choices = [
            ("", _("Choose one")),
            *((key, _with_seats(each, places)) for key, each in self.offered.items()),
        ]

    def to_python(self, value: Any) -> Category | None:
        if value in self.empty_values:
            return None
        try:
            return self.offered[str(value)]
        except KeyError as error:
            text = self.error_messages["invalid_choice"]
            raise ValidationError(text, code="invalid_choice") from error


def _with_seats(category: Category, places: Places) -> str:
    if places.left_of(category) == 0:
        return _("%(category)s (full: waiting list)") % {"category": category}
    return str(category)


class PersonForm(AsksQuestions, ChoosesSessions, forms.ModelForm):
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
            "category": CategoryField,
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

    def __init__(
        self,
        *args: Any,
        meeting: Meeting,
        only: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.instance.meeting = self.meeting = meeting
        self._offer_choices()
        self.fields["language"].help_text = language_hint()
        for field in self.fields.values():
            field.error_messages["max_length"] = format_lazy(
                _("Shorten “{label}” to {most} characters or fewer."),
                label=field.label,
                most=getattr(field, "max_length", ""),
            )
        self.add_sessions_field()
        self.add_question_fields(only)

    def _offer_choices(self) -> None:
        self.fields["category"].offer(self._categories(), self.places)
        self.fields["organization"].widget = Suggesting(
            [state.name for state in states().values()],
            attrs={"autocomplete": "organization", "dir": "auto"},
        )
        self.fields["days"].choices = [
            (day.isoformat(), date_format(day, "l j F Y")) for day in self.meeting.days
        ]

    def _categories(self) -> QuerySet[Category]:
        return Category.objects.of(self.meeting)

    @cached_property
    def is_full(self) -> bool:
        return self.places.is_full

    @cached_property
    def waiting_count(self) -> int:
        """How many wait for a seat, for whom it is full."""
        return self.meeting.registrations.waiting().count()

    @property
    def is_complete(self) -> bool:
        """Whether it is to be taken as it is: nothing is wrong, open or to be warned of."""
        return self.is_valid() and not self.to_ask and not self.cautions

    @property
    def answers(self) -> Answers:
        answers = super().answers
        answers.sessions = self.chosen_sessions
        return answers

    @property
    def helper(self) -> FormHelper:
        groups = self._step_groups() if self.step else self._groups()
        return helper_of(self, *self._hidden(), *groups, Send("send", self.button))

    def _hidden(self) -> list[LayoutObject | str]:
        return [Unseen(*self.given)] if self.step else [Unseen(*self.told)]

    def _groups(self) -> list[Fieldset]:
        rare = self._shown("access_needs", "dietary_needs", "badge_name")
        details = Details(
            _("Access or dietary needs, another name on the badge"), *rare
        )
        groups = [
            Fieldset(_("Who you come for"), *self._shown("category", "organization")),
            Fieldset(_("About you"), *self._shown(*self._about_you())),
            Fieldset(
                _("Your participation"),
                *self._shown("attendance", "days", "sessions"),
                *([details] if rare else []),
            ),
            Questions(
                _("What the secretariat asks"),
                *(
                    self._asked(question, question not in self.visible_questions)
                    for question in self.questions
                    if question.key in self.fields
                ),
            ),
            Fieldset(
                _("What we may show and send"),
                *self._shown("is_listed", "language", *self._consent()),
            ),
        ]
        return [group for group in groups if group.fields]

    def _step_groups(self) -> list[Fieldset]:
        asked = {*self.step, *self.step_dependents}
        return [
            Questions(
                "",
                *(
                    self._asked(question, question not in self.step)
                    for question in self.questions
                    if question in asked
                ),
            )
        ]

    def _asked(self, question: Question, is_hidden: bool) -> Asked:
        fields = self._shown(question.key, question.key + AWAY)
        return Asked(question, *fields, is_hidden=is_hidden)

    def _shown(self, *names: str) -> list[str]:
        return [name for name in names if name in self.fields]

    def _about_you(self) -> list[str]:
        return ["honorific", "name", "function"]

    def _consent(self) -> list[str]:
        return []

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not any(letter.isalpha() for letter in name):
            message = self.fields["name"].error_messages["required"]
            raise ValidationError(message, code="no_letters")
        return name

    def clean_email(self) -> str:
        """One that a mail can be sent to: Django takes more."""
        email = self.cleaned_data["email"]
        validate_address(email)
        return email

    def clean_days(self) -> list[str]:
        return sorted(self.cleaned_data["days"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self._shown("category", "organization"):
            return cleaned
        category, words = (
            cleaned.get(name) if name in self.fields else getattr(self.instance, name)
            for name in ("category", "organization")
        )
        self.instance.state = ""
        if category and words and category.names == Category.Names.STATE:
            self._take_state(words)
        return cleaned

    def _take_state(self, words: str) -> None:
        state = find_state(words)
        if state is None:
            otherwise = _(
                "“%(words)s” is not in the list of States. Choose one from the list, or "
                "another category above."
            )
            self.add_error("organization", no_state(words, otherwise))
        else:
            self.cleaned_data["organization"] = state.names["en"]
            self.instance.state = state.code
