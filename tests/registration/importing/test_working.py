"""A file from being sent to being taken in, as a worker does it."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils import timezone

from meeting.mail.models import Message
from registration.erasing import empty_imports
from registration.importing import working
from registration.models import Category, Import, Registration
from registration.purging import Purge
from tests.making import make_category, make_meeting, make_registration, make_user
from tests.registration.importing.files import make_csv, make_row

pytestmark = pytest.mark.django_db
State, Stage, Status = Import.State, Import.Stage, Registration.Status


def begin(*rows, meeting=None, **fields):
    file = make_csv(*(rows or [make_row()]))
    return working.begin(meeting or make_meeting(), file, fields.get("by"))


def checked(*rows, **fields):
    job = begin(*rows, **fields)
    working.work_on(job.pk)
    return Import.objects.get(pk=job.pk)


def taken(*rows, is_seated=False, writes_mails=False, **fields):
    job = checked(*rows, **fields)
    assert job.confirm(is_seated=is_seated, writes_mails=writes_mails)
    working.work_on(job.pk)
    return Import.objects.get(pk=job.pk)


def rows(count):
    return [make_row(number) for number in range(count)]


def test_begin_refuses_at_once_what_lacks_a_column():
    with pytest.raises(ValidationError):
        begin({"Name": "Ann"})

    assert not Import.objects.exists()


def test_looking_through_takes_nobody_and_says_what_it_found():
    meeting = make_meeting()
    known = make_registration(meeting, email="row1@example.org")
    job = checked(
        *rows(3),
        make_row(4, Category="Nobody"),
        make_row(5, Shoe="42"),
        meeting=meeting,
    )

    report = job.report
    assert job.is_to_confirm
    assert (job.total, job.done, report["good"]) == (5, 5, 3)
    assert report["known"] == [{"row": 3, "reference": known.reference}]
    assert report["ignored"] == ["Shoe"]
    assert [bad["row"] for bad in report["bad"]] == [5]
    assert report["bad"][0]["cells"][0] == "Nobody"
    assert [each["row"] for each in report["first"]] == [2, 4, 6]
    assert Registration.objects.get() == known


def test_taking_in_the_order_of_the_file_by_the_rule_of_seats():
    meeting = make_meeting(capacity=2)
    make_registration(meeting, status=Status.CONFIRMED)

    taken(*rows(3), meeting=meeting, is_seated=True)

    people = Registration.objects.filter(email__startswith="row").order_by("arrived_at")
    assert list(people.values_list("email", "status")) == [
        ("row0@example.org", Status.CONFIRMED),
        ("row1@example.org", Status.WAITING),
        ("row2@example.org", Status.WAITING),
    ]


def test_seats_of_an_organization_count_within_a_file():
    meeting = make_meeting(organization_capacity=2)

    taken(*rows(3), meeting=meeting, is_seated=True)

    statuses = Registration.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [Status.CONFIRMED, Status.CONFIRMED, Status.WAITING]


def test_to_be_decided_on_also_where_approval_is_automatic():
    Category.objects.update(approval="automatic")

    taken(make_row())

    assert Registration.objects.get().status == Status.RECEIVED


def test_taken_in_is_as_if_the_form_had_been_sent():
    job = taken(make_row(Name="O'Brien Ann"), by=make_user("ann"))

    registration = Registration.objects.get()
    assert registration.name_key == "ann obrien"
    assert Registration.objects.filter(reference=registration.reference).exists()
    entry = LogEntry.objects.get_for_object(registration).get()
    assert entry.action == LogEntry.Action.CREATE
    assert entry.actor.username == "ann"
    assert entry.changes["name"] == ["None", "O'Brien Ann"]
    assert entry.additional_data == {"import": "people.csv"}
    assert job.is_taken


def test_nobody_is_written_to_unless_that_was_ticked():
    taken(*rows(2))
    assert not Message.objects.exists()

    taken(make_row(7), writes_mails=True, is_seated=True)
    assert [(m.to, m.kind) for m in Message.objects.all()] == [
        ("row7@example.org", "registration_confirmed")
    ]


def test_a_file_sent_again_doubles_nobody():
    meeting = make_meeting()
    taken(*rows(3), meeting=meeting)

    job = checked(*rows(4), meeting=meeting)

    assert (len(job.report["known"]), job.report["good"]) == (3, 1)


def test_who_registered_meanwhile_is_left_and_said():
    meeting = make_meeting()
    job = checked(*rows(2), meeting=meeting)
    job.confirm(is_seated=False, writes_mails=False)
    make_registration(meeting, email="ROW1@example.org")

    working.work_on(job.pk)

    job.refresh_from_db()
    assert Registration.objects.count() == 2
    assert [left["row"] for left in job.report["left"]] == [3]


def test_what_is_wrong_meanwhile_is_left_and_said():
    meeting = make_meeting()
    category = make_category(meeting, name="Pilot")
    make_category(meeting)
    job = checked(make_row(Category="Pilot"), meeting=meeting)
    job.confirm(is_seated=False, writes_mails=False)
    category.delete()

    working.work_on(job.pk)

    job.refresh_from_db()
    assert job.is_taken
    assert "“Pilot” is not known here" in job.report["left"][0]["reason"]


def test_bad_rows_stay_bad_even_if_they_have_become_good():
    meeting = make_meeting()
    make_category(meeting, name="Academia")
    job = checked(make_row(1), make_row(2, Category="Pilot"), meeting=meeting)
    job.confirm(is_seated=False, writes_mails=False)
    make_category(meeting, name="Pilot")

    working.work_on(job.pk)

    assert [each.email for each in Registration.objects.all()] == ["row1@example.org"]


def test_taking_goes_on_where_a_worker_died(monkeypatch):
    monkeypatch.setattr(working, "CHUNK", 2)
    job = checked(*rows(5))
    job.confirm(is_seated=False, writes_mails=True)
    take_in, calls = working.take_in, []

    def die_at_the_second(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return take_in(*args, **kwargs)

    monkeypatch.setattr(working, "take_in", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        working.work_on(job.pk)
    assert Registration.objects.count() == 2
    working.work_on(job.pk)  # It still counts as alive.
    assert Registration.objects.count() == 2
    Import.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))
    working.work_on(job.pk)

    job.refresh_from_db()
    assert (job.state, job.done) == (State.DONE, 5)
    assert Registration.objects.count() == Message.objects.count() == 5


def test_a_worker_that_was_taken_for_dead_stops(monkeypatch):
    monkeypatch.setattr(working, "CHUNK", 2)
    job = checked(*rows(4))
    job.confirm(is_seated=False, writes_mails=False)
    take_in = working.take_in

    def while_another_goes_on(*args, **kwargs):
        monkeypatch.setattr(working, "take_in", take_in)
        left = take_in(*args, **kwargs)
        Import.objects.update(done=2)  # As the other one has written it.
        return left

    monkeypatch.setattr(working, "take_in", while_another_goes_on)
    working.work_on(job.pk)

    assert Registration.objects.count() == 2


def test_looking_through_begins_anew_where_a_worker_died():
    job = begin(*rows(3))
    Import.objects.update(done=2, claimed_at=timezone.now() - timedelta(minutes=2))

    working.work_on(job.pk)

    job.refresh_from_db()
    assert (job.done, job.report["good"]) == (3, 3)


def test_an_error_is_said_and_taking_can_go_on(monkeypatch):
    job = checked(*rows(2))
    job.confirm(is_seated=False, writes_mails=False)

    with monkeypatch.context() as broken:
        broken.setattr(working, "take_in", None)
        working.work_on(job.pk)
    job.refresh_from_db()
    assert job.can_go_on
    assert job.error
    job.go_on()
    working.work_on(job.pk)

    job.refresh_from_db()
    assert (job.is_taken, Registration.objects.count()) == (True, 2)


def test_confirmed_twice_is_taken_once():
    job = checked()

    assert job.confirm(is_seated=False, writes_mails=False)
    assert not job.confirm(is_seated=True, writes_mails=True)


def test_the_file_is_deleted_once_it_is_taken():
    job = checked()
    storage, name = job.file.storage, job.file.name
    assert storage.exists(name)
    job.confirm(is_seated=False, writes_mails=False)

    working.work_on(job.pk)

    job.refresh_from_db()
    assert not job.file
    assert not storage.exists(name)


def test_cancelling_deletes_it_and_its_file():
    job = checked()
    storage, name = job.file.storage, job.file.name

    working.cancel(job)

    assert not Import.objects.exists()
    assert not storage.exists(name)


def test_after_a_week_it_no_longer_says_whom_it_was_about():
    job = taken(make_row(1), make_row(2, Category="Nobody"))
    assert job.report["bad"]
    Import.objects.update(created_at=timezone.now() - timedelta(days=8))

    for _twice in range(2):
        Purge(timezone.now()).run()

    job.refresh_from_db()
    assert job.report == {"good": 1, "taken": 1}
    assert job.is_taken


def test_what_is_confirmed_meanwhile_is_neither_cancelled_nor_emptied():
    job = checked()
    early = Import.objects.get(pk=job.pk)
    job.confirm(is_seated=False, writes_mails=False)

    assert not working.cancel(early)
    empty_imports([early])

    working.work_on(job.pk)
    assert Import.objects.get().is_taken
    assert Registration.objects.count() == 1
