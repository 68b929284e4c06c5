"""The parts of the form's page that crispy-forms has no word for."""

from typing import Any

from crispy_forms.layout import Fieldset, LayoutObject
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from meeting.states import states
from registration.models import Question


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


class Unseen(LayoutObject):
    """Hidden inputs that are no fields of the form."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self.pairs = pairs

    def render(self, form, context, template_pack: str, **kwargs: Any) -> SafeString:
        return format_html_join(
            "\n", '<input type="hidden" name="{}" value="{}">', self.pairs
        )


class Asked(LayoutObject):
    """A question of the meeting, with the marker that says that it was shown.

    One that depends on something stands in a fieldset that a script shows and hides;
    while it is hidden, the browser sends nothing of it.
    """

    template = "%s/layout/question.html"

    def __init__(self, question: Question, *fields: str, is_hidden: bool) -> None:
        self.question, self.fields, self.is_hidden = question, list(fields), is_hidden

    def render(self, form, context, template_pack: str, **kwargs: Any) -> str:
        conditions = _conditions(self.question, form)
        values = {
            "question": self.question,
            "conditions": conditions,
            "is_dependent": conditions or self.is_hidden,
            "is_hidden": self.is_hidden,
            "fields": self.get_rendered_fields(form, context, template_pack),
        }
        return render_to_string(self.get_template_name(template_pack), values)


class Questions(Fieldset):
    """A group of them, hidden with the last of them."""

    template = "%s/layout/questions.html"

    def __init__(self, legend: str, *asked: Asked) -> None:
        super().__init__(legend, *asked)
        self.is_hidden = all(each.is_hidden for each in asked)


def _conditions(question: Question, form: BaseForm) -> dict[str, str]:
    """What the script looks at: only what can change in this form."""
    conditions = {}
    if "category" in form.fields and question.categories.all():
        categories = [str(category.pk) for category in question.categories.all()]
        conditions["categories"] = " ".join(categories)
    if question.depends_on and question.depends_on.key in form.fields:
        conditions["depends"] = question.depends_on.key
        conditions["values"] = "|".join(_wanted(question))
    return conditions


def _wanted(question: Question) -> list[str]:
    """What a browser finds in the field that it hangs on."""
    if question.depends_option_id:
        return [str(question.depends_option_id)]
    state = states().get(question.depends_value)
    if state:
        return sorted({state.name, *state.names.values()})
    return [question.depends_value]
