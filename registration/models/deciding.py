"""What may happen to a registration: each method is one rule, in one transaction.

Form, private link, admin, bulk work, import and beat all call these. Each begins with
the meeting's places, that is with its lock, so that none waits for another in a ring.
"""

from collections.abc import Iterable
from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import cached_property

from meeting.mail.models import Message
from registration import mails
from registration.models.correction import Correction
from registration.models.places import Places
from registration.models.status import CHANGES, HOLDING, Status
from registration.references import reference_of

if TYPE_CHECKING:
    from registration.answers import Answers

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
# Whoever loses their link gets it by mail once in so long.
LINK_PAUSE = timedelta(minutes=10)
# What the person says that may cost them their seat, or find them one.
MOVING = ("category_id", "organization_key", "attendance")


class Deciding:
    # For the audit trail: what is said of the change that is being saved.
    _said: dict[str, Any] | None = None
    # Set where the person acts by their own link.
    is_own_doing = False

    def get_additional_data(self) -> dict[str, Any] | None:
        """What the audit trail keeps besides old and new values: who and why."""
        own = {"by": "participant"} if self.is_own_doing else {}
        return {**own, **(self._said or {})} or None

    # Taking it in.

    def submit(self, submission: str, answers: "Answers | None" = None) -> Self:
        """Take a form that was sent, once; return what is registered for its address.

        Sent again, or by an address that is registered already, it changes nothing:
        the person is written to, and whoever sent the form is told the same as all.
        """
        try:
            return self._submit(submission, answers)
        except IntegrityError:
            # The secretariat entered the same address meanwhile, without our lock.
            # Now it can be seen.
            self.pk = None
            self._state.adding = True
            return self._submit(submission, answers)

    @transaction.atomic
    def _submit(self, submission: str, answers: "Answers | None") -> Self:
        # Whoever sends the same form at the same time waits here for the first.
        places = Places.locked(self.meeting_id)
        registrations = places.meeting.registrations
        if same := registrations.filter(submission=submission).first():
            return same
        if known := registrations.with_address(self.email).first():
            mails.owe_once(
                known, mails.KNOWN, submission, submitted=reference_of(submission)
            )
            return known
        self.arrive(submission, places)
        self.save()
        if answers:
            answers.save(self)
        places.settle(self)
        self.owe(self.status)
        return self

    def arrive(
        self, submission: str, places: Places, *, is_seated: bool | None = None
    ) -> None:
        """Be given a reference, a place in line and a status; it is not stored yet.

        `is_seated` where the staff have decided for all: by the rule of seats, or not.
        """
        self.submission = submission
        self.reference = reference_of(submission)
        # Arrival is when the lock was had: in this order seats are given.
        self.arrived_at = timezone.now()
        self.set_keys()
        if is_seated is None:
            self.status = self._status_on_arrival(places)
        else:
            self.status = self._seat_or_list(places) if is_seated else Status.RECEIVED
        # Who arrives next may do so before this one is stored.
        places.change(places.limits_of(self), int(self.holds_place))

    def _status_on_arrival(self, places: Places) -> str:
        if not places.categories[self.category_id].is_automatic:
            return Status.RECEIVED
        return self._seat_or_list(places)

    def _seat_or_list(self, places: Places, besides: Self | None = None) -> str:
        has_room = places.has_room_for(self, besides)
        return Status.CONFIRMED if has_room else Status.WAITING

    # Decided by the staff. What ends in `_within` is the same where the places are
    # locked, or only looked at, already: for many at once.

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

    @transaction.atomic
    def amend(self, changed: Iterable[str], answers: "Answers | None" = None) -> None:
        """Keep what staff changed in these fields; mail only where it moves something."""
        places = Places.locked(self.meeting_id)
        before = self._as_stored()
        changed = set(changed)
        # Not the status: somebody else may just be deciding on it.
        self.refresh_from_db(fields=DECIDED)
        self.save(update_fields=changed | {"state", "updated_at"})
        if answers:
            answers.save(self)
        if "email" in changed:
            # Whoever was written to by mistake must not get in any more.
            self.revoke_link()
            self.send_again()
        self._seat_anew(before, places)
        places.settle(self)
        places.fill()

    # Done by the person, by the private link.

    @transaction.atomic
    def correct(self, answers: "Answers | None" = None) -> bool:
        """Keep what the person changed by the link, and say so; False if too late.

        Whoever now needs a place is given one by the same rule as everybody, and
        whoever waited for one and needs none any more is in.
        """
        places = Places.locked(self.meeting_id)
        before = self._as_stored()
        for name in DECIDED:
            setattr(self, name, getattr(before, name))
        if not self.can_correct:
            return False
        changes = list(self.changes_since(before))
        self.save(update_fields=[*self.PERSONS_OWN, "updated_at"])
        if answers:
            changes += answers.save(self)
        self._keep(changes)
        status = self.status
        if self.status == Status.NEEDS_CORRECTION:
            self._become(self.held, places, mail=False)
        self._seat_anew(before, places, mail=False)
        places.settle(self)
        places.fill()
        is_moved = self.status not in (status, before.standing)
        self.owe(self.status if is_moved else mails.CORRECTED)
        return True

    @transaction.atomic
    def accept(self) -> bool:
        """Take the seat that was offered; False where the offer has passed."""
        places = self._lock()
        if not self.is_open_offer:
            return False
        return self._become(Status.CONFIRMED, places)

    @transaction.atomic
    def withdraw(self) -> bool:
        """The person will not come."""
        places = self._lock()
        if self.status == Status.DECLINED:
            return False
        return self._leave(Status.WITHDRAWN, places)

    @transaction.atomic
    def come_back(self) -> bool:
        """The person who withdrew wants to come after all, and is looked at anew."""
        places = self._lock()
        if self.status != Status.WITHDRAWN:
            return False
        self.arrived_at = timezone.now()
        # Behind those who wait for the same sessions, too.
        self.choices.update(queued_at=self.arrived_at)
        return self._become(self._status_on_arrival(places), places)

    @transaction.atomic
    def accept_choice(self, pk: int) -> bool:
        """Take the place in a session, or of an option, that was offered."""
        places = self._lock()
        choice = self.choices.select_related("session", "option").filter(pk=pk).first()
        if choice is None or not choice.is_open_offer:
            return False
        places.give(choice, self)
        return True

    @transaction.atomic
    def drop_choice(self, pk: int) -> bool:
        """The person will not come to what they had chosen; others who wait may."""
        places = self._lock()
        if not self.can_withdraw:
            return False
        choice = self.choices.filter(pk=pk, session__isnull=False).first()
        if choice is None:
            return False
        choice.delete()
        places.fill()
        return True

    def change_language(self, language: str) -> None:
        """Write to the person in this language from now on."""
        self.language = language
        self.save(update_fields=["language", "updated_at"])

    # The waiting list.

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

    def loses_place(self, before: Self) -> str:
        """The status that these changes cost the person's place for; only to look."""
        if not before.holds_place or not self._moved(before):
            return ""
        places = Places(self.meeting)
        if self._needs_approval_anew(before, places):
            return Status.RECEIVED
        status = self._seat_or_list(places, besides=before)
        return status if status == Status.WAITING else ""

    # What it is told.

    @cached_property
    def owed(self) -> list[Message]:
        """What was written to the person through this object."""
        return []

    def owe(self, kind: str, **more: Any) -> Message:
        message = mails.owe(self, kind, **more)
        self.owed.append(message)
        return message

    # Its link.

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

    # What all of these are made of.

    def _lock(self) -> Places:
        """The meeting's places, and this registration as it stands now."""
        places = Places.locked(self.meeting_id)
        self.refresh_from_db(fields=[*DECIDED, *NEEDED])
        return places

    def _as_stored(self) -> Self:
        return type(self).objects.select_related("category").get(pk=self.pk)

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
            self.owe(status)
        return True

    def _put_in(self, category: Any, why: str) -> None:
        self.category = category
        self._said = {"why": why} if why else None
        self.save(update_fields=["category", "updated_at"])
        self._said = None

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

    def _cancel_correction(self) -> None:
        self.corrections.open().update(cancelled_at=timezone.now())

    def _leave(self, status: str, places: Places, *, why: str = "") -> bool:
        """Become this, and let those who wait have what is free now."""
        changed = self._become(status, places, why=why)
        if changed:
            places.fill()
        return changed

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

    def _keep(self, changes: list[dict[str, str]]) -> None:
        """Note what changed, for the staff to look at beside what it was."""
        now = timezone.now()
        asked = self.corrections.open().first()
        if asked is None and not changes:
            return
        correction = asked or Correction(registration=self)
        correction.changes, correction.made_at = changes, now
        if self.status == Status.RECEIVED:
            correction.checked_at = (
                now  # Nobody has looked at it yet: nothing to compare.
            )
        correction.save()
