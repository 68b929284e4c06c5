"""The agenda within pages of other sites: short, with whole addresses, without scripts."""

from collections.abc import Mapping

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from agenda.outline import Outline
from meeting.models import Meeting


def language_wish(asked: Mapping[str, str]) -> dict[str, str]:
    """The language that was asked for, if it is offered."""
    language = asked.get("lang")
    return {"lang": language} if language in dict(settings.LANGUAGES) else {}


def embedded(meeting: Meeting, template: str, language: str) -> bytes:
    """In this language; without it in the reader's."""
    outline = Outline.released(meeting, has_materials=False)
    context = {"meeting": meeting, "outline": outline, "site": settings.SITE_URL}
    # Made without the request, so that nothing in it depends on cookies.
    with translation.override(language or translation.get_language()):
        return render_to_string(template, context).encode()
