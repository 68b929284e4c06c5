"""Photos of speakers: at an address of their own, for whoever may read the agenda.

A photo is in no release, but its person is: there is none of somebody who is not on the
agenda that readers see.
"""

from hashlib import sha256
from pathlib import PurePosixPath

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from agenda.addresses import below
from agenda.models import Release, Speaker
from agenda.views import find_meeting
from meeting.files.giving import show
from meeting.models import Meeting

# The address changes with the photo; one that is taken away is not seen for longer.
KEPT = "public, max-age=3600"


@require_safe
def photo(request: HttpRequest, slug: str, speaker: str) -> HttpResponseBase:
    found = find_speaker(slug, speaker)
    return give(request, found.photo, name=speaker)


@require_safe
def thumbnail(request: HttpRequest, slug: str, speaker: str) -> HttpResponseBase:
    found = find_speaker(slug, speaker)
    return give(request, found.thumbnail or found.photo, name=speaker)


def find_speaker(slug: str, speaker: str) -> Speaker:
    """Who has this address on the agenda that readers see: three queries."""
    pk = Release.objects.speaker_at(find_meeting(slug), speaker)
    found = Speaker.objects.filter(pk=pk).first() if pk else None
    if found is None:
        raise Http404
    return found


def give(request: HttpRequest, file: FieldFile, name: str) -> HttpResponseBase:
    """A picture, to be shown within a page."""
    if not file:
        raise Http404
    ending = PurePosixPath(file.name).suffix
    response = show(request, file, f"{name}{ending}", is_public=True)
    response["Cache-Control"] = KEPT
    return response


def address_of(meeting: Meeting, speaker: Speaker) -> str:
    """Of the photo; empty where there is none."""
    return _address(meeting, speaker, "photo")


def small_address_of(meeting: Meeting, speaker: Speaker) -> str:
    return _address(meeting, speaker, "thumbnail")


def _address(meeting: Meeting, speaker: Speaker, size: str) -> str:
    if not speaker.photo:
        return ""
    place = below("speakers", meeting.slug, f"{speaker.slug}/{size}")
    return f"{place}?v={version_of(speaker)}"


def version_of(speaker: Speaker) -> str:
    """Another with each photo; empty where there is none."""
    # Each file has a name of its own, which nobody is told.
    name = speaker.photo.name
    return sha256(name.encode()).hexdigest()[:8] if name else ""
