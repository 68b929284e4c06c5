"""The forms of the programme: hours on a clock at the meeting, what is open."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agenda.admin.places import NO_PLACE, columns_of, place_of, places_of
from agenda.editing.timing import hours_of
from agenda.models import Item, Material, Presentation, Role, Session, Speaker
from agenda.video import frame_of
from meeting.admin.fields import (
    HourField,
    TicksForm,
    ToBeConfirmedField,
    WallTimeField,
)
from meeting.admin.meetings import on_the_wall
from meeting.files.checking import input_attrs
from meeting.models import Meeting
from meeting.moments import date_range
from meeting.words import number_in

OFFICE = ("speaker", "style", "function", "affiliation")
# A material says something of itself by one of them; by a title alone, what is to come.
SAID = ("title", "file", "url", "symbol")


class HoursForm(TicksForm):
    start = HourField(label=_("Starts"), help_text=_("On a clock at the meeting."))
    end = HourField(label=_("Ends"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["start"], self.initial["end"] = hours_of(self.instance)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, end = data.get("start"), data.get("end")
        if start and end and end <= start:
            text = _("This must be later than when it starts.")
            self.add_error("end", ValidationError(text, code="ends_too_early"))
        return data

    def save(self, commit: bool = True) -> Session | Item:
        hours = (self.cleaned_data.get(name) for name in ("start", "end"))
        self.instance.set_hours(*hours)
        return super().save(commit)


class SessionForm(HoursForm):
    tbc = ToBeConfirmedField(
        {
            "label": _("title"),
            "date": _("date"),
            "start": _("start"),
            "end": _("end"),
            "room": _("room"),
            "webcast": _("webcast"),
        }
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        has_hours = data.get("start") or data.get("end")
        if has_hours and not data.get("date") and "date" not in self.errors:
            text = _("Give the date that these hours are of.")
            self.add_error("date", ValidationError(text, code="hours_of_no_date"))
        self._check_day(data.get("meeting"), data.get("date"))
        if data.get("is_embedded"):
            self._check_films(data)
        return data

    def _check_films(self, data: dict[str, Any]) -> None:
        urls = filter(None, [data.get("webcast"), data.get("recording")])
        if hosts := [urlsplit(url).hostname for url in urls if not frame_of(url)]:
            sentence = _(
                "Films of %(host)s cannot be shown within our page. Take the tick off,"
                " or ask whoever runs this site to allow them (WEBCAST_HOSTS)."
            )
            error = ValidationError(sentence, "not_allowed", {"host": hosts[0]})
            self.add_error("is_embedded", error)

    def _check_day(self, meeting: Meeting | None, day: date | None) -> None:
        meeting = meeting or (self.instance.meeting if self.instance.pk else None)
        is_session = self.cleaned_data.get("kind") != Session.Kind.SIDE_EVENT
        if meeting and day and is_session and day not in meeting.days:
            sentence = _("The meeting takes place on %(days)s. Choose one of its days.")
            days = {"days": date_range(meeting.starts_on, meeting.ends_on)}
            self.add_error("date", ValidationError(sentence, "outside", days))


class ItemForm(HoursForm):
    tbc = ToBeConfirmedField(
        {"title": _("title"), "start": _("start"), "end": _("end")}
    )

    def clean_session(self) -> Session:
        session = self.cleaned_data["session"]
        _stay(self.instance, session.meeting_id)
        return session


class PresentationForm(TicksForm):
    tbc = ToBeConfirmedField({"title": _("title"), "date": _("date")})

    def clean_item(self) -> Item | None:
        item = self.cleaned_data["item"]
        if item:
            _stay(self.instance, item.meeting_id)
        return item


def _stay(row: Item | Presentation, meeting_id: int) -> None:
    """What hangs on a part of the programme belongs to the same meeting."""
    if row.meeting_id not in {None, meeting_id}:
        text = _("This belongs to another meeting. Choose one of the same meeting.")
        raise ValidationError(text, code="other_meeting")


class PresentationRow(PresentationForm):
    """A presentation with who gives it: its first role, made or changed with it."""

    speaker = forms.ModelChoiceField(Speaker.objects.all(), required=False)
    style = forms.CharField(required=False)
    function = forms.CharField(required=False)
    affiliation = forms.CharField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = self.instance.roles.all() if self.instance.pk else []
        self.role = next(iter(roles), None)
        if self.role:
            for name in OFFICE:
                self.initial[name] = getattr(self.role, name)

    def _save_m2m(self) -> None:
        # Django's place for what can only be saved once the row itself is there.
        super()._save_m2m()
        said = {name: self.cleaned_data.get(name) for name in OFFICE}
        role = self.role or Role(presentation=self.instance)
        if role.pk or any(said.values()):
            for name, value in said.items():
                setattr(role, name, value)
            role.save()


class RoleForm(TicksForm):
    tbc = ToBeConfirmedField(
        {
            "speaker": _("name"),
            "style": _("style"),
            "function": _("function"),
            "affiliation": _("affiliation"),
        }
    )


class DayForm(TicksForm):
    tbc = ToBeConfirmedField({"date": _("date")})


class FileInput(forms.ClearableFileInput):
    """What lies there by its own name, with the link by which people get it."""

    template_name = "admin/widgets/file.html"

    def is_initial(self, value: Any) -> bool:
        # Stored files have no address of their own to ask for.
        return bool(value)

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return input_attrs(settings.MATERIAL_MAX_BYTES) | attrs


class MaterialForm(TicksForm):
    tbc = ToBeConfirmedField({"title": _("title"), "date": _("date")})
    visible_from = WallTimeField(
        label=_("Held back until"),
        help_text=_("On a clock at the meeting. Empty: visible at once."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if moment := self.instance.visible_from:
            self.initial["visible_from"] = on_the_wall(moment, self.instance.meeting)
        if "kind" in self.fields:
            self.fields["kind"].choices = Material.Kind.in_words()
        if "title" in self.fields:
            self.fields["title"].help_text = _(
                "With a title alone, and no file and no link, readers see it as “to"
                " come”."
            )
        if "file" in self.fields:
            # The sentence of forms does not say what to do.
            sentence = _("There is nothing in this file. Choose another.")
            self.fields["file"].error_messages["empty"] = sentence
        if self.instance.file and "file" in self.fields:
            self.fields["file"].help_text = _(
                "Another file takes its place at the same address; the earlier one is"
                " kept as a version."
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self._says_nothing(data):
            text = _(
                "Give a file, a link or a symbol; or a title, if the rest is to come."
            )
            self.add_error("title", ValidationError(text, code="empty"))
        if data.get("file") and data.get("url"):
            text = _("Give a file or a link, not both.")
            self.add_error("url", ValidationError(text, code="file_and_link"))
        meeting = self._meeting
        if meeting and data.get("visible_from"):
            data["visible_from"] = data["visible_from"].replace(tzinfo=meeting.zone)
        return data

    def _says_nothing(self, data: dict[str, Any]) -> bool:
        """Of one that is new, or that all is taken from."""
        is_touched = self.instance._state.adding or {*SAID} & {*self.changed_data}
        has_mistakes = any(name in self.errors for name in SAID)
        return bool(is_touched and not has_mistakes and not any(map(data.get, SAID)))

    @property
    def _meeting(self) -> Meeting | None:
        """On whose clock it is held back: that of what it is a row of."""
        material = self.instance
        owner = material.session or material.item or material.presentation
        if material.role:
            owner = material.role.item or material.role.presentation
        return getattr(owner or material, "meeting", None)


class PlacedMaterialForm(MaterialForm):
    """On a page of its own: with its place, as one choice."""

    meeting = forms.ModelChoiceField(Meeting.objects.all(), label=_("Meeting"))
    place = forms.ChoiceField(
        label=_("Place"),
        required=False,
        error_messages={"invalid_choice": NO_PLACE},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stays = None if self.instance._state.adding else self.instance
        if stays:
            del self.fields["meeting"]
            self.initial["place"] = place_of(stays)
        elif self._meeting:
            self.fields["meeting"].widget = forms.HiddenInput()
        if self._meeting:
            self.fields["place"].choices = places_of(self._meeting, stays)

    @cached_property
    def _meeting(self) -> Meeting | None:
        """Of one that is new, the page says it: another window cannot change it."""
        if not self.instance._state.adding:
            return self.instance.meeting
        named = self.data.get("meeting") or self.initial.get("meeting") or ""
        pk = number_in(str(named))
        known = Meeting.objects.filter(pk=pk) if pk else ()
        return next(iter(known), None)

    def _post_clean(self) -> None:
        if "place" in self.cleaned_data:
            for name, pk in columns_of(self.cleaned_data["place"]).items():
                setattr(self.instance, name, pk)
        super()._post_clean()
