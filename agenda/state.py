"""All that the programme's public pages show, in a form that is quick to compare."""

from collections.abc import Hashable

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from agenda.models import Mark, Material, Release, Speaker
from meeting.models import Meeting

_OF_MATERIAL = [field.attname for field in Material._meta.concrete_fields]
_OF_MARK = ("item", "state", "minutes", "started_at", "ended_at")


def programme_state(slug: str, **_rest: str) -> Hashable:
    """What a page of the programme was made of: the same, and so is the page.

    Three queries. Pages change by the clock as
    well, by minutes.
    """
    current = Release.objects.out().filter(meeting=OuterRef("pk")).order_by("-number")
    meetings = Meeting.objects.published().filter(slug=slug)
    meeting = meetings.annotate(release=Subquery(current.values("pk")[:1]))
    rows = (
        meeting.values_list(),
        Mark.objects.filter(meeting__slug=slug).order_by("pk").values_list(*_OF_MARK),
        Material.objects.public().filter(meeting__slug=slug).values_list(*_OF_MATERIAL),
    )
    minute = timezone.now().replace(second=0, microsecond=0)
    return minute, *(str(list(each)) for each in rows)


def directory_state(slug: str, **_rest: str) -> Hashable:
    """With the photos of all who are on the agenda: four queries."""
    current = Release.objects.out().filter(meeting__slug=slug).order_by("-number")
    people = Speaker.objects.filter(releases=current.values("pk")[:1])
    photos = people.exclude(photo="").order_by("pk").values_list("photo", "thumbnail")
    return programme_state(slug), str(list(photos))
