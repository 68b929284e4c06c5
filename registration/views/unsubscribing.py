"""No more news, by the link in a mail: one click, also a mail program's own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from meeting.models import Meeting
from registration.unsubscribing import person_of
from registration.views.methods import show_or_send


@csrf_exempt  # Mail programs send it by themselves (RFC 8058); the address is the key.
@show_or_send
@never_cache
def unsubscribe(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """GET asks, since programs that look at links must change nothing; POST does it."""
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    person = person_of(meeting, token)
    if person is None:
        raise Http404
    if request.method == "POST":
        person.take_news("again" in request.POST)
    context = {"meeting": meeting, "person": person}
    response = render(request, "registration/unsubscribe.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
