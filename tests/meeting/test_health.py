from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Heartbeat
from meeting.mail.tasks import beat
from tests.making import make_message

pytestmark = pytest.mark.django_db


def test_alive_asks_nothing_of_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")

    assert (response.status_code, response.text) == (200, "ok\n")


def test_ready_when_every_part_works(client):
    beat()

    response = client.get("/readyz")

    assert response.json() == dict.fromkeys(
        ("database", "migrations", "broker", "mail", "beat"), "ok"
    )
    assert response.status_code == 200


def test_not_ready_when_beat_has_not_been_heard(client):
    Heartbeat.objects.create(at=timezone.now() - timedelta(minutes=6))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["beat"] == "not heard for over 5 minutes"


def test_not_ready_when_mail_does_not_leave(client, settings):
    settings.EMAIL_URL = "smtp://localhost"
    beat()
    make_message(due_at=timezone.now() - timedelta(minutes=6))

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["mail"] == "1 late for over 5 minutes"


def test_not_ready_when_the_broker_is_down(client, monkeypatch):
    from meeting.celery import app

    beat()
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["broker"] == "OperationalError"
