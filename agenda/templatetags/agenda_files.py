"""The way to all documents at once."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse

from agenda.giving.folders import entries_of, entries_of_session
from agenda.models import Session
from agenda.outline import Outline
from meeting.files.zipping import Entry

register = template.Library()


@register.inclusion_tag("agenda/_zip.html")
def documents_zip(outline: Outline) -> dict[str, Any]:
    address = reverse("documents-zip", args=[outline.meeting.slug])
    return _link(address, entries_of(outline))


@register.inclusion_tag("agenda/_zip.html")
def session_zip(session: Session) -> dict[str, Any]:
    address = reverse("session-zip", args=[session.meeting.slug, session.pk])
    return _link(address, entries_of_session(session))


def _link(address: str, entries: Iterable[Entry]) -> dict[str, Any]:
    sizes = [entry.size for entry in entries]
    return {"address": address, "files": len(sizes), "size": sum(sizes)}
