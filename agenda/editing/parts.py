"""The parts of a programme by kind and number, and what people call them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agenda.models import Edit, Item, Presentation, Session
from agenda.models.edit import Key
from agenda.numerals import to_roman
from meeting.models import Meeting

Part = Session | Item | Presentation
MODELS: dict[str, type[Part]] = {
    "session": Session,
    "item": Item,
    "presentation": Presentation,
}
# Who acts; nobody where the system does.
Who = User | None
# So much of a title stands in a sentence.
SAID = 120


class GoneError(ValidationError):
    """What is to be changed has been deleted; by which edit, where that is known."""

    def __init__(self, edit: Edit | None) -> None:
        self.edit = edit
        text = _("This is no longer there: it has been deleted.")
        if edit:
            text = _("This is no longer there. %(who)s: %(what)s") % {
                "who": edit.who,
                "what": edit.what,
            }
        super().__init__(text, code="gone")


def find(meeting: Meeting, kind: str, pk: int) -> Part:
    """A part as it is now; within an edit nobody else changes it."""
    part = MODELS[kind].objects.filter(meeting=meeting, pk=pk).first()
    if part is None:
        raise GoneError(_deleted_by(meeting, kind, pk))
    part.meeting = meeting
    if isinstance(part, Item):
        part.session.meeting = meeting
    return part


def _deleted_by(meeting: Meeting, kind: str, pk: int) -> Edit | None:
    for edit in meeting.edits.select_related("by").iterator(chunk_size=50):
        for change in edit.list_changes():
            if (change.kind, change.pk) == (kind, pk):
                return edit if change.after is None else None
    return None


def items_of(session: Session) -> list[Item]:
    """In their order, each knowing its session."""
    items = list(session.items.all())
    for item in items:
        item.session, item.meeting = session, session.meeting
    return items


def siblings(part: Part) -> list[Part]:
    """Those among which it stands, itself too, in their order."""
    match part:
        case Session():
            return sessions_on(part.meeting, part.kind, part.date)
        case Item():
            return items_of(part.session)
    return list(Presentation.objects.filter(meeting=part.meeting, item=part.item_id))


def sessions_on(meeting: Meeting, kind: str, date: Any) -> list[Session]:
    sessions = list(meeting.sessions.filter(kind=kind, date=date))
    for session in sessions:
        session.meeting = meeting
    return sessions


def called(part: Part) -> str:
    """As a sentence names it: "II. Implementing the Declaration"."""
    name = Truncator(str(part)).chars(SAID)
    if isinstance(part, Item) and (numeral := numeral_of(part)):
        return f"{numeral}. {name}"
    return name


def numeral_of(item: Item) -> str:
    rows = Item.objects.filter(meeting=item.meeting_id).in_order()
    return to_roman(Item.count(rows).get(item.pk, 0))


def day_named(date: Any) -> str:
    return formats.date_format(date, "j F") if date else _("no date yet")


def keys(part: Part, names: Iterable[str]) -> set[Key]:
    """Columns of one part, as edits speak of them."""
    return {(part._meta.model_name, part.pk, name) for name in names}


def number(parts: list[Part]) -> None:
    """Give them the places in which they stand in this list."""
    moved = []
    for position, part in enumerate(parts, start=1):
        if part.position != position:
            part.position = position
            moved.append(part)
    if moved:
        type(moved[0]).objects.bulk_update(moved, ["position"])
