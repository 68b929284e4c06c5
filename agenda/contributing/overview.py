"""All who are asked by the desk of a meeting, and how far each request is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agenda.models import Contributor, Request, Role, Session
from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.words import number_in, plain

State = Request.State


@dataclass
class Row:
    """One contributor, with those of the requests that are looked for."""

    contributor: Contributor
    requests: list[Request]
    came_back: bool = False
    sessions: frozenset[int] = frozenset()

    @property
    def has_no_address(self) -> bool:
        return not self.contributor.mail_address


@dataclass(frozen=True)
class Look:
    """What a list may be narrowed to: `is_so` is asked of each request."""

    name: str
    words: str | Promise
    is_so: Callable[[Row, Request], bool]
    waits: bool = False


def _in(state: str) -> Callable[[Row, Request], bool]:
    return lambda _row, request: request.state == state


# What the desk has to do comes first.
LOOKS = {
    look.name: look
    for look in [
        Look("received", _("to be looked at"), _in(State.RECEIVED), waits=True),
        Look("late", _("late"), lambda _row, request: request.is_late, waits=True),
        Look(
            "no_address",
            _("with no address known"),
            lambda row, _request: row.has_no_address,
            waits=True,
        ),
        Look(
            "came_back",
            _("with mail that came back"),
            lambda row, _request: row.came_back,
            waits=True,
        ),
        Look(
            "untold",
            _("not written to yet"),
            lambda _row, request: request.asked_at is None,
            waits=True,
        ),
        Look("awaited", _("awaited"), _in(State.AWAITED)),
        Look("change_asked", _("change asked for"), _in(State.CHANGE_ASKED)),
        Look("accepted", _("accepted"), _in(State.ACCEPTED)),
        Look("planned", _("posted at a set time"), _in(State.PLANNED)),
        Look("posted", _("posted"), _in(State.POSTED)),
    ]
}


@dataclass(frozen=True)
class Search:
    """As the address of the list says; what it does not know narrows nothing."""

    show: str = ""
    kind: str = ""
    session: str = ""
    q: str = ""

    @property
    def narrows(self) -> dict[str, str]:
        """As the address of the list says it."""
        return {name: value for name, value in vars(self).items() if value.strip()}

    @property
    def is_narrow(self) -> bool:
        return bool(self.narrows)

    def finds(self, row: Row, request: Request) -> bool:
        look = LOOKS.get(self.show)
        if look and not look.is_so(row, request):
            return False
        if self.kind in Request.Kind and request.kind != self.kind:
            return False
        session = number_in(self.session)
        if session and session not in _sessions(row, request):
            return False
        return all(word in _text(row, request) for word in plain(self.q).split())


def _name(row: Row) -> tuple[str, int]:
    """By family name, and among them organizations; not in the database's own order."""
    who = row.contributor
    name = who.speaker.sort_name if who.speaker else plain(who.organization)
    return name, who.pk


def _sessions(row: Row, request: Request) -> frozenset[int]:
    """Where it is heard; what is of the person, in all sessions of the person."""
    if request.place is None:
        return row.sessions
    item = request.item or request.presentation.item
    return frozenset([item.session_id]) if item else frozenset()


def _text(row: Row, request: Request) -> str:
    who, latest = row.contributor, request.latest
    parts = [str(who), who.contact, who.mail_address, request.place_words]
    if latest:
        parts += [latest.filename, latest.title]
    return plain(" ".join(parts))


class Overview:
    """Everybody who is asked in a meeting: five queries, however many they are."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.all = sorted(self._rows(), key=_name)
        self.by_pk = {
            request.pk: request for row in self.all for request in row.requests
        }

    def _rows(self) -> Iterator[Row]:
        requests = Request.objects.select_related(
            "item", "presentation__item", "material"
        ).prefetch_related("submissions")
        found = self.meeting.contributors.select_related("speaker")
        lost = self._lost()
        sessions = self._sessions_of_speakers()
        for contributor in found.prefetch_related(Prefetch("requests", requests)):
            contributor.meeting = self.meeting
            address = contributor.mail_address.casefold()
            yield Row(
                contributor,
                list(contributor.requests.all()),
                came_back=bool(address) and (contributor.pk, address) in lost,
                sessions=frozenset(sessions[contributor.speaker_id]),
            )

    def _lost(self) -> set[tuple[int, str]]:
        """Whose mail failed or came back, and to which address it went."""
        mails = Message.objects.lost().filter(
            content_type=ContentType.objects.get_for_model(Contributor),
            object_id__in=self.meeting.contributors.values("pk"),
        )
        found = mails.values_list("object_id", "to")
        return {(pk, to.casefold()) for pk, to in found}

    def _sessions_of_speakers(self) -> dict[int | None, set[int]]:
        columns = ("speaker", "item__session", "presentation__item__session")
        sessions = defaultdict(set)
        roles = Role.objects.of(self.meeting).exclude(speaker=None)
        for speaker, first, second in roles.values_list(*columns):
            sessions[speaker].add(first or second)
        return sessions

    def found(self, search: Search) -> list[Row]:
        """By speaker or organization; who is asked for nothing shows in the whole."""
        rows = []
        for row in self.all:
            those = [each for each in row.requests if search.finds(row, each)]
            if those or not search.is_narrow:
                rows.append(Row(row.contributor, those, row.came_back, row.sessions))
        return rows

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(
            look.name
            for row in self.all
            for request in row.requests
            for look in LOOKS.values()
            if look.is_so(row, request)
        )

    @cached_property
    def sessions(self) -> list[Session]:
        return list(self.meeting.sessions.order_by("date", "position", "pk"))
