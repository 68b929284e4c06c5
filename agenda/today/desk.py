"""What the staff at the desk say of the items of a day: each tap a rule of its own."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agenda.models import Draft, Item, Mark
from agenda.outline import Outline
from agenda.today.shifting import planned_hours
from meeting.models import Meeting

STEP = 5
MOST_MINUTES = 600

STARTED, DONE, CANCELLED = Mark.State.values


class Desk:
    """Says each thing once: two people who tap the same at once have said it once.

    Minutes are counted from what was planned, and not from what is shown.
    """

    def __init__(self, meeting: Meeting, *, by: User | None) -> None:
        self.meeting, self.by = meeting, by

    @transaction.atomic
    def start(self, pk: int) -> None:
        """It begins now; so what was on in its session until now is over."""
        item = self._found(pk)
        if item.mark and item.mark.is_started:
            return
        _need_its_day(item)
        now = timezone.now()
        for other in _ended_by(item):
            self._say(other, state=DONE, ended_at=now)
        began = item.mark and item.mark.started_at
        self._say(item, state=STARTED, started_at=began or now, ended_at=None)

    @transaction.atomic
    def late(self, pk: int, minutes: int) -> None:
        """It is so much later than planned, and what follows in its session too."""
        if abs(minutes) > MOST_MINUTES:
            text = _("Ten hours are the most. Change the agenda itself instead.")
            raise ValidationError(text, code="too_late")
        self._say(self._found(pk), minutes=minutes)

    @transaction.atomic
    def done(self, pk: int) -> None:
        item = self._found(pk)
        if item.mark and item.mark.is_done:
            return
        _need_its_day(item)
        self._say(item, state=DONE, ended_at=timezone.now())

    @transaction.atomic
    def cancel(self, pk: int) -> None:
        """It does not take place; what follows stays where it is."""
        self._say(self._found(pk), state=CANCELLED, started_at=None, ended_at=None)

    @transaction.atomic
    def as_planned(self, pk: int) -> None:
        """Nothing was said of it, and what comes before does not make it later.

        The mark stays, so that it is seen when this was said.
        """
        nothing = {"state": "", "minutes": 0, "started_at": None, "ended_at": None}
        self._say(self._found(pk), **nothing)

    def _found(self, pk: int) -> Item:
        """An item as readers see it now, while nobody else says anything."""
        # Releases wait for the same lock.
        Draft.locked(self.meeting)
        if self.meeting.is_published:
            for item in Outline.released(self.meeting).items:
                if item.pk == pk:
                    return item
        text = _("Readers do not see this item. Release the agenda with it first.")
        raise ValidationError(text, code="not_released")

    def _say(self, item: Item, **facts: Any) -> None:
        mark = Mark.objects.filter(item=item.pk).first()
        if mark is None:
            # What it was made later by, it goes on to be later by.
            minutes = item.minutes_late
            mark = Mark(meeting=self.meeting, item_id=item.pk, minutes=minutes)
        if all(getattr(mark, name) == value for name, value in facts.items()) and (
            mark.pk or not mark.says_something
        ):
            return
        for name, value in facts.items():
            setattr(mark, name, value)
        mark.by = self.by
        mark.save()


def _need_its_day(item: Item) -> None:
    """Nothing begins or is over before its day has come where the meeting is."""
    if not item.session.is_on_a_later_day:
        return
    text = _(
        "This item is on %(day)s: say then that it has started or is done. That it"
        " will be late, or is cancelled, can be said before."
    )
    params = {"day": date_format(item.session.date, "j F")}
    raise ValidationError(text, code="not_today", params=params)


def _ended_by(item: Item) -> list[Item]:
    """What cannot go on in the same session, once this item begins."""
    items = item.session.listed_items
    place = items.index(item)
    before = items[place - 1] if place else None
    return [
        other
        for other in items
        if other is not item
        and (
            (other.mark and other.mark.is_started)
            or (other is before and not (other.mark and other.mark.state))
        )
    ]


def suggested_minutes(item: Item) -> int | None:
    """By how much it should be called late, as it began; None where that is so already."""
    late = minutes_late_at_start(item)
    if late is None or late < 0:
        return None
    rounded = STEP * round(late / STEP)
    return rounded if rounded != item.minutes_late else None


def minutes_late_at_start(item: Item) -> int | None:
    """How much later than planned an item has begun that is on."""
    start: datetime | None = planned_hours(item)[0]
    if start is None or not (item.mark and item.mark.is_started):
        return None
    return int((item.mark.started_at - start).total_seconds()) // 60
