"""What the desk does to many: who it reaches is said before, and decided when done."""

from collections.abc import Callable, Iterable, Sequence
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
from agenda.models import Contributor, Request

State = Request.State
# So many in one transaction: others wait for its locks meanwhile.
CHUNK = 25
WRITE = ("remind", "tell")
# What posting may change.
TO_POST = ("agenda.add_material", "agenda.change_speaker", "agenda.change_presentation")
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
    # Mails to many leave with the next sweep.
    is_bulk: bool = True


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
    """What can be done to many; `group` says whom it would reach, of what was picked."""

    name: str
    label: str | Promise
    permissions: tuple[str, ...]
    group: Callable[[Sequence[Pick]], Group]
    do: Callable[[Group, Said], None]
    # To each request by itself; else to a contributor, with all that is picked of theirs.
    is_of_request: bool = False
    chunk: int = CHUNK

    def writes(self, said: Said) -> bool:
        """Whether the private link goes out."""
        return self.name in WRITE or said.tells

    def bundles(self, picks: Iterable[Pick]) -> list[list[Pick]]:
        """What is done in one go."""
        bundles: dict[int, list[Pick]] = {}
        for pick in picks:
            request = pick.request
            key = request.pk if self.is_of_request else request.contributor_id
            bundles.setdefault(key, []).append(pick)
        return list(bundles.values())

    def groups(self, picks: Iterable[Pick]) -> list[Group]:
        return [self.group(bundle) for bundle in self.bundles(picks)]


def do_to(action: Action, picks: Sequence[Pick], said: Said) -> Group:
    """Do it to one bundle as it stands now; or say why not."""
    group = action.group(picks)
    if not group.why_not:
        try:
            with transaction.atomic():
                action.do(group, said)
        except ValidationError as error:
            group.why_not = " ".join(error.messages)
    return group


def _by_contributor(
    picks: Sequence[Pick], is_so: Callable[[Request], bool], why_not: str | Promise
) -> Group:
    """One mail, about all of theirs that it is about, picked or not."""
    contributor = picks[0].contributor
    requests = filter(is_so, contributor.requests.all())
    group = Group(contributor, [Pick(request, None) for request in requests])
    if not group.picks:
        group.why_not = why_not
    elif not contributor.mail_address:
        group.why_not = NO_ADDRESS
    return group


def _by_request(picks: Sequence[Pick], allowed: set[str]) -> Group:
    (pick,) = picks
    group = Group(pick.contributor, [pick])
    if pick.request.state not in allowed:
        group.why_not = STANDS.get(pick.request.state, "")
    elif pick.seen != pick.request.latest.pk:
        group.why_not = " ".join(deciding.newer(pick.request).messages)
    return group


def _by_deadline(picks: Sequence[Pick]) -> Group:
    return Group(picks[0].contributor, list(picks))


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
    if not asking.remind(group.contributor, line=said.line, is_bulk=said.is_bulk):
        raise ValidationError(_("Nothing is awaited from them any longer."), "nothing")


def _tell(group: Group, said: Said) -> None:
    asking.tell(group.contributor, line=said.line, is_bulk=said.is_bulk)


def _accept(group: Group, said: Said) -> None:
    deciding.accept(group.requests[0].latest, by=said.by)


def _post(group: Group, said: Said) -> None:
    latest = group.requests[0].latest
    deciding.post(latest, by=said.by, at=said.at, is_bulk=said.is_bulk)


def _move(group: Group, said: Said) -> None:
    if said.tells and not group.contributor.mail_address:
        sentence = _("No address is known: the deadline stays. Move it without a mail.")
        raise ValidationError(sentence, "address")
    pks = [request.pk for request in group.requests]
    asking.move_deadline(
        group.contributor,
        pks,
        said.at,
        tells=said.tells,
        line=said.line,
        is_bulk=said.is_bulk,
    )


ACTIONS = {
    action.name: action
    for action in [
        Action(
            "remind",
            gettext_lazy("Remind"),
            ("agenda.change_request",),
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
            ("agenda.change_request",),
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
            ("agenda.change_submission",),
            partial(_by_request, allowed={State.RECEIVED}),
            _accept,
            is_of_request=True,
        ),
        Action(
            "post",
            gettext_lazy("Post"),
            ("agenda.change_submission", *TO_POST),
            partial(_by_request, allowed={State.RECEIVED, State.ACCEPTED}),
            _post,
            is_of_request=True,
            # Each reads and writes a file.
            chunk=5,
        ),
        Action(
            "deadline",
            gettext_lazy("Move the deadline"),
            ("agenda.change_request",),
            _by_deadline,
            _move,
        ),
    ]
}
