"""The documents for participants, on their own pages.

A file opens by an address that is not the private link, and works for some minutes.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from agenda.documents.listing import Listing
from agenda.documents.wishes import Wishes
from agenda.giving.folders import size_of
from agenda.giving.views import address_for_participant
from agenda.outline import Outline
from registration.documents import (
    Participant,
    documents_of,
    has_documents,
    reader_of,
)
from registration.models import Registration
from registration.views.own import by_link, show


@require_safe
@by_link
def documents(request: HttpRequest, registration: Registration) -> HttpResponse:
    if not has_documents(registration):
        return _to_own_page(request)
    outline = Outline.released(registration.meeting, for_participants=True)
    files = [material for material in outline.materials if material.file]
    token = request.resolver_match.kwargs["token"]
    context = {
        "reader": Participant(registration.meeting, token),
        "groups": Listing(outline, Wishes({})).groups,
        "files": len(files),
        "size": size_of(files),
    }
    return show(request, registration, "documents", **context)


@require_safe
@by_link
def open_document(
    request: HttpRequest, registration: Registration, pk: int
) -> HttpResponse:
    files = documents_of(registration).exclude(file="").select_related("meeting")
    found = get_object_or_404(files, pk=pk)
    return redirect(address_for_participant(found, reader_of(registration)))


@require_safe
@by_link
def all_documents(request: HttpRequest, registration: Registration) -> HttpResponse:
    if not has_documents(registration):
        return _to_own_page(request)
    reader = reader_of(registration)
    return redirect(address_for_participant(registration.meeting, reader))


def _to_own_page(request: HttpRequest) -> HttpResponse:
    """Which says where the registration stands."""
    link = request.resolver_match.kwargs
    return redirect("me", link["slug"], link["token"])
