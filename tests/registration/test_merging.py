"""Two registrations made one: what stays, what moves, who is written to."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.files.base import ContentFile
from django.utils import timezone

from meeting.mail.models import Message
from registration.models import (
    Answer,
    BulkStep,
    BulkWork,
    Choice,
    Correction,
    FormerLink,
    NotDouble,
    Registration,
)
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_message,
    make_question,
    make_registration,
    make_session,
)

pytestmark = pytest.mark.django_db
Status = Registration.Status


def make_pair(meeting=None, one=(), other=()):
    meeting = meeting or make_meeting()
    kept = make_registration(meeting, name="Ann Bell", **dict(one))
    return kept, make_registration(meeting, name="Ann BELL", **dict(other))


def statuses(meeting):
    people = meeting.registrations.order_by("pk")
    return list(people.values_list("status", flat=True))


def test_kept_one_has_its_reference_and_the_other_as_a_former_one():
    kept, other = make_pair(other={"former_references": ["AAAAA-AAAAA"]})
    reference = kept.reference

    kept.absorb(other)

    kept.refresh_from_db()
    assert kept.reference == reference
    assert kept.former_references == ["AAAAA-AAAAA", other.reference]
    assert list(Registration.objects.all()) == [kept]


def test_chosen_fields_are_the_others():
    kept, other = make_pair(
        one={"function": "Officer", "organization": "Kenya", "state": "KEN"},
        other={"function": "Director", "organization": "Chad", "state": "TCD"},
    )

    kept.absorb(other, ["function", "organization", "email"])

    kept.refresh_from_db()
    assert (kept.name, kept.function) == ("Ann Bell", "Director")
    assert (kept.organization, kept.organization_key) == ("Chad", "TCD")
    assert kept.email == other.email


@pytest.mark.parametrize(
    ("one", "other", "then"),
    [
        ("received", "confirmed", "confirmed"),
        ("confirmed", "received", "confirmed"),
        ("waiting", "received", "waiting"),
        ("declined", "received", "received"),
        ("declined", "withdrawn", "withdrawn"),
        ("received", "offered", "offered"),
    ],
)
def test_better_standing_stays(one, other, then):
    meeting = make_meeting(capacity=0)
    kept, double = make_pair(meeting, {"status": one}, {"status": other})

    kept.absorb(double)

    assert statuses(meeting) == [then]


def test_earlier_place_in_line_stays():
    early = timezone.now() - timedelta(days=2)
    kept, other = make_pair(other={"arrived_at": early})

    kept.absorb(other)

    kept.refresh_from_db()
    assert kept.arrived_at == early


def test_who_had_left_the_line_does_not_come_back_to_its_front():
    early = timezone.now() - timedelta(days=2)
    kept, other = make_pair(
        one={"status": "waiting"}, other={"status": "withdrawn", "arrived_at": early}
    )

    kept.absorb(other)

    kept.refresh_from_db()
    assert kept.arrived_at > early


def test_freed_place_goes_to_who_waits():
    meeting = make_meeting(capacity=2)
    kept, other = make_pair(meeting, {"status": "confirmed"}, {"status": "confirmed"})
    waiting = make_registration(meeting, status="waiting")

    kept.absorb(other)

    assert statuses(meeting) == [Status.CONFIRMED, Status.CONFIRMED]
    assert [message.to for message in Message.objects.all()] == [waiting.email]


def test_a_seat_is_kept_where_nothing_of_it_changes_over_capacity_too():
    meeting = make_meeting(capacity=0)
    kept, other = make_pair(meeting, {"status": "received"}, {"status": "confirmed"})

    kept.absorb(other)

    assert statuses(meeting) == [Status.CONFIRMED]


def test_a_category_without_a_free_seat_puts_them_on_the_waiting_list():
    meeting = make_meeting()
    full = make_category(meeting, capacity=0)
    open_to_all = make_category(meeting)
    kept, other = make_pair(
        meeting,
        {"status": "confirmed", "category": open_to_all},
        {"category": full},
    )

    kept.absorb(other, ["category"])

    assert statuses(meeting) == [Status.WAITING]
    assert Message.objects.get().kind == "registration_waiting"


def test_the_seat_of_the_other_can_be_taken_over():
    meeting = make_meeting()
    full, other_one = make_category(meeting, capacity=1), make_category(meeting)
    kept, other = make_pair(
        meeting,
        {"status": "received", "category": other_one},
        {"status": "confirmed", "category": full},
    )

    kept.absorb(other, ["category"])

    assert statuses(meeting) == [Status.CONFIRMED]


def test_what_the_kept_one_is_to_correct_stays_to_be_done():
    meeting = make_meeting()
    kept, other = make_pair(meeting, other={"status": "confirmed"})
    kept.ask_for_correction(["name"], "In full, please.")

    kept.absorb(other)

    kept.refresh_from_db()
    assert (kept.status, kept.held) == (Status.NEEDS_CORRECTION, Status.CONFIRMED)
    assert kept.open_correction.note == "In full, please."


def test_what_the_other_was_to_correct_is_done_with():
    kept, other = make_pair(one={"status": "confirmed"})
    other.ask_for_correction(["name"], "In full, please.")

    kept.absorb(other)

    kept.refresh_from_db()
    assert kept.status == Status.CONFIRMED
    assert kept.corrections.get().cancelled_at
    assert Correction.objects.open().count() == 0


def test_nobody_is_written_to_when_nothing_changes_for_them():
    kept, other = make_pair(one={"status": "confirmed"}, other={"status": "confirmed"})

    kept.absorb(other, ["function"])

    assert not Message.objects.exists()


def test_a_new_address_is_written_to():
    kept, other = make_pair(one={"status": "confirmed"})

    kept.absorb(other, ["email"])

    message = Message.objects.get()
    assert (message.to, message.kind) == (other.email, "registration_confirmed")


def test_mails_of_both_stay():
    kept, other = make_pair()
    make_message(kept, once="reminder")
    make_message(other, once="reminder")
    make_message(other)

    kept.absorb(other)

    assert kept.messages.count() == 3


def test_history_of_both_stays_and_says_what_was_merged():
    kept, other = make_pair(other={"function": "Director"})
    other.decline("No seat.")
    former = other.pk

    kept.absorb(other)

    kind = LogEntry.objects.get_for_object(kept).first().content_type
    assert not LogEntry.objects.filter(content_type=kind, object_pk=former).exists()
    entries = LogEntry.objects.get_for_object(kept)
    assert [e.additional_data for e in entries if e.changes.get("decline_reason")]
    merged = entries.filter(additional_data__merged=other.reference).get()
    assert merged.additional_data["which_was"]["function"] == "Director"
    assert not entries.filter(action=LogEntry.Action.DELETE).exists()


def test_answers_that_the_kept_one_lacks_move_over():
    kept, other = make_pair()
    both, only = make_question(kept.meeting), make_question(kept.meeting)
    for registration, question, value in (
        (kept, both, "mine"),
        (other, both, "theirs"),
        (other, only, "new"),
    ):
        Answer.objects.create(registration=registration, question=question, value=value)

    kept.absorb(other)

    assert dict(kept.answers.values_list("question", "value")) == {
        both.pk: "mine",
        only.pk: "new",
    }


def test_chosen_answers_are_the_others_and_the_file_of_the_kept_one_goes(
    django_capture_on_commit_callbacks,
):
    kept, other = make_pair()
    question = make_question(kept.meeting, kind="file")
    answers = []
    for registration, content in ((kept, b"mine"), (other, b"theirs")):
        file = ContentFile(content, name="a")
        answers.append(
            Answer.objects.create(
                registration=registration, question=question, file=file
            )
        )
    storage, name = answers[0].file.storage, answers[0].file.name

    with django_capture_on_commit_callbacks(execute=True):
        kept.absorb(other, questions=[question.pk])

    assert kept.answers.get().file.read() == b"theirs"
    assert not storage.exists(name)


def test_audit_entries_of_answers_name_the_kept_one():
    kept, other = make_pair()
    question = make_question(kept.meeting)
    Answer.objects.create(registration=other, question=question, value="new")
    former = other.pk

    kept.absorb(other)

    entries = LogEntry.objects.filter(additional_data__registration=kept.pk)
    assert entries.exists()
    assert not LogEntry.objects.filter(additional_data__registration=former).exists()


def test_sessions_are_of_the_one_or_of_the_other():
    kept, other = make_pair(one={"status": "confirmed"}, other={"status": "confirmed"})
    mine, shared, theirs = (
        make_session(kept.meeting, title=title) for title in ("A", "B", "C")
    )
    for session in (mine, shared):
        make_choice(kept, session, status="confirmed")
    for session in (shared, theirs):
        make_choice(other, session, status="confirmed")

    kept.absorb(other, takes_sessions=True)

    assert {choice.session for choice in kept.choices.all()} == {shared, theirs}


def test_of_what_both_chose_the_better_place_stays():
    kept, other = make_pair(one={"status": "confirmed"}, other={"status": "confirmed"})
    session = make_session(kept.meeting, capacity=1)
    make_choice(kept, session, status="waiting")
    make_choice(other, session, status="confirmed")

    kept.absorb(other)

    assert kept.choices.get().status == Choice.Status.CONFIRMED


def test_a_choice_that_goes_frees_its_place():
    kept, other = make_pair(one={"status": "confirmed"}, other={"status": "confirmed"})
    first, second = (make_session(kept.meeting, capacity=1) for _each in range(2))
    waiting = make_registration(kept.meeting, status="confirmed")
    make_choice(kept, first, status="confirmed")
    make_choice(other, second, status="confirmed")
    waits = make_choice(waiting, second, status="waiting")

    kept.absorb(other)

    waits.refresh_from_db()
    assert [choice.session for choice in kept.choices.all()] == [first]
    assert waits.status == Choice.Status.CONFIRMED


def test_bulk_steps_move_over_once_a_work():
    kept, other = make_pair()
    works = [BulkWork.objects.create(meeting=kept.meeting, action="x") for _ in "ab"]
    BulkStep.objects.create(work=works[0], registration=kept, position=1)
    for work in works:
        BulkStep.objects.create(work=work, registration=other, position=2)

    kept.absorb(other)

    assert {step.work for step in kept.steps.all()} == set(works)
    assert BulkStep.objects.count() == 2


def test_links_of_both_and_of_former_ones_open_the_kept_one():
    kept, other = make_pair()
    FormerLink.objects.create(former=4711, version=1, registration=other)
    tokens = [kept.token, other.token]

    kept.absorb(other)

    found = [Registration.by_token(kept.meeting, token) for token in tokens]
    assert found == [kept, kept]
    assert set(kept.former_links.values_list("former", flat=True)) == {
        4711,
        FormerLink.objects.exclude(former=4711).get().former,
    }


def test_who_was_another_than_the_other_is_another_than_the_kept_one():
    kept, other = make_pair()
    third = make_registration(kept.meeting)
    NotDouble.note(other.pk, [third.pk])

    kept.absorb(other)

    assert NotDouble.objects.of(kept).get() == NotDouble.objects.of(third).get()
