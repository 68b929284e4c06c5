"""`kill -9` of the worker in the middle of many mails loses none."""

from collections import Counter

import pytest

from meeting.mail.models import Message
from tests.making import make_registration
from tests.parts.plenary import Plenary
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
MAILS = 200
OWE_ALL = f"""
from django.db import transaction
from meeting.mail.models import Message
from registration.models import Registration

about = Registration.objects.get()
with transaction.atomic():
    for count in range({MAILS}):
        to = f"person{{count}}@example.org"
        Message.owe(about, "test", to=to, subject="A subject", text="A text.")
"""


@pytest.fixture(params=["plenary", "embedded"])
def installation(request) -> Plenary:
    return request.getfixturevalue(request.param)


def test_worker_killed_in_the_middle_of_many_mails(installation, mail_server):
    make_registration()
    installation.manage("shell", "--command", OWE_ALL)

    installation.start("beat", "worker")
    wait_for(lambda: len(mail_server.received) > MAILS / 3, named="a third of them")
    installation.kill("worker")
    assert Message.objects.unsent().exists()
    installation.start("worker")

    wait_for(lambda: not Message.objects.unsent().exists(), 90, named="all sent")
    arrived = Counter(mail_server.ids)
    assert arrived.keys() == set(Message.objects.values_list("message_id", flat=True))
    assert len(arrived) == MAILS
    assert arrived.total() - MAILS <= 1
