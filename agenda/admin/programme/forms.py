"""What is edited and added in place; a form knows what somebody really changed."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from agenda.editing.adding import speakers_named
from agenda.editing.parts import Part
from agenda.editing.timing import hours_of, length_of
from agenda.models import Item, Presentation, Role, Session, Speaker
from agenda.models.edit import Clash
from meeting.admin.base import DayInput
from meeting.admin.fields import HourField
from meeting.moments import hour

A_DAY = 24 * 60


class PartForm(forms.Form):
    """Of a part that there is, or without one of a new one.

    What the page showed comes back with it: so what somebody left as it was is not
    changed, even if it has become something else meanwhile.
    """

    # Fields that show a column of another name.
    shows: dict[str, str] = {}

    def __init__(self, *args: Any, part: Part | None = None, **kwargs: Any) -> None:
        self.part = part
        initial = self.values_of(part) if part else {}
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.is_change = part is not None
        if self.is_change:
            for field in self.fields.values():
                field.show_hidden_initial = True

    @classmethod
    def values_of(cls, part: Part) -> dict[str, Any]:
        return {name: getattr(part, name) for name in cls.base_fields}

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def tell(self, clashes: list[Clash]) -> Iterator[Clash]:
        """Put at its field what others did to it; those that belong to none come back."""
        now = self.values_of(self.part) if self.part else {}
        for clash in clashes:
            name = self.shows.get(clash.name, clash.name)
            if clash.pk != getattr(self.part, "pk", 0) or name not in self.fields:
                yield clash
                continue
            field = self[name]
            field.meanwhile = {
                "edit": clash.edit,
                "when": hour(clash.edit.at, self.part.meeting),
                "now": _in_words(field.field, now[name]),
            }


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if value in (None, ""):
        return str(_("nothing"))
    if isinstance(value, time):
        return f"{value:%H.%M}"
    if isinstance(value, date):
        return formats.date_format(value, "j F Y")
    return str(dict(getattr(field, "choices", ())).get(value, value))


class SessionPart(PartForm):
    shows = {"starts_at": "start", "ends_at": "end"}

    title = forms.CharField(
        label=_("Title"), max_length=300, required=False, strip=True
    )
    date = forms.DateField(label=_("Date"), widget=DayInput())
    start = HourField(label=_("Starts"), help_text=_("On a clock at the meeting."))
    end = HourField(label=_("Ends"))
    room = forms.CharField(
        label=_("Room"),
        max_length=200,
        required=False,
        help_text=_("Empty: the meeting's room."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.part and self.part.kind == Session.Kind.SIDE_EVENT:
            self.fields["date"].required = False

    @classmethod
    def values_of(cls, part: Session) -> dict[str, Any]:
        start, end = hours_of(part)
        return {
            "title": part.title,
            "date": part.date,
            "start": start,
            "end": end,
            "room": part.room,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("start"), data.get("end")
        if start and end and end <= start:
            text = _("This must be later than when it starts.")
            self.add_error("end", ValidationError(text, code="ends_too_early"))
        if (start or end) and not data.get("date") and "date" not in self.errors:
            text = _("Give the date that these hours are of.")
            self.add_error("date", ValidationError(text, code="hours_of_no_date"))
        return data


class ItemPart(PartForm):
    shows = {"starts_at": "start", "ends_at": "minutes"}

    title = forms.CharField(label=_("Title"), max_length=500, required=False)
    follows = forms.BooleanField(
        label=_("Begins when the item before ends"), required=False
    )
    start = HourField(
        label=_("Starts"),
        help_text=_("An hour of its own. Empty: none, or that of the item before."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        min_value=1,
        max_value=A_DAY,
        required=False,
        help_text=_("How long it lasts."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("agenda item")), *Item.Kind.choices]
    )
    is_numbered = forms.BooleanField(
        label=_("Has a number"),
        required=False,
        help_text=_("Off for what prints no numeral, such as a break."),
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea({"rows": 2, "cols": 40})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = False

    @classmethod
    def values_of(cls, part: Item) -> dict[str, Any]:
        values = {
            name: getattr(part, name) for name in cls.base_fields if name in PLAIN
        }
        return values | {"start": hours_of(part)[0], "minutes": length_of(part)}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        says_hour = "start" in self.changed_data and data.get("start")
        if data.get("follows") and says_hour:
            text = _(
                "An item that begins when the one before ends has no hour of its own."
                " Take off the tick, or empty this."
            )
            self.add_error("start", ValidationError(text, code="follows_and_start"))
        return data

    @property
    def changes(self) -> dict[str, Any]:
        changes = super().changes
        if self.cleaned_data["follows"]:
            changes.pop("start", None)
        return changes


PLAIN = {"title", "follows", "kind", "is_numbered", "note"}


class PresentationPart(PartForm):
    title = forms.CharField(label=_("Title"), max_length=500, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Presentation.Kind)


class NewPresentation(PresentationPart):
    """With whoever gives it: somebody who is known, or a new name."""

    name = forms.CharField(
        label=_("Speaker"),
        max_length=200,
        required=False,
        help_text=_(
            "Family name in capitals: Juan José GÓMEZ CAMACHO. Whoever is known is"
            " found by the name. Empty: the name is to be confirmed."
        ),
        widget=forms.TextInput({"list": "speakers", "autocomplete": "off"}),
    )
    style = forms.CharField(
        label=_("Style"),
        max_length=100,
        required=False,
        help_text=_("Such as H.E. Mr."),
    )
    function = forms.CharField(label=_("Function"), max_length=300, required=False)
    affiliation = forms.CharField(
        label=_("Affiliation"),
        max_length=300,
        required=False,
        help_text=_("State, mission or organization."),
    )
    # Asked for where several people have the name.
    speaker = forms.ModelChoiceField(
        Speaker.objects.none(),
        label=_("Which of them"),
        required=False,
        empty_label=None,
        widget=forms.HiddenInput(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", Presentation.Kind.PRESENTATION)
        self.fields["speaker"].queryset = Speaker.objects.all()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("name") and not data.get("speaker"):
            found = speakers_named(data["name"])
            if len(found) > 1:
                self._ask_which(found)
            data["speaker"] = found[0] if found else None
        return data

    def _ask_which(self, found: list[Speaker]) -> None:
        field = self.fields["speaker"]
        field.widget = forms.RadioSelect()
        field.queryset = Speaker.objects.filter(pk__in=[each.pk for each in found])
        field.label_from_instance = _by_what_they_do
        text = _("%(count)s people have this name. Choose one of them.")
        error = ValidationError(text, "which", {"count": len(found)})
        self.add_error("speaker", error)

    @property
    def role(self) -> dict[str, Any]:
        names = ("name", "speaker", "style", "function", "affiliation")
        return {name: self.cleaned_data.get(name) for name in names}


def _by_what_they_do(speaker: Speaker) -> str:
    role = Role.objects.filter(speaker=speaker).order_by("-pk").first()
    return ", ".join(filter(None, [speaker.name, role and role.office]))


EDIT_FORMS = {
    "session": SessionPart,
    "item": ItemPart,
    "presentation": PresentationPart,
}
