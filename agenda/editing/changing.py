"""Other words, hours and rooms of one part."""

from typing import Any

from django.utils.translation import gettext as _

from agenda.editing import timing
from agenda.editing.parts import Part, Who, called, find, keys
from agenda.models import Edit, Item, Session, editing
from meeting.models import Meeting

# Columns in which a value is kept, where they are not its own name.
COLUMNS = {
    "start": ["starts_at"],
    "end": ["ends_at"],
    "minutes": ["minutes", "ends_at"],
    "follows": ["follows", "starts_at"],
}


def change(
    meeting: Meeting,
    kind: str,
    pk: int,
    values: dict[str, Any],
    *,
    by: Who,
    seen: int | None = None,
) -> Edit:
    """Give a part these values; hours as a clock at the meeting shows them."""
    with editing(meeting, by=by, seen=seen) as edit:
        part = find(meeting, kind, pk)
        name = called(part)
        edit.moved = []
        columns = [column for each in values for column in COLUMNS.get(each, [each])]
        edit.decided = keys(part, columns)
        if isinstance(part, Session):
            _change_session(part, values)
        elif isinstance(part, Item):
            _change_item(part, values)
        else:
            _set(part, values)
        edit.what = _("Changed “%(name)s”: %(fields)s") % {
            "name": name,
            "fields": ", ".join(str(label) for label in _labels(part, values)),
        }
    return edit


def _labels(part: Part, values: dict[str, Any]) -> list[str]:
    columns = (COLUMNS.get(name, [name])[0] for name in values)
    return [part._meta.get_field(column).verbose_name for column in columns]


def _set(part: Part, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(part, name, value)
    part.save()


def _change_session(session: Session, values: dict[str, Any]) -> None:
    plain = {name: value for name, value in values.items() if name in {"title", "room"}}
    _set(session, plain)
    if "date" in values:
        timing.put_on(session, values["date"])
    if values.keys() & {"start", "end"}:
        start, end = timing.hours_of(session)
        timing.set_hours(session, values.get("start", start), values.get("end", end))
    session.put_in_order()


def _change_item(item: Item, values: dict[str, Any]) -> None:
    length = timing.length_of(item)
    plain = {name: value for name, value in values.items() if name != "start"}
    for name, value in plain.items():
        setattr(item, name, value)
    if "start" in values:
        item.set_hours(values["start"], None)
    if values.keys() & {"start", "minutes", "follows"}:
        item.minutes = values.get("minutes", length)
        item.ends_at = None
    item.save()
    timing.recount(item.session)
