"""The form of a mail to many: to whom it goes, and when."""

from collections.abc import Iterator
from datetime import datetime, time
from difflib import get_close_matches
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from meeting.admin.fields import HourField, OneTick, TicksField, WallTimeField
from meeting.admin.meetings import on_the_wall
from meeting.models import Meeting
from meeting.words import likeness
from registration.mailings.choosing import organization_keys
from registration.models import Category, Mailing, Question, Registration, Status

Kind = Question.Kind
BEFORE, AFTER = "before", "after"
MOST_DAYS = 365
USUAL_DAYS = 7
USUAL_HOUR = time(9)
IN_TO = ["status", "categories", "organizations", "attendance", "languages"]
IN_MORE = ["sessions", "speakers"]


class MailingForm(forms.ModelForm):
    """Of one meeting, which `instance` has."""

    status = TicksField(
        dict(Status.choices),
        label=_("Status"),
        help_text=_(
            "None ticked: any, also those who were declined or have withdrawn."
        ),
    )
    categories = TicksField(label=_("Categories"), help_text=_("None ticked: all."))
    organizations = forms.CharField(
        label=_("States and organizations"),
        required=False,
        widget=forms.Textarea({"rows": 4, "class": "vLargeTextField"}),
        help_text=_("One a line, however written. Empty: all."),
    )
    attendance = forms.ChoiceField(
        label=_("They take part"),
        required=False,
        choices=[("", _("in either way")), *Registration.Attendance.choices],
    )
    languages = TicksField(
        settings.OFFICIAL_LANGUAGES,
        label=_("Language for mails"),
        help_text=_("None ticked: all."),
    )
    sessions = TicksField(
        label=_("Sessions and side events chosen"),
        help_text=_("Who chose one of these. None ticked: everybody."),
    )
    speakers = forms.ChoiceField(
        label=_("On the agenda"),
        required=False,
        choices=[
            ("", _("does not matter")),
            ("yes", _("only who speaks")),
            ("no", _("only who does not speak")),
        ],
    )
    without = forms.TypedChoiceField(
        label=_("Only who has not got"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Another mail to many: not those to whom it went out."),
    )
    is_picked = forms.BooleanField(required=False, initial=True)
    send_at = WallTimeField(label=_("Time"), help_text=_("On a clock at the meeting."))
    days = forms.IntegerField(
        label=_("Days"), min_value=0, max_value=MOST_DAYS, required=False
    )
    direction = forms.ChoiceField(
        label=_("before or after"),
        choices=[(BEFORE, _("days before")), (AFTER, _("days after"))],
        required=False,
    )
    hour = HourField(
        label=_("Hour"),
        help_text=_(
            "On a clock at the meeting. Empty: 09.00, or when registration opens or"
            " closes."
        ),
    )

    class Meta:
        model = Mailing
        fields = ["name", "to", "when", "anchor", "includes_latecomers", "is_news"]
        widgets = {
            "name": forms.TextInput({"class": "vTextField"}),
            "to": OneTick,
            "when": OneTick,
        }

    def __init__(self, *args: Any, instance: Mailing, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        self.use_required_attribute = False
        self.label_suffix = ""
        self.meeting: Meeting = instance.meeting
        self.asked: list[Question] = []
        for name in ("to", "when"):
            self.fields[name].widget.legend = self.fields[name].label
        self._offer()
        self._show_people(instance)
        self._show_when(instance)
        if instance.kind:
            # Its name, its readers and its time are the system's.
            for name in ("name", "to", "is_news", *WHEN):
                del self.fields[name]

    # What can be chosen.

    def _offer(self) -> None:
        meeting, fields = self.meeting, self.fields
        categories = Category.objects.of(meeting)
        fields["categories"].offer({str(each.pk): str(each) for each in categories}, [])
        sessions = meeting.sessions.to_choose()
        fields["sessions"].offer({str(each.pk): str(each) for each in sessions}, [])
        others = meeting.mailings.exclude(state=Mailing.State.DRAFT)
        others = others.exclude(pk=self.instance.pk)
        named = [(each.pk, str(each)) for each in others]
        fields["without"].choices = [("", _("does not matter")), *named]
        questions = meeting.questions.for_lists().filter(
            is_sensitive=False, kind__in=[Kind.YES_NO, Kind.ONE, Kind.SEVERAL]
        )
        for question in questions:
            self.asked.append(question)
            fields[question.key] = _field_of(question)
        for name in ("categories", "sessions"):
            if not fields[name].choices:
                del fields[name]
        if self.instance.is_begun and self.instance.when != Mailing.When.NOW:
            # It would go out before anybody has looked to whom.
            whens = [each for each in Mailing.When.choices if each[0] != "now"]
            fields["when"].choices = whens

    def _show_people(self, mailing: Mailing) -> None:
        people = mailing.people
        for name in ("status", "languages", "attendance", "speakers", "without"):
            self.initial[name] = people.get(name)
        for name in ("categories", "sessions"):
            self.initial[name] = [str(pk) for pk in people.get(name) or []]
        self.initial["organizations"] = "\n".join(people.get("organizations") or [])
        options = [str(pk) for pk in people.get("options") or []]
        answers = people.get("answers") or {}
        for question in self.asked:
            given = answers.get(str(question.pk)) or [""]
            is_list = question.is_list
            self.initial[question.key] = options if is_list else given[0]
        count = len(people.get("registrations") or [])
        if not count:
            del self.fields["is_picked"]
            return
        self.fields["is_picked"].label = (
            ngettext(
                "Only the %d person picked from the list of registrations",
                "Only the %d people picked from the list of registrations",
                count,
            )
            % count
        )

    def _show_when(self, mailing: Mailing) -> None:
        if mailing.send_at and mailing.when == Mailing.When.AT:
            self.initial["send_at"] = on_the_wall(mailing.send_at, mailing.meeting)
        self.initial["direction"] = AFTER if mailing.days > 0 else BEFORE
        is_set = mailing.when == Mailing.When.RELATIVE
        self.initial["days"] = abs(mailing.days) if is_set else USUAL_DAYS
        self.initial["hour"] = mailing.hour if is_set else USUAL_HOUR
        self.initial["anchor"] = mailing.anchor or Mailing.Anchor.START

    # What was written.

    def clean_organizations(self) -> list[str]:
        lines = self.cleaned_data["organizations"].splitlines()
        names = [" ".join(line.split()) for line in lines if line.strip()]
        if not names:
            return []
        stored = self.meeting.registrations.order_by().distinct()
        known = dict(stored.values_list("organization_key", "organization"))
        errors = [
            _unknown(name, known)
            for name in names
            if not organization_keys([name]) & known.keys()
        ]
        if errors:
            raise ValidationError(errors)
        return names

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        mailing, people = self.instance, dict(self._people(data))
        if mailing.kind:
            mailing.people = people
            return data
        if data.get("to") == Mailing.To.SPEAKERS:
            people = {name: people[name] for name in ("without",) if name in people}
        mailing.people = people
        self._take_when(data)
        return data

    def _people(self, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """Each thing that narrows the choice, as the choice is stored."""
        for name in ("status", "organizations", "languages", "attendance", "speakers"):
            if data.get(name):
                yield name, data[name]
        for name in ("categories", "sessions"):
            if data.get(name):
                yield name, [int(pk) for pk in data[name]]
        if data.get("without"):
            yield "without", data["without"]
        lists = [each for each in self.asked if each.is_list]
        if options := [int(pk) for each in lists for pk in data.get(each.key) or []]:
            yield "options", options
        others = [each for each in self.asked if not each.is_list]
        said = {str(each.pk): [data[each.key]] for each in others if data.get(each.key)}
        if said:
            yield "answers", said
        if data.get("is_picked"):
            yield "registrations", self.instance.people["registrations"]

    def _take_when(self, data: dict[str, Any]) -> None:
        mailing, when = self.instance, data.get("when")
        if when != Mailing.When.NOW:
            mailing.send_at = None
        if when == Mailing.When.AT:
            mailing.send_at = self._on_clock(data.get("send_at"))
        is_relative = when == Mailing.When.RELATIVE
        if not is_relative:
            data["anchor"] = ""
        days = data.get("days") or 0
        sign = 1 if data.get("direction") == AFTER else -1
        mailing.days = sign * days if is_relative else 0
        mailing.hour = data.get("hour") if is_relative else None

    def _on_clock(self, moment: datetime | None) -> datetime | None:
        return moment and moment.replace(tzinfo=self.meeting.zone)

    # As the page shows it.

    def rows(self, names: list[str]) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def name_rows(self) -> list[BoundField]:
        return self.rows(["name", "to"])

    @property
    def choice_rows(self) -> list[BoundField]:
        return self.rows(["is_picked", *IN_TO])

    @property
    def more_rows(self) -> list[BoundField]:
        return self.rows([*(each.key for each in self.asked), *IN_MORE])

    @property
    def has_more(self) -> bool:
        """Whether something is chosen, or wrong, in what is folded away."""
        rows = self.more_rows
        return any(row.value() or row.errors for row in rows)

    @property
    def rest_rows(self) -> list[BoundField]:
        return self.rows(["without"])

    @property
    def time_rows(self) -> list[BoundField]:
        return self.rows(["send_at"])

    @property
    def rule_rows(self) -> list[BoundField]:
        return self.rows(["days", "direction", "anchor", "hour"])

    @property
    def last_rows(self) -> list[BoundField]:
        return self.rows(["includes_latecomers", "is_news"])

    @property
    def when_row(self) -> BoundField | None:
        return self["when"] if "when" in self.fields else None

    @property
    def changed_columns(self) -> set[str]:
        """Which fields of the model are to be stored."""
        if self.instance.kind:
            columns = {"people", "includes_latecomers"}
        else:
            columns = {*self._meta.fields, "people", "send_at", "days", "hour"}
        stored = Mailing.objects.get(pk=self.instance.pk)
        return {
            name
            for name in columns
            if getattr(stored, name) != getattr(self.instance, name)
        }


WHEN = ("when", "send_at", "days", "direction", "anchor", "hour")


def _field_of(question: Question) -> forms.Field:
    if question.is_list:
        ticks = {str(option.pk): option.text for option in question.options.all()}
        return TicksField(
            ticks, label=question.text, help_text=_("None ticked: everybody.")
        )
    choices = [("", _("does not matter")), ("yes", _("Yes")), ("no", _("No"))]
    return forms.ChoiceField(label=question.text, required=False, choices=choices)


def _unknown(name: str, known: dict[str, str]) -> ValidationError:
    likenesses = {likeness(each): each for each in known.values()}
    close = get_close_matches(likeness(name), likenesses, n=1, cutoff=0.5)
    if not close:
        sentence = _(
            "Nobody of this meeting is registered for “%(name)s”. Write it as the list"
            " of registrations has it, or take the line out."
        )
        return ValidationError(sentence, "nobody", {"name": name})
    sentence = _(
        "Nobody of this meeting is registered for “%(name)s”. Did you mean “%(meant)s”?"
    )
    params = {"name": name, "meant": likenesses[close[0]]}
    return ValidationError(sentence, "nobody", params)
