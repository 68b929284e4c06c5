"""What feeds say of a part of the programme, in plain lines."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from agenda.models import Item, Role, Session


def title_of(item: Item) -> str:
    title = f"{item.numeral} {item}".strip()
    return _("%s (cancelled)") % title if item.is_cancelled else title


def lines_of_session(session: Session, items: Iterable[Item]) -> Iterator[str]:
    """Those of its items that are told with it, and what is to be confirmed."""
    yield from map(title_of, items)
    if {"start", "end"} & set(session.tbc) or _has_no_hours(session):
        yield _("Hours to be confirmed.")
    if not session.is_complete:
        yield _("More items to be confirmed.")


def lines_of_item(item: Item) -> Iterator[str]:
    for presentation in item.listed_presentations:
        names = ", ".join(_names_of(presentation.listed_roles))
        if line := ": ".join(filter(None, [names, presentation.title])):
            yield line
    for role in item.listed_roles:
        if role.speaker:
            yield f"{role.get_kind_display()}: {role.speaker}"
    if _has_no_hours(item) or {"start", "end"} & set(item.tbc):
        yield _("Hours to be confirmed.")


def _has_no_hours(part: Item | Session) -> bool:
    """Whether they are to come."""
    return part.starts_at is None and not part.meeting.is_over


def _names_of(roles: Iterable[Role]) -> Iterator[str]:
    return (str(role.speaker) for role in roles if role.speaker)
