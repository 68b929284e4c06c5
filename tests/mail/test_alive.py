"""Worker and beat say that they live."""

import pytest
from django.db import OperationalError

from meeting.mail import alive
from meeting.mail.models import Heartbeat


@pytest.mark.django_db(transaction=True)
def test_each_part_has_a_row():
    for _time in range(2):
        alive.say_so("worker")
        alive.say_so("beat")

    names = Heartbeat.objects.values_list("name", flat=True)
    assert sorted(names) == ["beat", "worker"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_ends_nothing(monkeypatch, caplog):
    def be_away(part):
        raise OperationalError("gone")

    monkeypatch.setattr(Heartbeat, "note", be_away)

    alive.say_so("worker")

    assert "The worker lives, but could not say so: gone" in caplog.text
