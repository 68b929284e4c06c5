"""What became of a registration, as the staff read it: who, when, what and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.history import Words
from registration.models import Registration

# Follows from the rest, or is said by it.
UNSAID = {"held", "arrived_at", "is_reason_shown", "decline_reason", "link_version"}
FIELDS = {field.name: field for field in Registration._meta.concrete_fields}
MOST = 50
# What the rules themselves give as a reason; all others are the staff's own words.
RULES = {
    "a place became free": gettext_lazy("A place became free."),
    "the offer was not taken up": gettext_lazy("The offer was not taken up in time."),
}


@dataclass
class Happened:
    at: datetime
    who: str
    what: list[str]
    why: str
    is_over_capacity: bool


def history_of(registration: Registration) -> list[Happened]:
    """The newest first: a query, and one more where a category changed."""
    entries = LogEntry.objects.get_for_object(registration).select_related("actor")
    words = Words(registration.meeting)
    return [_happened(entry, words) for entry in entries[:MOST]]


def _happened(entry: LogEntry, words: Words) -> Happened:
    said = entry.additional_data or {}
    why = str(said.get("why", ""))
    return Happened(
        entry.timestamp,
        _who(entry, said),
        _what(entry, words),
        str(RULES.get(why, why)),
        bool(said.get("over_capacity")),
    )


def _who(entry: LogEntry, said: dict[str, Any]) -> str:
    if said.get("by") == "participant":
        return _("the person")
    return str(entry.actor or entry.actor_email or _("the system"))


def _what(entry: LogEntry, words: Words) -> list[str]:
    if entry.action == LogEntry.Action.CREATE:
        return [_("Registered")]
    if read := (entry.additional_data or {}).get("read"):
        return [_("Read: %s") % ", ".join(read)]
    if entry.action != LogEntry.Action.UPDATE:
        return [str(entry.get_action_display())]
    lines = []
    for name, values in (entry.changes_dict or {}).items():
        if name in FIELDS and name not in UNSAID:
            before, after = (_shown(words.of(FIELDS[name], each)) for each in values)
            label = capfirst(FIELDS[name].verbose_name)
            lines.append(f"{label}: {before} → {after}")
    return lines or [_("Changed")]


def _shown(words: str) -> str:
    return Truncator(words or "–").chars(140)
