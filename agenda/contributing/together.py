"""What the desk does to many at once: who it reaches is said before it is done."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.contributing import asking, deciding
from agenda.contributing.asking import CHUNK
from agenda.models import Contributor, Request
from meeting.mail.models import ask_for_sweep

State = Request.State
NO_ADDRESS = gettext_lazy("No address is known.")
# Why it is too late, or too early, to decide on what stands so.
STANDS = {
    State.AWAITED: gettext_lazy("Nothing has come yet."),
    State.LATE: gettext_lazy("Nothing has come yet."),
    State.CHANGE_ASKED: gettext_lazy("A change is asked for."),
    State.ACCEPTED: gettext_lazy("It is accepted already."),
    State.PLANNED: gettext_lazy("It is to be posted at a set time already."),
    State.POSTED: gettext_lazy("It is posted already."),
}


@dataclass(frozen=True)
class Said:
    """What somebody of the desk said with it, and since when that page was shown."""

    by: User | None = None
    line: str = ""
    at: datetime | None = None
    tells: bool = False
    shown_at: datetime | None = None


@dataclass
class Pick:
    """A request, with the version that whoever picked it has seen."""

    request: Request
    seen: int | None

    @property
    def contributor(self) -> Contributor:
        return self.request.contributor


@dataclass
class Group:
    """What is done in one go: to one contributor, or to one request."""

    contributor: Contributor
    picks: list[Pick] = field(default_factory=list)
    why_not: str | Promise = ""

    @property
    def requests(self) -> list[Request]:
        return [pick.request for pick in self.picks]


@dataclass(frozen=True)
class Action:
    name: str
    label: str | Promise
    permission: str
    groups: Callable[[Iterable[Pick]], Iterator[Group]]
    do: Callable[[Group, Said], None]


def carry_out(
    action: Action, groups: Iterable[Group], said: Said
) -> tuple[list[Group], list[Group]]:
    """Whom it was done to, and who was passed over, each with why."""
    groups = list(groups)
    for start in range(0, len(groups), CHUNK):
        with transaction.atomic():
            for group in groups[start : start + CHUNK]:
                _try(action, group, said)
    done = [group for group in groups if not group.why_not]
    passed = [group for group in groups if group.why_not]
    if done:
        # Mails to many leave with the next sweep.
        transaction.on_commit(ask_for_sweep, robust=True)
    return done, passed


def _try(action: Action, group: Group, said: Said) -> None:
    if not group.why_not:
        try:
            action.do(group, said)
        except ValidationError as error:
            group.why_not = " ".join(error.messages)


def _by_contributor(
    picks: Iterable[Pick], is_so: Callable[[Request], bool], why_not: str | Promise
) -> Iterator[Group]:
    """One mail each, about all of theirs that it is about, picked or not."""
    those = {pick.request.contributor_id: pick.contributor for pick in picks}
    for contributor in those.values():
        group = Group(contributor)
        requests = filter(is_so, contributor.requests.all())
        group.picks = [Pick(request, None) for request in requests]
        if not group.picks:
            group.why_not = why_not
        elif not contributor.mail_address:
            group.why_not = NO_ADDRESS
        yield group


def _by_request(picks: Iterable[Pick], allowed: set[str]) -> Iterator[Group]:
    for pick in picks:
        group = Group(pick.contributor, [pick])
        if pick.request.state not in allowed:
            group.why_not = STANDS.get(pick.request.state, "")
        elif pick.seen != pick.request.latest.pk:
            group.why_not = " ".join(deciding.newer(pick.request).messages)
        yield group


def _by_deadline(picks: Iterable[Pick]) -> Iterator[Group]:
    groups: dict[int, Group] = {}
    for pick in picks:
        pk = pick.request.contributor_id
        groups.setdefault(pk, Group(pick.contributor)).picks.append(pick)
    yield from groups.values()


@transaction.atomic
def _remind(group: Group, said: Said) -> None:
    # Of two who press at once, one waits, and then sees that it is done.
    Contributor.objects.select_for_update().get(pk=group.contributor.pk)
    reminded = Request.objects.filter(
        contributor=group.contributor, reminded_at__gt=said.shown_at
    )
    if reminded.exists():
        sentence = _("Somebody else has reminded them meanwhile.")
        raise ValidationError(sentence, code="reminded")
    if not asking.remind(group.contributor, line=said.line, is_bulk=True):
        raise ValidationError(_("Nothing is awaited from them any longer."), "nothing")


def _tell(group: Group, said: Said) -> None:
    asking.tell(group.contributor, line=said.line, is_bulk=True)


def _accept(group: Group, said: Said) -> None:
    deciding.accept(group.requests[0].latest, by=said.by)


def _post(group: Group, said: Said) -> None:
    deciding.post(group.requests[0].latest, by=said.by, at=said.at)


def _move(group: Group, said: Said) -> None:
    if said.tells and not group.contributor.mail_address:
        sentence = _("No address is known: the deadline stays. Move it without a mail.")
        raise ValidationError(sentence, "address")
    pks = [request.pk for request in group.requests]
    asking.move_deadline(
        group.contributor, pks, said.at, tells=said.tells, line=said.line
    )


ACTIONS = {
    action.name: action
    for action in [
        Action(
            "remind",
            gettext_lazy("Remind"),
            "agenda.change_request",
            partial(
                _by_contributor,
                is_so=lambda request: request.is_awaited,
                why_not=gettext_lazy("Nothing is awaited from them."),
            ),
            _remind,
        ),
        Action(
            "tell",
            gettext_lazy("Write to those not written to yet"),
            "agenda.change_request",
            partial(
                _by_contributor,
                is_so=lambda request: request.asked_at is None,
                why_not=gettext_lazy("They know what they are asked for."),
            ),
            _tell,
        ),
        Action(
            "accept",
            gettext_lazy("Accept"),
            "agenda.change_submission",
            partial(_by_request, allowed={State.RECEIVED}),
            _accept,
        ),
        Action(
            "post",
            gettext_lazy("Post"),
            "agenda.change_submission",
            partial(_by_request, allowed={State.RECEIVED, State.ACCEPTED}),
            _post,
        ),
        Action(
            "deadline",
            gettext_lazy("Move the deadline"),
            "agenda.change_request",
            _by_deadline,
            _move,
        ),
    ]
}
