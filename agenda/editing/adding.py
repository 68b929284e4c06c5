"""New parts, each as the last of its own; and parts that are deleted."""

from collections import Counter
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext as _

from agenda.editing import timing
from agenda.editing.parts import (
    Part,
    Who,
    called,
    day_named,
    find,
    items_of,
    sessions_on,
    siblings,
)
from agenda.models import (
    Edit,
    Item,
    Mark,
    OwnAgenda,
    Presentation,
    Role,
    Session,
    Speaker,
    editing,
)
from meeting.models import Meeting
from meeting.words import likeness

# What goes with the part that it is of; whatever else hangs on it must go first.
GOES_ALONG = {
    Session,
    Item,
    Presentation,
    Role,
    Mark,
    OwnAgenda.items.through,
    OwnAgenda.sessions.through,
}


def add_session(
    meeting: Meeting, day: date | None, values: dict[str, Any], *, by: Who
) -> tuple[Edit, Session]:
    hours = values.pop("start", None), values.pop("end", None)
    with editing(meeting, by=by) as edit:
        edit.moved = []
        session = Session(meeting=meeting, date=day, **values)
        session.set_hours(*hours)
        session.position = len(sessions_on(meeting, session.kind, day)) + 1
        session.save()
        session.put_in_order()
        names = {"name": called(session), "day": day_named(day)}
        edit.what = _("Added “%(name)s” on %(day)s") % names
    return edit, session


def add_item(
    meeting: Meeting, session: int, values: dict[str, Any], *, by: Who
) -> tuple[Edit, Item]:
    """As the last of a session; with `start` for an hour of its own."""
    start = values.pop("start", None)
    with editing(meeting, by=by) as edit:
        edit.moved = []
        place = find(meeting, "session", session)
        position = len(items_of(place)) + 1
        item = Item(session=place, meeting=meeting, position=position, **values)
        item.set_hours(start, None)
        item.save()
        timing.recount(place)
        names = {"name": called(item), "place": place}
        edit.what = _("Added “%(name)s” to %(place)s") % names
    return edit, item


def add_presentation(
    meeting: Meeting,
    item: int,
    values: dict[str, Any],
    role: dict[str, Any],
    *,
    by: Who,
) -> tuple[Edit, Presentation]:
    """With who gives it, where `role` says anything; `name` is of a new speaker."""
    with editing(meeting, by=by) as edit:
        edit.moved = []
        place = find(meeting, "item", item)
        presentation = Presentation(item=place, meeting=meeting, **values)
        presentation.position = place.presentations.count() + 1
        presentation.save()
        if any(role.values()):
            _add_role(presentation, **role)
        names = {"name": called(presentation), "place": called(place)}
        edit.what = _("Added “%(name)s” to “%(place)s”") % names
    return edit, presentation


def _add_role(
    presentation: Presentation,
    *,
    speaker: Speaker | None = None,
    name: str = "",
    **office: str,
) -> None:
    if name and speaker is None:
        speaker = Speaker.objects.create(name=name)
    Role.objects.create(presentation=presentation, speaker=speaker, **office)


def speakers_named(name: str) -> list[Speaker]:
    """Those whose names have these words, in any order, case and with any accents."""
    wanted = likeness(name)
    return [each for each in Speaker.objects.all() if likeness(each.name) == wanted]


def remove(
    meeting: Meeting, kind: str, pk: int, *, by: Who, seen: int | None = None
) -> Edit:
    """Delete a part with all that is in it; refused where other things need it."""
    with editing(meeting, by=by, seen=seen) as edit:
        part = find(meeting, kind, pk)
        edit.what = _("Deleted “%(name)s”") % {"name": called(part)}
        edit.moved = []
        _need_nothing_more(part)
        others = [each for each in siblings(part) if each.pk != pk]
        part.delete()
        if isinstance(part, Item) and others:
            timing.recount(part.session)
    return edit


def _need_nothing_more(part: Part) -> None:
    if needed := _what_hangs_on(part):
        text = _("“%(name)s” cannot be deleted: %(things)s. Delete or move them first.")
        things = ", ".join(
            f"{count} ({model._meta.verbose_name})" for model, count in needed.items()
        )
        params = {"name": called(part), "things": things}
        raise ValidationError(text, code="needed", params=params)


def _what_hangs_on(part: Part) -> Counter:
    """How many rows there are of each kind that does not simply go along."""
    collector = Collector(using=part._state.db)
    try:
        collector.collect([part])
    except ProtectedError as error:
        return Counter(type(row) for row in error.protected_objects)
    found = Counter({model: len(rows) for model, rows in collector.data.items()})
    for queryset in collector.fast_deletes:
        found[queryset.model] += queryset.count()
    return Counter({m: n for m, n in found.items() if n and m not in GOES_ALONG})
