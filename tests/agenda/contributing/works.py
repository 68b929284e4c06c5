"""Work of the papers desk, begun as its pages do it."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.utils import timezone

from agenda.contributing import choosing, working
from agenda.contributing.together import ACTIONS, Pick, Said
from agenda.models import DeskWork, Request, Speaker
from meeting.models import Meeting
from tests.parts.staff import make_member


def make_work(meeting: Meeting, action: str, said: Any, by: User | None) -> DeskWork:
    by = by or make_member("Secretariat")
    key = uuid4().hex
    return DeskWork(meeting=meeting, action=action, said=said, key=key, created_by=by)


def begin(
    name: str, requests: list[Request], *, by: User | None = None, **said: Any
) -> DeskWork:
    """Have it done to these; more than a few wait for a worker."""
    said = Said(**{"shown_at": timezone.now(), **said})
    picks = [Pick(each, each.latest and each.latest.pk) for each in requests]
    meeting = requests[0].contributor.meeting
    work = make_work(meeting, name, working.as_said(said), by)
    return working.begin(work, working.steps_of(ACTIONS[name], picks))


def begin_asking(
    meeting: Meeting,
    terms: choosing.Terms,
    *organizations: choosing.Organization,
    by: User | None = None,
) -> DeskWork:
    """Have all speakers of the meeting asked, and these."""
    speakers = Speaker.objects.of(meeting)
    asked = choosing.plan(meeting, speakers, organizations, terms)
    work = make_work(meeting, working.ASK, working.as_terms(terms), by)
    return working.begin(work, working.steps_to_ask(asked))


def passed_over(work: DeskWork) -> dict[str, str]:
    return {str(step): step.why for step in work.steps.filter(outcome="passed")}
