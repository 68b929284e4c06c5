"""What is past its time goes, everywhere, and not a day before."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from meeting.mail.models import Message
from registration import erasing
from registration.models import (
    Attempt,
    BulkWork,
    Choice,
    Correction,
    Import,
    LinkRequest,
    Registration,
    Tally,
    Upload,
)
from registration.purging import Purge
from registration.tasks import purge
from tests.making import (
    PDF,
    make_answer,
    make_choice,
    make_meeting,
    make_message,
    make_question,
    make_registration,
)
from tests.registration.dumping import everything_stored

pytestmark = pytest.mark.django_db

LAST_DAY = date(2026, 3, 10)
# Midnight after the tenth of ten days, in New York (UTC-4).
DUE = datetime(2026, 3, 21, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        }
    }


def make_past_meeting(**fields):
    days = {"starts_on": LAST_DAY - timedelta(days=1), "ends_on": LAST_DAY}
    return make_meeting(**{"retention_days": 10} | days | fields)


def run(now, **options):
    return Purge(now, **options).run()


def said(*arguments):
    out = StringIO()
    call_command("purge", *arguments, stdout=out)
    return out.getvalue()


def make_import(meeting, **fields):
    defaults = {
        "file": ContentFile(b"Zbigniew,zbigniew@example.org", name="list.csv"),
        "file_name": "list.csv",
        "state": Import.State.DONE,
        "finished_at": timezone.now(),
        "stage": Import.Stage.TAKE,
        "report": {"good": 2, "bad": ["Zbigniew"], "zone": "Zbigniew"},
    }
    return Import.objects.create(meeting=meeting, **defaults | fields)


@pytest.mark.parametrize(("now", "left"), [(DUE - timedelta(seconds=1), 1), (DUE, 0)])
def test_a_meetings_registrations_go_with_the_end_of_their_last_day(now, left):
    make_registration(make_past_meeting())

    run(now)

    assert Registration.objects.count() == left


def test_a_meeting_without_a_time_keeps_everything():
    make_registration(make_past_meeting(retention_days=None))

    assert run(DUE + timedelta(days=9999)) == {}
    assert Registration.objects.count() == 1


def test_a_meeting_that_is_not_over_is_never_purged():
    meeting = make_meeting(retention_days=0)
    make_registration(meeting)
    make_answer(
        make_registration(meeting), make_question(meeting, retention_days=0), "words"
    )

    assert run(meeting.ends_at - timedelta(seconds=1)) == {}


def test_the_numbers_stay():
    meeting = make_past_meeting()
    for status in ("confirmed", "confirmed", "declined"):
        make_registration(meeting, status=status)

    run(DUE)

    kept = Tally.objects.order_by("status").values_list("status", "count")
    assert list(kept) == [("confirmed", 2), ("declined", 1)]


def test_work_in_progress_of_the_meeting_goes_with_it():
    meeting = make_past_meeting()
    now = DUE - timedelta(hours=1)
    make_import(meeting, created_at=now)
    BulkWork.objects.create(meeting=meeting, action="decline")
    LinkRequest.objects.create(meeting=meeting, email="a@b.org", created_at=now)
    question = make_question(meeting, kind="file")
    make_upload(question, now)

    rows = run(DUE)

    assert rows == {
        meeting.slug: {
            "imports": 1,
            "files": 2,
            "bulk work": 1,
            "link requests": 1,
            "uploads": 1,
        }
    }
    assert "Zbigniew" not in everything_stored()


def make_upload(question, at):
    content = ContentFile(b"Rocinante", name="letter.pdf")
    return Upload.objects.create(
        question=question, file=content, file_name="letter.pdf", created_at=at
    )


def make_a_question_with_answers(meeting, **fields):
    registration = make_registration(meeting)
    question = make_question(meeting, retention_days=3, **fields)
    return registration, question


def test_one_questions_answers_go_and_the_others_stay():
    meeting = make_past_meeting(retention_days=None)
    registration, question = make_a_question_with_answers(meeting)
    make_answer(registration, question, "Becauseofwindmills")
    make_answer(registration, question, "Becauseofgiants")
    other = make_question(meeting)
    make_answer(registration, other, "Becauseofhonour")
    now = meeting.ends_at + timedelta(days=3)
    assert run(now - timedelta(seconds=1)) == {}

    rows = run(now)

    assert rows == {f"{meeting.slug}: {question}": {"answers": 1, "history": 2}}
    stored = everything_stored()
    assert "Becauseofwindmills" not in stored
    assert "Becauseofgiants" not in stored
    assert registration.answers.get().value == "Becauseofhonour"


def test_a_questions_files_go_and_its_history():
    meeting = make_past_meeting(retention_days=None)
    registration, question = make_a_question_with_answers(meeting, kind="file")
    make_answer(registration, question, PDF + b"Rocinante", name="dulcinea.pdf")

    run(DUE)

    stored = everything_stored()
    assert "Rocinante" not in stored
    assert "dulcinea" not in stored


def test_a_questions_choices_go_also_those_taken_back():
    meeting = make_past_meeting(retention_days=None)
    registration, question = make_a_question_with_answers(
        meeting, kind="several", options=["Vegetarian", "Halal"]
    )
    first, second = question.options.all()
    make_choice(registration, first).delete()
    make_choice(registration, second)

    rows = run(DUE)

    assert rows == {f"{meeting.slug}: {question}": {"choices": 1, "history": 3}}
    assert not Choice.objects.exists()


def test_what_a_correction_tells_of_a_questions_answers_goes():
    meeting = make_past_meeting(retention_days=None)
    registration, question = make_a_question_with_answers(meeting)
    kept = {"key": "name", "label": "Name", "before": "A", "after": "B"}
    gone = {"key": question.key, "label": "Why?", "before": "", "after": "Windmills"}
    correction = Correction.objects.create(
        registration=registration, changes=[kept, gone]
    )

    rows = run(DUE)

    correction.refresh_from_db()
    assert correction.changes == [kept]
    assert rows == {f"{meeting.slug}: {question}": {"corrections": 1}}
    assert run(DUE) == {}


def test_files_that_nobody_sent_in_the_end_go_after_a_day():
    question = make_question(kind="file")
    now = timezone.now()
    make_upload(question, now - timedelta(hours=25))
    kept = make_upload(question, now - timedelta(hours=23))

    run(now)

    assert list(Upload.objects.all()) == [kept]
    assert everything_stored().count("Rocinante") == 1


def test_imports_lose_their_list_after_a_week_and_are_still_known():
    meeting, now = make_meeting(), timezone.now()
    old = make_import(meeting, created_at=now - timedelta(days=8), total=2)
    new = make_import(meeting, created_at=now - timedelta(days=6))
    running = make_import(
        meeting, created_at=now - timedelta(days=8), state=Import.State.RUNNING
    )

    rows = run(now)

    assert rows == {meeting.slug: {"imports": 1, "files": 1}}
    for each in (old, new, running):
        each.refresh_from_db()
    assert (old.file.name, old.total) == ("", 2)
    assert old.report == {"good": 2}
    assert new.file.read() == running.file.read()
    assert run(now) == {}


def test_an_import_that_nobody_confirmed_no_longer_can_be():
    job = make_import(
        make_meeting(),
        stage=Import.Stage.CHECK,
        created_at=timezone.now() - timedelta(days=8),
    )

    run(timezone.now())

    job.refresh_from_db()
    assert job.state == Import.State.FAILED
    assert job.error == "The list was erased, with what it says of people."


def test_what_was_counted_against_spam_goes_after_a_day():
    meeting, now = make_meeting(), timezone.now()
    for hours in (1, 25):
        at = now - timedelta(hours=hours)
        Attempt.objects.create(key="key", at=at)
        LinkRequest.objects.create(meeting=meeting, email="a@b.org", created_at=at)

    rows = run(now)

    assert rows == {meeting.slug: {"link requests": 1}, "": {"attempts": 1}}
    assert (Attempt.objects.count(), LinkRequest.objects.count()) == (1, 1)


def test_a_mail_written_in_the_moment_of_erasing_goes():
    registration = make_registration()
    lost = make_message(registration)
    kept = make_message(make_registration(registration.meeting))
    Message.objects.filter(pk=lost.pk).update(object_id=registration.pk + 999)

    assert run(timezone.now()) == {"": {"messages": 1}}
    assert list(Message.objects.all()) == [kept]


# How it is run.


def make_meeting_with_all_kinds():
    meeting = make_past_meeting()
    for _person in range(3):
        registration = make_registration(meeting)
        make_answer(registration, make_question(meeting), "words")
        make_answer(registration, make_question(meeting, kind="file"), PDF)
        make_message(registration)
        make_import(meeting, created_at=DUE - timedelta(days=8))
        LinkRequest.objects.create(
            meeting=meeting, email=registration.email, created_at=DUE
        )
        Correction.objects.create(registration=registration)
    late = make_past_meeting(retention_days=None)
    answered, question = make_a_question_with_answers(late)
    make_answer(answered, question, "words")
    make_import(late, created_at=DUE - timedelta(days=8))
    Attempt.objects.create(key="key", at=DUE - timedelta(days=2))


def test_a_dry_run_counts_what_then_goes_and_touches_nothing():
    make_meeting_with_all_kinds()
    before = everything_stored()

    would_go = run(DUE, dry_run=True)
    untouched = everything_stored() == before
    gone = run(DUE)

    assert untouched
    assert gone == would_go
    assert gone["15"] == {
        "registrations": 3,
        "answers": 6,
        "files": 6,
        "messages": 3,
        "corrections": 3,
        "history": 9,
        "imports": 3,
        "link requests": 3,
    }
    assert run(DUE) == {}


def test_the_command_prints_the_same_table_before_and_after():
    make_meeting_with_all_kinds()
    with time_machine.travel(DUE, tick=False):
        dry, real = said("--dry-run"), said()
        again = said()

    assert dry.splitlines()[0] == "This would go:"
    assert real.splitlines()[0] == "This has gone:"
    assert dry.splitlines()[1:] == real.splitlines()[1:]
    head, first, *_others = dry.splitlines()[2:]
    assert head.split()[:3] == ["registrations", "answers", "files"]
    assert first.split()[:4] == ["15", "3", "6", "6"]
    assert again == "Nothing is past its time.\n"


def test_what_was_stopped_halfway_is_gone_on_with(monkeypatch):
    monkeypatch.setattr(erasing, "CHUNK", 2)
    meeting = make_past_meeting()
    for _person in range(5):
        make_registration(meeting)
    counted = erasing.count
    seen = []

    def stop_at_the_second(people):
        seen.append(len(people))
        if len(seen) == 2:
            raise KeyboardInterrupt
        return counted(people)

    monkeypatch.setattr(erasing, "count", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run(DUE)
    assert Registration.objects.count() == 3

    run(DUE)

    assert Registration.objects.count() == 0
    assert sum(Tally.objects.values_list("count", flat=True)) == 5


def test_beat_purges_every_hour(settings):
    make_registration(make_past_meeting())
    entry = settings.CELERY_BEAT_SCHEDULE["purge"]

    with time_machine.travel(DUE, tick=False):
        purge()

    assert (entry["task"], entry["schedule"]) == (purge.name, 3600)
    assert not Registration.objects.exists()


@pytest.mark.parametrize("people", [1, 6])
def test_looking_asks_as_little_for_many_people_as_for_few(
    people, django_assert_num_queries
):
    meeting = make_past_meeting()
    for _person in range(people):
        make_answer(make_registration(meeting), make_question(meeting), "words")
    run(DUE, dry_run=True)

    with django_assert_num_queries(33):
        run(DUE, dry_run=True)
