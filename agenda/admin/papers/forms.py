"""What the papers desk asks of whoever works at it."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agenda.contributing.choosing import (
    Organization,
    Terms,
    read_organizations,
    speakers_of_session,
)
from agenda.models import Contributor, Request, Speaker
from agenda.zones import READER_ZONES
from meeting.admin.fields import WallTimeField
from meeting.models import Meeting
from meeting.moments import zone_city

ALL, OF_SESSION, PICKED, NONE = "all", "session", "picked", "none"
LAST_MINUTE = time(23, 59)


class MomentField(WallTimeField):
    """A day and hour that is still to come, on the clock of the meeting.

    `needed` is what is said where it is left empty.
    """

    def __init__(self, *, needed: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.required = bool(needed)
        self.error_messages["required"] = needed
        self.meeting: Meeting | None = None

    def of(self, meeting: Meeting) -> None:
        self.meeting = meeting
        text = _("On a clock in %(city)s.")
        self.help_text = text % {"city": zone_city(meeting)}

    def clean(self, value: Any) -> datetime | None:
        wall = super().clean(value)
        moment = wall and wall.replace(tzinfo=self.meeting.zone)
        if moment and moment <= timezone.now():
            text = _("This moment has passed. Choose a later one.")
            raise ValidationError(text, code="past")
        return moment


def words_field(label: Any, help_text: Any = "", needed: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(needed),
        error_messages={"required": needed},
        max_length=2000,
        widget=forms.Textarea({"rows": 3, "class": "vLargeTextField"}),
    )


class DeskForm(forms.Form):
    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meeting, self.label_suffix = meeting, ""
        self.use_required_attribute = False
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.of(meeting)


class AskForm(DeskForm):
    whom = forms.ChoiceField(
        label=_("Which speakers"),
        choices=[
            (ALL, _("All speakers of the meeting")),
            (OF_SESSION, _("All speakers of a session")),
            (PICKED, _("Those that I tick")),
            (NONE, _("None: organizations only")),
        ],
        initial=ALL,
        widget=forms.RadioSelect,
    )
    session = forms.ModelChoiceField(
        None, label=_("Session"), required=False, empty_label=_("Choose a session")
    )
    speakers = forms.ModelMultipleChoiceField(
        None,
        label=_("Speakers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    organizations = forms.CharField(
        label=_("Organizations"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
        help_text=_(
            "For contributed papers. One a line: organization, contact person, e-mail."
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What you ask for"),
        choices=Request.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one thing to ask for.")},
        help_text=_(
            "Paper, slides, statement and title: for each of their presentations. A"
            " biography and a photo: once from each person."
        ),
    )
    due_at = MomentField(label=_("Deadline"), needed=_("Choose a deadline."))
    max_pages = forms.IntegerField(
        label=_("Pages at most"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Of a paper or statement. Empty: as many as they like."),
    )
    takes_late = forms.BooleanField(
        label=_("Taken later too"),
        required=False,
        initial=True,
        help_text=_("Who has sent nothing by the deadline can still send it."),
    )
    note = words_field(
        _("In your words"),
        _("The points to be covered, spacing, format. In the mail, and on their page."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, meeting=meeting, **kwargs)
        sessions = meeting.sessions.order_by("date", "position", "pk")
        self.fields["session"].queryset = sessions
        self.fields["speakers"].queryset = Speaker.objects.of(meeting).order_by(
            "sort_name", "pk"
        )
        self.initial |= {"max_pages": meeting.papers_max_pages}
        if meeting.papers_deadline:
            due = datetime.combine(meeting.papers_deadline, LAST_MINUTE)
            self.initial["due_at"] = due

    def clean_organizations(self) -> list[Organization]:
        found = {}
        for each in read_organizations(self.cleaned_data["organizations"]):
            if each.email:
                self._check(each)
            if not each.name:
                text = _("“%(email)s” stands without an organization.")
                raise ValidationError(text, "organization", {"email": each.email})
            if len(each.name) > 300 or len(each.contact) > 200:
                text = _("“%(name)s…” is too long: write one organization a line.")
                raise ValidationError(text, "too_long", {"name": each.name[:40]})
            found.setdefault(each.name.casefold(), each)
        return list(found.values())

    def _check(self, organization: Organization) -> None:
        try:
            validate_email(organization.email)
        except ValidationError as error:
            text = _("“%(email)s” of %(name)s is no e-mail address. Correct it.")
            facts = {"email": organization.email, "name": organization.name}
            raise ValidationError(text, "email", facts) from error

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        match data.get("whom"):
            case "session" if not data.get("session"):
                self.add_error(
                    "session", ValidationError(_("Choose a session."), "session")
                )
            case "picked" if not data.get("speakers"):
                text = _("Tick at least one speaker, or choose other speakers.")
                self.add_error("speakers", ValidationError(text, "speakers"))
            case "none" if not data.get("organizations", True):
                text = _("Write at least one organization, or choose speakers.")
                self.add_error("organizations", ValidationError(text, "nobody"))
        return data

    @property
    def chosen(self) -> QuerySet[Speaker]:
        speakers = self.fields["speakers"].queryset
        match self.cleaned_data["whom"]:
            case "all":
                return speakers
            case "session":
                session = self.cleaned_data["session"]
                return speakers.filter(speakers_of_session(session.pk))
            case "picked":
                return self.cleaned_data["speakers"]
        return speakers.none()

    @property
    def terms(self) -> Terms:
        data = self.cleaned_data
        return Terms(
            tuple(data["kinds"]),
            data["due_at"],
            data["max_pages"],
            data["takes_late"],
            data["note"],
        )


class RemindForm(DeskForm):
    line = words_field(_("A line of yours (in the mail)"))


class AcceptForm(DeskForm):
    pass


class PostForm(DeskForm):
    at = MomentField(label=_("From a day and hour on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("%s Empty: at once. Only documents can wait.")
        self.fields["at"].help_text = hint % self.fields["at"].help_text


class PostAtForm(DeskForm):
    at = MomentField(
        label=_("From a day and hour on"),
        needed=_("Choose from when on it is posted."),
    )


class DeadlineForm(DeskForm):
    at = MomentField(label=_("New deadline"), needed=_("Choose the new deadline."))
    tells = forms.BooleanField(label=_("Write to them"), required=False, initial=True)
    line = words_field(_("A line of yours (in the mail)"))


FORMS: dict[str, type[DeskForm]] = {
    "remind": RemindForm,
    "tell": RemindForm,
    "accept": AcceptForm,
    "post": PostForm,
    "deadline": DeadlineForm,
}


class ChangeForm(DeskForm):
    """A change of what has come; perhaps with more time for it."""

    comment = words_field(
        _("What is to be changed"),
        _("The contributor reads it."),
        needed=_("Write a line that says what is to be changed."),
    )
    at = MomentField(label=_("New deadline"))


class DetailsForm(forms.ModelForm):
    """How the desk reaches a contributor; what was not typed stays as it is by now."""

    zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = Contributor
        fields = ["organization", "contact", "email", "zone", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix, self.use_required_attribute = "", False
        contributor = self.instance
        if contributor.speaker:
            del self.fields["organization"]
            if known := contributor.speaker.email:
                hint = _("Empty: that of the speaker, %s.") % known
                self.fields["email"].help_text = hint
        else:
            self.fields["organization"].required = True
            self.fields["email"].help_text = _("Shown on no page and in no file.")
        self.fields["zone"].choices = list(_zones(contributor))
        self.fields["zone"].help_text = _("In which deadlines are written to them.")
        for field in self.fields.values():
            field.show_hidden_initial = True

    def save(self, commit: bool = True) -> Contributor:
        self.instance.save(update_fields=self.changed_data)
        return self.instance


def _zones(contributor: Contributor) -> Iterator[tuple[str, str]]:
    yield "", _("That of the meeting: %s") % zone_city(contributor.meeting)
    if contributor.zone and contributor.zone not in READER_ZONES:
        yield contributor.zone, contributor.zone
    yield from READER_ZONES.items()
