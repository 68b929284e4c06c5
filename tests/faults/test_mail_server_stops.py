"""Mail waits for its server, and then goes out once."""

import pytest

from meeting.mail.models import MailServer, Message
from tests.making import make_meeting
from tests.parts.registering import register
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = ["ana@example.org", "ben@example.org", "cem@example.org"]


def all_were_tried():
    return Message.objects.filter(tries__gt=0, state="queued").count() == len(PEOPLE)


def test_mail_server_stopped_registration_answers_and_its_mail_comes_once(
    plenary, mail_server
):
    meeting = make_meeting()
    plenary.start("web", "worker", "beat")
    mail_server.stop()

    seconds = [register(plenary, meeting, person) for person in PEOPLE]
    wait_for(
        MailServer.objects.exclude(failed_at=None).exists, named="found to be away"
    )
    mail_server.start()
    wait_for(lambda: not Message.objects.unsent().exists(), 90, named="everything sent")

    assert max(seconds) < 1, seconds
    assert sorted(mail["To"] for mail in mail_server.received) == PEOPLE
    # It cost no mail a try.
    assert set(Message.objects.values_list("tries", flat=True)) == {1}


def test_mail_server_that_hangs_up_gets_each_mail_once(plenary, mail_server):
    plenary.environment["MAIL_RETRY"] = "1"
    meeting = make_meeting()
    mail_server.hangs_up = True
    plenary.start("web", "worker", "beat")

    for person in PEOPLE:
        register(plenary, meeting, person)
    wait_for(all_were_tried, named="each tried in vain")
    mail_server.hangs_up = False
    wait_for(lambda: not Message.objects.unsent().exists(), 90, named="everything sent")

    assert sorted(mail["To"] for mail in mail_server.received) == PEOPLE
