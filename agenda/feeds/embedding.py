"""The agenda within pages of other sites: short, with whole addresses, without scripts."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from agenda.outline import Outline
from meeting.models import Meeting


def embedded(meeting: Meeting, template: str, language: str) -> bytes:
    """In the language that was asked for, if it is offered; else in the reader's."""
    known = language if language in dict(settings.LANGUAGES) else None
    outline = Outline.released(meeting, has_materials=False)
    context = {"meeting": meeting, "outline": outline, "site": settings.SITE_URL}
    # Made without the request, so that nothing in it depends on cookies.
    with translation.override(known or translation.get_language()):
        return render_to_string(template, context).encode()
