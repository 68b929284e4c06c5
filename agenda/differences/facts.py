"""What readers see of each row of a programme, by name."""

from datetime import datetime
from typing import Any

from agenda.models import Item, Presentation, Role, Session
from meeting.models import Meeting
from meeting.moments import hour

Facts = dict[str, Any]


def of_session(session: Session) -> Facts:
    tbc, meeting = set(session.tbc), session.meeting
    is_open = bool(tbc & {"room", "venue"})
    if session.place:
        is_open |= not session.room and "room" in meeting.tbc
    else:
        is_open |= not meeting.is_over
    hours = hours_of(session, meeting)
    return {
        "kind": session.kind,
        "title": session.title,
        "title_open": bool(tbc & {"label", "title"}),
        "date": session.date,
        "date_open": "date" in tbc,
        "hours": hours,
        "hours_open": not hours[0] or bool(tbc & {"start", "end"}),
        "room": session.place,
        "room_open": is_open,
        "ordinal": session.ordinal,
        "webcast": session.webcast,
        "webcast_open": "webcast" in tbc,
        "recording": session.recording,
        "url": session.url,
        "organizers": ", ".join(session.organizers.split("\n")),
        "attendance": session.attendance if session.organizers else "",
        "note": session.note,
        "is_complete": session.is_complete,
    }


def of_item(item: Item) -> Facts:
    hours, tbc = hours_of(item, item.meeting), set(item.tbc)
    return {
        "title": item.title,
        "title_open": "title" in tbc or not item.title,
        "hours": hours if hours[0] else ("", ""),
        "hours_open": bool(hours[0] and tbc & {"start", "end"}),
        "is_break": item.kind == Item.Kind.BREAK,
        "note": item.note,
        "is_complete": item.is_complete,
    }


def of_presentation(presentation: Presentation) -> Facts:
    is_open = "title" in presentation.tbc
    is_bare = not presentation.title and not is_open
    return {
        "title": presentation.title,
        "title_open": is_open,
        # Where it has a title, the kind is not printed.
        "kind": presentation.get_kind_display() if is_bare else "",
        # Where it stands while it has no item.
        "date": presentation.date if presentation.item_id is None else None,
        "note": presentation.note,
    }


def of_role(role: Role) -> Facts:
    tbc = set(role.tbc)
    return {
        "kind": role.kind,
        "name": role.speaker.name if role.speaker else "",
        "style": role.style if role.speaker else "",
        "office": role.office,
        "name_open": bool(role.speaker and "speaker" in tbc),
        "office_open": bool(tbc & {"function", "affiliation"}),
        "note": role.note,
    }


def hours_of(row: Session | Item, meeting: Meeting) -> tuple[str, str]:
    """Start and end as they are printed; empty where they are not known."""
    return _hour(row.starts_at, meeting), _hour(row.ends_at, meeting)


def _hour(moment: datetime | None, meeting: Meeting) -> str:
    return hour(moment, meeting) if moment else ""
