"""People's data taken away for good, out of database and storage; numbers stay."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from auditlog.context import disable_auditlog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from meeting.mail.models import Message
from registration import history
from registration.answers import read_file
from registration.importing.naming import names_any
from registration.mails.trying import tests_about
from registration.models import (
    Answer,
    Choice,
    Correction,
    Import,
    LinkRequest,
    Places,
    Registration,
    Tally,
)
from registration.sealing import SealBrokenError

# How many are erased in one transaction.
CHUNK = 200
# How much of each kind: "registrations", "answers", "files", ...
Counts = Counter[str]


def erase(registrations: QuerySet[Registration]) -> Counts:
    """Leave nothing of these people but a number; say how much of what has gone.

    Whoever still takes part withdraws first, so that the next in line has the seat.
    """
    gone: Counts = Counter()
    meetings = registrations.order_by("meeting").values_list("meeting", flat=True)
    for meeting_id in meetings.distinct():
        for chunk in in_chunks(registrations.filter(meeting=meeting_id)):
            gone += _erase(meeting_id, chunk)
    return gone


@transaction.atomic
def _erase(meeting_id: int, pks: list[int]) -> Counts:
    # Under this lock nobody else erases, or counts, the same people.
    meeting = Places.locked(meeting_id).meeting
    found = meeting.registrations.filter(pk__in=pks)
    for registration in found.select_related("meeting"):
        if registration.can_withdraw:
            registration.withdraw()
    people = list(found.select_related("category"))
    _add_to_tally(people)
    gone = count(people)
    words = _known_as(people)
    imports = full_imports().filter(meeting=meeting)
    with disable_auditlog():  # It would write down what is deleted.
        belongings = _belongings(people)
        # Found now: who was merged into them is known only as long as they are there.
        admin_entries = history.admin_entries_about(people)
        _delete_kept_copies(belongings["files"])
        delete_files(belongings["files"])
        for rows in belongings.values():
            rows.delete()
        _link_requests_of(people).delete()
        admin_entries.delete()
        empty_imports(job for job in imports if names_any(job, words))
    return gone


def _known_as(people: list[Registration]) -> set[str]:
    """Their names, addresses and references, now and before."""
    words = set()
    for person in people:
        words |= {person.name, person.email, person.reference}
        words |= {*person.former_references}
    for entry in history.entries_about(people):
        for name in ("name", "email", "reference"):
            words |= {*(entry.changes or {}).get(name, [])}
    return words - {"", "None", None}


def count(people: list[Registration]) -> Counts:
    """How much is stored of them."""
    return Counter({name: rows.count() for name, rows in _belongings(people).items()})


def _belongings(people: list[Registration]) -> dict[str, QuerySet]:
    """All that is stored of these people, in the order in which it can go."""
    pks = [person.pk for person in people]
    kind = ContentType.objects.get_for_model(Registration)
    messages = Message.objects.filter(content_type=kind, object_id__in=pks)
    answers = Answer.objects.filter(registration__in=pks)
    return {
        "history": history.entries_about(people),
        "messages": messages | tests_about(people),
        "files": answers.exclude(file=""),
        "answers": answers,
        "choices": Choice.objects.filter(registration__in=pks),
        "corrections": Correction.objects.filter(registration__in=pks),
        # With what they follow, its steps of bulk work, former links, and notes that it is no double.
        "registrations": Registration.objects.filter(pk__in=pks),
    }


def _delete_kept_copies(answers: QuerySet[Answer]) -> None:
    """What was kept of these files while the form had an error: for a day, else."""
    for answer in answers.select_related("question"):
        same = answer.question.uploads.filter(file_name=answer.file_name)
        for upload in same.select_related("question"):
            with suppress(SealBrokenError, FileNotFoundError):
                if upload.content() == read_file(answer):
                    upload.file.delete(save=False)
                    upload.delete()


def _link_requests_of(people: list[Registration]) -> QuerySet[LinkRequest]:
    theirs = Q(pk__in=[])
    for person in people:
        theirs |= Q(meeting=person.meeting_id, email__iexact=person.email)
    return LinkRequest.objects.filter(theirs)


def _add_to_tally(people: list[Registration]) -> None:
    """Under the meeting's lock, so that two do not count at once."""
    numbers = Counter(
        (person.meeting_id, person.category.name, *_kind_of(person))
        for person in people
    )
    names = ("meeting_id", "category", "status", "attendance", "state")
    for values, number in numbers.items():
        kind = dict(zip(names, values, strict=True))
        tally, _is_new = Tally.objects.get_or_create(**kind)
        Tally.objects.filter(pk=tally.pk).update(count=F("count") + number)


def _kind_of(person: Registration) -> tuple[str, str, str]:
    return person.standing, person.attendance, person.state


def delete_files(rows: Iterable[Model]) -> None:
    """Before the rows go: what then fails is done again, and no file is left behind."""
    for row in rows:
        if row.file:
            row.file.delete(save=False)


def full_imports() -> QuerySet[Import]:
    """Those that no worker is at, and that still hold a list of people."""
    # The file goes once it is taken; what was wrong in it stays for correcting it.
    holding = ~Q(file="") | Q(report__has_any_keys=["first", "known", "bad", "left"])
    return Import.objects.exclude(state=Import.State.RUNNING).filter(holding)


@transaction.atomic
def empty_imports(imports: Iterable[Import]) -> None:
    """Take the list of people out of them; who imported how many when stays."""
    for job in imports:
        # Numbers stay; words may be somebody's.
        numbers = {k: value for k, value in job.report.items() if type(value) is int}
        emptied: dict[str, Any] = {"file": "", "report": numbers}
        if job.stage == Import.Stage.CHECK:
            # It was not confirmed, and no longer can be.
            emptied["state"] = Import.State.FAILED
            emptied["error"] = _("The list was erased, with what it says of people.")
        # Not where somebody has just confirmed it: a worker needs the list.
        same = Import.objects.filter(pk=job.pk, stage=job.stage, state=job.state)
        if same.update(**emptied) and job.file:
            job.file.delete(save=False)


def in_chunks(rows: QuerySet) -> Iterator[list[int]]:
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        yield pks[start : start + CHUNK]
