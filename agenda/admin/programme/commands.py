"""Small commands of the screen, as its buttons send them: "up item 12"."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agenda.admin.guarding import seen
from agenda.editing import adding, moving, timing
from agenda.editing.parts import MODELS
from agenda.editing.undoing import undo
from agenda.models import Edit
from meeting.models import Meeting

MOST_MINUTES = 24 * 60
MOST_DAYS = 3660
# After nothing that there is: at the end.
LAST = "-1"


@dataclass
class Command:
    request: HttpRequest
    meeting: Meeting
    verb: str
    kind: str = "session"
    pk: int = 0
    rest: str = ""

    @classmethod
    def read(cls, request: HttpRequest, meeting: Meeting) -> Self:
        """What was asked for; raises ValidationError where nobody could have."""
        words = request.POST.get("do", "").split()
        verb, kind, pk, rest = [*words, *[""] * 4][:4]
        if verb not in ACTS or (kind or "session") not in {*MODELS, "edit"}:
            raise _not_understood()
        if (kind == "edit") != (verb == "undo"):
            raise _not_understood()
        return cls(request, meeting, verb, kind or "session", _number(pk or "0"), rest)

    @property
    def permissions(self) -> list[str]:
        if self.kind == "edit":
            # An undoing may bring anything back, or take it away.
            acts = ("add", "change", "delete")
            return [f"agenda.{act}_{kind}" for kind in MODELS for act in acts]
        act = "delete" if self.verb == "remove" else "change"
        return [f"agenda.{act}_{self.kind}"]

    @property
    def at(self) -> str:
        """The part of the page on which it was asked for."""
        is_part = self.pk and self.kind != "edit"
        return f"{self.kind}-{self.pk}" if is_part else ""

    @property
    def seen(self) -> int:
        return seen(self.request)

    def act(self) -> Edit:
        return ACTS[self.verb](self)

    def step(self) -> Edit:
        places = -1 if self.verb == "up" else 1
        return moving.step(self.meeting, *self._what, places, by=self.request.user)

    def put(self) -> Edit:
        into, _space, after = self.request.POST.get("into", "").partition(" ")
        after = self.request.POST.get("after") or after or LAST
        place = _day(into) if self.kind == "session" else _number(into)
        user = self.request.user
        return moving.put(
            self.meeting, *self._what, place, _number(after), by=user, seen=self.seen
        )

    def shift(self) -> Edit:
        minutes = _number(self.rest or self.request.POST.get("minutes", ""))
        if not 0 < minutes <= MOST_MINUTES:
            text = _("Give the minutes as a number from 1 to %(most)s.")
            raise ValidationError(text, "minutes", {"most": MOST_MINUTES})
        if self.verb == "earlier":
            minutes = -minutes
        shift = {"item": timing.shift_item, "session": timing.shift_session}
        if self.kind not in shift:
            raise _not_understood()
        return shift[self.kind](self.meeting, self.pk, minutes, by=self.request.user)

    def along(self) -> Edit:
        days = _number(self.request.POST.get("days", ""))
        if abs(days) > MOST_DAYS or not days:
            text = _("Say by how many days the programme is to move.")
            raise ValidationError(text, code="days")
        return timing.move_along(self.meeting, days, by=self.request.user)

    def remove(self) -> Edit:
        user = self.request.user
        return adding.remove(self.meeting, *self._what, by=user, seen=self.seen)

    def undo(self) -> Edit:
        edit = self.meeting.edits.filter(pk=self.pk).first()
        if edit is None:
            raise _not_understood()
        edit.meeting = self.meeting
        return undo(edit, by=self.request.user)

    @property
    def _what(self) -> tuple[str, int]:
        return self.kind, self.pk


ACTS: dict[str, Callable[[Command], Edit]] = {
    "up": Command.step,
    "down": Command.step,
    "put": Command.put,
    "later": Command.shift,
    "earlier": Command.shift,
    "along": Command.along,
    "remove": Command.remove,
    "undo": Command.undo,
}


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _not_understood() from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _not_understood() from None


def _not_understood() -> ValidationError:
    text = _("This was not understood. Load the page again and try once more.")
    return ValidationError(text, code="not_understood")
