"""The words of one mail in each language, as staff change them and look at them.

A `Wording` knows which texts there are, which words come where none is written, and
how a text that is not saved would arrive.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from meeting.letters import Frame, Letter, Placeholder, Written
from meeting.models import Meeting
from registration.mails.kinds import FOOT, Kind
from registration.mails.placeholders import placeholders
from registration.mails.values import (
    KindPreview,
    SampleValues,
    Values,
    without_link,
)
from registration.models import MailText, Registration

# So many people of a name are told apart in a preview.
MOST_FOUND = 5


class Text(NamedTuple):
    subject: str = ""
    body: str = ""


class Wording:
    """Of one thing that is written to people of a meeting."""

    # What each stored text has beside its language.
    key: dict[str, Any]
    placeholders: list[Placeholder]
    # What else may stand in the frame, and in no text.
    of_frame: tuple[str, ...] = ()

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting

    # What is written.

    def _texts(self) -> QuerySet[MailText]:
        return MailText.objects.filter(**self.key)

    @cached_property
    def stored(self) -> dict[str, MailText]:
        """What the secretariat wrote, by language."""
        return {text.language: text for text in self._texts()}

    @property
    def version(self) -> str:
        """Tells whether somebody else has saved it meanwhile."""
        return " ".join(
            f"{language}:{text.updated_at.isoformat()}"
            for language, text in sorted(self.stored.items())
        )

    def default(self, language: str) -> Text:
        """The words that come where none are written; of a mail to many there are none."""
        return Text()

    def shown(self, language: str) -> Text:
        """What people who read this language are sent, as far as it is in it."""
        if text := self.stored.get(language):
            return Text(text.subject, text.body)
        return self._unwritten(language, self.stored)

    def _unwritten(self, language: str, stored: Mapping[str, Any]) -> Text:
        # Where only English is written, it is what everybody gets.
        is_covered = language != "en" and "en" in stored
        return Text() if is_covered else self.default(language)

    @transaction.atomic
    def save(self, texts: Mapping[str, Text], version: str) -> None:
        """Store these as they stand; the words that would come anyway are not stored.

        Refused where somebody has saved others than those of this `version`.
        """
        if not self._is_still(version):
            raise ValidationError(
                _(
                    "Somebody else changed this text while you were writing. What you"
                    " wrote is still here, and theirs stands below: take over what you"
                    " need and save once more. That replaces theirs."
                ),
                "meanwhile",
            )
        # English first: what it is decides what comes where another is not written.
        for language in sorted(texts, key=lambda each: each != "en"):
            self._save(language, texts[language])

    @transaction.atomic
    def go_back(self, version: str) -> bool:
        """Take back what is written; not what others have saved since this `version`."""
        if not self._is_still(version):
            return False
        self._texts().delete()
        self.stored.clear()
        return True

    def _is_still(self, version: str) -> bool:
        # Whoever saves at the same moment waits here.
        Meeting.objects.select_for_update().get(pk=self.meeting.pk)
        self.__dict__.pop("stored", None)
        return version == self.version

    def _save(self, language: str, text: Text) -> None:
        stored = self.stored.get(language)
        if text in (Text(), self._unwritten(language, self.stored)):
            if stored:
                self.stored.pop(language).delete()
        elif not stored or text != (stored.subject, stored.body):
            new = stored or MailText(language=language, **self.key)
            new.subject, new.body = text
            new.save()
            self.stored[language] = new

    # How it arrives.

    def frame(self) -> Frame:
        """What stands around it, in the language that is active."""
        raise NotImplementedError

    def sample(self) -> Values:
        """The values of somebody made up."""
        return SampleValues(self.meeting, self.placeholders)

    def find(self, words: str) -> list[Any]:
        """The people whom these words may name, few enough to be told apart."""
        raise NotImplementedError

    def values(self, person: Any) -> Values:
        """Those of a real person, without what opens anything."""
        raise NotImplementedError

    def written(self, language: str, text: Text, person: Model | None) -> Written:
        """The mail as it would arrive at this person, or at somebody made up."""
        known = {place.name for place in self.placeholders} | {*self.of_frame}
        with translation.override(language), timezone.override(self.meeting.zone):
            values = self.values(person) if person else self.sample()
            return Letter(*text, self.frame(), known).to(values)

    @property
    def examples(self) -> list[dict[str, str]]:
        """The placeholders for whoever writes, with what each may stand for."""
        with timezone.override(self.meeting.zone):
            values = self.sample()
            return [
                {
                    "place": str(place),
                    "meaning": place.meaning,
                    "example": values[place.name],
                }
                for place in self.placeholders
            ]


class KindWording(Wording):
    """Of a kind of mail that the system sends by itself."""

    def __init__(self, meeting: Meeting, kind: Kind) -> None:
        super().__init__(meeting)
        self.kind = kind
        self.key = {"meeting": meeting, "kind": kind.name, "mailing": None}
        self.placeholders = placeholders(kind.places)

    def default(self, language: str) -> Text:
        with translation.override(language):
            return Text(str(self.kind.subject), self.kind.body)

    def frame(self) -> Frame:
        button = str(self.kind.button)
        return Frame(self.meeting.title, button, tuple(map(str, FOOT)))

    def find(self, words: str) -> list[Registration]:
        return find_registered(self.meeting, words)

    def values(self, person: Registration) -> Values:
        return without_link(KindPreview(person, self.kind, self.sample()))


def find_registered(meeting: Meeting, words: str) -> list[Registration]:
    """By reference or address, which name one person; else by a part of the name."""
    people = meeting.registrations.select_related("meeting", "category")
    exact = people.filter(Q(reference=words.upper()) | Q(email__iexact=words))
    return list(exact) or list(people.filter(name__icontains=words)[:MOST_FOUND])


def languages() -> dict[str, str]:
    """Those in which texts are written, by code, each by its name."""
    return {code: str(name) for code, name in settings.LANGUAGES}
