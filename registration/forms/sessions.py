"""The sessions and side events that people choose as they register."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agenda.models import Release, Session
from meeting import moments
from meeting.models import Meeting
from registration.fields import Checkboxes
from registration.forms.cautions import Caution, Cautions
from registration.forms.kinds import places_note
from registration.models import Places, Registration


class SessionChoices(Checkboxes):
    """Under the heading of their day, with hours, room and places."""

    template_name = "plenary/widgets/sessions.html"
    lines: dict[str, dict[str, Any]]

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        days: dict[date | None, list] = {}
        for _group, options, _index in context["widget"]["optgroups"]:
            for option in options:
                line = self.lines[str(option["value"])]
                days.setdefault(line["date"], []).append(option | line)
        context["days"] = days.items()
        return context


class SessionsField(forms.MultipleChoiceField):
    widget = SessionChoices
    default_error_messages = {
        "invalid_choice": _("The sessions and side events have changed. Choose again.")
    }

    def __init__(self, sessions: list[Session], places: Places) -> None:
        self.sessions = {str(session.pk): session for session in sessions}
        super().__init__(
            label=_("Which of these do you come to?"),
            required=False,
            choices=[(key, str(each)) for key, each in self.sessions.items()],
        )
        self.widget.lines = {
            key: {
                "date": session.date,
                "hours": hours_of(session),
                "room": session.place,
                "places": places_note(
                    places.left_of(session), places.queue_of(session)
                ),
            }
            for key, session in self.sessions.items()
        }

    def clean(self, value: Any) -> list[Session]:
        keys = super().clean(value)
        return [session for key, session in self.sessions.items() if key in keys]


class ChoosesSessions(Cautions):
    """A form that asks which sessions somebody comes to, where there are any."""

    meeting: Meeting
    instance: Registration
    places: Places

    def add_sessions_field(self) -> None:
        sessions = self._offered()
        chosen = []
        if self.instance.pk:
            chosen = [choice.session for choice in self.instance.chosen_sessions]
        # What they chose stays a choice, even if it is no longer offered.
        sessions += [session for session in chosen if session not in sessions]
        if not sessions:
            return
        for session in sessions:
            session.meeting = self.meeting
        self.places.count_together(sessions=sessions)
        self.fields["sessions"] = SessionsField(sessions, self.places)
        self.initial["sessions"] = [str(session.pk) for session in chosen]

    def _offered(self) -> list[Session]:
        """Those that readers know of, in the order of their hours."""
        sessions = list(self.meeting.sessions.to_choose())
        for session in sessions:
            session.meeting = self.meeting
        known = Release.objects.as_readers_know(sessions)
        return sorted(known, key=lambda session: session.by_hours)

    @property
    def chosen_sessions(self) -> list[Session] | None:
        """None where they were not asked for."""
        return self.cleaned_data["sessions"] if "sessions" in self.fields else None

    def find_cautions(self) -> Iterator[Caution]:
        yield from super().find_cautions()
        for one, other in combinations(self.chosen_sessions or [], 2):
            if one.clashes_with(other):
                text = _(
                    "“%(one)s” (%(one_hours)s) and “%(other)s” (%(other_hours)s) take"
                    " place at the same time on %(day)s."
                )
                words = {
                    "one": one,
                    "one_hours": hours_of(one),
                    "other": other,
                    "other_hours": hours_of(other),
                    "day": date_format(one.date, "j F Y"),
                }
                yield Caution(f"clash:{one.pk}:{other.pk}", text % words)


def hours_of(session: Session) -> str:
    """From when to when, in the meeting's zone: "10.00–13.00"."""
    known = filter(None, [session.starts_at, session.ends_at])
    return "–".join(moments.hour(moment, session.meeting) for moment in known)
