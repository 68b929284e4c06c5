"""What the person does by the private link."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import transaction
from django.utils import timezone

from agenda.models import OwnAgenda
from registration import mails
from registration.models.changing import TOLD, Changing, with_state
from registration.models.correction import Correction
from registration.models.following import Follow
from registration.models.places import Places
from registration.models.status import Status

if TYPE_CHECKING:
    from registration.answers import Answers


class OwnDoing(Changing):
    # What they correct.

    @transaction.atomic
    def correct(
        self,
        answers: "Answers | None" = None,
        changed: Iterable[str] | None = None,
    ) -> bool:
        """Keep what the person changed by the link, and say so; False if too late.

        `changed` names the fields, where it was not all of their own. Whoever now needs a place is given one by the same rule as everybody, and
        whoever waited for one and needs none any more is in.
        """
        places = Places.locked(self.meeting_id)
        before = self._as_stored()
        own = {*self.PERSONS_OWN}
        changed = own if changed is None else own & with_state(changed)
        self._take_over(before, changed)
        if not self.can_correct:
            return False
        changes = list(self.changes_since(before))
        self.save(update_fields=changed | {"updated_at"})
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
        kind = self.status if is_moved else mails.CORRECTED
        self.owe(kind, is_anew=before.standing in TOLD)
        return True

    def _keep(self, changes: list[dict[str, str]]) -> None:
        """Note what changed, for the staff to look at beside what it was."""
        now = timezone.now()
        asked = self.corrections.open().first()
        if asked is None and not changes:
            return
        correction = asked or Correction(registration=self)
        correction.changes, correction.made_at = changes, now
        if self.status == Status.RECEIVED:
            # Nobody has looked at it yet: nothing to compare.
            correction.checked_at = now
        correction.save()

    def loses_place(self, before: Self) -> str:
        """The status that these changes cost the person's place for; only to look."""
        if not before.holds_place or not self._moved(before):
            return ""
        places = Places(self.meeting)
        if self._needs_approval_anew(before, places):
            return Status.RECEIVED
        status = self._seat_or_list(places, besides=before)
        return status if status == Status.WAITING else ""

    # Whether they come.

    @transaction.atomic
    def accept(self) -> bool:
        """Take the seat that was offered; False where the offer has passed."""
        places = self._lock()
        if not self.is_open_offer:
            return False
        return self._become(Status.CONFIRMED, places)

    @transaction.atomic
    def withdraw(self) -> bool:
        """The person will not come; False once it is too late to say so."""
        places = self._lock()
        if not self.can_withdraw:
            return False
        return self._leave(Status.WITHDRAWN, places)

    @transaction.atomic
    def come_back(self) -> bool:
        """The person who withdrew wants to come after all, and is looked at anew."""
        places = self._lock()
        if not self.can_return:
            return False
        self.arrived_at = timezone.now()
        # Behind those who wait for the same sessions, too.
        self.choices.update(queued_at=self.arrived_at)
        return self._become(self._status_on_arrival(places), places)

    # What they chose.

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

    def follow_agenda(self, token: str) -> bool:
        """Be written to when what is starred there changes; False where it is none."""
        agenda = OwnAgenda.objects.filter(meeting=self.meeting_id, token=token).first()
        if agenda is None:
            return False
        Follow.objects.update_or_create(registration=self, defaults={"agenda": agenda})
        return True

    def unfollow_agenda(self) -> None:
        Follow.objects.filter(registration=self).delete()

    def take_news(self, takes: bool) -> None:
        """Write no more news to the person, or do so again."""
        if not takes:
            # Nor what is written already, and has not left.
            self.messages.news().stop()
        self.takes_news = takes
        self.save(update_fields=["takes_news", "updated_at"])
