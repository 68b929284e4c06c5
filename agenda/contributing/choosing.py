"""Whom the desk asks for what: found out beforehand, kept, then done."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, Q

from agenda.contributing import asking
from agenda.models import Contributor, Item, Presentation, Request, Role, Speaker
from meeting.letters import Written
from meeting.models import Meeting

Kind = Request.Kind
# Who is heard in an item itself; who leads it has nothing to send.
HEARD = {
    Role.Kind.SPEAKER,
    Role.Kind.KEYNOTE,
    Role.Kind.PANELLIST,
    Role.Kind.DELIVERED_BY,
}
# What has a length.
PAGED = {Kind.PAPER, Kind.STATEMENT}


@dataclass(frozen=True)
class Terms:
    """What is asked for, and by which rules: the same for all who are asked at once."""

    kinds: tuple[str, ...]
    due_at: datetime
    max_pages: int | None = None
    takes_late: bool = True
    note: str = ""

    def of(self, kind: str) -> dict[str, Any]:
        """As a request of this kind has them."""
        return {
            "due_at": self.due_at,
            "max_pages": self.max_pages if kind in PAGED else None,
            "takes_late": self.takes_late,
            "note": self.note,
        }


@dataclass(frozen=True)
class Organization:
    name: str
    contact: str = ""
    email: str = ""


@dataclass
class Asked:
    """One of those chosen, with what is new, and with what is asked for already."""

    key: str
    contributor: Contributor
    new: list[Request] = field(default_factory=list)
    known: list[Request] = field(default_factory=list)
    is_ticked: bool = True

    def __str__(self) -> str:
        return str(self.contributor)

    @property
    def address(self) -> str:
        return self.contributor.mail_address


def plan(
    meeting: Meeting,
    speakers: Iterable[Speaker],
    organizations: Iterable[Organization],
    terms: Terms,
) -> list[Asked]:
    """Each of those chosen, as they would be asked; nothing is stored."""
    speakers = list(speakers)
    known = _known(meeting)
    roles = _roles(meeting, speakers)
    asked = []
    for speaker in speakers:
        contributor = known.get(("speaker", speaker.pk)) or Contributor(
            meeting=meeting, speaker=speaker
        )
        each = Asked(f"s{speaker.pk}", contributor)
        _sort(each, terms, _places(roles[speaker.pk]))
        asked.append(each)
    for organization in organizations:
        contributor = known.get(("organization", organization.name.casefold()))
        contributor = contributor or Contributor(
            meeting=meeting, organization=organization.name
        )
        contributor.contact = contributor.contact or organization.contact
        contributor.email = contributor.email or organization.email
        each = Asked(f"o{organization.name}", contributor)
        _sort(each, terms, {kind: [None] for kind in Request.DOCUMENTS})
        asked.append(each)
    return asked


@transaction.atomic
def ask_one(asked: Asked) -> tuple[Contributor, int]:
    """Ask them for what is new; say for how many things, and who they are by now.

    What another of the desk has asked for meanwhile is passed over.
    """
    planned = asked.contributor
    contributor = asking.contributor_for(
        planned.meeting, speaker=planned.speaker, organization=planned.organization
    )
    _complete(contributor, planned)
    return contributor, sum(_is_asked(contributor, each) for each in asked.new)


def mail_to(asked: Asked) -> Written:
    """What they would read: asked in earnest, and taken back."""
    with transaction.atomic():
        contributor, _count = ask_one(asked)
        written = asking.rehearse(contributor)
        transaction.set_rollback(True)
    return written


def _is_asked(contributor: Contributor, planned: Request) -> bool:
    terms = ("due_at", "max_pages", "takes_late", "note")
    try:
        asking.ask(
            contributor,
            planned.kind,
            place=planned.place,
            **{name: getattr(planned, name) for name in terms},
        )
    except ValidationError:
        return False
    return True


def _complete(contributor: Contributor, planned: Contributor) -> None:
    """Keep what was typed of an organization where nothing is known yet."""
    names = [
        name
        for name in ("contact", "email")
        if getattr(planned, name) and not getattr(contributor, name)
    ]
    for name in names:
        setattr(contributor, name, getattr(planned, name))
    if names:
        contributor.save(update_fields=names)


def _known(meeting: Meeting) -> dict[tuple[str, Any], Contributor]:
    requests = Request.objects.select_related("item", "presentation__item")
    found = meeting.contributors.select_related("speaker").prefetch_related(
        Prefetch("requests", requests)
    )
    known: dict[tuple[str, Any], Contributor] = {}
    for contributor in found:
        contributor.meeting = meeting
        if contributor.speaker_id:
            known["speaker", contributor.speaker_id] = contributor
        else:
            known["organization", contributor.organization.casefold()] = contributor
    return known


def _roles(meeting: Meeting, speakers: list[Speaker]) -> dict[int, list[Role]]:
    roles = defaultdict(list)
    those = Role.objects.of(meeting).filter(speaker__in=speakers)
    for role in those.select_related("item", "presentation__item"):
        roles[role.speaker_id].append(role)
    return roles


def _places(roles: list[Role]) -> dict[str, list[Item | Presentation | None]]:
    """Where a speaker can be asked for what; a person has one biography and photo."""
    presentations = list(dict.fromkeys(r.presentation for r in roles if r.presentation))
    heard = [role.item for role in roles if role.item and role.kind in HEARD]
    places = [*presentations, *dict.fromkeys(heard)]
    return {
        **dict.fromkeys(Request.DOCUMENTS, places),
        Kind.TITLE: presentations,
        Kind.BIOGRAPHY: [None],
        Kind.PHOTO: [None],
    }


def _sort(each: Asked, terms: Terms, places: dict[str, list]) -> None:
    contributor = each.contributor
    has = {_where(known): known for known in _requests(contributor)}
    for kind in terms.kinds:
        for place in places.get(kind, []):
            request = Request(contributor=contributor, kind=kind, **terms.of(kind))
            if isinstance(place, Presentation):
                request.presentation = place
            else:
                request.item = place
            if found := has.get(_where(request)):
                each.known.append(found)
            else:
                each.new.append(request)


def _requests(contributor: Contributor) -> Iterable[Request]:
    return contributor.requests.all() if contributor.pk else []


def _where(request: Request) -> tuple[str, int | None, int | None]:
    return request.kind, request.presentation_id, request.item_id


def speakers_of_session(pk: int) -> Q:
    """Those with a role in it, as a condition on speakers."""
    in_item = Q(roles__item__session=pk)
    return in_item | Q(roles__presentation__item__session=pk)


def read_organizations(text: str) -> Iterator[Organization]:
    """One a line: "Organization, contact, e-mail", also as a spreadsheet copies it.

    Commas in a name stay: who is written to and where stand last.
    """
    for line in filter(str.strip, text.splitlines()):
        sign = "\t" if "\t" in line else ","
        parts = [part.strip() for part in line.split(sign)]
        email = parts.pop() if "@" in parts[-1] else ""
        contact = parts.pop() if len(parts) > 1 else ""
        yield Organization(f"{sign} ".join(filter(None, parts)), contact, email)
