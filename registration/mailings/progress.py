"""How far mails to many are: counted for a whole list in two queries."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count

from meeting.mail.models import Message
from registration.models import Mailing, Registration

State = Message.State


class Progress:
    """What became of the messages of one mail to many."""

    def __init__(self) -> None:
        self.states: Counter[str] = Counter()

    @property
    def written(self) -> int:
        return self.states.total()

    @property
    def sent(self) -> int:
        return self.states[State.SENT]

    @property
    def waiting(self) -> int:
        return self.states[State.QUEUED] + self.states[State.SENDING]

    @property
    def failed(self) -> int:
        return self.states[State.FAILED]

    @property
    def bounced(self) -> int:
        return self.states[State.BOUNCED]

    @property
    def stopped(self) -> int:
        return self.states[State.STOPPED]

    # As the bar of a page of progress reads it.

    @property
    def total(self) -> int:
        return self.written

    @property
    def done(self) -> int:
        return self.written - self.waiting

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0


def note_progress(mailings: Iterable[Mailing]) -> None:
    """Let each know its `progress`."""
    by_once, by_kind = {}, {}
    for mailing in mailings:
        mailing.progress = Progress()
        if mailing.kind:
            by_kind[mailing.meeting_id, mailing.once] = mailing.progress
        else:
            by_once[mailing.once] = mailing.progress
    for once, state, count in _counted(list(by_once)):
        by_once[once].states[state] = count
    for meeting, once, state, count in _counted_of_kinds(by_kind):
        if progress := by_kind.get((meeting, once)):
            progress.states[state] = count


def _counted(names: list[str]) -> Iterable[tuple[str, str, int]]:
    if not names:
        return []
    messages = Message.objects.filter(once__in=names).order_by()
    return messages.values_list("once", "state").annotate(count=Count("pk"))


def _counted_of_kinds(
    keys: Iterable[tuple[int, str]],
) -> Iterable[tuple[int, str, str, int]]:
    """The name of a kind is the same at every meeting: counted by whose meeting it is."""
    keys = list(keys)
    if not keys:
        return []
    people = Registration.objects.order_by().filter(
        meeting__in={meeting for meeting, _once in keys},
        messages__once__in={once for _meeting, once in keys},
    )
    return people.values_list("meeting", "messages__once", "messages__state").annotate(
        count=Count("messages")
    )
