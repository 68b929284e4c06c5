"""What became of a registration, as the staff read it: who, when, what and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registration.models import Category, Registration

# Follows from the rest, or is said by it.
UNSAID = {"held", "arrived_at", "is_reason_shown", "decline_reason", "link_version"}
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
    """The newest first: two queries."""
    entries = LogEntry.objects.get_for_object(registration).select_related("actor")
    categories = Category.objects.in_bulk()
    return [_happened(entry, categories) for entry in entries[:MOST]]


def _happened(entry: LogEntry, categories: dict[int, Category]) -> Happened:
    said = entry.additional_data or {}
    why = str(said.get("why", ""))
    return Happened(
        entry.timestamp,
        _who(entry, said),
        _what(entry, categories),
        str(RULES.get(why, why)),
        bool(said.get("over_capacity")),
    )


def _who(entry: LogEntry, said: dict[str, Any]) -> str:
    if said.get("by") == "participant":
        return _("the person")
    return str(entry.actor or entry.actor_email or _("the system"))


def _what(entry: LogEntry, categories: dict[int, Category]) -> list[str]:
    if entry.action == LogEntry.Action.CREATE:
        return [_("Registered")]
    if entry.action != LogEntry.Action.UPDATE:
        read = (entry.additional_data or {}).get("read", [])
        return [": ".join(filter(None, [entry.get_action_display(), ", ".join(read)]))]
    lines = []
    for name, values in (entry.changes_dict or {}).items():
        if name not in UNSAID:
            before, after = (_value(name, value, categories) for value in values)
            lines.append(f"{_label(name)}: {before} → {after}")
    return lines or [_("Changed")]


def _label(name: str) -> str:
    try:
        return str(capfirst(Registration._meta.get_field(name).verbose_name))
    except FieldDoesNotExist:
        return name


def _value(name: str, value: str, categories: dict[int, Category]) -> str:
    if value in {"", "None", None}:
        return "–"
    if name == "category" and value.isdecimal():
        return str(categories.get(int(value), value))
    if value in {"True", "False"}:
        return _("Yes") if value == "True" else _("No")
    try:
        choices = dict(Registration._meta.get_field(name).flatchoices)
    except FieldDoesNotExist:
        choices = {}
    return Truncator(str(choices.get(value, value))).chars(140)
