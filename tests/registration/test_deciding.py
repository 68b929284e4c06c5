"""Approval, correction, and what is taken back: who may become what, and who is told."""

from datetime import timedelta

import pytest
import time_machine
from auditlog.models import LogEntry
from django.utils import timezone

from registration.models import Registration, Status
from tests.making import (
    make_category,
    make_meeting,
    make_registration,
    make_user,
)

pytestmark = pytest.mark.django_db


def draft(meeting, category, **fields):
    return Registration(
        meeting=meeting,
        category=category,
        name="Amina YUSUF",
        organization="Kenya",
        email="amina@example.org",
        days=[meeting.starts_on.isoformat()],
        **fields,
    )


def mails_to(registration):
    kinds = registration.messages.order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("registration_") for kind in kinds]


def stored(registration):
    return Registration.objects.get(pk=registration.pk)


# Approval.


@pytest.mark.parametrize(
    ("approval", "capacity", "found"),
    [
        ("secretariat", None, "received"),
        ("secretariat", 0, "received"),
        ("automatic", None, "confirmed"),
        ("automatic", 0, "waiting"),
    ],
)
def test_the_category_says_who_decides(approval, capacity, found):
    meeting = make_meeting(capacity=capacity)
    category = make_category(meeting, approval=approval)

    registration = draft(meeting, category).submit("a form")

    assert registration.status == found
    assert mails_to(registration) == [found]


def test_coming_back_is_approved_as_the_first_time():
    category = make_category(approval="automatic")
    registration = make_registration(category=category, status=Status.WITHDRAWN)

    assert registration.come_back()
    assert stored(registration).status == Status.CONFIRMED


def test_nobody_comes_back_once_registration_is_closed():
    meeting = make_meeting(registration_closes_at=timezone.now())
    registration = make_registration(meeting, status=Status.WITHDRAWN)

    assert not registration.come_back()
    assert stored(registration).status == Status.WITHDRAWN


def test_nobody_withdraws_from_a_meeting_that_is_over():
    registration = make_registration(status=Status.CONFIRMED)

    with time_machine.travel(registration.meeting.ends_at + timedelta(hours=1)):
        assert not registration.withdraw()

    assert stored(registration).status == Status.CONFIRMED


def test_who_moves_to_a_category_that_needs_approval_is_looked_at_anew():
    meeting = make_meeting()
    automatic = make_category(meeting, approval="automatic")
    decided = make_category(meeting, approval="secretariat")
    registration = make_registration(
        meeting, category=automatic, status=Status.CONFIRMED
    )

    registration.category, registration.is_own_doing = decided, True
    registration.correct()

    assert stored(registration).status == Status.RECEIVED
    assert mails_to(registration) == ["received"]


def test_staff_move_somebody_and_the_approval_stands():
    meeting = make_meeting()
    registration = make_registration(meeting, status=Status.CONFIRMED)
    decided = make_category(meeting, approval="secretariat")

    assert registration.move_to(decided, why="Speaks for the ministry")

    found, entry = stored(registration), LogEntry.objects.get_for_object(registration)
    assert (found.category, found.status) == (decided, Status.CONFIRMED)
    assert entry.latest().additional_data == {"why": "Speaks for the ministry"}


def test_moving_frees_the_seat_of_one_category_and_needs_one_of_the_other():
    meeting = make_meeting()
    one = make_category(meeting, capacity=1)
    other = make_category(meeting, capacity=0)
    moved = make_registration(meeting, category=one, status=Status.CONFIRMED)
    waiting = make_registration(meeting, category=one, status=Status.WAITING)

    moved.move_to(other)

    assert stored(moved).status == Status.WAITING
    assert stored(waiting).status == Status.CONFIRMED


def test_a_reason_is_shown_only_where_staff_want_it():
    shown, hidden = make_registration(), make_registration()

    shown.decline("The list of NGOs is closed.", is_shown=True)
    hidden.decline("Not accredited.")

    assert shown.reason == "The list of NGOs is closed."
    assert "The list of NGOs is closed" in shown.messages.get().text
    assert hidden.reason == ""
    assert "accredited" not in hidden.messages.get().text
    entry = LogEntry.objects.get_for_object(hidden).latest()
    assert entry.additional_data == {"why": "Not accredited."}


def test_a_reason_goes_with_the_decline():
    registration = make_registration()
    registration.decline("Not accredited.", is_shown=True)

    registration.confirm()

    assert stored(registration).decline_reason == ""


# Correction.


@pytest.mark.parametrize("before", [Status.RECEIVED, Status.WAITING, Status.CONFIRMED])
def test_a_correction_is_asked_for_and_what_is_approved_stands(before):
    registration = make_registration(make_meeting(capacity=0), status=before)
    user = make_user()

    assert registration.ask_for_correction(["name"], "As in your passport.", by=user)

    found = stored(registration)
    assert (found.status, found.standing) == (Status.NEEDS_CORRECTION, before)
    assert found.open_correction.asked_by == user
    assert mails_to(registration) == ["needs_correction"]
    assert "As in your passport." in registration.messages.get().text

    registration.name = "Amina YUSUF"
    registration.correct()

    assert stored(registration).status == before
    assert mails_to(registration) == ["needs_correction", "corrected"]


def test_a_correction_keeps_old_beside_new():
    registration = make_registration(
        name="A. Yusuf", function="Minister", status=Status.CONFIRMED
    )
    registration.ask_for_correction(["name"], "Your whole name, please.")

    registration.name = "Amina YUSUF"
    registration.correct()

    correction = registration.corrections.get()
    assert correction.changes == [
        {"key": "name", "label": "Name", "before": "A. Yusuf", "after": "Amina YUSUF"}
    ]
    assert registration.corrections.unchecked().get() == correction
    correction.check_off(make_user())
    assert not registration.corrections.unchecked().exists()


def test_what_the_person_changes_unasked_is_kept_too():
    registration = make_registration(function="Minister", status=Status.CONFIRMED)

    registration.function = "Prime Minister"
    registration.correct()

    assert registration.corrections.unchecked().get().changes[0]["before"] == "Minister"


def test_what_nobody_has_decided_on_yet_needs_no_second_look():
    registration = make_registration(function="Minister")

    registration.function = "Prime Minister"
    registration.correct()

    assert not registration.corrections.unchecked().exists()


def test_asking_again_replaces_what_was_asked():
    registration = make_registration(status=Status.CONFIRMED)
    registration.ask_for_correction(["name"], "Your whole name.")

    registration.ask_for_correction(["function"], "Your function, please.")

    assert registration.open_correction.fields == ["function"]
    assert stored(registration).held == Status.CONFIRMED


def test_deciding_meanwhile_ends_the_asking():
    registration = make_registration()
    registration.ask_for_correction(["name"], "Your whole name.")

    registration.confirm()

    assert stored(registration).status == Status.CONFIRMED
    assert registration.open_correction is None


@pytest.mark.parametrize("status", [Status.OFFERED, Status.DECLINED, Status.WITHDRAWN])
def test_no_correction_is_asked_of_who_cannot_make_it(status):
    registration = make_registration(status=status)

    assert not registration.ask_for_correction(["name"], "Your whole name.")
    assert not registration.corrections.exists()


def test_after_the_deadline_only_what_was_asked_for_is_corrected():
    meeting = make_meeting(changes_until=timezone.now() - timedelta(hours=1))
    registration = make_registration(meeting, status=Status.CONFIRMED)
    assert not registration.correct()

    registration.ask_for_correction(["name"], "Your whole name.")

    assert registration.correct()


def test_after_the_deadline_one_can_withdraw():
    meeting = make_meeting(changes_until=timezone.now() - timedelta(hours=1))

    assert make_registration(meeting, status=Status.CONFIRMED).can_withdraw


# Taking back.


def test_an_approval_is_taken_back_and_the_seat_goes_on():
    meeting = make_meeting(capacity=1)
    seated = make_registration(meeting)
    before = seated.standing_in_full
    seated.confirm()
    waiting = make_registration(meeting, status=Status.WAITING)

    assert seated.restore(before)

    assert stored(seated).status == Status.RECEIVED
    assert stored(waiting).status == Status.CONFIRMED


def test_a_decline_is_taken_back_where_there_is_a_seat():
    meeting = make_meeting(capacity=1)
    declined = make_registration(meeting, status=Status.CONFIRMED)
    before = declined.standing_in_full
    declined.decline()

    assert declined.restore(before)
    assert stored(declined).status == Status.CONFIRMED


def test_a_decline_is_not_taken_back_where_the_seat_is_gone():
    meeting = make_meeting(capacity=1)
    declined = make_registration(meeting, status=Status.CONFIRMED)
    waiting = make_registration(meeting, status=Status.WAITING)
    before = declined.standing_in_full
    declined.decline()

    assert not declined.restore(before)
    assert stored(declined).status == Status.DECLINED
    assert stored(waiting).status == Status.CONFIRMED


def test_nobody_who_withdrew_is_brought_back_by_taking_a_decision_back():
    gone = make_registration(status=Status.CONFIRMED)
    before = gone.standing_in_full
    gone.withdraw()

    assert not gone.restore(before)
    assert stored(gone).status == Status.WITHDRAWN


# Who did it.


def test_the_audit_trail_knows_what_the_person_did(client):
    registration = make_registration()
    registration.is_own_doing = True

    registration.withdraw()

    entry = LogEntry.objects.get_for_object(registration).latest()
    assert entry.additional_data == {"by": "participant"}


def test_the_audit_trail_knows_why_a_seat_was_given():
    meeting = make_meeting(capacity=1)
    seated = make_registration(meeting, status=Status.CONFIRMED)
    waiting = make_registration(meeting, status=Status.WAITING)

    seated.withdraw()

    entry = LogEntry.objects.get_for_object(waiting).latest()
    assert entry.additional_data == {"why": "a place became free"}


def test_status_since_is_when_the_person_was_seated():
    with time_machine.travel("2026-11-02T12:00Z", tick=False) as now:
        registration = make_registration()
        now.shift(timedelta(days=1))
        registration.confirm()
        confirmed_at = timezone.now()
        now.shift(timedelta(days=1))
        registration.revoke_link()

        assert registration.status_since == confirmed_at
