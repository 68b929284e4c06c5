"""What two do to one registration at the same time: neither is lost."""

from threading import Event, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from registration.answers import Answers
from registration.bulk import working
from registration.erasing import erase
from registration.models import Registration
from tests.making import (
    make_answer,
    make_category,
    make_meeting,
    make_question,
    make_registration,
    make_user,
)

pytestmark = pytest.mark.django_db
Status = Registration.Status


def read(registration):
    """As somebody reads it before they act: what others do meanwhile is not seen."""
    return Registration.objects.select_related("meeting").get(pk=registration.pk)


def amend(registration, **fields):
    other = read(registration)
    for name, value in fields.items():
        setattr(other, name, value)
    other.amend(fields)


@pytest.mark.parametrize(
    "act",
    [
        lambda person: person.change_language("fr"),
        lambda person: person.confirm(),
        lambda person: person.revoke_link(),
        lambda person: person.amend({"function"}),
        lambda person: person.correct(changed={"function"}),
    ],
)
def test_who_read_it_before_a_change_keeps_the_new_organization_and_its_places(act):
    registration = make_registration(organization="Kenya", state="KEN")
    early = read(registration)

    amend(registration, organization="France", state="FRA")
    act(early)

    now = read(registration)
    assert (now.organization, now.state) == ("France", "FRA")
    assert now.organization_key == "FRA"


def test_staff_who_save_another_field_do_not_seat_by_the_former_category():
    meeting = make_meeting()
    full, free = make_category(meeting, capacity=1), make_category(meeting)
    make_registration(meeting, category=full, status=Status.CONFIRMED)
    registration = make_registration(meeting, category=full, status=Status.WAITING)
    early = read(registration)

    read(registration).move_to(free)
    early.amend({"function"})

    now = read(registration)
    assert (now.category, now.status) == (free, Status.CONFIRMED)


def test_the_person_writes_only_what_they_changed():
    registration = make_registration(function="Officer", status=Status.CONFIRMED)
    early = read(registration)

    amend(registration, function="Minister")
    early.name = "Amina Yusuf"
    assert early.correct(changed={"name"})

    now = read(registration)
    assert (now.name, now.function) == ("Amina Yusuf", "Minister")
    changed = now.corrections.get().changes
    assert [change["key"] for change in changed] == ["name"]


@pytest.mark.parametrize("sent", [False, SimpleUploadedFile("new.pdf", b"new")])
def test_a_file_is_there_still_where_the_change_is_taken_back(sent):
    registration = make_registration()
    question = make_question(registration.meeting, kind="file")
    make_answer(registration, question, b"old")

    with transaction.atomic():
        Answers({question: sent}).save(registration)
        transaction.set_rollback(True)

    assert registration.answers.get().file.read() == b"old"


def choosing(chosen):
    return lambda: working.prepare("approve", chosen, make_user(), {})


def taking_back(chosen):
    work = working.prepare("approve", chosen, make_user(), {})
    working.begin(work)
    working.work_off(work.pk)
    return lambda: working.undo(work, make_user())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("acting", [choosing, taking_back])
def test_who_is_erased_while_staff_choose_them_is_erased_afterwards(acting):
    chosen = Registration.objects.filter(pk=make_registration().pk)
    act, is_erased = acting(chosen), Event()

    def erase_them():
        try:
            erase(chosen)
            is_erased.set()
        finally:
            connection.close()

    other = Thread(target=erase_them)
    with transaction.atomic():
        steps = act().steps
        other.start()
        # In vain: they wait for this to end.
        assert not is_erased.wait(0.3)
        assert steps.count() == 1
    other.join()

    assert is_erased.is_set()
    assert not steps.exists()
