"""Nobody who registers notices that Redis is gone, and their mail comes later."""

import time

import pytest

from meeting.mail.models import Message
from meeting.mail.tasks import BROKER_REST
from tests.making import make_meeting
from tests.parts.registering import register
from tests.parts.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meeting(plenary):
    """One with a person registered, whose mail came through Redis."""
    meeting = make_meeting()
    plenary.start("web", "worker", "beat")
    register(plenary, meeting, "first@example.org")
    wait_for(
        lambda: Message.objects.filter(state="sent").count() == 1, named="a first mail"
    )
    return meeting


def register_people(plenary, meeting):
    """The seconds that each waits, for long enough that Redis is tried again."""
    seconds, stop = [], time.monotonic() + BROKER_REST + 1
    while time.monotonic() < stop:
        email = f"person{len(seconds)}@example.org"
        seconds.append(register(plenary, meeting, email))
    return seconds


def wait_until_all_is_sent():
    wait_for(lambda: not Message.objects.unsent().exists(), 90, named="everything sent")


def test_redis_stopped_registration_answers_and_its_mail_comes_once(
    plenary, meeting, redis, mail_server
):
    redis.stop()
    seconds = register_people(plenary, meeting)
    assert Message.objects.unsent().count() == len(seconds)

    redis.start()
    wait_until_all_is_sent()

    assert max(seconds) < 1, seconds
    assert len(mail_server.received) == len(seconds) + 1
    assert len(set(mail_server.ids)) == len(seconds) + 1


def test_redis_silent_registration_answers_and_its_mail_comes_once(
    plenary, meeting, redis, mail_server
):
    redis.pause()
    seconds = register_people(plenary, meeting)

    redis.go_on()
    wait_until_all_is_sent()

    assert max(seconds) < 1, seconds
    assert len(mail_server.received) == len(seconds) + 1
    assert len(set(mail_server.ids)) == len(seconds) + 1
