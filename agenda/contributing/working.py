"""What the desk does to many: kept as it was confirmed, and done by a worker."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from auditlog.context import set_actor
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Prefetch, Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agenda.contributing import asking, choosing
from agenda.contributing.choosing import Asked, Terms
from agenda.contributing.together import (
    ACTIONS,
    CHUNK,
    NO_ADDRESS,
    Action,
    Pick,
    Said,
    do_to,
)
from agenda.models import (
    Contributor,
    DeskStep,
    DeskWork,
    Item,
    Presentation,
    Request,
)
from meeting.mail.models import ask_for_sweep
from meeting.mail.tasks import ask_for
from meeting.models import Meeting
from meeting.working import carry_on

ASK = "ask"
TO_ASK = ("agenda.view_request", "agenda.add_request", "agenda.add_contributor")
# So few are done before the next page is shown: nobody waits for a worker.
FEW = 5
Outcome = DeskStep.Outcome


def permissions_of(work: DeskWork) -> tuple[str, ...]:
    return TO_ASK if work.action == ASK else ACTIONS[work.action].permissions


# Keeping.


def steps_of(action: Action, picks: Iterable[Pick]) -> list[DeskStep]:
    return [
        DeskStep(
            contributor=bundle[0].contributor,
            what=_words(pick.request for pick in bundle),
            chosen={"requests": [[pick.request.pk, pick.seen] for pick in bundle]},
        )
        for bundle in action.bundles(picks)
    ]


def steps_to_ask(asked: Iterable[Asked]) -> list[DeskStep]:
    return [_step_to_ask(each) for each in asked if each.new]


def _step_to_ask(asked: Asked) -> DeskStep:
    who = asked.contributor
    places = [[each.kind, each.presentation_id, each.item_id] for each in asked.new]
    return DeskStep(
        contributor=who if who.pk else None,
        speaker=who.speaker,
        organization=who.organization,
        what=_words(asked.new),
        chosen={"requests": places, "contact": who.contact, "email": who.email},
    )


def _words(requests: Iterable[Request]) -> str:
    return "; ".join(map(str, requests))


def as_said(said: Said) -> dict[str, Any]:
    return {
        "line": said.line,
        "at": said.at and said.at.isoformat(),
        "tells": said.tells,
        "shown_at": said.shown_at and said.shown_at.isoformat(),
    }


def as_terms(terms: Terms) -> dict[str, Any]:
    return {
        "due_at": terms.due_at.isoformat(),
        "max_pages": terms.max_pages,
        "takes_late": terms.takes_late,
        "note": terms.note,
    }


def begin(work: DeskWork, steps: Sequence[DeskStep]) -> DeskWork:
    """Have it done; what the same form has begun before is that work, and no other."""
    work.state, work.total = DeskWork.State.RUNNING, len(steps)
    # Reasons are kept in the words of whoever asked.
    work.said["language"] = translation.get_language()
    try:
        with transaction.atomic():
            work.save(force_insert=True)
            for position, step in enumerate(steps, start=1):
                step.work, step.position = work, position
            DeskStep.objects.bulk_create(steps)
    except IntegrityError:
        known = DeskWork.objects.filter(created_by=work.created_by, key=work.key)
        if found := known.first():
            return found
        raise
    if len(steps) > FEW:
        ask(work)
    elif work.claim():
        carry_on(work, _do_chunk, _finish)
    return work


def ask(work: DeskWork) -> None:
    from agenda.tasks import work_on_desk  # tasks imports this module

    transaction.on_commit(partial(ask_for, work_on_desk, work.pk), robust=True)


# Working.


def work_off(pk: int) -> None:
    """Do what is left of it; safe to run twice, at once, and to be killed at any time."""
    work = DeskWork.objects.select_related("created_by").filter(pk=pk).first()
    if work is None or not work.claim():
        return
    language = translation.override(work.said["language"])
    with set_actor(work.created_by), language:
        carry_on(work, _do_chunk, _finish)


@transaction.atomic
def _do_chunk(work: DeskWork) -> int:
    # Whoever else is at the same work waits here, and finds these done.
    DeskWork.objects.select_for_update().get(pk=work.pk)
    size = CHUNK if work.action == ASK else ACTIONS[work.action].chunk
    waiting = work.steps.filter(outcome=Outcome.WAITING)
    steps = list(waiting.select_related("contributor__speaker", "speaker")[:size])
    if not steps:
        return 0
    meeting = Meeting.objects.get(pk=work.meeting_id)
    _lock(meeting, steps)
    if why_not := _obstacle(work, meeting):
        for step in steps:
            _pass_over(step, why_not)
    elif work.action == ASK:
        _ask_them(work, meeting, steps)
    else:
        _act_on_them(work, meeting, steps)
    for step in steps:
        step.chosen = {}  # What was typed of somebody is kept once.
    fields = ["contributor", "chosen", "outcome", "why", "count"]
    DeskStep.objects.bulk_update(steps, fields)
    work.advance(len(steps))
    return len(steps)


def _lock(meeting: Meeting, steps: list[DeskStep]) -> None:
    """All of them at once, in one order: two works do not wait for each other."""
    names = [step.organization for step in steps if step.organization]
    those = Q(pk__in=[step.contributor_id for step in steps if step.contributor_id])
    those |= Q(speaker__in=[step.speaker_id for step in steps if step.speaker_id])
    those |= Q(organization__in=names)
    found = meeting.contributors.filter(those).order_by("pk")
    list(found.select_for_update().values_list("pk"))


def _obstacle(work: DeskWork, meeting: Meeting) -> str:
    """Why none of it is done any longer; empty where nothing is in the way."""
    by = User.objects.filter(pk=work.created_by_id).first()
    if by is None or not by.has_perms(permissions_of(work)):
        return _("Whoever asked for this may not do it any longer.")
    writes = work.action == ASK or ACTIONS[work.action].writes(_said(work))
    if writes and not meeting.is_published:
        return " ".join(asking.unpublished().messages)
    return ""


def _finish(work: DeskWork) -> None:
    work.finish()
    if work.steps.filter(outcome=Outcome.DONE).exists():
        # Mails to many leave with the next sweep.
        transaction.on_commit(ask_for_sweep, robust=True)


def _pass_over(step: DeskStep, why_not: str | Promise) -> None:
    step.outcome, step.why = Outcome.PASSED, str(why_not)


# An action, on those who are asked already.


def _said(work: DeskWork) -> Said:
    said = work.said
    return Said(
        by=work.created_by,
        line=said["line"],
        at=_moment(said["at"]),
        tells=said["tells"],
        shown_at=_moment(said["shown_at"]),
        is_bulk=work.total > 1,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _act_on_them(work: DeskWork, meeting: Meeting, steps: list[DeskStep]) -> None:
    action, said = ACTIONS[work.action], _said(work)
    requests = _requests_of(meeting, [step.contributor_id for step in steps])
    for step in steps:
        chosen = step.chosen["requests"]
        picks = [Pick(requests[pk], seen) for pk, seen in chosen if pk in requests]
        if not picks:
            _pass_over(step, _("They are asked for it no longer."))
            continue
        group = do_to(action, picks, said)
        if group.why_not:
            _pass_over(step, group.why_not)
        else:
            step.outcome, step.count = Outcome.DONE, len(group.picks)


def _requests_of(meeting: Meeting, pks: list[int]) -> dict[int, Request]:
    """All that these contributors are asked for, as it stands now."""
    asked = Request.objects.select_related("item", "presentation__item", "material")
    found = meeting.contributors.filter(pk__in=pks).select_related("speaker")
    requests = {}
    for who in found.prefetch_related(
        Prefetch("requests", asked.prefetch_related("submissions"))
    ):
        who.meeting = meeting
        requests |= {request.pk: request for request in who.requests.all()}
    return requests


# Asking.


def _ask_them(work: DeskWork, meeting: Meeting, steps: list[DeskStep]) -> None:
    said = work.said
    terms = Terms(
        (),
        datetime.fromisoformat(said["due_at"]),
        said["max_pages"],
        said["takes_late"],
        said["note"],
    )
    presentations = Presentation.objects.select_related("item")
    presentations = presentations.in_bulk(_places(steps, 1))
    items = Item.objects.in_bulk(_places(steps, 2))
    for step in steps:
        asked = Asked("", _planned(meeting, step))
        for kind, presentation, item in step.chosen["requests"]:
            request = Request(kind=kind, **terms.of(kind))
            request.presentation = presentations.get(presentation)
            request.item = items.get(item)
            is_of_person = presentation is None and item is None
            if is_of_person or request.place:  # Else it is on the programme no longer.
                asked.new.append(request)
        _ask_one(step, asked, is_bulk=work.total > 1)


def _places(steps: list[DeskStep], column: int) -> set[int]:
    """The numbers of presentations (1) or items (2) of what is chosen."""
    found = {each[column] for step in steps for each in step.chosen["requests"]}
    return found - {None}


def _planned(meeting: Meeting, step: DeskStep) -> Contributor:
    """As whom they are asked; what was typed of them is known only here."""
    known = step.contributor
    return Contributor(
        meeting=meeting,
        speaker=known.speaker if known else step.speaker,
        organization=known.organization if known else step.organization,
        contact=step.chosen["contact"],
        email=step.chosen["email"],
    )


def _ask_one(step: DeskStep, asked: Asked, *, is_bulk: bool) -> None:
    if not asked.new:
        _pass_over(step, _("What they were to be asked for is no longer planned."))
        return
    step.contributor, step.count = choosing.ask_one(asked)
    if not step.count:
        _pass_over(step, _("Somebody else has asked them for it meanwhile."))
        return
    step.outcome = Outcome.DONE
    try:
        asking.tell(step.contributor, is_bulk=is_bulk)
    except ValidationError as error:
        is_known = bool(step.contributor.mail_address)
        why = " ".join(error.messages) if is_known else str(NO_ADDRESS)
        step.outcome, step.why = Outcome.KEPT, why
