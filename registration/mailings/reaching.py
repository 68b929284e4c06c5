"""Whom a mail to many reaches now, as numbers and as lists of people."""

import hashlib
import json
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from agenda.models import Speaker
from meeting.mail.models import Message
from registration.mailings import choosing
from registration.models import Mailing

State = Message.State
# Lists of people by what became of it, by their names in an address.
OUTCOMES: dict[str, tuple[str, ...]] = {
    "sent": (State.SENT,),
    "waiting": (State.QUEUED, State.SENDING),
    "failed": (State.FAILED,),
    "bounced": (State.BOUNCED,),
    "stopped": (State.STOPPED,),
}


@dataclass(frozen=True)
class Reach:
    """At most five queries, however many people there are."""

    to_write: list[int]
    has_it: int
    no_news: int
    too_late: int
    no_address: int
    digest: str

    @property
    def count(self) -> int:
        return len(self.to_write)


def reach_of(mailing: Mailing) -> Reach:
    """How many would be written to now, and why others would not."""
    people = list(choosing.to_write(mailing).values_list("pk", flat=True))
    chosen = choosing.chosen(mailing)
    return Reach(
        to_write=people,
        has_it=chosen.count() - choosing.without(chosen, mailing.once).count(),
        no_news=choosing.asked_for_no_news(mailing).count(),
        too_late=choosing.too_late(mailing).count(),
        no_address=_without_address(mailing),
        digest=_digest(mailing, people),
    )


def _without_address(mailing: Mailing) -> int:
    if mailing.to == Mailing.To.REGISTERED:
        return 0
    return Speaker.objects.of(mailing.meeting).filter(email="").count()


def _digest(mailing: Mailing, people: list[int]) -> str:
    """The same for the same people, words and time: who confirms has seen these."""
    due = mailing.due_at and mailing.due_at.isoformat()
    data = [people, due, mailing.updated_at.isoformat()]
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:32]


def people_of(mailing: Mailing, who: str) -> QuerySet:
    """Those to be written to, or those of an outcome, ready for a list."""
    found = _people_of(mailing, who)
    if mailing.to == Mailing.To.REGISTERED:
        return found.select_related("category").order_by("name", "pk")
    return found.order_by("sort_name", "pk")


def _people_of(mailing: Mailing, who: str) -> QuerySet:
    if who == "no_news":
        return choosing.asked_for_no_news(mailing)
    if who == "too_late":
        return choosing.too_late(mailing)
    if who == "not_got":
        return choosing.has_not_got(choosing.chosen(mailing), mailing.once)
    if who in OUTCOMES:
        return _with_message(mailing, OUTCOMES[who])
    return choosing.to_write(mailing)


def _with_message(mailing: Mailing, states: tuple[str, ...]) -> QuerySet:
    """Also those who would not be chosen any more."""
    everybody = choosing.everybody(mailing)
    kind = ContentType.objects.get_for_model(everybody.model)
    messages = mailing.messages.filter(content_type=kind, state__in=states)
    return everybody.filter(pk__in=messages.order_by().values("object_id"))
