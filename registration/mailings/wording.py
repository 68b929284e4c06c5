"""The words of a mail to many, as staff write them and look at them."""

from django.db.models import QuerySet

from agenda.models import Speaker
from meeting.letters import Address, Frame
from registration.mailings.sending import frame_of
from registration.mails.values import (
    RegistrationValues,
    SpeakerValues,
    Values,
    without_link,
)
from registration.mails.wording import MOST_FOUND, Wording, find_registered
from registration.models import Mailing, MailText, Registration


class MailingWording(Wording):
    """Of a mail to many with a text of its own, which need not be saved yet."""

    of_frame = ("unsubscribe",)

    def __init__(self, mailing: Mailing) -> None:
        super().__init__(mailing.meeting)
        self.mailing = mailing
        self.key = {"meeting": mailing.meeting, "mailing": mailing}
        self.placeholders = mailing.placeholders

    def _texts(self) -> QuerySet[MailText]:
        return super()._texts() if self.mailing.pk else MailText.objects.none()

    def frame(self) -> Frame:
        return frame_of(self.mailing)

    def sample(self) -> Values:
        return self._inert(super().sample())

    def find(self, words: str) -> list[Registration] | list[Speaker]:
        if self.mailing.to == Mailing.To.SPEAKERS:
            found = Speaker.objects.of(self.meeting).filter(name__icontains=words)
            return list(found[:MOST_FOUND])
        return find_registered(self.meeting, words)

    def values(self, person: Registration | Speaker) -> Values:
        if isinstance(person, Speaker):
            return self._inert(SpeakerValues(person, self.meeting))
        return self._inert(RegistrationValues(person))

    def _inert(self, values: Values) -> Values:
        # Whoever tries it must not take somebody off the list.
        values["unsubscribe"] = Address(f"{values['site']}news/example/")
        return without_link(values)
