"""How a registration changes: what each of its rules is made of."""

from collections.abc import Iterable
from typing import Any, Self

from django.utils import timezone
from django.utils.functional import cached_property

from meeting.mail.models import Message
from registration import mails
from registration.models.places import Places
from registration.models.status import CHANGES, HOLDING, Status

# What a decision rests on, and what it writes.
DECIDED = [
    "status",
    "held",
    "arrived_at",
    "offer_until",
    "decline_reason",
    "is_reason_shown",
]
NEEDED = ["category", "organization_key", "attendance"]
# Whoever stood so was written to; later mails say that this no longer holds.
TOLD = {Status.WAITING, Status.OFFERED, Status.CONFIRMED, Status.DECLINED}
# What the person says that may cost them their seat, or find them one.
MOVING = ("category_id", "organization_key", "attendance")
# What says whether the organization is a State, and which.
NAMING = {"category", "organization"}


def with_state(changed: Iterable[str]) -> set[str]:
    """These fields, and what follows from them: a State goes by its own name."""
    fields = {*changed}
    return fields | {"organization", "state"} if fields & NAMING else fields


class Changing:
    """A rule begins with `_lock()`, changes the status by `_become()`, and owes a mail."""

    # For the audit trail: what is said of the change that is being saved.
    _said: dict[str, Any] | None = None
    # Set where the person acts by their own link.
    is_own_doing = False

    def get_additional_data(self) -> dict[str, Any] | None:
        """What the audit trail keeps besides old and new values: who and why."""
        own = {"by": "participant"} if self.is_own_doing else {}
        return {**own, **(self._said or {})} or None

    # What it is told.

    @cached_property
    def owed(self) -> list[Message]:
        """What was written to the person through this object."""
        return []

    def owe(self, kind: str, **more: Any) -> Message:
        message = mails.owe(self, kind, **more)
        self.owed.append(message)
        return message

    # Under the lock.

    def _lock(self) -> Places:
        """The meeting's places, and this registration as it stands now."""
        places = Places.locked(self.meeting_id)
        self.refresh_from_db(fields=[*DECIDED, *NEEDED])
        return places

    def _as_stored(self) -> Self:
        return type(self).objects.select_related("category").get(pk=self.pk)

    def _take_over(self, stored: Self, changed: set[str]) -> None:
        """All that is not `changed`, as it is now: others may have acted meanwhile."""
        for field in self._meta.concrete_fields:
            if field.name not in changed:
                setattr(self, field.attname, getattr(stored, field.attname))

    def _become(
        self, status: str, places: Places, *, mail: bool = True, **said: Any
    ) -> bool:
        """Change the status, if the table allows it, with all that follows from it."""
        before, held = self.status, self.holds_place
        if status not in CHANGES[before]:
            return False
        pools = places.limits_of(self)
        self.status = status
        if status != Status.NEEDS_CORRECTION:
            self.held = ""
        if before == Status.NEEDS_CORRECTION and status != before:
            self._cancel_correction()
        if status != Status.OFFERED:
            self.offer_until = None
        if status != Status.DECLINED:
            self.decline_reason, self.is_reason_shown = "", False
        self._said = {name: value for name, value in said.items() if value}
        self.save(update_fields=[*DECIDED, "updated_at"])
        self._said = None
        places.change(pools, self.holds_place - held)
        places.settle(self)
        if mail:
            self.owe(status, is_anew=before in TOLD)
        return True

    def _cancel_correction(self) -> None:
        self.corrections.open().update(cancelled_at=timezone.now())

    def _leave(self, status: str, places: Places, *, why: str = "") -> bool:
        """Become this, and let those who wait have what is free now."""
        changed = self._become(status, places, why=why)
        if changed:
            places.fill()
        return changed

    # By the rule of seats.

    def _status_on_arrival(self, places: Places) -> str:
        if not places.categories[self.category_id].is_automatic:
            return Status.RECEIVED
        return self._seat_or_list(places)

    def _seat_or_list(self, places: Places, besides: Self | None = None) -> str:
        has_room = places.has_room_for(self, besides)
        return Status.CONFIRMED if has_room else Status.WAITING

    def _seat_anew(self, before: Self, places: Places, *, mail: bool = True) -> None:
        """After a change of category, organization or attendance: the rule again."""
        moved = self._moved(before)
        if "attendance" in moved:
            places.settle_anew(self)
        if not moved or self.standing not in (*HOLDING, Status.WAITING):
            return
        needed = places.needs_place(before)
        if before.holds_place:
            places.change(places.limits_of(before), -1)
            places.change(places.limits_of(self), +1)
        if self._needs_approval_anew(before, places):
            status: str = Status.RECEIVED
        else:
            status = self._seat_or_list(places, besides=self)
        if status == Status.WAITING and not needed:
            self.arrived_at = timezone.now()  # They ask for a seat only now.
        if status == self.standing or (status == Status.CONFIRMED and self.holds_place):
            return
        if self.status == Status.NEEDS_CORRECTION:
            # Asked for a correction still: it stands so beneath.
            self.held = status
            self.save(update_fields=["held", "updated_at"])
        else:
            self._become(status, places, mail=mail)

    def _moved(self, before: Self) -> list[str]:
        return [name for name in MOVING if getattr(self, name) != getattr(before, name)]

    def _needs_approval_anew(self, before: Self, places: Places) -> bool:
        """Whoever moves themselves to a category that somebody decides on is looked at."""
        is_moved = self.category_id != before.category_id
        is_automatic = places.categories[self.category_id].is_automatic
        return self.is_own_doing and is_moved and not is_automatic
