"""Bulk work prepared, asked for, done by a worker in steps, and taken back."""

from functools import partial
from typing import Any

from auditlog.context import set_actor
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from meeting.mail.models import Message
from meeting.mail.tasks import ask_for
from meeting.working import carry_on
from registration import mails
from registration.bulk.actions import ACTIONS, Action, Said, full_in_words
from registration.bulk.planning import CHUNK
from registration.models import BulkStep, BulkWork, Places, Registration, Status
from registration.models.status import HOLDING

UNDO = "undo"
Reason = str
Done = tuple[bool, Reason]


@transaction.atomic
def decide_on_one(
    action: Action, pk: int, said: Said, by: User
) -> tuple[Registration, bool, Reason]:
    """Do it to one at once; say whether something changed, and if not, why not."""
    meeting_id = Registration.objects.values_list("meeting", flat=True).get(pk=pk)
    places = Places.locked(meeting_id)
    registration = Registration.objects.select_related("category").get(pk=pk)
    registration.meeting = places.meeting
    return registration, *action.do(registration, places, said, by)


# Preparing.


@transaction.atomic
def prepare(
    action: str, registrations: QuerySet[Registration], by: User, said: Said
) -> BulkWork:
    """Keep who was chosen, in the order in which they are decided on; nothing is done."""
    meeting_id = registrations.order_by().values_list("meeting", flat=True)[0]
    # Nobody of them is erased, or merged with another, until they are noted.
    Places.locked(meeting_id)
    BulkWork.objects.filter(state=BulkWork.State.DRAFT, created_by=by).delete()
    chosen = Registration.objects.filter(pk__in=registrations.order_by().values("pk"))
    pks = list(chosen.order_by(*_order_of(action)).values_list("pk", flat=True))
    work = BulkWork.objects.create(
        meeting_id=meeting_id,
        action=action,
        parameters={"said": said},
        total=len(pks),
        created_by=by,
    )
    _add_steps(work, pks)
    return work


def _order_of(action: str) -> list[Any]:
    """Whoever came first is decided on first.

    Where seats become free, those without one come before: nobody is given a seat in
    one step who is declined in a later one.
    """
    arrival = ["arrived_at", "pk"]
    if action != "decline":
        return arrival
    holds = Q(status__in=HOLDING) | Q(held__in=HOLDING)
    return [Case(When(holds, then=Value(1)), default=Value(0)), *arrival]


def _add_steps(work: BulkWork, pks: list[int]) -> None:
    BulkStep.objects.bulk_create(
        BulkStep(work=work, registration_id=pk, position=position)
        for position, pk in enumerate(pks, start=1)
    )


@transaction.atomic
def begin(work: BulkWork) -> bool:
    """Ask a worker for it; False where it was asked for already."""
    drafts = BulkWork.objects.filter(pk=work.pk, state=BulkWork.State.DRAFT)
    language = translation.get_language()
    parameters = {**work.parameters, "language": language}
    begun = drafts.update(
        state=BulkWork.State.RUNNING, created_at=timezone.now(), parameters=parameters
    )
    if begun:
        ask(work)
    return bool(begun)


def ask(work: BulkWork) -> None:
    from registration.tasks import work_on_bulk  # tasks imports this module

    transaction.on_commit(partial(ask_for, work_on_bulk, work.pk), robust=True)


# Working.


def work_off(pk: int) -> None:
    """Do what is left of it; safe to run twice, at once, and to be killed at any time."""
    work = BulkWork.objects.select_related("created_by").filter(pk=pk).first()
    if work is None or not work.claim():
        return
    language = translation.override(work.parameters.get("language"))
    with set_actor(work.created_by), language:
        carry_on(work, _do_chunk, _finish)


@transaction.atomic
def _do_chunk(work: BulkWork) -> int:
    places = Places.locked(work.meeting_id)
    # Under the lock: another worker that has the same job has done these, or waits.
    steps = list(work.steps.filter(is_done=False)[:CHUNK])
    people = _people_of(steps, places)
    earlier = _earlier_steps(work, people)
    with places.for_many():
        for step in steps:
            person = people[step.registration_id]
            _do(work, step, person, places, earlier.get(person.pk))
    fields = ["before", "after", "has_changed", "is_done"]
    BulkStep.objects.bulk_update(steps, fields)
    BulkStep.objects.bulk_update(earlier.values(), ["is_undone"])
    work.advance(len(steps))
    return len(steps)


def _people_of(steps: list[BulkStep], places: Places) -> dict[int, Registration]:
    chosen = Registration.objects.select_related("category")
    people = chosen.in_bulk([step.registration_id for step in steps])
    for person in people.values():
        person.meeting = places.meeting
    return people


def _do(
    work: BulkWork,
    step: BulkStep,
    person: Registration,
    places: Places,
    earlier: BulkStep | None,
) -> None:
    step.before = person.standing_in_full
    step.is_done = True
    try:
        with transaction.atomic():
            if work.action == UNDO:
                done = _undo(person, places, earlier)
            else:
                action, said = ACTIONS[work.action], work.parameters["said"]
                done = action.do(person, places, said, work.created_by, is_bulk=True)
    except ValidationError as error:
        # One address that is none must not keep the others from their seats.
        done = False, " ".join(error.messages)
        places.forget()
        person.refresh_from_db(fields=["status", "held", "category"])
    step.has_changed, reason = done
    step.after = {
        "status": person.status,
        "category": person.category_id,
        "mails": [
            message.kind.removeprefix("registration_") for message in person.owed
        ],
        "reason": reason,
    }


@transaction.atomic
def _finish(work: BulkWork) -> None:
    """What the last free seats changed is part of the result."""
    Places.locked(work.meeting_id)
    waiting = work.steps.filter(has_changed=True, after__status=Status.WAITING)
    seated = waiting.exclude(registration__status=Status.WAITING)
    steps = list(seated.select_related("registration"))
    for step in steps:
        step.after["status"] = step.registration.status
    BulkStep.objects.bulk_update(steps, ["after"])
    work.finish()


# Taking back.


def undoable(work: BulkWork) -> QuerySet[BulkStep]:
    """Steps that changed something, on which nobody has acted since."""
    if work.action == UNDO or ACTIONS[work.action].lasts or work.is_running:
        return work.steps.none()
    steps = work.steps.filter(has_changed=True, is_undone=False)
    ours = [
        step.pk
        for step in steps.select_related("registration")
        if _is_as_left(step, step.registration)
    ]
    return work.steps.filter(pk__in=ours)


def _is_as_left(step: BulkStep, person: Registration) -> bool:
    left = (step.after["status"], step.after["category"])
    return left == (person.status, person.category_id)


@transaction.atomic
def undo(work: BulkWork, by: User) -> BulkWork | None:
    """Ask a worker to take back what can be; None where that was asked for already."""
    Places.locked(work.meeting_id)  # As in `prepare`.
    done = BulkWork.objects.filter(pk=work.pk, undone_at=None)
    if not done.update(undone_at=timezone.now()):
        return None
    steps = work.steps.filter(has_changed=True, is_undone=False)
    # Who gives no seat back comes first, as in `_order_of`.
    steps = sorted(
        steps, key=lambda step: (step.after["status"] in HOLDING, step.position)
    )
    undoing = BulkWork.objects.create(
        meeting_id=work.meeting_id,
        action=UNDO,
        parameters={"said": {}, "work": work.pk, "action": work.action},
        total=len(steps),
        created_by=by,
    )
    _add_steps(undoing, [step.registration_id for step in steps])
    begin(undoing)
    return undoing


def _earlier_steps(work: BulkWork, people: dict[int, Any]) -> dict[int, BulkStep]:
    """Where something is taken back: what is, by person."""
    if work.action != UNDO:
        return {}
    steps = BulkStep.objects.filter(
        work=work.parameters["work"], registration__in=people
    )
    return {step.registration_id: step for step in steps.select_related("work")}


def _undo(person: Registration, places: Places, step: BulkStep) -> Done:
    if not _is_as_left(step, person):
        return False, _("somebody has acted on it since")
    if (step.before["status"], step.after["status"]) == (
        Status.OFFERED,
        Status.CONFIRMED,
    ):
        return False, _("the seat was offered before, and is theirs now")
    is_told = _take_mails_back(person, step)
    if person.restore_within(
        places, step.before, mail=is_told, why=_("bulk work taken back")
    ):
        step.is_undone = True
        return True, ""
    # The mails that had not left are still true.
    transaction.set_rollback(True)
    was = Registration(
        category_id=step.before["category"],
        organization_key=person.organization_key,
        organization=person.organization,
        attendance=person.attendance,
    )
    return False, full_in_words(places, was) or _("it cannot be as before any more")


def _take_mails_back(person: Registration, step: BulkStep) -> bool:
    """Delete what has not left; say whether the person was told something."""
    written = Message.objects.filter(
        content_type=ContentType.objects.get_for_model(Registration),
        object_id=person.pk,
        created_at__gte=step.work.created_at,
        kind__in=[mails.KIND % status for status in Status],
    )
    # A worker may just be sending one: that one stays, and is answered by another.
    written.filter(state=Message.State.QUEUED).delete()
    return written.exists()
