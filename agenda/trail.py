"""What was done to materials and at the papers desk: the audit trail in people's words."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Field
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from agenda.models import Contributor, Material, Request, Submission
from meeting.models import Meeting
from meeting.moments import in_zone

PLACES = {"meeting", "session", "item", "presentation", "role"}
# Follows from what is told already, or is nobody's business.
UNTOLD = {
    "comment",
    "decided_at",
    "decided_by",
    "file",
    "messages",
    "number",
    "pages",
    "reminders",
    "requests",
    "sha256",
    "size",
    "submissions",
    "thumbnail",
    "versions",
}
MOST = 100
Changes = dict[str, list[Any]]


def sentences_of(entry: LogEntry, meeting: Meeting) -> list[str]:
    """What it says; empty where that is nothing to people."""
    model = entry.content_type.model_class()
    changes = entry.changes_dict
    match entry.action:
        case LogEntry.Action.CREATE:
            return [_beginning(model, changes, entry)]
        case LogEntry.Action.DELETE:
            return [_("Deleted")]
    special = dict(_special(model, changes, meeting))
    told = special.keys() | UNTOLD | ({"posted_at"} if model is Material else set())
    fields = [f for f in model._meta.concrete_fields if f.name in changes]
    others = [
        _change(f, changes[f.name], meeting) for f in fields if f.name not in told
    ]
    return [*dict.fromkeys(special.values()), *others]


def trail_of(material: Material) -> list[LogEntry]:
    """The newest first, each with who did it and its sentences: one query."""
    kept = LogEntry.objects.get_for_object(material).select_related(
        "actor", "content_type"
    )
    return list(told(kept[:MOST], material.meeting))


def told(entries: Iterable[LogEntry], meeting: Meeting) -> Iterator[LogEntry]:
    """Those that say something to people, with who did it and in which sentences."""
    for entry in entries:
        entry.who, entry.sentences = who_did(entry), sentences_of(entry, meeting)
        if entry.sentences:
            yield entry


def who_did(entry: LogEntry) -> str:
    if entry.actor or entry.actor_email:
        return str(entry.actor or entry.actor_email)
    is_sent = entry.content_type.model_class() is Submission
    if is_sent and entry.action == LogEntry.Action.CREATE:
        return _("by the private link")
    return _("the system")


def _beginning(model: type, changes: Changes, entry: LogEntry) -> str:
    if model is Submission:
        facts = {"number": _new(changes, "number"), "name": entry.object_repr}
        return _("Version %(number)s arrived: %(name)s") % facts
    if model is Request:
        return _("Asked for: %s") % entry.object_repr
    if model is Contributor:
        return _("Put on the list of those who are asked")
    name = _new(changes, "filename")
    return _("Added, with the file %s") % name if name else _("Added")


def _special(
    model: type, changes: Changes, meeting: Meeting
) -> Iterable[tuple[str, str]]:
    """What has a sentence of its own, by the field that it is about."""
    if model is Material:
        yield from _of_material(changes)
    if model is Submission:
        yield from _of_submission(changes, meeting)
    if "asked_at" in changes:
        yield "asked_at", _("They were written to")
    if "reminded_at" in changes:
        yield "reminded_at", _("They were reminded")
    if "link_version" in changes:
        yield "link_version", _("The private link was made to open nothing any longer")
    if "material" in changes:
        yield "material", _("Put among the documents")


def _of_material(changes: Changes) -> Iterator[tuple[str, str]]:
    if "filename" in changes or "file" in changes:
        name = _new(changes, "filename")
        text = _("Another file: %s") % name if name else _("The file was replaced")
        is_gone = "filename" in changes and not name
        yield "filename", _("The file was taken away") if is_gone else text
    for name in PLACES & changes.keys():
        yield name, _("Moved to another place")
    if "position" in changes:
        yield "position", _("Moved in its order")


def _of_submission(changes: Changes, meeting: Meeting) -> Iterator[tuple[str, str]]:
    if "state" in changes:
        state = Submission.State(_new(changes, "state")).label
        said = filter(None, [str(capfirst(state)), _new(changes, "comment")])
        yield "state", ": ".join(said)
    if moment := _new(changes, "posted_at"):
        yield "posted_at", _("Posted from %s on") % _moment(moment, meeting)


def _change(field: Field, values: list[Any], meeting: Meeting) -> str:
    old, new = (_words(field, value, meeting) for value in values)
    label = capfirst(field.verbose_name)
    if field.get_internal_type() == "JSONField":
        return str(label)
    return f"{label}: {new or '–'}" if not old else f"{label}: {old} → {new or '–'}"


def _words(field: Field, value: Any, meeting: Meeting) -> str:
    if value in (None, "None", ""):
        return ""
    if field.model is Material and field.name == "kind":
        return dict(Material.Kind.in_words()).get(value, value)
    match field.get_internal_type():
        case "DateTimeField":
            return _moment(value, meeting)
        case "BooleanField":
            return _("Yes") if str(value) == "True" else _("No")
    words = str(dict(field.flatchoices).get(value, value))
    return Truncator(" ".join(words.split())).chars(80)


def _moment(value: str, meeting: Meeting) -> str:
    return in_zone(datetime.fromisoformat(value).replace(tzinfo=UTC), meeting)


def _new(changes: Changes, name: str) -> str:
    value = changes.get(name, [None, None])[1]
    return "" if value in (None, "None") else str(value)
