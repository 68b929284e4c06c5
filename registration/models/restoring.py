"""Taking a decision back: what was before is had again, as far as it is free."""

from copy import copy
from typing import Any

from django.db import transaction

from registration.models.deciding import Deciding
from registration.models.places import Places
from registration.models.status import HOLDING, Status


class Restoring(Deciding):
    @property
    def standing_in_full(self) -> dict[str, Any]:
        """All that a decision of the staff may change, for whoever takes it back."""
        asks = self.status == Status.NEEDS_CORRECTION
        return {
            "status": self.status,
            "held": self.held,
            "category": self.category_id,
            "decline_reason": self.decline_reason,
            "is_reason_shown": self.is_reason_shown,
            "correction": getattr(self.open_correction, "pk", None) if asks else None,
        }

    @transaction.atomic
    def restore(
        self, before: dict[str, Any], *, mail: bool = True, why: str = ""
    ) -> bool:
        """Take a decision back, where what was `standing_in_full` can still be had."""
        return self.restore_within(self._lock(), before, mail=mail, why=why)

    def restore_within(
        self, places: Places, before: dict[str, Any], *, mail: bool, why: str = ""
    ) -> bool:
        if self.status == Status.WITHDRAWN != before["status"]:
            return False  # Only the person can come back.
        was = copy(self)
        was.category = places.categories[before["category"]]
        needs = (before["held"] or before["status"]) in HOLDING
        if needs and places.full_pools(was, besides=self):
            return False
        is_moved = was.category != self.category
        if is_moved:
            self._move_back(places, was.category, why)
        has_changed = self._stand_as(places, before, mail=mail, why=why)
        places.fill()
        return is_moved or has_changed

    def _move_back(self, places: Places, category: Any, why: str) -> None:
        """Without a look at seats: that there is one is known."""
        held = self.holds_place
        places.change(places.limits_of(self), -held)
        self._put_in(category, why)
        places.change(places.limits_of(self), +held)

    def _stand_as(
        self, places: Places, before: dict[str, Any], *, mail: bool, why: str
    ) -> bool:
        status = before["status"]
        if status == Status.NEEDS_CORRECTION:
            is_asked_anew = self._reopen_correction(before["correction"])
            if self.status == status:
                self._hold_beneath(places, before["held"])
                if not is_asked_anew:
                    return False
            self.held = before["held"]
        if status == Status.OFFERED:
            status = Status.CONFIRMED  # Nobody is asked twice whether they want it.
        self.decline_reason = before["decline_reason"]
        self.is_reason_shown = before["is_reason_shown"]
        return self._become(status, places, mail=mail, why=why)

    def _hold_beneath(self, places: Places, held: str) -> None:
        had = self.holds_place
        self.held = held
        self.save(update_fields=["held", "updated_at"])
        places.change(places.limits_of(self), self.holds_place - had)

    def _reopen_correction(self, pk: int) -> bool:
        """Ask again for what was asked for then, instead of anything since."""
        if self.corrections.open().filter(pk=pk).exists():
            return False
        self._cancel_correction()
        asked = self.corrections.filter(pk=pk, made_at=None)
        return bool(asked.update(cancelled_at=None))
