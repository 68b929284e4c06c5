"""From the form in a web process to the mail server, through queue and worker."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Heartbeat, Message
from registration.models import Registration
from tests.making import make_meeting, make_message, make_registration
from tests.parts.registering import register
from tests.parts.visitor import Visitor
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["plenary", "embedded"])
def installation(request):
    return request.getfixturevalue(request.param)


def test_registering_sends_a_mail_at_once_and_once(installation, mail_server):
    meeting = make_meeting()
    installation.start("web", "worker")

    register(installation, meeting, "ana@example.org")

    # Without beat there is no sweep: the task that the form asked for came through.
    mail = mail_server.wait_for_mail_to("ana@example.org")
    message = Message.objects.get(to="ana@example.org")
    wait_for(lambda: not Message.objects.unsent().exists(), named="state sent")
    assert mail_server.ids == [message.message_id]
    assert mail["Reply-To"] == meeting.contact_email
    registration = Registration.objects.get()
    assert registration.reference in mail.get_body(["plain"]).get_content()
    assert f"{installation.url}/15/me/" in mail.get_body(["plain"]).get_content()


def test_beat_has_sent_what_no_task_was_asked_for(installation, mail_server):
    about = make_registration()
    messages = [make_message(about, to=f"p{count}@example.org") for count in range(3)]
    later = timezone.now() + timedelta(hours=1)
    make_message(about, to="later@example.org", due_at=later)

    installation.start("worker", "beat")

    wait_for(lambda: len(mail_server.received) >= 3, named="three mails")
    wait_for(lambda: Message.objects.unsent().count() == 1, named="three sent")
    assert mail_server.ids == [message.message_id for message in messages]


def test_worker_and_beat_say_that_they_live(installation):
    installation.start("worker", "beat")

    wait_for(lambda: Heartbeat.objects.count() == 3, named="each was heard")
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {
        "worker",
        "beat",
        "queue",
    }


def test_the_whole_says_that_it_is_ready(plenary):
    plenary.start("web", "worker", "beat")
    visitor = Visitor(plenary.url)

    heard = Heartbeat.objects.filter(name="queue")
    wait_for(heard.exists, named="the heartbeat")
    visitor.open("/readyz")

    said = json.loads(visitor.page)
    assert said.pop("heard_seconds_ago")["queue"] < 60
    parts = ["database", "migrations", "broker", "mail", "worker", "beat", "queue"]
    assert said == dict.fromkeys(parts, "ok")
