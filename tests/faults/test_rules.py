"""Rules whose time came while nothing ran."""

import shelve
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from registration.models import Mailing
from tests.faults.conftest import note
from tests.making import (
    make_mailing,
    make_meeting,
    make_registration,
    make_release,
    make_session,
)
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
OFF = timedelta(hours=6)


def beat_was_off(installation):
    """As beat finds its own notes after so long; it need not be waited for, then."""
    installation.start("beat")
    installation.stop("beat")
    notes = str(Path(installation.environment["VAR_DIR"], "beat-schedule"))
    with shelve.open(notes, writeback=True) as kept:
        for entry in kept["entries"].values():
            entry.last_run_at -= OFF


def make_rule_due(meeting, due):
    """Made a day before all was off, as is whoever it is for."""
    before = timezone.now() - OFF - timedelta(days=1)
    make_registration(meeting, created_at=before)
    return make_mailing(meeting, when="at", send_at=due, state="active")


def test_what_was_due_while_all_was_off_goes_out_or_is_dropped(
    installation, mail_server, request
):
    now = timezone.now()
    due = now - OFF / 2
    late = make_rule_due(make_meeting(starts_on=now.date() + timedelta(days=1)), due)
    begun = make_meeting(starts_on=now.date() - timedelta(days=2))
    session = make_session(begun)
    session.starts_at, session.ends_at = due + timedelta(hours=1), now
    session.save()
    begun.starts_on = session.date = timezone.localdate(session.starts_at, begun.zone)
    begun.ends_on = begun.starts_on + timedelta(days=1)
    begun.save()
    session.save()
    make_release(begun)
    too_late = make_rule_due(begun, due)
    beat_was_off(installation)

    start = time.monotonic()
    installation.start("worker", "beat")
    wait_for(lambda: mail_server.received, 300, named="the mail of the rule")
    seconds = time.monotonic() - start
    wait_for(lambda: state_of(too_late) == "dropped", 60, named="the other dropped")

    set_up = request.node.callspec.params["installation"]
    note("off for six hours as a rule was due", set_up, 1, 1, 0, 0, seconds)
    assert late.messages.count() == 1
    assert not too_late.messages.exists()
    assert "the meeting had begun" in Mailing.objects.get(pk=too_late.pk).note


def state_of(mailing):
    return Mailing.objects.get(pk=mailing.pk).state
