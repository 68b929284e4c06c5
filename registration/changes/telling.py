"""The mails by which people learn of a release, written by a worker.

Any of it may run twice, and at once: the outbox takes one about a release for one
person only once.
"""

import logging
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agenda.differences import of_release
from agenda.models import Release, Snapshot, Speaker
from meeting.letters import Address, Frame, Letter, Lines
from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.moments import offset, zone_city
from registration import mails, unsubscribing
from registration.calendar.hours import Hours
from registration.calendar.telling import tell_calendars
from registration.calendar.watching import differing
from registration.changes.concerned import Concerned, concerned
from registration.mailings.choosing import without
from registration.mails.kinds import FOOT, KIND, KINDS, SEE
from registration.mails.values import RegistrationValues, SpeakerValues, Values
from registration.mails.writing import letter_of, mail_language
from registration.models import Registration
from registration.models.places import Places
from registration.models.status import OUT

log = logging.getLogger(__name__)

# So many are written to in one transaction.
CHUNK = 100


def tell_of_all() -> None:
    """Each that is due; one that cannot be told is not in the way of the rest."""
    for pk in list(Release.objects.to_tell().values_list("pk", flat=True)):
        try:
            tell(pk)
        except DatabaseError:
            raise  # Gone or busy, for all of them.
        except Exception:
            log.exception("Release %s could not be told", pk)


def tell(pk: int) -> int:
    """Write to all whom it concerns, and say to how many that was."""
    release = Release.objects.to_tell().select_related("meeting").filter(pk=pk).first()
    if release is None:
        return 0
    news, count = News(release), 0
    for model, pks in news.people:
        for some in _chunks(sorted(pks)):
            count += _write(news, model, some)
    Release.objects.to_tell().filter(pk=pk).update(told_at=timezone.now())
    return count


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), CHUNK):
        yield pks[start : start + CHUNK]


@transaction.atomic
def _write(news: "News", model: type[Model], pks: list[int]) -> int:
    # Nobody of them is erased, or merged with another, until they are owed it; nobody
    # else tells their calendars anything, and a second worker waits.
    meeting = Places.locked(news.release.meeting_id).meeting
    if not Release.objects.to_tell().filter(pk=news.release.pk).exists():
        return 0
    people = list(without(model.objects.filter(pk__in=pks), news.once).order_by("pk"))
    if model is Speaker:
        messages = [news.to_speaker(person) for person in people]
        return Message.owe_many(filter(None, messages))
    people = [person for person in people if person.status not in OUT]
    hours = Hours(meeting)
    moved = {person for person, _what in differing(people, hours)}
    written = {
        person: message
        for person in people
        if (message := news.to_registered(person, hours, person in moved))
    }
    with_calendar = {p: message for p, message in written.items() if p in moved}
    tell_calendars(with_calendar, hours)
    return Message.owe_many(written.values())


class News:
    """What a release has changed, ready to be told in several languages."""

    def __init__(self, release: Release) -> None:
        self.release, self.meeting = release, release.meeting
        self.before = release.before
        self.once = f"release:{release.pk}"
        self._said: dict[str, list[str]] = {}
        self._letters: dict[tuple, tuple[Letter, str]] = {}

    @cached_property
    def concerned(self) -> Concerned:
        before = self.before and self.before.snapshot
        differences = of_release(self.release, self.before)
        before = before or Snapshot.kept(self.meeting)
        return concerned(self.meeting, differences, before, self.release.snapshot)

    @property
    def people(self) -> list[tuple[type[Model], set[int]]]:
        found = self.concerned
        return [
            (Registration, set(found.registered)),
            (Speaker, set(found.speakers)),
        ]

    def said(self, language: str) -> list[str]:
        """Each difference, in this language."""
        if language not in self._said:
            with translation.override(language):
                differences = of_release(self.release, self.before)
            self._said[language] = [each.text for each in differences]
        return self._said[language]

    def to_registered(
        self, person: Registration, hours: Hours, has_moved: bool
    ) -> Message | None:
        """By the link of their own; None where the address is none."""
        person.meeting = hours.meeting
        is_news = person.pk in self.concerned.news
        letter, language = self._letter(
            person.language, _news_frame if is_news else None
        )
        with translation.override(language):
            more = self._more(self.concerned.registered[person.pk], language)
            if has_moved:
                more["calendar_line"] = _(
                    "What is attached brings your calendar up to date."
                )
        values = RegistrationValues(person, hours, **more)
        return self._message(person, values, letter, language, is_news)

    def to_speaker(self, speaker: Speaker) -> Message | None:
        letter, language = self._letter("en", _speaker_frame)
        more = self._more(self.concerned.speakers[speaker.pk], language)
        values = ChangesForSpeaker(speaker, self.meeting, **more)
        return self._message(speaker, values, letter, language, is_news=True)

    def _letter(self, wanted: str, frame_of: Any) -> tuple[Letter, str]:
        key = (mail_language(wanted), frame_of)
        if key not in self._letters:
            kind = KINDS[mails.CHANGED]
            self._letters[key] = letter_of(self.meeting, kind, key[0], frame_of)
        return self._letters[key]

    def _more(self, places: set[int], language: str) -> dict[str, str]:
        said = self.said(language)
        args = [self.meeting.slug, self.release.number]
        url = settings.SITE_URL + reverse("release-changes", args=args)
        lines = [f"– {said[place]}" for place in sorted(places)]
        return {
            "changes": Lines("\n".join([*lines, self._whose_hours()])),
            "release_note": Lines(self.release.note),
            "calendar_line": "",
            "all_changes": Address(url),
        }

    def _whose_hours(self) -> str:
        words = {
            "city": zone_city(self.meeting),
            "offset": offset(self.meeting.starts_at, self.meeting),
        }
        return _("Hours are those of %(city)s (%(offset)s).") % words

    def _message(
        self,
        person: Registration | Speaker,
        values: Values,
        letter: Letter,
        language: str,
        is_news: bool,
    ) -> Message | None:
        if is_news:
            values["unsubscribe"] = unsubscribing.address_for(person, self.meeting)
        with translation.override(language), timezone.override(self.meeting.zone):
            written = letter.to(values)
        try:
            return Message.written(
                person,
                KIND % mails.CHANGED,
                to=person.email,
                once=self.once,
                reply_to=self.meeting.contact_email,
                language=language,
                subject=written.subject,
                text=written.text,
                html=written.html,
                is_bulk=True,
                unsubscribe=values["unsubscribe"] if is_news else "",
            )
        except ValidationError:
            log.warning("%s: no plain address of %s", self.once, person.pk)
            return None


class ChangesForSpeaker(SpeakerValues):
    """A speaker has no registration: what a text names of one stands for nothing."""

    def __missing__(self, name: str) -> str:
        return super().__missing__(name) if hasattr(self, name) else ""

    def link(self) -> str:
        path = reverse("agenda", args=[self.meeting.slug])
        return Address(settings.SITE_URL + path)


def _news_frame(meeting: Meeting) -> Frame:
    stop = str(_("[No more such mails]({unsubscribe})."))
    return Frame(meeting.title, str(SEE), (*map(str, FOOT), stop))


def _speaker_frame(meeting: Meeting) -> Frame:
    why = _("You get this mail because of your part in the {title}.")
    stop = _("[No more such mails]({unsubscribe}).")
    return Frame(meeting.title, _("See the agenda"), ("{questions}", why, stop))
