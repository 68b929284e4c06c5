"""Those on the waiting list: seated, or offered a seat, as places become free."""

from django.db import transaction
from django.utils import timezone

from registration import mails
from registration.models.changing import Changing
from registration.models.places import Places
from registration.models.status import Status


class Waiting(Changing):
    @classmethod
    @transaction.atomic
    def seat_waiting(cls, meeting_id: int) -> int:
        """Give what is free to those who wait; say how many got a seat, or an offer."""
        return len(Places.locked(meeting_id).fill())

    def take_free_seat(self, places: Places) -> None:
        """What became free is theirs, or is offered; called under the lock."""
        status, until = places.free_seat()
        if not places.needs_place(self):
            status, until = Status.CONFIRMED, None
        self.offer_until = until
        self._become(status, places, why="a place became free")

    @classmethod
    @transaction.atomic
    def pass_on_offers(cls, meeting_id: int) -> int:
        """Offer to the next in line what nobody has taken up; say how many it was."""
        places = Places.locked(meeting_id)
        places.pass_on_choices()
        now = timezone.now()
        passed = places.meeting.registrations.filter(
            status=Status.OFFERED, offer_until__lte=now
        )
        passed = list(passed.select_related("category").order_by("arrived_at", "pk"))
        for registration in passed:
            registration.meeting = places.meeting
            # Behind everybody; where nobody else waits, they are asked once more.
            registration.arrived_at = now
            registration._become(
                Status.WAITING, places, why="the offer was not taken up", mail=False
            )
        offered_again = {registration.pk for registration in places.fill()}
        for registration in passed:
            if registration.pk not in offered_again:
                registration.owe(mails.OFFER_PASSED)
        return len(passed)
