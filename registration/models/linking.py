"""The private link: sent, sent again, and revoked."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from meeting.mail.models import Message
from meeting.models import Meeting
from registration import mails
from registration.models.changing import Changing

# Without a time of its own: a link ends with its meeting, and is the same in each mail.
LINK = signing.Signer(salt="registration.link")
# For calendar programs, which look at an address again and again: it opens no page.
CALENDAR = signing.Signer(salt="registration.calendar")
# Whoever loses their link gets it by mail once in so long.
LINK_PAUSE = timedelta(minutes=10)


class Linking(Changing):
    @property
    def token(self) -> str:
        return self._sign(LINK)

    @property
    def address(self) -> str:
        """The private link as a mail carries it."""
        return settings.SITE_URL + self.get_absolute_url()

    @property
    def calendar_address(self) -> str:
        """Where calendar programs read the person's days and sessions, and no more."""
        token = self._sign(CALENDAR)
        path = reverse("calendar-feed", args=[self.meeting.slug, token])
        return settings.SITE_URL + path

    @property
    def calendar_subscription(self) -> str:
        """The same, as an address that a calendar program opens by itself."""
        return "webcal:" + self.calendar_address.partition(":")[2]

    def _sign(self, signer: signing.Signer) -> str:
        return signer.sign_object({"r": self.pk, "v": self.link_version})

    @property
    def link_ends_at(self) -> datetime:
        return self.meeting.ends_at + timedelta(days=settings.LINK_DAYS_AFTER_MEETING)

    @classmethod
    def by_token(cls, meeting: Meeting, token: str) -> Self | None:
        """Whose link this is; None where it is wrong, revoked or past its time."""
        return cls._signed(LINK, meeting, token)

    @classmethod
    def by_calendar_token(cls, meeting: Meeting, token: str) -> Self | None:
        """Whose calendar this is; it ends with the link."""
        return cls._signed(CALENDAR, meeting, token)

    @classmethod
    def _signed(
        cls, signer: signing.Signer, meeting: Meeting, token: str
    ) -> Self | None:
        try:
            payload = signer.unsign_object(token)
        except signing.BadSignature:
            return None
        return cls.by_version(meeting, payload["r"], payload["v"])

    @classmethod
    def by_version(cls, meeting: Meeting, pk: int, version: int) -> Self | None:
        """Whose links of this version are; None where they are revoked, or over."""
        known = cls.objects.filter(meeting=meeting).select_related(
            "meeting", "category"
        )
        found = known.filter(pk=pk, link_version=version).first()
        if found is None:
            merged = {"former_links__former": pk, "former_links__version": version}
            found = known.filter(**merged).first()
        if found is None or timezone.now() > found.link_ends_at:
            return None
        return found

    @transaction.atomic
    def send_again(self) -> Message:
        """Owe the mail of where the registration stands now, with a working link."""
        return self.owe(self.status)

    @transaction.atomic
    def send_link(self) -> bool:
        """Owe the mail with nothing but the link; not again within `LINK_PAUSE`."""
        self._lock()
        lately = timezone.now() - LINK_PAUSE
        sent = self.messages.filter(kind=mails.KIND % mails.LINK, created_at__gt=lately)
        if sent.exists() or timezone.now() > self.link_ends_at:
            return False
        self.owe(mails.LINK)
        return True

    def revoke_link(self) -> None:
        """Make every link sent until now worthless."""
        self.link_version += 1
        self.save(update_fields=["link_version", "updated_at"])
        self.former_links.all().delete()
