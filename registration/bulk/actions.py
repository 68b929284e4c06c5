"""What staff may do: each action is one rule of the registration, with its words.

The same is asked whether it is done to one, to many, or only rehearsed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.models import CHANGES, Places, Status
from registration.models.deciding import Deciding

# What the person of the staff wrote into the action's form, as JSON can hold it.
Said = dict[str, Any]
Rule = Callable[[Deciding, Places, Said, User | None], bool]

# Why there is nothing to do for somebody who stands so.
STANDS = {
    Status.RECEIVED: gettext_lazy("is not on the waiting list"),
    Status.NEEDS_CORRECTION: gettext_lazy(
        "is asked for a correction; decide on the registration's own page"
    ),
    Status.WAITING: gettext_lazy("is on the waiting list already"),
    Status.OFFERED: gettext_lazy("has been offered a seat, and has to answer first"),
    Status.CONFIRMED: gettext_lazy("has a seat already"),
    Status.DECLINED: gettext_lazy("is declined"),
    Status.WITHDRAWN: gettext_lazy("has withdrawn; only the person can come back"),
}


@dataclass(frozen=True)
class Action:
    """`leads_to` is what the table of changes is asked for."""

    name: str
    label: str
    rule: Rule
    leads_to: str = ""
    # For many, but one by one by hand: these are left as they are.
    left_in_bulk: frozenset[str] = field(default_factory=frozenset)
    only: frozenset[str] = frozenset(Status)
    # Why it cannot be taken back, where it cannot.
    lasts: str = ""
    is_for_one: bool = True

    def why_not(self, person: Deciding, said: Said, *, is_bulk: bool = False) -> str:
        """Why there is nothing to do for this person; empty where there is."""
        status = Status(person.status)
        if "category" in said and said["category"] == person.category_id:
            return _("is in this category already")
        is_possible = status in self.only and (
            not self.leads_to
            # The table lets those back in who withdrew: themselves.
            or (self.leads_to in CHANGES[status] and status != Status.WITHDRAWN)
        )
        if not is_possible or (is_bulk and status in self.left_in_bulk):
            return str(STANDS[status])
        return ""

    def do(
        self,
        person: Deciding,
        places: Places,
        said: Said,
        by: User | None = None,
        *,
        is_bulk: bool = False,
    ) -> tuple[bool, str]:
        """Whether something changed, and if not, why not; under the lock."""
        if reason := self.why_not(person, said, is_bulk=is_bulk):
            return False, reason
        if self.rule(person, places, said, by):
            return True, ""
        return False, full_in_words(places, person) or str(STANDS[person.status])


def full_in_words(places: Places, person: Any) -> str:
    """Which places are missing: "no free seat: Kenya has 2 of 2"."""
    pools = places.full_pools(person)
    if not pools:
        return ""
    limits = places.limits_of(person)
    names = {
        "meeting": lambda _key: _("the meeting"),
        "category": lambda key: places.categories[key].name,
        "organization": lambda _key: person.organization,
    }
    full = [
        _("%(name)s has %(taken)d of %(limit)d")
        % {
            "name": names[kind](key),
            "taken": places.taken((kind, key)),
            "limit": limits[kind, key],
        }
        for kind, key in pools
    ]
    return _("no free seat: %s") % "; ".join(full)


def _approve(person: Deciding, places: Places, _said: Said, _by: User | None) -> bool:
    return person.confirm_within(places)


def _seat_over(person: Deciding, places: Places, said: Said, _by: User | None) -> bool:
    return person.confirm_within(places, over_capacity=True, why=said.get("why", ""))


def _decline(person: Deciding, places: Places, said: Said, _by: User | None) -> bool:
    return person.decline_within(places, said["reason"], is_shown=said["is_shown"])


def _ask(person: Deciding, places: Places, said: Said, by: User | None) -> bool:
    return person.ask_within(places, said["fields"], said["note"], by=by)


def _move(person: Deciding, places: Places, said: Said, _by: User | None) -> bool:
    return person.move_within(places, places.categories[said["category"]])


def _send_again(person: Deciding, _places: Places, _said: Said, _by: Any) -> bool:
    person.owe(person.status)
    return True


def _send_new_link(person: Deciding, places: Places, said: Said, by: Any) -> bool:
    person.revoke_link()
    return _send_again(person, places, said, by)


ACTIONS = {
    action.name: action
    for action in [
        Action(
            "approve",
            gettext_lazy("Approve: give a seat, or a place on the waiting list"),
            _approve,
            leads_to=Status.CONFIRMED,
            left_in_bulk=frozenset({Status.NEEDS_CORRECTION}),
        ),
        Action(
            "seat",
            gettext_lazy("Seat from the waiting list, in order of arrival"),
            _approve,
            leads_to=Status.CONFIRMED,
            only=frozenset({Status.WAITING}),
            is_for_one=False,
        ),
        Action(
            "seat_over",
            gettext_lazy("Seat even over capacity"),
            _seat_over,
            leads_to=Status.CONFIRMED,
            left_in_bulk=frozenset({Status.NEEDS_CORRECTION}),
        ),
        Action(
            "ask_for_correction",
            gettext_lazy("Ask for a correction"),
            _ask,
            leads_to=Status.NEEDS_CORRECTION,
        ),
        Action("move", gettext_lazy("Move to another category"), _move),
        Action(
            "send_again",
            gettext_lazy("Send the mail again"),
            _send_again,
            lasts=gettext_lazy("A mail that was sent again cannot be taken back."),
        ),
        Action(
            "send_new_link",
            gettext_lazy("Revoke the link and send a new one"),
            _send_new_link,
            lasts=gettext_lazy("A link that was revoked stays so."),
        ),
        Action(
            "decline",
            gettext_lazy("Decline"),
            _decline,
            leads_to=Status.DECLINED,
        ),
    ]
}
