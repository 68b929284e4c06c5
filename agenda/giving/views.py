"""The files of the programme, each for who may have it at this moment."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from agenda.addresses import below
from agenda.giving.folders import entries_of, entries_of_session
from agenda.models import Material
from agenda.outline import Outline
from agenda.views import find_meeting
from meeting.files.giving import give, has_begun, show
from meeting.files.signed import Key, key_of, reader_of, signed
from meeting.files.zipping import Entry, give_zip
from meeting.models import Meeting


@require_safe
def material(
    request: HttpRequest, slug: str, pk: int, filename: str
) -> HttpResponseBase:
    """The file of a material; one for participants by a key from their own page."""
    files = Material.objects.exclude(file="").select_related("meeting")
    of_meeting = files.filter(pk=pk, meeting__slug=slug)
    found = of_meeting.visible_to(request.user).first()
    if found is None:
        known = of_meeting.for_participants().filter(meeting__is_published=True)
        found = get_object_or_404(known)
        goes_on = partial(has_begun, request, found.file, found.sha256)
        key = _key_of(request, found, goes_on)
        if key is not Key.GOOD:
            return _no_key(request, found.meeting, key)
    if found.filename != filename:
        # Another file took its place; not for good, since the old one may come back.
        query = request.GET.urlencode()
        return redirect(f"{found.href}?{query}" if query else found.href)
    return give(
        request,
        found.file,
        found.filename,
        digest=found.sha256,
        is_public=found.is_open_to_all,
    )


@require_safe
def thumbnail(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    pictured = Material.objects.visible_to(request.user).exclude(thumbnail="")
    found = get_object_or_404(pictured, pk=pk, meeting__slug=slug)
    picture = found.thumbnail
    return show(request, picture, picture.name, is_public=found.is_open_to_all)


@require_safe
def documents_zip(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All that everybody may open; with a participant's key, also what they may."""
    meeting = find_meeting(slug)
    key = _key_of(request, meeting)
    if key is Key.OVER:
        return _no_key(request, meeting, key)
    outline = Outline.released(meeting, for_participants=key is Key.GOOD)
    return _zip(request, list(entries_of(outline)), f"meeting-{slug}-documents.zip")


@require_safe
def session_zip(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    outline = Outline.released(find_meeting(slug))
    found = next((each for each in outline.sessions if each.pk == pk), None)
    entries = list(entries_of_session(found)) if found else []
    return _zip(request, entries, f"meeting-{slug}-session-{pk}-documents.zip")


def _zip(request: HttpRequest, entries: list[Entry], filename: str) -> HttpResponseBase:
    if not entries:
        raise Http404
    return give_zip(request, entries, filename)


def subject_of(part: Material | Meeting) -> str:
    """What a key opens."""
    return f"{part._meta.model_name} {part.pk}"


def address_for_participant(part: Material | Meeting, reader: str) -> str:
    """Of one material, or of a meeting's ZIP: it opens for some minutes.

    `reader` is what `PARTICIPANTS_ASKED_BY` will be asked about.
    """
    is_material = isinstance(part, Material)
    address = part.href if is_material else below("documents-zip", part.slug)
    return signed(address, subject_of(part), reader)


def _key_of(
    request: HttpRequest, part: Material | Meeting, *goes_on: Callable[[], bool]
) -> Key:
    """Whether it opens this still: somebody may have withdrawn a minute ago."""
    key = key_of(request, subject_of(part), *goes_on)
    if key is not Key.GOOD:
        return key
    meeting = part.meeting if isinstance(part, Material) else part
    is_participant = import_string(settings.PARTICIPANTS_ASKED_BY)
    return Key.GOOD if is_participant(meeting, reader_of(request)) else Key.OVER


def _no_key(request: HttpRequest, meeting: Meeting, key: Key) -> HttpResponse:
    if key is Key.NONE:
        raise Http404
    context = {"meeting": meeting}
    status = HTTPStatus.GONE
    response = render(request, "agenda/key_over.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
