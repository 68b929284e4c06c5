"""What a worker does with a file: looks it through, and takes it once confirmed.

Each step may be cut short at any moment and done again by another worker.
"""

import io
import logging
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from meeting.files.checking import check_arrived
from meeting.files.scanning import check_harmless
from meeting.mail.tasks import ask_for
from meeting.models import Meeting
from registration.importing.checking import Checker, Found, in_words
from registration.importing.columns import Columns, match, questions_of
from registration.importing.reading import Row, Table, read
from registration.models import Import, Places
from registration.models.arriving import take_in
from registration.sealing import seal_bytes, unseal_bytes

log = logging.getLogger(__name__)
# Rows a transaction: nobody who registers meanwhile waits long for the lock.
CHUNK = 100
SHOWN_FIRST = 10
# Of a cell that is wrong, for correcting it: longer than any field may be.
KEPT_OF_CELL = 5_000


def begin(meeting: Meeting, file: UploadedFile, by: User) -> Import:
    """Have a worker look a file through; raises ValidationError where it cannot."""
    check_arrived(file)
    check_harmless(file)
    table = read(file)
    columns = match(table.headings, questions_of(meeting))
    file.seek(0)
    is_sealed = bool(columns.sensitive)
    job = Import.objects.create(
        meeting=meeting,
        state=Import.State.RUNNING,
        file=ContentFile(seal_bytes(file.read()), "sealed") if is_sealed else file,
        file_name=file.name[-200:],
        created_by=by,
        # The worker says what is wrong in the words of whoever asked.
        report={
            "language": translation.get_language() or "en",
            "is_sealed": is_sealed,
        },
    )
    ask(job)
    return job


def ask(job: Import) -> None:
    from registration.tasks import work_on_import  # tasks imports this module

    transaction.on_commit(partial(ask_for, work_on_import, job.pk), robust=True)


def work_on(pk: int) -> None:
    """Do what there is to do with this file, unless another worker is at it."""
    job = Import.objects.filter(pk=pk).first()
    if job is None or not job.claim():
        return
    job = Import.objects.select_related("meeting", "created_by").get(pk=pk)
    step = {Import.Stage.CHECK: check, Import.Stage.TAKE: take}[job.stage]
    language = job.report["language"]
    with translation.override(language), timezone.override(job.meeting.zone):
        try:
            step(job)
        except ValidationError as error:
            job.finish(" ".join(error.messages))
        except DatabaseError:
            raise  # Beat has it taken up again, once there is a database.
        except Exception:
            log.exception("Import %s broke off", pk)
            job.finish(_("Something went wrong. Whoever runs this site finds why."))


def _open(job: Import) -> tuple[Table, Columns, list[Row]]:
    with job.file.open("rb") as stored:
        is_sealed = job.report["is_sealed"]
        file = io.BytesIO(unseal_bytes(stored.read())) if is_sealed else stored
        table = read(file)
        columns = match(table.headings, questions_of(job.meeting))
        return table, columns, list(table.rows)


# Looking through.


def check(job: Import) -> None:
    """Look at every row, and report; nothing is taken."""
    table, columns, rows = _open(job)
    Import.objects.filter(pk=job.pk).update(total=len(rows), done=0)
    job.total, job.done = len(rows), 0
    checker = Checker(job.meeting, columns)
    report: dict[str, Any] = {
        **job.report,
        "headings": table.headings,
        "ignored": columns.ignored,
        "is_guessed": table.is_guessed,
        "good": 0,
        "first": [],
        "known": [],
        "bad": [],
    }
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        for found in checker.look(chunk):
            _note(report, found, columns)
        job.advance(len(chunk))
    job.report = report
    job.save(update_fields=["report"])
    job.finish()


def _note(report: dict[str, Any], found: Found, columns: Columns) -> None:
    if found.arrival:
        report["good"] += 1
        if len(report["first"]) < SHOWN_FIRST:
            cells = in_words(found.arrival, columns)
            report["first"].append({"row": found.number, "cells": cells})
    elif found.known:
        report["known"].append({"row": found.number, "reference": found.known})
    else:
        kept = columns.without_sensitive(found.cells)
        cells = [cell[:KEPT_OF_CELL] for cell in kept]
        bad = {"row": found.number, "cells": cells, "reasons": found.reasons}
        report["bad"].append(bad)


# Taking in.


def take(job: Import) -> None:
    """Take what was found good, from where it stands; the rest is left."""
    _table, columns, rows = _open(job)
    looked_at = [*job.report["bad"], *job.report["known"]]
    skipped = {each["row"] for each in looked_at}
    checker = Checker(job.meeting, columns)
    for start in range(job.done, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        good = [row for row in chunk if row[0] not in skipped]
        if not _take_chunk(job, start, len(chunk), list(checker.look(good))):
            return  # Another worker thought that we were gone, and goes on.
    job.report["taken"] = job.report["good"] - len(job.report.get("left", []))
    job.save(update_fields=["report"])
    job.finish()
    job.forget_file()


@transaction.atomic
def _take_chunk(job: Import, start: int, size: int, found: list[Found]) -> bool:
    places = Places.locked(job.meeting_id)
    # Under the lock: whoever else works on it has taken these rows, or waits.
    if Import.objects.values_list("done", flat=True).get(pk=job.pk) != start:
        return False
    known = take_in(
        [row.arrival for row in found if row.arrival],
        places,
        is_seated=job.report["is_seated"],
        is_written_to=job.writes_mails,
        by=job.created_by,
        said={"import": job.file_name},
    )
    left = [row for row in found if row.arrival is None or row.arrival in known]
    if left:
        job.report.setdefault("left", []).extend(_why_left(row) for row in left)
        job.save(update_fields=["report"])
    job.advance(size)
    return True


def _why_left(row: Found) -> dict[str, Any]:
    if row.reasons:
        reason = " ".join(each["reason"] for each in row.reasons)
    else:
        reason = _("Somebody with this e-mail address has registered meanwhile.")
    return {"row": row.number, "reason": reason}


@transaction.atomic
def cancel(job: Import) -> bool:
    """Forget it, and what it held; False where somebody has it taken in meanwhile."""
    mine = Import.objects.filter(pk=job.pk, stage=Import.Stage.CHECK)
    if not mine.exclude(state=Import.State.RUNNING).delete()[0]:
        return False
    job.file.delete(save=False)
    return True
