from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from registration import mails
from registration.models import Registration
from registration.references import reference_of
from tests.making import make_meeting, make_registration
from tests.registration.sending import address_of, open_form, typed

Status = Registration.Status
REMOTE, IN_PERSON = Registration.Attendance.REMOTE, Registration.Attendance.IN_PERSON


def draft(meeting, email="amina@example.org", **fields):
    """A registration as the form hands it over: in no table yet."""
    made = make_registration(meeting, email=email, **fields)
    category = made.category
    made.delete()
    return Registration(
        meeting=meeting,
        email=email,
        category=category,
        name="Amina YUSUF",
        organization="Kenya",
        days=[meeting.starts_on.isoformat()],
    )


def kinds(registration):
    return list(registration.messages.order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db
def test_submit_registers_and_owes_one_mail():
    meeting = make_meeting()

    registration = draft(meeting).submit("a form")

    assert registration.status == Status.RECEIVED
    assert registration.reference == reference_of("a form")
    assert kinds(registration) == ["registration_received"]


@pytest.mark.django_db
def test_submit_takes_the_same_form_once():
    meeting = make_meeting()

    found = {draft(meeting, f"{n}@example.org").submit("a form").pk for n in range(10)}

    assert len(found) == 1
    assert kinds(Registration.objects.get()) == ["registration_received"]


@pytest.mark.django_db
def test_submit_writes_to_an_address_that_is_registered():
    meeting = make_meeting()
    known = make_registration(meeting, email="Amina@Example.org", name="Amina")

    for _again in range(3):
        found = draft(meeting, "amina.other@example.org")
        found.email = "amina@example.org"
        found = found.submit("a form")

    assert found == known
    assert Registration.objects.get().name == "Amina"
    message = known.messages.get()
    assert (message.kind, message.to) == ("registration_known", "Amina@Example.org")
    assert reference_of("a form") in message.text


@pytest.mark.django_db(transaction=True)
def test_submit_gives_way_to_who_entered_the_address_meanwhile(monkeypatch):
    meeting = make_meeting()
    late, save, entered = draft(meeting), Registration.save, []

    def save_second(registration, **kwargs):
        # The secretariat's row comes between our look and our own row; once, since
        # our transaction, which it must outlive, is undone.
        if not entered:
            entered.append(True)
            raise IntegrityError
        save(registration, **kwargs)

    monkeypatch.setattr(Registration, "save", save_second)
    found = late.submit("a form")

    assert found.reference == reference_of("a form")
    assert kinds(found) == ["registration_received"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("forms", [1, 8])
def test_one_registration_however_many_send_at_once(forms, settings):
    """The same form eight times, and eight forms with one address, at one moment."""
    settings.REGISTRATIONS_PER_EMAIL = 8
    meeting = make_meeting()
    keys = [open_form(Client(), meeting) for _form in range(forms)]

    def press(number):
        try:
            sent = {"key": keys[number % forms], **typed(meeting)}
            return Client().post(address_of(meeting), sent).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(press, range(8)))

    assert answers == [302] * 8
    registration = Registration.objects.get()
    known = ["registration_known"] * (forms - 1)
    assert kinds(registration) == ["registration_received", *known]


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_is_given_once_to_those_who_come_in_person_after_all():
    meeting = make_meeting(capacity=1)
    people = [
        make_registration(meeting, status=Status.CONFIRMED, attendance=REMOTE)
        for _person in range(6)
    ]

    def change(person):
        try:
            person.attendance = IN_PERSON
            return person.correct()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(change, people))

    statuses = Registration.objects.order_by("status").values_list("status", flat=True)
    assert list(statuses) == [Status.CONFIRMED] + [Status.WAITING] * 5


@pytest.mark.django_db
def test_correct_saves_what_the_person_may_change_and_nothing_else():
    registration = make_registration(email="amina@example.org")
    registration.name, registration.email = "Awa", "else@example.org"
    Registration.objects.update(status=Status.CONFIRMED)

    assert registration.correct()

    registration.refresh_from_db()
    assert (registration.name, registration.email) == ("Awa", "amina@example.org")
    assert registration.status == Status.CONFIRMED
    assert kinds(registration) == ["registration_corrected"]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN])
def test_correct_comes_too_late_for_who_is_out(status):
    registration = make_registration(name="Amina", status=status)
    registration.name = "Awa"

    assert not registration.correct()
    assert Registration.objects.get().name == "Amina"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "capacity", "attendance", "after"),
    [
        (Status.CONFIRMED, 1, IN_PERSON, Status.WAITING),
        (Status.CONFIRMED, 2, IN_PERSON, Status.CONFIRMED),
        (Status.CONFIRMED, None, IN_PERSON, Status.CONFIRMED),
        (Status.RECEIVED, 1, IN_PERSON, Status.RECEIVED),
        (Status.WAITING, 1, REMOTE, Status.CONFIRMED),
        (Status.RECEIVED, 1, REMOTE, Status.RECEIVED),
    ],
)
def test_correct_gives_seats_by_the_same_rule_as_approval(
    before, capacity, attendance, after
):
    meeting = make_meeting(capacity=capacity)
    make_registration(meeting, status=Status.CONFIRMED, attendance=IN_PERSON)
    other = IN_PERSON if attendance == REMOTE else REMOTE
    registration = make_registration(meeting, status=before, attendance=other)

    registration.attendance = attendance
    registration.correct()

    registration.refresh_from_db()
    assert registration.status == after
    kind = after if after != before else mails.CORRECTED
    assert kinds(registration) == [f"registration_{kind}"]


@pytest.mark.django_db
def test_correct_jumps_no_queue():
    meeting = make_meeting(capacity=1)
    first = make_registration(meeting, status=Status.WAITING)
    registration = make_registration(meeting, status=Status.WAITING)

    registration.name = "Awa"
    registration.correct()

    registration.refresh_from_db()
    first.refresh_from_db()
    assert (first.status, registration.status) == (Status.CONFIRMED, Status.WAITING)


@pytest.mark.django_db
def test_come_back_is_for_those_who_withdrew():
    registration = make_registration(status=Status.WITHDRAWN)
    Registration.objects.update(status=Status.DECLINED)

    assert not registration.come_back()
    assert Registration.objects.get().status == Status.DECLINED


@pytest.mark.django_db
def test_status_since_is_when_the_status_changed():
    with time_machine.travel("2026-11-02T12:00Z", tick=False) as now:
        registration = make_registration()
        now.shift(timedelta(days=1))
        confirmed_at = timezone.now()
        registration.confirm()
        now.shift(timedelta(days=1))
        registration.name = "Awa"
        registration.correct()

        assert registration.status_since == confirmed_at
