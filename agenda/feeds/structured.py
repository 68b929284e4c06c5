"""What search engines read of a page: events in the words of schema.org, as JSON-LD."""

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from agenda.addresses import below
from agenda.feeds.ics import times_of, times_of_item
from agenda.feeds.schedule import people_of
from agenda.models import Item, Role, Session, Speaker
from meeting.models import Meeting

Values = dict[str, Any]
SCHEMA = "https://schema.org"
# Nothing of it may end the element in which it stands.
ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def as_script(values: Values) -> SafeString:
    text = json.dumps({"@context": SCHEMA, **values}, ensure_ascii=False)
    # Data, which no browser executes: the policy lets it stand.
    block = f'<script type="application/ld+json">{text.translate(ESCAPED)}</script>'
    return mark_safe(block)


def meeting_event(meeting: Meeting, sessions: Iterable[Session] = ()) -> Values:
    """The meeting, with those of its sessions that have a day."""
    parts = [session_event(session) for session in sessions if session.date]
    return _without_blanks(
        {
            "@type": "Event",
            "name": meeting.title,
            "url": _url(meeting),
            "startDate": meeting.starts_on.isoformat(),
            "endDate": meeting.ends_on.isoformat(),
            "eventStatus": f"{SCHEMA}/EventScheduled",
            "location": _place(meeting),
            "organizer": _organizer(meeting),
            "subEvent": parts,
        }
    )


def session_event(session: Session) -> Values:
    """In few words: an agenda may have a hundred of them."""
    start, end = times_of(session)
    return _without_blanks(
        {
            "@type": "Event",
            "name": str(session),
            "url": _url(session),
            "startDate": start.isoformat(),
            "endDate": end.isoformat(),
            "location": _locations(session),
        }
    )


def item_event(item: Item) -> Values:
    session, meeting = item.session, item.meeting
    hours = {}
    if session.date:
        start, end = times_of_item(item)
        hours = {"startDate": start.isoformat(), "endDate": end.isoformat()}
    people = dict.fromkeys(people_of([item]))
    return _without_blanks(
        {
            "@type": "Event",
            "name": str(item),
            "url": _url(item),
            **hours,
            **_status(item),
            "location": _locations(session),
            "organizer": _organizer(meeting),
            "performer": [{"@type": "Person", "name": each.name} for each in people],
            "superEvent": _without_blanks(meeting_event(meeting)),
        }
    )


def person(
    meeting: Meeting, speaker: Speaker, roles: Iterable[Role], photo: str
) -> Values:
    """What they are and do at this meeting; of how to reach them, nothing."""
    roles = list(roles)
    affiliation = next((each.affiliation for each in roles if each.affiliation), "")
    items = dict.fromkeys(each.agenda_item for each in roles if each.agenda_item)
    return _without_blanks(
        {
            "@type": "Person",
            "name": speaker.name,
            "url": settings.SITE_URL
            + below("speakers", meeting.slug, f"{speaker.slug}/"),
            "image": photo and settings.SITE_URL + photo,
            "jobTitle": next((each.function for each in roles if each.function), ""),
            "affiliation": affiliation
            and {"@type": "Organization", "name": affiliation},
            "description": speaker.biography,
            "performerIn": [
                {"@type": "Event", "name": str(item), "url": _url(item)}
                for item in items
            ],
        }
    )


def _status(item: Item) -> Values:
    planned = getattr(item, "planned", None)
    if item.is_cancelled:
        return {"eventStatus": f"{SCHEMA}/EventCancelled"}
    if planned and planned.starts_at and planned.starts_at != item.starts_at:
        before = planned.starts_at.astimezone(item.meeting.zone)
        return {
            "eventStatus": f"{SCHEMA}/EventRescheduled",
            "previousStartDate": before.isoformat(),
        }
    return {"eventStatus": f"{SCHEMA}/EventScheduled"}


def _locations(session: Session) -> Values | list[Values] | None:
    place = _place(session.meeting, session.place)
    if not session.webcast:
        return place
    online = {"@type": "VirtualLocation", "url": session.webcast}
    return [place, online] if place else online


def _place(meeting: Meeting, room: str = "") -> Values | None:
    name = ", ".join(filter(None, [room, meeting.venue])) or meeting.city
    if not name:
        return None
    address = {
        "@type": "PostalAddress",
        "addressLocality": meeting.city,
        "addressCountry": meeting.country,
    }
    return {"@type": "Place", "name": name, "address": _without_blanks(address)}


def _organizer(meeting: Meeting) -> Values | None:
    if not meeting.organizer_name:
        return None
    return _without_blanks(
        {
            "@type": "Organization",
            "name": meeting.organizer_name,
            "url": meeting.url or _url(meeting),
        }
    )


def _url(part: Meeting | Session | Item) -> str:
    return settings.SITE_URL + part.get_absolute_url()


def _without_blanks(values: Values) -> Values:
    return {name: value for name, value in values.items() if value}
