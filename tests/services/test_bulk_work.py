"""Bulk work by a real worker, also one that is killed in the middle of it."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Message
from registration.bulk import working
from registration.models import BulkWork, Registration, Status
from tests.making import make_category, make_meeting, make_registration, make_user
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, SEATS = 300, 120
# In a process of the installation, which knows its broker.
BEGIN = """
from registration.bulk import working
from registration.models import BulkWork

working.begin(BulkWork.objects.get())
"""


@pytest.fixture(params=["plenary", "embedded"])
def installation(request):
    return request.getfixturevalue(request.param)


def prepare(people: int) -> BulkWork:
    meeting = make_meeting(capacity=SEATS)
    category = make_category(meeting)
    for _ in range(people):
        make_registration(meeting, category=category)
    everybody = Registration.objects.all()
    return working.prepare("approve", everybody, make_user(), {})


def done() -> int:
    return BulkWork.objects.get().done


def is_done() -> bool:
    return BulkWork.objects.get().state == BulkWork.State.DONE


def test_work_is_done_at_once_without_beat(installation):
    prepare(30)
    installation.start("worker")

    installation.manage("shell", "--command", BEGIN)

    wait_for(is_done, named="the work to be done")
    assert Registration.objects.confirmed().count() == 30


def test_worker_killed_in_the_middle_of_the_work(installation):
    prepare(PEOPLE)
    installation.start("worker")
    installation.manage("shell", "--command", BEGIN)
    wait_for(lambda: done() >= PEOPLE / 4, named="a quarter of the work")
    installation.kill("worker")
    assert done() < PEOPLE
    assert not is_done()

    # As if the minute had passed after which the work counts as left behind.
    BulkWork.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))
    installation.start("worker", "beat")

    wait_for(is_done, 60, named="the work to be done by another worker")
    in_order = Registration.objects.order_by("arrived_at", "pk")
    statuses = list(in_order.values_list("status", flat=True))
    waiting = [Status.WAITING] * (PEOPLE - SEATS)
    assert statuses == [Status.CONFIRMED] * SEATS + waiting
    written = Counter(Message.objects.values_list("to", flat=True))
    assert set(written.values()) == {1}
    assert len(written) == PEOPLE
    assert done() == PEOPLE
