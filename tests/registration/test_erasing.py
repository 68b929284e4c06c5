"""Erased: nothing of the person is left anywhere, and a number stays."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from auditlog.models import LogEntry
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as AdminEntry
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from meeting.mail.models import Message
from registration.erasing import count, erase
from registration.models import (
    Answer,
    BulkStep,
    BulkWork,
    FormerLink,
    Import,
    LinkRequest,
    NotDouble,
    Registration,
    Status,
    Tally,
    Upload,
)
from registration.numbers import numbers_of
from tests.making import (
    PDF,
    make_answer,
    make_category,
    make_choice,
    make_import,
    make_meeting,
    make_message,
    make_question,
    make_registration,
    make_session,
    make_user,
)
from tests.parts.staff import form_data, sign_in
from tests.registration.dumping import everything_stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        }
    }


def these(*registrations):
    return Registration.objects.filter(pk__in=[each.pk for each in registrations])


def make_everything_of_a_person(meeting, client):
    """A person of whom something is stored in every place there is."""
    registration = make_registration(
        meeting, name="Zbigniew QUIXOTE", email="zbigniew@example.org"
    )
    free = make_question(meeting, text="Why?")
    make_answer(registration, free, "Becauseofwindmills")
    make_answer(registration, free, "Becauseofgiants")
    passport = make_question(meeting, text="Passport?", is_sensitive=True)
    make_answer(registration, passport, "QX1234567")
    letter = make_question(meeting, kind="file", text="Letter?")
    make_answer(registration, letter, PDF + b"Rocinante", name="dulcinea.pdf")
    Upload.keep(letter, SimpleUploadedFile("dulcinea.pdf", PDF + b"Rocinante"))
    make_choice(registration, make_session(meeting))
    registration.confirm()
    registration.ask_for_correction(["name"], "Quixote or Quijote?")
    registration.is_own_doing = True
    registration.name = "Zbigniew QUIJOTE"
    registration.correct()
    work = BulkWork.objects.create(meeting=meeting, action="approve")
    BulkStep.objects.create(work=work, registration=registration, position=1)
    other = make_registration(meeting)
    NotDouble.objects.create(one=registration, other=other)
    FormerLink.objects.create(former=9999, version=1, registration=registration)
    LinkRequest.objects.create(meeting=meeting, email="Zbigniew@example.org")
    Import.objects.create(
        meeting=meeting,
        state=Import.State.DONE,
        finished_at=timezone.now(),
        file=ContentFile(b"Zbigniew QUIXOTE,zbigniew@example.org", name="list.csv"),
        file_name="list.csv",
        report={"bad": [{"row": 2, "name": "Zbigniew QUIXOTE"}]},
    )
    sign_in(client)
    url = reverse("admin:registration_registration_change", args=[registration.pk])
    data = form_data(client.get(url))
    client.post(url, data | {"function": "Knight-errant"})
    client.post(
        reverse(
            "admin:registration_registration_act", args=[registration.pk, "send_again"]
        )
    )
    return Registration.objects.get(pk=registration.pk)


WORDS = [
    "QUIXOTE",
    "QUIJOTE",
    "igniew",
    "Becauseof",
    "Rocinante",
    "dulcinea",
    "Quixote or",
    "Knight",
    "gAAAA",
]


def test_nothing_of_the_person_is_left_in_database_or_storage(client):
    meeting = make_meeting()
    registration = make_everything_of_a_person(meeting, client)
    words = [*WORDS, registration.reference]
    before = everything_stored()
    assert [word for word in words if word not in before] == []

    erase(these(registration))

    after = everything_stored()
    assert [word for word in words if word in after] == []
    assert not Registration.objects.filter(pk=registration.pk).exists()


def test_an_import_that_does_not_speak_of_the_person_can_still_be_taken():
    meeting = make_meeting()
    gone = make_registration(meeting, name="Ann Bell", email="ann@example.org")
    lists = [
        make_import(
            meeting,
            report={"good": 1},
            stage=Import.Stage.CHECK,
            file=ContentFile(f"Name,E-mail\n{row}\n".encode(), name="list.csv"),
        )
        for row in ("Bob,bob@example.org", "A. Bell,ANN@example.org", "ann  bell,-")
    ]

    erase(these(gone))

    states = [Import.objects.get(pk=each.pk).state for each in lists]
    assert states == [Import.State.DONE, Import.State.FAILED, Import.State.FAILED]
    assert Import.objects.get(pk=lists[0].pk).file


def test_others_keep_everything(client):
    meeting = make_meeting()
    gone = make_registration(meeting)
    other = make_everything_of_a_person(meeting, client)
    before = count([other])

    erase(these(gone))

    assert count([other]) == before


def test_what_goes_is_what_was_counted(client):
    registration = make_everything_of_a_person(make_meeting(), client)
    counted = count([registration])

    gone = erase(these(registration))

    # To withdraw is one more mail and one more entry, which go as well.
    assert gone - counted == {"history": 2, "messages": 1}
    assert counted["files"] == 1
    assert counted["answers"] == 3


def test_a_number_stays():
    meeting = make_meeting()
    category = make_category(meeting, name="Member State")
    for state in ("KEN", "KEN", "GHA"):
        erase(
            these(
                make_registration(
                    meeting, category=category, status=Status.WITHDRAWN, state=state
                )
            )
        )

    kept = Tally.objects.order_by("state").values_list(
        "category", "status", "attendance", "state", "count"
    )
    assert list(kept) == [
        ("Member State", "withdrawn", "in_person", "GHA", 1),
        ("Member State", "withdrawn", "in_person", "KEN", 2),
    ]


def test_numbers_are_the_same_before_and_after():
    meeting = make_meeting(starts_on=timezone.now().date().replace(year=2020))
    for status in ("confirmed", "confirmed", "waiting", "declined"):
        make_registration(meeting, status=status)
    make_registration(meeting, status="needs_correction", held="confirmed")
    before = numbers_of(meeting)

    erase(meeting.registrations.all())

    after = numbers_of(meeting)
    assert (after.rows, after.sums) == (before.rows, before.sums)
    assert (before.erased, after.erased) == (0, 5)
    assert before.sums[-1] == 5


def test_the_next_in_line_has_the_seat():
    meeting = make_meeting(capacity=1)
    seated = make_registration(meeting, status=Status.CONFIRMED)
    waiting = make_registration(meeting, status=Status.WAITING)

    erase(these(seated))

    waiting.refresh_from_db()
    assert waiting.status == Status.CONFIRMED
    assert list(Message.objects.values_list("kind", "to")) == [
        ("registration_confirmed", waiting.email)
    ]


def test_the_history_of_what_was_merged_into_it_goes_too():
    meeting = make_meeting()
    former = make_registration(meeting, name="Zbigniew FORMER")
    former.name = "Zbigniew FORMERLY"
    former.save()
    reference = former.reference
    former.delete()
    kept = make_registration(meeting, former_references=[reference])

    erase(these(kept))

    assert "FORMER" not in everything_stored()


def test_what_the_admin_noted_of_what_was_merged_into_it_goes_too():
    meeting = make_meeting()
    kept = make_registration(meeting)
    former = make_registration(meeting, name="Zbigniew FORMER")
    AdminEntry.objects.log_actions(
        make_user().pk, [former], action_flag=CHANGE, change_message="Changed."
    )
    kept.absorb(former)

    erase(these(kept))

    assert "FORMER" not in everything_stored()


def test_twice_at_once_counts_once():
    registration = make_registration()
    same = these(registration)
    erase(same)

    assert erase(same).total() == 0
    assert Tally.objects.get().count == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_erase_at_the_same_time_count_once():
    registration = make_registration()

    def erase_it(_n):
        try:
            return erase(these(registration))["registrations"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        gone = list(pool.map(erase_it, range(4)))

    assert sorted(gone) == [0, 0, 0, 1]
    assert Tally.objects.get().count == 1


def test_a_file_that_is_gone_already_is_no_obstacle():
    registration = make_registration()
    question = make_question(registration.meeting, kind="file")
    answer = make_answer(registration, question, PDF)
    answer.file.storage.delete(answer.file.name)

    erase(these(registration))

    assert not Answer.objects.exists()


def test_what_somebody_else_has_not_sent_yet_stays():
    registration = make_registration()
    question = make_question(registration.meeting, kind="file")
    make_answer(registration, question, PDF, name="letter.pdf")
    others = Upload.keep(question, SimpleUploadedFile("letter.pdf", PDF + b"other"))

    erase(these(registration))

    assert list(Upload.objects.all()) == [others]


def test_an_operator_who_deletes_in_the_admin_erases(client):
    registration = make_registration(name="Zbigniew QUIXOTE")
    client.force_login(make_user("operator", is_superuser=True))
    url = reverse("admin:registration_registration_delete", args=[registration.pk])

    client.post(url, {"post": "yes"})

    assert "QUIXOTE" not in everything_stored()
    entry = LogEntry.objects.get(object_repr="1 registration erased")
    assert entry.actor.username == "operator"
    assert Tally.objects.get().count == 1


def test_whom_somebody_looked_for_is_not_kept_with_an_export(client):
    registration = make_registration(name="Zbigniew QUIXOTE")
    sign_in(client)
    url = reverse("admin:registration_registration_export", args=["csv"])
    client.get(url, {"q": "Quixote", "status__exact": "received"})

    erase(these(registration))

    assert "uixote" not in everything_stored()


def test_a_mail_on_its_way_is_not_written_down_again(mail_goes_out):
    message = make_message(make_registration(), to="zbigniew@example.org")
    erase(Registration.objects.all())

    message.deliver()

    assert not Message.objects.exists()
