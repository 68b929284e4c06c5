"""What the papers desk does to many by a real worker, also one that is killed."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.contributing.choosing import Organization, Terms
from agenda.models import DeskWork, Request
from meeting.mail.models import Message
from tests.agenda.contributing.works import begin_asking
from tests.making import make_meeting
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 300
# In a process of the installation, which knows its broker.
ASK = """
from agenda.contributing import working
from agenda.models import DeskWork

working.ask(DeskWork.objects.get())
"""


@pytest.fixture(params=["plenary", "embedded"])
def installation(request):
    return request.getfixturevalue(request.param)


def begin(people: int) -> None:
    """Asked for while no broker answers."""
    organizations = [
        Organization(f"Organization {n}", "", f"o{n}@example.org")
        for n in range(people)
    ]
    terms = Terms(("paper",), timezone.now() + timedelta(days=7))
    begin_asking(make_meeting(), terms, *organizations)


def done() -> int:
    return DeskWork.objects.get().done


def is_done() -> bool:
    return DeskWork.objects.get().state == DeskWork.State.DONE


def mails_each() -> Counter:
    return Counter(Message.objects.values_list("to", flat=True))


def test_the_desk_asks_many_at_once_without_beat(installation):
    begin(30)
    installation.start("worker")

    installation.manage("shell", "--command", ASK)

    wait_for(is_done, named="the work to be done")
    assert mails_each() == {f"o{n}@example.org": 1 for n in range(30)}


def test_what_no_worker_was_asked_for_is_found(installation):
    begin(30)

    installation.start("worker", "beat")

    wait_for(is_done, 60, named="the work to be found and done")
    assert len(mails_each()) == 30


def test_a_worker_killed_while_the_desk_asks_many(installation):
    begin(PEOPLE)
    installation.start("worker")
    installation.manage("shell", "--command", ASK)
    wait_for(lambda: done() >= PEOPLE / 4, named="a quarter of the work")
    installation.kill("worker")
    assert done() < PEOPLE
    assert Request.objects.count() == done()

    # As if the minute had passed after which the work counts as left behind.
    DeskWork.objects.update(claimed_at=timezone.now() - timedelta(minutes=2))
    installation.start("worker", "beat")

    wait_for(is_done, 60, named="the work to be done by another worker")
    assert mails_each() == {f"o{n}@example.org": 1 for n in range(PEOPLE)}
    assert (done(), Request.objects.count()) == (PEOPLE, PEOPLE)
