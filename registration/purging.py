"""What is kept for a time only, and goes when the time is over: by beat, or by hand."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from auditlog.context import disable_auditlog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from agenda.models import OwnAgenda
from meeting.mail.models import Message
from meeting.models import Meeting
from registration import history
from registration.erasing import (
    Counts,
    count,
    delete_files,
    empty_imports,
    erase,
    full_imports,
    in_chunks,
)
from registration.models import (
    Answer,
    Attempt,
    BulkWork,
    Choice,
    Correction,
    Import,
    LinkRequest,
    Question,
    Registration,
    Upload,
)

# For how long what nobody needs any more is kept.
UPLOADS = timedelta(days=1)
LINK_REQUESTS = timedelta(days=1)
ATTEMPTS = timedelta(days=1)
IMPORTS = timedelta(days=7)
WITH_FILES = (Answer, Import, Upload)


@dataclass
class Purge:
    """One look at everything that has a time: what goes, or would with `dry_run`.

    Safe to run twice, and at once; where it was stopped, the next goes on. `rows` says
    of each meeting, and each question with a time of its own, how much it was.
    """

    now: datetime
    dry_run: bool = False
    rows: dict[str, Counts] = field(default_factory=dict)

    def run(self) -> dict[str, Counts]:
        for meeting in Meeting.objects.order_by("starts_on", "pk"):
            if self._is_past(meeting.kept_until, meeting):
                gone = self._all_of(meeting) + self._agendas_of(meeting)
                self._note(meeting.slug, gone)
                continue
            gone = self._what_is_old(meeting) + self._agendas_of(meeting)
            self._note(meeting.slug, gone)
            for question in meeting.questions.exclude(retention_days=None):
                if self._is_past(question.kept_until, meeting):
                    name = f"{meeting.slug}: {question}"
                    self._note(name, self._answers_to(question))
        self._note("", self._of_no_meeting())
        return self.rows

    def _is_past(self, last_day: date | None, meeting: Meeting) -> bool:
        if last_day is None:
            return False
        return self.now >= meeting.midnight_of(last_day + timedelta(days=1))

    def _note(self, name: str, counts: Counts) -> None:
        if counts.total():
            self.rows[name] = counts

    def _all_of(self, meeting: Meeting) -> Counts:
        gone = self._take("imports", Import.objects.filter(meeting=meeting))
        gone += self._take("bulk work", BulkWork.objects.filter(meeting=meeting))
        requests = LinkRequest.objects.filter(meeting=meeting)
        gone += self._take("link requests", requests)
        uploads = Upload.objects.filter(question__meeting=meeting)
        gone += self._take("uploads", uploads)
        if not self.dry_run:
            return gone + erase(meeting.registrations.all())
        for chunk in in_chunks(meeting.registrations):
            gone += count(list(meeting.registrations.filter(pk__in=chunk)))
        return gone

    def _agendas_of(self, meeting: Meeting) -> Counts:
        """What readers starred, some time after the meeting."""
        past = OwnAgenda.objects.past(meeting, self.now)
        return self._take("readers' agendas", past)

    def _what_is_old(self, meeting: Meeting) -> Counts:
        old = {"meeting": meeting, "created_at__lt": self.now - LINK_REQUESTS}
        gone = self._take("link requests", LinkRequest.objects.filter(**old))
        old = {"question__meeting": meeting, "created_at__lt": self.now - UPLOADS}
        gone += self._take("uploads", Upload.objects.filter(**old))
        old = {"meeting": meeting, "created_at__lt": self.now - IMPORTS}
        imports = full_imports().filter(**old)
        files = imports.exclude(file="")
        gone += Counter(imports=imports.count(), files=files.count())
        if not self.dry_run:
            empty_imports(imports)
        return gone

    def _answers_to(self, question: Question) -> Counts:
        """Of this question alone: its answers, files, choices, and what tells of them."""
        gone: Counts = Counter()
        for chunk in in_chunks(question.answers):
            gone += self._take("answers", Answer.objects.filter(pk__in=chunk))
        # Before the choices, by which it is found.
        gone += self._take("history", history.entries_of_answers(question))
        for chunk in in_chunks(Choice.objects.filter(option__question=question)):
            gone += self._take("choices", Choice.objects.filter(pk__in=chunk))
        gone += self._take("uploads", question.uploads.all())
        return gone + Counter(corrections=self._clear_corrections(question))

    def _clear_corrections(self, question: Question) -> int:
        """Take out of them what was answered before and after."""
        # As text: SQLite cannot look into a list.
        of_meeting = Correction.objects.filter(registration__meeting=question.meeting)
        text = of_meeting.alias(text=Cast("changes", TextField()))
        found = text.filter(text__contains=f'"{question.key}"')
        corrections = list(found)
        for correction in [] if self.dry_run else corrections:
            changes = correction.changes
            correction.changes = [one for one in changes if one["key"] != question.key]
            correction.save(update_fields=["changes"])
        return len(corrections)

    def _of_no_meeting(self) -> Counts:
        old = Attempt.objects.filter(at__lt=self.now - ATTEMPTS)
        gone = self._take("attempts", old)
        # Written in the moment in which the person was erased.
        kind = ContentType.objects.get_for_model(Registration)
        known = Registration.objects.values("pk")
        lost = Message.objects.filter(content_type=kind).exclude(object_id__in=known)
        return gone + self._take("messages", lost)

    @transaction.atomic
    def _take(self, kind: str, rows: QuerySet) -> Counts:
        gone = Counter({kind: rows.count()})
        files = rows.exclude(file="") if issubclass(rows.model, WITH_FILES) else None
        if files is not None:
            gone["files"] = files.count()
        if not self.dry_run:
            delete_files(files or [])
            with disable_auditlog():  # It would write down what is deleted.
                rows.delete()
        return gone
