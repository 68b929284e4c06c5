"""Addresses that an earlier release had: they lead on, or say what was there.

The page of what is gone answers 200, not 410: whoever follows a link in a report
finds what it spoke of, and programs that check links find it whole. It is for no
search engine.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from agenda.models import Release, Role, Snapshot, Speaker
from agenda.outline import Outline


def item(request: HttpRequest, outline: Outline, slug: str) -> HttpResponse:
    pk, then = _last_with(outline, "item", slug)
    for found in outline.items:
        if found.pk == pk:
            return redirect(found, permanent=True)
    was = next(each for each in then.items if each.pk == pk)
    return _say_what_was(request, then, was, item=was, session=was.session)


def speaker(request: HttpRequest, outline: Outline, slug: str) -> HttpResponse:
    pk, then = _last_with(outline, "speaker", slug)
    for found, _roles in outline.speakers:
        if found.pk == pk:
            slugs = (outline.meeting.slug, found.slug)
            return redirect("speaker", *slugs, permanent=True)
    was = then.speakers_by_pk[pk]
    return _say_what_was(request, then, was, roles=_roles_of(then, was))


def session(request: HttpRequest, outline: Outline, pk: int) -> HttpResponse:
    release = _earlier(outline).with_session(pk).first()
    if release is None:
        raise Http404
    then = _as_it_was(outline, release)
    was = next((each for each in then.sessions if each.pk == pk), None)
    if was is None:
        raise Http404
    return _say_what_was(request, then, was, session=was, items=was.listed_items)


def _say_what_was(
    request: HttpRequest, then: Outline, was: Any, **more: Any
) -> HttpResponse:
    context = {"meeting": then.meeting, "release": then.release, "was": was, **more}
    response = render(request, "agenda/gone.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _last_with(outline: Outline, kind: str, slug: str) -> tuple[int, Outline]:
    """The row that had this address last, and the agenda as it was then."""
    for release in _earlier(outline).holding(slug):
        rows = Snapshot.kept(outline.meeting, release.content).rows[kind]
        for pk, values in rows.items():
            if values["slug"] == slug:
                return pk, _as_it_was(outline, release)
        # Of a speaker who turned out to be another: see agenda/one_person.py.
        if pk := release.content[kind].get("former", {}).get(slug):
            return pk, _as_it_was(outline, release)
    raise Http404


def _earlier(outline: Outline) -> QuerySet[Release]:
    releases = Release.objects.out().filter(meeting=outline.meeting)
    return releases.order_by("-number")


def _as_it_was(outline: Outline, release: Release) -> Outline:
    """Without materials: those that hang there now may never have been shown."""
    release.meeting = outline.meeting
    then = Outline(release.snapshot, release)
    for row in (*then.sessions, *then.items, *then.presentations, *then.roles):
        row.listed_materials = []
    return then


def _roles_of(then: Outline, speaker: Speaker) -> list[Role]:
    return [role for role in then.roles if role.speaker_id == speaker.pk]
