from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from meeting.mail.models import Heartbeat
from meeting.mail.tasks import beat
from tests.making import make_heartbeat, make_message

pytestmark = pytest.mark.django_db

PARTS = ("database", "migrations", "broker", "mail", "worker", "beat", "queue")


def test_alive_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.text) == (200, "ok\n")


def test_ready_when_every_part_works(client):
    beat()

    response = client.get("/readyz")

    said = response.json()
    assert said.pop("heard_seconds_ago").keys() == {"queue"}
    assert said == dict.fromkeys(PARTS, "ok")
    assert response.status_code == 200


def test_ready_says_how_long_ago_each_part_was_heard(client):
    for part, seconds in (("worker", 10), ("beat", 70), ("queue", 30)):
        make_heartbeat(part, timedelta(seconds=seconds))

    ages = client.get("/readyz").json()["heard_seconds_ago"]

    assert {part: age // 20 for part, age in ages.items()} == {
        "worker": 0,
        "beat": 3,
        "queue": 1,
    }


@pytest.mark.parametrize("part", ["worker", "beat", "queue"])
def test_not_ready_when_a_part_has_not_been_heard(client, part):
    for each in {"worker", "beat", "queue"} - {part}:
        # What came through the queue would speak for both its ends.
        make_heartbeat(each, timedelta(minutes=6 if each == "queue" else 0))
    make_heartbeat(part, timedelta(minutes=6))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()[part] == "not heard for 6 minutes"


def test_not_ready_before_anything_was_heard(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["worker"] == "not heard yet"


def test_not_ready_when_mail_does_not_leave(client, settings):
    settings.EMAIL_URL = "smtp://localhost"
    beat()
    make_message(due_at=timezone.now() - timedelta(minutes=6))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["mail"] == "1 late for over 5 minutes"


def test_ready_while_a_mail_to_many_takes_its_time(client, settings):
    settings.EMAIL_URL = "smtp://localhost"
    beat()
    about = make_message(state="sent", sent_at=timezone.now()).about
    make_message(about, is_bulk=True, due_at=timezone.now() - timedelta(hours=1))

    assert client.get("/readyz").json()["mail"] == "ok"


def test_not_ready_when_nothing_of_a_mail_to_many_leaves(client, settings):
    settings.EMAIL_URL = "smtp://localhost"
    beat()
    about = make_message(
        state="sent", sent_at=timezone.now() - timedelta(minutes=6)
    ).about
    make_message(about, is_bulk=True, due_at=timezone.now() - timedelta(hours=1))

    assert client.get("/readyz").json()["mail"] == "1 late for over 5 minutes"


def test_not_ready_when_the_broker_is_down(client, monkeypatch):
    from meeting.celery import app

    beat()
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["broker"] == "OperationalError"


def test_a_check_that_fails_leaves_the_others_alone(client, monkeypatch):
    def fail(*_args):
        raise DatabaseError

    beat()
    monkeypatch.setattr("meeting.mail.signs.Signs.read", fail)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["mail"] == "DatabaseError"
    assert response.json()["database"] == "ok"


def test_ready_asks_as_much_however_much_waits(
    client, settings, django_assert_num_queries
):
    settings.EMAIL_URL = "smtp://localhost"
    late = timezone.now() - timedelta(minutes=6)
    about = make_message(due_at=late).about
    with django_assert_num_queries(8):
        client.get("/readyz")
    for _count in range(5):
        make_message(about, due_at=late)
    for part in Heartbeat.Part.values:
        make_heartbeat(part)

    with django_assert_num_queries(8):
        client.get("/readyz")
