"""An edit taken back, if all that it changed still stands as it left it."""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError, Q
from django.utils.translation import gettext as _

from agenda.models import Edit, Material, Snapshot, editing
from agenda.models.edit import Clash, Key
from agenda.models.snapshot import MODELS, Change, Rows
from meeting.models import Meeting

# What hangs on what: by which column, on which kind of row.
OWNERS = {
    "item": {"session_id": "session"},
    "presentation": {"item_id": "item"},
    "role": {
        "item_id": "item",
        "presentation_id": "presentation",
        "speaker_id": "speaker",
    },
}
# Among which rows a row has its place.
AMONG = {
    "session": ["kind", "date"],
    "item": ["session_id"],
    "presentation": ["item_id"],
    "role": ["item_id", "presentation_id"],
}


def undo(edit: Edit, *, by: User | None) -> Edit:
    """As it was before, as an edit of its own, which can be undone in turn."""
    meeting = edit.meeting
    with editing(meeting, by=by, what=_what(edit)) as undoing:
        undoing.undoes, undoing.moved = edit, edit.moved
        now = Snapshot.of(meeting)
        _check(edit, now)
        changes = edit.list_changes()
        places = _stands(edit, now)
        for change in changes:
            if change.after is None:
                _bring_back(meeting, change)
        for change in changes:
            if change.before and change.after:
                _set_back(meeting, change, keep_place=not places)
        for change in reversed(changes):
            if change.before is None:
                _take_away(change)
        if not places:
            for kind, pk in edit.moved:
                _put_back(edit, kind, pk)
    return undoing


def _what(edit: Edit) -> str:
    """Of an undoing that is undone: what is done again."""
    if edit.undoes:
        what = _("Done again: %(what)s") % {"what": edit.undoes.what}
    else:
        what = _("Taken back: %(what)s") % {"what": edit.what}
    return what[:500]


def _check(edit: Edit, now: Snapshot) -> None:
    """Raises ValidationError that says who has changed what since."""
    keys = list(_changed(edit, now))
    if keys:
        clashes = list(dict.fromkeys(str(c) for c in _who_changed(edit, keys)))
        by = " ".join(f"{clash}." for clash in clashes[:5])
        text = _("Not taken back: it has been changed since. %(by)s") % {"by": by}
        raise ValidationError(text.strip(), code="changed_since")
    _check_owners(edit, now)
    _check_materials(edit)


def _changed(edit: Edit, now: Snapshot) -> Iterator[Key]:
    """What does not stand as this edit left it, places that merely followed aside."""
    moved_since = _moved_since(edit)
    for change in edit.list_changes():
        row = now.rows[change.kind].get(change.pk)
        if (row is None) != (change.after is None):
            yield change.kind, change.pk, "*"
            continue
        for name, value in (change.after or {}).items():
            if row.get(name) == value or (
                name == "position" and (change.kind, change.pk) not in moved_since
            ):
                continue
            yield change.kind, change.pk, name
    yield from _hanging(edit, now)


def _moved_since(edit: Edit) -> set[tuple[str, int]]:
    """Rows that were put elsewhere on purpose; all others have followed."""
    later = Edit.objects.filter(meeting=edit.meeting).since(edit.number)
    keys = {key for each in later for key in each.touched()} & edit.touched()
    return {(kind, pk) for kind, pk, name in keys if name == "position"}


def _hanging(edit: Edit, now: Snapshot) -> Iterator[Key]:
    """What was put since into something that this edit has added."""
    added = {(c.kind, c.pk) for c in edit.list_changes() if c.before is None}
    for kind, owners in OWNERS.items():
        for pk, row in now.rows[kind].items():
            hangs = any((owner, row[name]) in added for name, owner in owners.items())
            if hangs and (kind, pk) not in added:
                yield kind, pk, "*"


def _who_changed(edit: Edit, keys: list[Key]) -> Iterator[Clash]:
    later = Edit.objects.filter(meeting=edit.meeting).since(edit.number)
    for each in later.select_related("by"):
        names = {(c.kind, c.pk): c.names for c in each.list_changes()}
        for kind, pk, name in keys:
            found = names.get((kind, pk), set())
            if {name, "*"} & found or (name == "*" and found):
                yield Clash(each, kind, pk, name if name in found else "*")


def _check_owners(edit: Edit, now: Snapshot) -> None:
    """A row that comes back needs what it hangs on."""
    back = {(c.kind, c.pk) for c in edit.list_changes() if c.after is None}
    for change in edit.list_changes():
        for name, kind in OWNERS.get(change.kind, {}).items():
            pk = (change.before or {}).get(name)
            if pk is None or pk in now.rows[kind] or (kind, pk) in back:
                continue
            if kind == "speaker" and MODELS[kind].objects.filter(pk=pk).exists():
                continue
            by = " ".join(f"{c}." for c in _who_changed(edit, [(kind, pk, "*")]))
            text = _(
                "Not taken back: what it belongs to has been deleted since. %(by)s"
            ) % {"by": by}
            raise ValidationError(text.strip(), code="owner_gone")


def _check_materials(edit: Edit) -> None:
    """Papers were added to it since: they would be lost."""
    added: dict[str, list[int]] = {}
    for change in edit.list_changes():
        if change.before is None and change.kind != "day":
            added.setdefault(change.kind, []).append(change.pk)
    hanging = Q()
    for kind, pks in added.items():
        hanging |= Q(**{f"{kind}__in": pks})
    if hanging and (material := Material.objects.filter(hanging).first()):
        text = _(
            "Not taken back: “%(name)s” was added to it since. Put it elsewhere first."
        ) % {"name": material}
        raise ValidationError(text, code="has_materials")


def _stands(edit: Edit, now: Snapshot) -> bool:
    """Whether all places are as it left them, so that all can have their old ones."""
    rows = now.rows
    return edit.moved is None or all(
        rows[c.kind][c.pk]["position"] == c.after["position"]
        for c in edit.list_changes()
        if c.before and c.after and "position" in c.after
    )


def _bring_back(meeting: Meeting, change: Change) -> None:
    """With its old number, so that all that knows it finds it again."""
    kept: dict[str, Rows] = {kind: {} for kind in MODELS}
    kept[change.kind][change.pk] = dict(change.before)
    (row,) = Snapshot(meeting, kept).made(change.kind)
    row._state.adding = True
    _free(row)
    row.save(force_insert=True)


def _free(row: Model) -> None:
    """What only one row may have, and another has taken meanwhile."""
    kind, rows = row._meta.model_name, type(row).objects
    if kind == "item" and rows.filter(meeting=row.meeting_id, slug=row.slug).exists():
        row.slug = ""  # A new one is made of the title.
    if kind == "day" and rows.filter(meeting=row.meeting_id, date=row.date).exists():
        text = _(
            "Not taken back: something is said of this day again. Change it there."
        )
        raise ValidationError(text, code="day_taken")


def _set_back(meeting: Meeting, change: Change, *, keep_place: bool) -> None:
    values = {
        name: value
        for name, value in change.before.items()
        if not (keep_place and name == "position")
    }
    row = MODELS[change.kind].objects.get(pk=change.pk)
    kept: dict[str, Rows] = {kind: {} for kind in MODELS}
    kept[change.kind][change.pk] = values
    (old,) = Snapshot(meeting, kept).made(change.kind)
    for name in values:
        setattr(row, name, getattr(old, name))
    row.save()


def _take_away(change: Change) -> None:
    try:
        MODELS[change.kind].objects.filter(pk=change.pk).delete()
    except ProtectedError as error:
        text = _("Not taken back: people have chosen this session since.")
        raise ValidationError(text, code="chosen") from error


def _put_back(edit: Edit, kind: str, pk: int) -> None:
    """Among those that stand there now, where it stood among those of then."""
    changes = {(c.kind, c.pk): c for c in edit.list_changes()}
    model = MODELS[kind]
    row = model.objects.filter(pk=pk).first()
    change = changes.get((kind, pk))
    if row is None or change is None or "position" not in (change.before or {}):
        return
    among = {name: getattr(row, name) for name in AMONG[kind]}
    others = list(
        model.objects.filter(_are(among)).exclude(pk=pk).order_by("position", "pk")
    )

    def stood_before(other: Model) -> bool:
        then = changes.get((kind, other.pk))
        old = then.before.get("position") if then and then.before else None
        position = other.position if old is None else old
        return position < change.before["position"]

    place = sum(map(stood_before, others))
    others.insert(place, row)
    for position, other in enumerate(others, start=1):
        if other.position != position:
            other.position = position
            other.save(update_fields=["position"])


def _are(values: dict[str, object]) -> Q:
    query = Q()
    for name, value in values.items():
        query &= Q(**{f"{name}__isnull": True} if value is None else {name: value})
    return query
