"""What the parts of a programme are called within a sentence."""

from collections.abc import Iterable
from datetime import date

from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agenda.differences import facts
from agenda.models import Item, Presentation, Role, Session

# So much of a text is quoted.
LONGEST = 300


def quoted(text: str) -> str:
    words = " ".join(text.split())
    return _("“%s”") % Truncator(words).chars(LONGEST)


def day(day: date | None) -> str:
    if day is None:
        return _("a day to be confirmed")
    return formats.date_format(day, "j F Y")


def session(session: Session) -> str:
    """“Morning session” of 12 January 2027."""
    title = quoted(session.title or _("Session"))
    if session.date is None:
        return title
    return _("%(session)s of %(date)s") % {"session": title, "date": day(session.date)}


def title_of(item: Item) -> str:
    """III “Implementing the Declaration”."""
    title = quoted(item.title or _("Title to be confirmed"))
    return f"{item.numeral} {title}".strip()


def item(item: Item) -> str:
    if not item.numeral:
        return title_of(item)
    title = quoted(item.title or _("Title to be confirmed"))
    return _("item %(numeral)s %(title)s") % {"numeral": item.numeral, "title": title}


def presentation(presentation: Presentation) -> str:
    """Its title; else what it is, and whose."""
    if presentation.title:
        return quoted(presentation.title)
    kind, names = presentation.get_kind_display(), people(presentation.listed_roles)
    if not names:
        return _("%(kind)s to be confirmed") % {"kind": kind}
    return _("%(kind)s of %(people)s") % {"kind": kind, "people": names}


def place_of(row: Item | Presentation | Role) -> str:
    """In what it stands."""
    match row:
        case Item():
            return session(row.session)
        case Presentation() if row.item_id:
            return item(row.item)
        case Presentation():
            return day(row.date)
        case Role() if row.item_id:
            return item(row.item)
    return within(row.presentation)


def within(row: Session | Item | Presentation) -> str:
    """A presentation with its item, all others by their own name."""
    if isinstance(row, Session):
        return session(row)
    if isinstance(row, Item):
        return item(row)
    if not row.item_id:
        return presentation(row)
    names = {"presentation": presentation(row), "item": item(row.item)}
    return _("%(presentation)s in %(item)s") % names


def person(role: Role) -> str:
    """As programmes name them: Ms. Ana LIMA."""
    if role.speaker is None:
        return _("somebody to be confirmed")
    return f"{role.style} {role.speaker.name}".strip()


def people(roles: Iterable[Role]) -> str:
    return ", ".join(person(role) for role in roles if role.speaker)


def everybody(row: Item | Presentation) -> str:
    roles = list(row.listed_roles)
    if isinstance(row, Item):
        roles += [r for each in row.listed_presentations for r in each.listed_roles]
    return people(roles)


def function(role: Role) -> str:
    """What the person does, within a sentence."""
    words = {
        Role.Kind.SPEAKER: pgettext("role in a sentence", "speaker"),
        Role.Kind.KEYNOTE: pgettext("role in a sentence", "keynote speaker"),
        Role.Kind.PANELLIST: pgettext("role in a sentence", "panellist"),
        Role.Kind.DELIVERED_BY: pgettext("role in a sentence", "the one who delivers"),
        Role.Kind.MODERATOR: pgettext("role in a sentence", "moderator"),
        Role.Kind.CHAIR: pgettext("role in a sentence", "chair"),
        Role.Kind.DISCUSSION_LEADER: pgettext(
            "role in a sentence", "discussion leader"
        ),
        Role.Kind.RAPPORTEUR: pgettext("role in a sentence", "rapporteur"),
    }
    return words[role.kind]


def hours_of(row: Session | Item) -> str:
    return hours(*facts.hours_of(row, row.meeting))


def hours(start: str, end: str) -> str:
    """“10.00–13.00”; empty where nothing is known."""
    if start and end:
        return f"{start}–{end}"
    return start or (end and _("until %s") % end)
