"""The pages of people: everybody on the agenda, and each of them."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from agenda import directory, old_addresses, portraits
from agenda.documents.listing import documents_of_role
from agenda.models import Release, Role, Snapshot, Speaker
from agenda.names import language_of
from agenda.outline import Outline
from agenda.search.query import LONGEST, Query
from agenda.state import directory_state
from agenda.views import find_meeting
from meeting.keeping import kept
from meeting.models import Meeting


@dataclass
class Elsewhere:
    """What a person does at another meeting, as it was released there."""

    meeting: Meeting
    speaker: Speaker
    roles: list[Role]


@require_safe
def speakers(request: HttpRequest, slug: str) -> HttpResponse:
    # What anybody looks for is not kept: it would push out what all ask for.
    show = _speakers if request.GET.get("q") else _all_speakers
    return show(request, slug=slug)


def _speakers(request: HttpRequest, slug: str) -> HttpResponse:
    meeting = find_meeting(slug)
    query = Query(request.GET.get("q", ""))
    people = Outline.released(meeting, has_materials=False).speakers
    Speaker.objects.complete(speaker for speaker, _roles in people)
    letters = directory.listed(meeting, people, query)
    context = {
        "meeting": meeting,
        "query": query,
        "longest": LONGEST,
        "count": len(people),
        "found": sum(len(letter.entries) for letter in letters),
        "letters": letters,
    }
    return render(request, "agenda/speakers.html", context)


_all_speakers = kept(state=directory_state)(_speakers)


@require_safe
@kept()
def speaker(request: HttpRequest, slug: str, speaker: str) -> HttpResponse:
    meeting = find_meeting(slug)
    outline = Outline.released(meeting)
    found = [pair for pair in outline.speakers if pair[0].slug == speaker]
    if not found:
        return old_addresses.speaker(request, outline, speaker)
    person, roles = found[0]
    Speaker.objects.complete([person])
    offices = list(dict.fromkeys(each.office for each in roles if each.office))
    context = {
        "meeting": meeting,
        "speaker": person,
        "photo": portraits.address_of(meeting, person),
        "roles": roles,
        "appearances": [(role, documents_of_role(role)) for role in roles],
        "offices": offices,
        "language": language_of(person.biography),
        "description": _description(person, offices),
        "elsewhere": [
            _as_released(release, person)
            for release in Release.objects.elsewhere(person, meeting)
        ],
    }
    return render(request, "agenda/speaker.html", context)


def _description(speaker: Speaker, offices: list[str]) -> str:
    """The beginning of the biography, else the office; empty where there is neither."""
    return Truncator(" ".join(speaker.paragraphs) or "; ".join(offices)).chars(200)


def _as_released(release: Release, speaker: Speaker) -> Elsewhere:
    """Only what this person does; but all items, since they are numbered together."""
    rows = release.snapshot.rows
    roles = {
        pk: role
        for pk, role in rows["role"].items()
        if role["speaker_id"] == speaker.pk
    }
    given = {role["presentation_id"] for role in roles.values()}
    presentations = {pk: rows["presentation"][pk] for pk in given - {None}}
    person = {speaker.pk: rows["speaker"][speaker.pk]}
    rows |= {"role": roles, "presentation": presentations, "speaker": person}
    outline = Outline(
        Snapshot(release.meeting, rows),
        release,
        release.meeting.marks.all(),
        has_materials=False,
    )
    return Elsewhere(release.meeting, *outline.speakers[0])
