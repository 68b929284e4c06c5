"""The address at which calendar programs read a person's days again and again."""

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from meeting.models import Meeting
from registration.calendar.feed import feed_of
from registration.mails import mail_language
from registration.models import Registration


@require_safe
def feed(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Whoever has the address sees days and sessions; it opens nothing else."""
    meeting = get_object_or_404(Meeting.objects.published(), slug=slug)
    registration = Registration.by_calendar_token(meeting, token)
    if registration is None:
        raise Http404
    language = mail_language(registration.language)
    with translation.override(language):
        text = feed_of(registration)
    etag = quote_etag(sha256(text.encode()).hexdigest())
    response = HttpResponse(
        text,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": "private, max-age=300",
            "Content-Disposition": f'inline; filename="meeting-{slug}.ics"',
            "Content-Language": language,
            "ETag": etag,
            "X-Robots-Tag": "noindex, nofollow",
        },
    )
    return get_conditional_response(request, etag=etag, response=response)
