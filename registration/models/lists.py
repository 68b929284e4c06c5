"""The registrations, looked at in the ways in which the system needs them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from meeting.mail.models import Message
from meeting.models import Meeting
from registration.models.correction import Correction
from registration.models.status import HOLDING, Status

if TYPE_CHECKING:
    from registration.models.registration import Registration


def lost_mail() -> models.QuerySet[Message]:
    """What was written to registered people and failed or came back, and none since."""
    kind = {"content_type__app_label": "registration"}
    return Message.objects.lost().filter(content_type__model="registration", **kind)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def standing(self, *statuses: str) -> Self:
        """With one of these, or beneath while something is to be corrected."""
        beneath = Q(status=Status.NEEDS_CORRECTION, held__in=statuses)
        return self.filter(Q(status__in=statuses) | beneath)

    def confirmed(self) -> Self:
        """Those who take part, also while they have something to correct."""
        return self.standing(Status.CONFIRMED)

    def waiting(self) -> Self:
        return self.standing(Status.WAITING)

    def holding_place(self, meeting: Meeting) -> Self:
        """Those who take one of the meeting's seats, or for whom one is kept."""
        holding = self.standing(*HOLDING)
        if meeting.counts_remote:
            return holding
        return holding.filter(attendance="in_person")

    def corrected(self) -> Self:
        """Those who changed something that the staff have not looked at yet."""
        unchecked = Correction.objects.unchecked().exclude(changes=[])
        return self.filter(Exists(unchecked.filter(registration=OuterRef("pk"))))

    def with_lost_mail(self) -> Self:
        """Whom a mail has not reached, and none since."""
        return self.filter(pk__in=lost_mail().values("object_id"))

    def listed(self) -> Self:
        """Participants who agreed to be in the public list."""
        return self.confirmed().filter(is_listed=True)

    def for_list(self) -> list["Registration"]:
        """The public list: by category, State or organization, and name; one query."""
        people = self.listed().select_related("category")
        return sorted(people, key=lambda person: person.place_in_list())

    def with_address(self, email: str) -> Self:
        return self.filter(email__iexact=email)

    def meetings_with_a_queue(self) -> list[int]:
        """Meetings to come in which somebody waits, or has been offered something."""
        queued = ["waiting", "offered"]
        waits = Q(status__in=queued) | Q(choices__status__in=queued)
        yesterday = timezone.now().date() - timedelta(days=1)
        to_come = self.filter(waits, meeting__ends_on__gte=yesterday)
        meetings = to_come.order_by().values_list("meeting", flat=True)
        return list(meetings.distinct())
