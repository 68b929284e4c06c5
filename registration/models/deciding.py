"""What the staff decide.

What ends in `_within` is the same where the places are locked, or only looked at,
already: for many at once.
"""

from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from registration.models.changing import with_state
from registration.models.correction import Correction
from registration.models.linking import Linking
from registration.models.places import Places
from registration.models.status import CHANGES, Status

if TYPE_CHECKING:
    from registration.answers import Answers


class Deciding(Linking):
    @transaction.atomic
    def confirm(self, *, over_capacity: bool = False, why: str = "") -> bool:
        """Give the person a seat, or a place on the waiting list, and say so.

        Over capacity only where the staff know it; the audit trail says so.
        """
        places = self._lock()
        return self.confirm_within(places, over_capacity=over_capacity, why=why)

    def confirm_within(
        self, places: Places, *, over_capacity: bool = False, why: str = ""
    ) -> bool:
        if self.status == Status.WITHDRAWN:
            return False  # Only the person can come back.
        has_room = self.holds_place or places.has_room_for(self)
        is_in = has_room or over_capacity
        if not is_in:
            return self._become(Status.WAITING, places, why=why)
        said = {"over_capacity": True} if not has_room else {}
        return self._become(Status.CONFIRMED, places, why=why, **said)

    @transaction.atomic
    def decline(self, reason: str = "", *, is_shown: bool = False) -> bool:
        """The secretariat says no, with a reason that the person may be shown."""
        return self.decline_within(self._lock(), reason, is_shown=is_shown)

    def decline_within(
        self, places: Places, reason: str = "", *, is_shown: bool = False
    ) -> bool:
        if self.status == Status.WITHDRAWN:
            return False
        self.decline_reason, self.is_reason_shown = reason, is_shown
        return self._leave(Status.DECLINED, places, why=reason)

    @transaction.atomic
    def ask_for_correction(
        self, fields: Iterable[str], note: str, *, by: User | None = None
    ) -> bool:
        """Have the person correct these fields by their link; what is approved stays."""
        return self.ask_within(self._lock(), fields, note, by=by)

    def ask_within(
        self,
        places: Places,
        fields: Iterable[str],
        note: str,
        *,
        by: User | None = None,
    ) -> bool:
        if Status.NEEDS_CORRECTION not in CHANGES[self.status]:
            return False
        if self.status != Status.NEEDS_CORRECTION:
            self.held = self.status
        self._cancel_correction()
        self._note_correction(fields, note, by)
        return self._become(Status.NEEDS_CORRECTION, places, why=note)

    def _note_correction(
        self, fields: Iterable[str], note: str, by: User | None
    ) -> None:
        Correction.objects.create(
            registration=self,
            fields=list(fields),
            note=note,
            asked_by=by,
            asked_at=timezone.now(),
        )

    @transaction.atomic
    def move_to(self, category: Any, *, why: str = "") -> bool:
        """Put the person in another category; a seat is kept only if one is free there."""
        return self.move_within(self._lock(), category, why=why)

    def move_within(self, places: Places, category: Any, *, why: str = "") -> bool:
        if self.category_id == category.pk:
            return False
        before = copy(self)
        self._put_in(category, why)
        self._seat_anew(before, places)
        places.fill()
        return True

    def _put_in(self, category: Any, why: str) -> None:
        self.category = category
        self._said = {"why": why} if why else None
        self.save(update_fields=["category", "updated_at"])
        self._said = None

    @transaction.atomic
    def amend(self, changed: Iterable[str], answers: "Answers | None" = None) -> None:
        """Keep what staff changed in these fields; mail only where it moves something."""
        places = Places.locked(self.meeting_id)
        before = self._as_stored()
        changed = with_state(changed)
        self._take_over(before, changed)
        self.save(update_fields=changed | {"updated_at"})
        if answers:
            answers.save(self)
        if "email" in changed:
            # Whoever was written to by mistake must not get in any more.
            self.revoke_link()
            self.send_again()
        self._seat_anew(before, places)
        places.settle(self)
        places.fill()
