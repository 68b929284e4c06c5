"""The page of one session: what, when, where, by whom, and to watch."""

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agenda import old_addresses
from agenda.outline import Outline
from agenda.reader import zone_wish
from agenda.state import programme_state
from agenda.video import video_of
from agenda.views import find_meeting, reader_context
from meeting.keeping import kept


@require_safe
@kept(zone_wish, state=programme_state)
def session(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    meeting = find_meeting(slug)
    outline = Outline.released(meeting)
    found = next((each for each in outline.sessions if each.pk == pk), None)
    if found is None:
        return old_addresses.session(request, outline, pk)
    video = video_of(found)
    context = {
        "meeting": meeting,
        "session": found,
        "video": video,
        **reader_context(request, meeting),
    }
    answer = render
    if video and video.frame:
        answer = csp_update({"frame-src": [video.origin]})(render)
    return answer(request, "agenda/session.html", context)
