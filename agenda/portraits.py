"""Photos of speakers: at an address of their own, for whoever may read the agenda.

A photo is in no release, but its person is: there is none of somebody who is not on the
agenda that readers see.
"""

from hashlib import sha256
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from PIL import Image

from agenda.addresses import below
from agenda.models import Release, Speaker
from agenda.uploads import validate_upload
from agenda.views import find_meeting
from meeting.models import Meeting

# What browsers show as a picture, and nothing that could be run.
TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
MOST_PIXELS = 50_000_000
# The address changes with the photo; one that is taken away is not seen for longer.
HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
def photo(request: HttpRequest, slug: str, speaker: str) -> HttpResponse | FileResponse:
    found = find_speaker(slug, speaker)
    return give(request, found.photo, name=speaker)


@require_safe
def thumbnail(
    request: HttpRequest, slug: str, speaker: str
) -> HttpResponse | FileResponse:
    found = find_speaker(slug, speaker)
    return give(request, found.thumbnail or found.photo, name=speaker)


def find_speaker(slug: str, speaker: str) -> Speaker:
    """Who has this address on the agenda that readers see: three queries."""
    pk = Release.objects.speaker_at(find_meeting(slug), speaker)
    found = Speaker.objects.filter(pk=pk).first() if pk else None
    if found is None:
        raise Http404
    return found


def give(
    request: HttpRequest, file: FieldFile, name: str
) -> HttpResponse | FileResponse:
    """A picture, to be shown within a page."""
    ending = PurePosixPath(file.name or "").suffix.lower()
    kind = TYPES.get(ending)
    if kind is None:
        raise Http404
    try:
        opened = file.open("rb")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(
        opened, filename=f"{name}{ending}", content_type=kind, headers=HEADERS
    )
    response["ETag"] = f'"{_digest(file)}"'
    return get_conditional_response(request, response["ETag"], None, response)


def validate_photo(file: File) -> None:
    if PurePosixPath(file.name).suffix.lower() not in TYPES:
        sentence = _("A photo is a file of the kind JPG or PNG. Choose one of these.")
        raise ValidationError(sentence, code="extension")
    validate_upload(file)
    try:
        with Image.open(file, formats=["JPEG", "PNG"]) as picture:
            size = picture.size
            picture.verify()
    except Image.DecompressionBombError:
        size = (MOST_PIXELS, MOST_PIXELS)
    except (OSError, SyntaxError, ValueError) as error:
        sentence = _(
            "This photo cannot be opened. Save it again as JPG or PNG, and choose it"
            " once more."
        )
        raise ValidationError(sentence, code="broken") from error
    finally:
        file.seek(0)
    if size[0] * size[1] > MOST_PIXELS:
        sentence = _(
            "This photo has too many pixels. Make it smaller: 1,000 are enough."
        )
        raise ValidationError(sentence, code="pixels")


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
    return _digest(speaker.photo)[:8] if speaker.photo else ""


def _digest(file: FieldFile) -> str:
    # Each file has a name of its own, which nobody is told.
    return sha256(file.name.encode()).hexdigest()[:32]
