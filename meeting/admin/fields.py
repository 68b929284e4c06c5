"""Form fields of the admin: ticks for stored lists, hours as a clock shows them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meeting.models.meeting import FIRST_DAY, LAST_DAY


class Named:
    """Choices under a name of their own: their label belongs to none of them."""

    template_name = "admin/widgets/ticks.html"
    legend = ""

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["legend"] = self.legend
        return context


class Ticks(Named, forms.CheckboxSelectMultiple):
    pass


class OneTick(Named, forms.RadioSelect):
    pass


class TicksField(forms.MultipleChoiceField):
    """Ticks in place of a stored list."""

    widget = Ticks

    def __init__(self, ticks: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(choices=(ticks or {}).items(), required=False, **kwargs)
        self.widget.legend = self.label

    def offer(self, ticks: Mapping[str, str], stored: list[str]) -> None:
        """Offer these; what is stored and has no tick of its own gets one, and stays."""
        unknown = {entry: entry for entry in stored if entry not in ticks}
        self.choices = [*ticks.items(), *unknown.items()]


class TicksForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, TicksField):
                field.offer(dict(field.choices), getattr(self.instance, name))


class ToBeConfirmedField(TicksField):
    """Which parts are to be confirmed, by the names that programme files use."""

    def __init__(self, ticks: Mapping[str, str]) -> None:
        super().__init__(
            ticks,
            label=_("To be confirmed"),
            help_text=_("Readers are told so in these places."),
        )


class WallTimeField(forms.DateTimeField):
    """A date and hour as a clock on the wall shows it; the form knows the zone."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        )
        super().__init__(required=False, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):
            moment = super().to_python(value)
        # Where the calendar ends, the clocks of some zones have no hour.
        if moment and not FIRST_DAY <= moment.date() <= LAST_DAY:
            text = _("The year %(year)d is far from now. Look at it again.")
            raise ValidationError(text, "far", {"year": moment.year})
        return moment and moment.replace(tzinfo=None)


class HourField(forms.TimeField):
    """An hour of the day; the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        super().__init__(required=False, widget=widget, **kwargs)
