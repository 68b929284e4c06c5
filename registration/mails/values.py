"""What the placeholders of a mail stand for, for one person and in one language."""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from agenda.models import Session, Speaker
from meeting.letters import Address, Placeholder, Typed
from meeting.models import Meeting
from meeting.moments import date_range, in_zone, zone_city
from meeting.words import inert
from registration.calendar.hours import Hours
from registration.mails.kinds import Kind

if TYPE_CHECKING:
    from registration.models import Choice, Registration


class Values(dict):
    """The values of a meeting's placeholders, each worked out when it is named."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__()
        self.meeting = meeting

    def __missing__(self, name: str) -> str:
        self[name] = value = getattr(self, name)()
        return value

    def title(self) -> str:
        return self.meeting.title

    def dates(self) -> str:
        return date_range(self.meeting.starts_on, self.meeting.ends_on)

    def city(self) -> str:
        return self.meeting.city

    def venue(self) -> str:
        return self.meeting.venue

    def where(self) -> str:
        meeting = self.meeting
        place = ", ".join(filter(None, [meeting.room, meeting.venue, meeting.city]))
        return _("Where: %s.") % place if place else ""

    def organizer(self) -> str:
        return self.meeting.organizer_name

    def contact(self) -> str:
        return self.meeting.contact_email

    def papers_due(self) -> str:
        due = self.meeting.papers_deadline
        return formats.date_format(due, "j F Y") if due else ""

    def registration_ends(self) -> str:
        ends = self.meeting.registration_ends_at
        return in_zone(ends, self.meeting) if ends else ""

    def site(self) -> str:
        return Address(settings.SITE_URL + self.meeting.get_absolute_url())

    def questions(self) -> str:
        return _("Questions? Answer this mail.") if self.meeting.contact_email else ""


class RegistrationValues(Values):
    """Those of one person's registration; `more` is what only this kind of mail has."""

    def __init__(
        self,
        registration: "Registration",
        hours: Hours | None = None,
        **more: Any,
    ) -> None:
        super().__init__(registration.meeting)
        self.registration, self.more, self._hours = registration, more, hours

    @property
    def hours(self) -> Hours:
        if self._hours is None:
            self._hours = Hours(self.meeting)
        return self._hours

    def person(self) -> str:
        return Typed(self.registration.person)

    def name(self) -> str:
        return Typed(self.registration.name)

    def organization(self) -> str:
        return Typed(self.registration.organization)

    def function(self) -> str:
        return Typed(self.registration.function)

    def category(self) -> str:
        return str(self.registration.category)

    def reference(self) -> str:
        return self.registration.reference

    def status(self) -> str:
        return str(self.registration.get_status_display())

    def attendance(self) -> str:
        return str(self.registration.get_attendance_display())

    def days(self) -> str:
        return _days_in_words(self.registration.dates)

    def starts_for_you(self) -> str:
        known = [
            self.hours[day] for day in self.registration.dates if day in self.hours
        ]
        begins = min((start for start, _end in known), default=None)
        return _begins(self.meeting, begins)

    @property
    def is_remote(self) -> bool:
        return self.registration.attendance == "remote"

    def how(self) -> str:
        if self.is_remote:
            return _remotely()
        return _("You have a seat.") + " " + _bring()

    def where_and_what(self) -> str:
        if self.is_remote:
            return _remotely()
        return " ".join(filter(None, [self.where(), _bring()]))

    def your_sessions(self) -> str:
        chosen = "; ".join(map(_choice_in_words, self.registration.chosen_sessions))
        return _("Your sessions and side events: %s.") % chosen if chosen else ""

    def link(self) -> str:
        return Address(self.registration.address)

    def link_ends(self) -> str:
        return in_zone(self.registration.link_ends_at, self.meeting)

    # Of one kind each.

    @cached_property
    def _correction(self) -> Any:
        return self.registration.open_correction

    def secretariat_writes(self) -> str:
        note = self._correction and inert(self._correction.note)
        return _("The secretariat writes: %s") % note if note else ""

    def to_be_corrected(self) -> str:
        return ", ".join(self._correction.labels) if self._correction else ""

    def meanwhile(self) -> str:
        held = self.registration.held
        if held == "confirmed":
            return _("Your seat stays yours meanwhile.")
        if held == "waiting":
            return _(
                "You keep your place on the waiting list meanwhile, and can be given a"
                " seat once it is corrected."
            )
        return _("The secretariat decides once it is corrected.")

    def position(self) -> str:
        return str(self.registration.waiting_position or "")

    def remotely_instead(self) -> str:
        if self.meeting.counts_remote:
            return ""
        return _(
            "If you take part remotely instead, you need no seat: change it by the link."
        )

    def offer_ends(self) -> str:
        return in_zone(self.registration.offer_until, self.meeting)

    def reason_given(self) -> str:
        reason = inert(self.registration.reason)
        return _("The reason given: %s") % reason if reason else ""

    def choice(self) -> str:
        return str(self.more["choice"])

    def choice_ends(self) -> str:
        return in_zone(self.more["choice"].offer_until, self.meeting)

    def give_up(self) -> str:
        if not self.more["choice"].session_id:
            return ""
        return _(
            "You cannot come to it? Please give it up by the link, so that somebody"
            " else can."
        )

    def submitted(self) -> str:
        return self.more["submitted"]

    # Of what has changed in the agenda.

    def changes(self) -> str:
        return self.more["changes"]

    def release_note(self) -> str:
        return self.more["release_note"]

    def calendar_line(self) -> str:
        return self.more["calendar_line"]

    def all_changes(self) -> str:
        return self.more["all_changes"]


class SpeakerValues(Values):
    """Those of a speaker on the meeting's agenda; `more` is what only a kind has."""

    def __init__(self, speaker: Speaker, meeting: Meeting, **more: str) -> None:
        super().__init__(meeting)
        self.speaker = speaker
        self.update(more)

    @cached_property
    def _roles(self) -> list[Any]:
        return self.speaker.roles_at(self.meeting)

    def person(self) -> str:
        style = next((role.style for role in self._roles if role.style), "")
        return Typed(f"{style} {self.speaker.name}".strip())

    def name(self) -> str:
        return Typed(self.speaker.name)

    def organization(self) -> str:
        named = (role.affiliation for role in self._roles if role.affiliation)
        return Typed(next(named, ""))

    def appearances(self) -> str:
        places = [str(role.presentation or role.item) for role in self._roles]
        return Typed("; ".join(dict.fromkeys(places)))


class SampleValues(Values):
    """For a preview: the meeting's own values, and a made-up person."""

    def __init__(self, meeting: Meeting, known: list[Placeholder]) -> None:
        super().__init__(meeting)
        self._samples = {place.name: place.sample for place in known}

    def __missing__(self, name: str) -> str:
        if sample := self._samples.get(name):
            return str(sample)
        return super().__missing__(name)

    def days(self) -> str:
        return _days_in_words(self.meeting.days)

    def starts_for_you(self) -> str:
        hours = Hours(self.meeting)
        begins = min((start for start, _end in hours.values()), default=None)
        return _begins(self.meeting, begins)

    def link(self) -> str:
        return Address(f"{self.site()}me/example/")

    def link_ends(self) -> str:
        days = timedelta(days=settings.LINK_DAYS_AFTER_MEETING)
        return in_zone(self.meeting.ends_at + days, self.meeting)

    def offer_ends(self) -> str:
        return in_zone(self.meeting.starts_at, self.meeting)

    choice_ends = offer_ends

    def all_changes(self) -> str:
        return Address(f"{self.site()}releases/")

    def remotely_instead(self) -> str:
        return ""


class KindPreview(RegistrationValues):
    """Those of a real person, with samples for what their case does not have.

    Whoever stands as this kind of mail says is shown as they are.
    """

    def __init__(
        self, registration: "Registration", kind: Kind, samples: SampleValues
    ) -> None:
        super().__init__(registration)
        self._lacking = set(kind.places)
        if registration.status == kind.name:
            self._lacking.clear()
        self._samples = samples

    def __missing__(self, name: str) -> str:
        if name not in self._lacking:
            return super().__missing__(name)
        self[name] = self._samples[name]
        return self[name]


def without_link(values: Values) -> Values:
    """Those of a real person, to be looked at by others: not with the private link."""
    values["link"] = Address(f"{values['site']}me/example/")
    return values


def _days_in_words(days: list[date]) -> str:
    return ", ".join(formats.date_format(day, "l j F Y") for day in days)


def _begins(meeting: Meeting, begins: datetime | None) -> str:
    title = meeting.title
    if begins:
        return _("The %(title)s begins for you at %(moment)s.") % {
            "title": title,
            "moment": in_zone(begins, meeting),
        }
    return _("The %(title)s takes place on %(dates)s (%(city)s time).") % {
        "title": title,
        "dates": date_range(meeting.starts_on, meeting.ends_on),
        "city": zone_city(meeting),
    }


def _remotely() -> str:
    return _("You take part remotely. The secretariat writes to you how to join.")


def _bring() -> str:
    return _("Bring an identity document with a photograph, and your reference.")


def _choice_in_words(choice: "Choice") -> str:
    session: Session = choice.session
    if choice.status != "waiting":
        return str(session)
    place = _("on the waiting list, place %d") % choice.position
    return f"{session} ({place})"
