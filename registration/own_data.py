"""All that is stored of a person, as they read it and as they take it with them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Field
from django.urls import reverse
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agenda.outline import Outline
from meeting.mail.models import Message
from meeting.moments import in_zone
from registration import history
from registration.answers import Line, is_sensitive, lines_of, value_in_words
from registration.calendar.entries import CANCELLED, Entry
from registration.models import (
    Answer,
    Category,
    Choice,
    Follow,
    Question,
    Registration,
)
from registration.sealing import SealBrokenError, unseal

# Keys that the system makes for itself, and what is said of in another place.
TECHNICAL = {
    "id",
    "meeting",
    "submission",
    "link_version",
    "name_key",
    "organization_key",
    "notice",
    "agreed_at",
    "is_demo",
    "updated_at",
}
CALENDAR = "calendar_told"
Action = LogEntry.Action


@dataclass
class Fact:
    """One thing that is stored, by its name, in words, and as it is stored."""

    key: str
    label: str
    words: str
    value: Any


@dataclass
class Change:
    at: datetime
    by: str
    what: str
    changes: list[dict[str, str]] = field(default_factory=list)


class OwnData:
    """What a registration's own person may see of it: everything.

    But for why it was declined, where the secretariat does not say.
    """

    def __init__(self, registration: Registration) -> None:
        self.registration = registration
        self.meeting = registration.meeting

    @property
    def facts(self) -> Iterator[Fact]:
        hidden = TECHNICAL if self.registration.is_reason_shown else self._unsaid
        for each in Registration._meta.concrete_fields:
            if each.name not in hidden:
                value = getattr(self.registration, each.name)
                yield Fact(each.name, _label(each), self._words(each), value)

    @property
    def _unsaid(self) -> set[str]:
        return TECHNICAL | {"decline_reason", "is_reason_shown"}

    def _words(self, each: Field) -> str:
        value = getattr(self.registration, each.name)
        if each.name == CALENDAR:
            entries = sorted(value.values(), key=_place_among)
            return "; ".join(map(self._entry_in_words, entries))
        if isinstance(value, datetime):
            return in_zone(value, self.meeting)
        if isinstance(value, list) and each.name != "days":
            return ", ".join(value)
        return self.registration.in_words(each.name) if value not in (None, "") else ""

    def _entry_in_words(self, entry: Entry) -> str:
        start = datetime.fromisoformat(entry["start"])
        if start.tzinfo:
            start = start.astimezone(self.meeting.zone)
        day = formats.date_format(start, "j F Y")
        words = _("%s, taken back") if entry["status"] == CANCELLED else "%s"
        return words % ", ".join(filter(None, [day, entry["summary"], entry["place"]]))

    @cached_property
    def answers(self) -> list[Line]:
        return lines_of(self.registration, is_open=True)

    @cached_property
    def mails(self) -> list[Message]:
        return list(self.registration.messages.order_by("created_at", "pk"))

    @cached_property
    def follow(self) -> Follow | None:
        """Which starred things they are written to about, and since when."""
        rows = Follow.objects.filter(registration=self.registration)
        return rows.select_related("agenda").first()

    @cached_property
    def starred(self) -> list[str]:
        """Of what they follow, what readers see."""
        if self.follow is None:
            return []
        outline, agenda = Outline.released(self.meeting), self.follow.agenda
        sessions = set(agenda.sessions.values_list("pk", flat=True))
        items = set(agenda.items.values_list("pk", flat=True))
        return [
            *(str(each) for each in outline.sessions if each.pk in sessions),
            *(str(each) for each in outline.items if each.pk in items),
        ]

    @cached_property
    def corrections(self) -> list[Any]:
        return list(self.registration.corrections.order_by("pk"))

    @property
    def notice_address(self) -> str:
        notice = self.registration.notice
        if notice is None:
            return ""
        url = reverse("privacy-notice", args=[self.meeting.slug])
        return f"{url}?version={notice.version}"

    # What was done, and by whom.

    @cached_property
    def changes(self) -> list[Change]:
        entries = history.entries_about([self.registration])
        entries = entries.select_related("content_type").order_by("timestamp", "pk")
        return [change for entry in entries if (change := self._change(entry))]

    def _change(self, entry: LogEntry) -> Change | None:
        change = Change(entry.timestamp, _by(entry), self._what(entry))
        kind = entry.content_type.model
        if entry.action == Action.UPDATE and kind == "registration":
            change.changes = list(self._fields_of(entry))
        elif kind == "answer":
            change.changes = list(self._answer_of(entry))
        elif kind == "choice" and (status := (entry.changes or {}).get("status")):
            words = dict(Choice.Status.choices)
            before, after = (str(words.get(value, "")) for value in status)
            change.changes = [_pair(change.what, before, after)]
        is_empty = entry.action == Action.UPDATE and not change.changes
        return None if is_empty else change

    def _what(self, entry: LogEntry) -> str:
        match entry.content_type.model:
            case "answer":
                question = self._questions.get(_number_of(entry))
                return question.text if question else _("an answer")
            case "choice":
                return entry.object_repr
        if entry.action == Action.ACCESS:
            read = (entry.additional_data or {}).get("read", [])
            return _("Read: %s") % ", ".join(read)
        if entry.action == Action.CREATE:
            return _("Registration received")
        return _("Registration")

    def _fields_of(self, entry: LogEntry) -> Iterator[dict[str, str]]:
        # A reason that may be shown stands above; an earlier one perhaps may not.
        fields = {each.name: each for each in Registration._meta.concrete_fields}
        for name, (before, after) in (entry.changes or {}).items():
            if name in fields and name not in self._unsaid:
                words = (
                    self._in_words.of(fields[name], each) for each in (before, after)
                )
                yield _pair(_label(fields[name]), *words)

    def _answer_of(self, entry: LogEntry) -> Iterator[dict[str, str]]:
        for name in ("value", "file_name"):
            before, after = (entry.changes or {}).get(name, ("", ""))
            if before not in ("", "None") or after not in ("", "None"):
                question = self._questions.get(_number_of(entry))
                words = (_in_words(question, value) for value in (before, after))
                yield _pair(self._what(entry), *words)

    @cached_property
    def _questions(self) -> dict[str, Question]:
        questions = Question.objects.filter(meeting=self.meeting)
        return {str(question.pk): question for question in questions}

    @cached_property
    def _in_words(self) -> history.Words:
        return history.Words(self.meeting)

    # As a file.

    def as_json(self) -> dict[str, Any]:
        registration = self.registration
        kept_until = self.meeting.kept_until
        return {
            "meeting": {"slug": self.meeting.slug, "title": self.meeting.title},
            "kept_until": kept_until,
            "registration": {fact.key: _plain(fact.value) for fact in self.facts},
            "answers": [_answer(line) for line in self.answers],
            "sessions": [
                {
                    "session": str(choice.session),
                    "status": choice.status,
                    "chosen_at": choice.queued_at,
                }
                for choice in registration.chosen_sessions
            ],
            "follows": self.follow
            and {"since": self.follow.since, "starred": self.starred},
            "privacy_notice": registration.notice
            and {
                "version": registration.notice.version,
                "agreed_at": registration.agreed_at,
                "text": registration.notice.text,
            },
            "corrections": [
                {
                    "asked_at": each.asked_at,
                    "asked_for": each.fields,
                    "note": each.note,
                    "made_at": each.made_at,
                    "changes": each.changes,
                }
                for each in self.corrections
            ],
            "mails": [
                {
                    "written_at": mail.created_at,
                    "sent_at": mail.sent_at,
                    "to": mail.to,
                    "subject": mail.subject,
                    "text": mail.text,
                    "calendar": mail.calendar,
                    "came_back_at": mail.bounced_at,
                    "why_it_came_back": mail.bounce,
                }
                for mail in self.mails
            ],
            "changes": [
                {
                    "at": change.at,
                    "by": change.by,
                    "what": change.what,
                    "changes": change.changes,
                }
                for change in self.changes
            ],
        }


def _place_among(entry: Entry) -> tuple[str, bool]:
    # PostgreSQL keeps them in an order of its own.
    return entry["start"], entry["status"] == CANCELLED


def _label(each: Field) -> str:
    if each.name == CALENDAR:
        return _("What your calendar was told")
    return str(capfirst(each.verbose_name))


def _pair(label: str, before: str, after: str) -> dict[str, str]:
    return {"label": label, "before": before, "after": after}


def _by(entry: LogEntry) -> str:
    if (entry.additional_data or {}).get("by") == "participant":
        return _("you")
    # Not who of them: that is somebody else's data.
    return _("the secretariat") if entry.actor_id else _("the system")


def _number_of(entry: LogEntry) -> str:
    """Which question an answer in the audit trail belongs to."""
    return entry.object_repr.rpartition(": ")[2]


def _in_words(question: Question | None, value: str) -> str:
    opened = _opened(value)
    return value_in_words(question, opened) if question and opened else opened


def _opened(value: str) -> str:
    if value == "None":
        return ""
    try:
        return unseal(value)
    except (SealBrokenError, ValueError):
        return value  # It was not sealed, or nobody can open it.


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Category) else value


def _answer(line: Line) -> dict[str, Any]:
    answer: Answer | None = line.answer
    return {
        "question": line.question.text,
        "answer": line.text,
        "is_sensitive": bool(answer and is_sensitive(line.question, answer)),
        "is_file": line.is_file,
        "answered_at": answer and answer.answered_at,
        "kept_until": line.question.kept_until,
        "options": [
            {"option": str(choice.option), "status": choice.status}
            for choice in line.choices
        ],
    }
