"""Where a material belongs: one choice among all places of its meeting."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agenda.models import Item, Material, Presentation, Role, Session
from meeting.models import Meeting

NO_PLACE = gettext_lazy("This place is not on the programme any more. Choose another.")
# Room before what is in something else; browsers pass over it when one types a name.
DEEP = "\u2003"
OWNERS = ("session", "item", "presentation", "role")
Choice = tuple[str, str]


def place_of(material: Material) -> str:
    """As the choice names it: "item:12"; empty for the meeting as a whole."""
    owners = ((name, getattr(material, f"{name}_id")) for name in OWNERS)
    return next((f"{name}:{pk}" for name, pk in owners if pk), "")


def columns_of(place: str) -> dict[str, int | None]:
    """What a material keeps of a choice."""
    chosen, _colon, pk = place.partition(":")
    return {f"{name}_id": int(pk) if name == chosen else None for name in OWNERS}


def places_of(meeting: Meeting, stays: Material | None = None) -> list[tuple[str, Any]]:
    """The meeting, and under each session all that is in it: seven queries.

    A place that is not offered otherwise is, where the material is in it already.
    """
    places = [("", _("The meeting as a whole")), *_of_programme(meeting)]
    here = place_of(stays) if stays else ""
    if here and here not in _values(places):
        owner = stays.session or stays.item or stays.presentation or stays.role
        places.append((here, str(owner)))
    return places


def _of_programme(meeting: Meeting) -> Iterator[tuple[str, Any]]:
    items, presentations = defaultdict(list), defaultdict(list)
    for presentation in meeting.presentations.prefetch_related("roles__speaker"):
        presentations[presentation.item_id].append(presentation)
    for item in meeting.items.in_order().prefetch_related("roles__speaker"):
        items[item.session_id].append(item)
    for session in meeting.sessions.all():
        within = [(f"session:{session.pk}", _("The session: %s") % session)]
        for item in items[session.pk]:
            within += _of_item(item, presentations[item.pk])
        yield _day_and_title(session), within
    for presentation in presentations[None]:
        yield from _of_presentation(presentation, "")


def _day_and_title(session: Session) -> str:
    day = date_format(session.date, "j M") if session.date else ""
    return ", ".join(filter(None, [day, str(session)]))


def _of_item(item: Item, presentations: list[Presentation]) -> Iterator[Choice]:
    yield f"item:{item.pk}", f"{DEEP}{item}"
    for presentation in presentations:
        yield from _of_presentation(presentation, DEEP * 2)
    yield from _of_roles(item.roles.all(), DEEP * 2)


def _of_presentation(presentation: Presentation, before: str) -> Iterator[Choice]:
    roles = presentation.roles.all()
    names = ", ".join(str(role.speaker) for role in roles if role.speaker)
    called = ": ".join(filter(None, [names, str(presentation)]))
    yield f"presentation:{presentation.pk}", before + called
    # What one of several has brought; that of a single speaker is the presentation's.
    if len(roles) > 1:
        yield from _of_roles(roles, before + DEEP)


def _of_roles(roles: Iterable[Role], before: str) -> Iterator[Choice]:
    for role in roles:
        if role.speaker:
            yield f"role:{role.pk}", before + str(role)


def _values(places: list[tuple[str, Any]]) -> Iterator[str]:
    for value, words in places:
        if isinstance(words, str):
            yield value
        else:
            yield from (within for within, _words in words)
