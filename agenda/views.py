"""The programme's public pages; each reads the outline once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from agenda import old_addresses
from agenda.outline import Outline
from agenda.reader import Reader, wishes, zone_wish
from agenda.state import programme_state
from agenda.today.now import NowAndNext
from agenda.zones import READER_ZONES
from meeting.keeping import kept
from meeting.models import Meeting


@require_safe
@kept(wishes, state=programme_state)
def agenda(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(slug)
    outline = Outline.released(meeting)
    context = {
        "meeting": meeting,
        "outline": outline,
        "rooms": outline.rooms,
        "day": NowAndNext(outline),
    }
    context |= reader_context(request, meeting)
    return render(request, "agenda/agenda.html", context)


@require_safe
@kept(zone_wish, state=programme_state)
def item(request: HttpRequest, slug: str, item: str) -> HttpResponse:
    meeting = find_meeting(slug)
    outline = Outline.released(meeting)
    slugs = [each.slug for each in outline.items]
    if item not in slugs:
        return old_addresses.item(request, outline, item)
    place = slugs.index(item)
    context = {
        "meeting": meeting,
        "item": outline.items[place],
        "before": outline.items[place - 1] if place else None,
        "after": outline.items[place + 1] if place + 1 < len(slugs) else None,
        **reader_context(request, meeting),
    }
    return render(request, "agenda/item.html", context)


def reader_context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """The reader as the address says, and the zones that it can name."""
    reader = Reader.asking(request.GET, meeting)
    zone = reader.zone
    city = zone and READER_ZONES[zone.key]
    return {"reader": reader, "zones": READER_ZONES, "zone": zone, "zone_city": city}


def find_meeting(slug: str) -> Meeting:
    return get_object_or_404(Meeting.objects.published(), slug=slug)
