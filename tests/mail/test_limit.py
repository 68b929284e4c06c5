"""The limit of all workers together; nobody waits here for what it allows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from meeting.mail import delivery
from meeting.mail.models import MailServer, Message
from tests.making import make_message, make_registration


@pytest.mark.django_db
def test_without_a_limit_nobody_asks_the_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert MailServer.reserve(5) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_limit(settings):
    settings.MAIL_PER_MINUTE = 600

    start = timezone.now()

    def reserve_ten(_worker):
        try:
            return [MailServer.reserve(5) for _mail in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        one, other = workers.map(reserve_ten, range(2))

    assert None not in [*one, *other]
    # A tenth of a second for each: none was given twice.
    next_at = MailServer.objects.get().next_at
    assert next_at - start >= timedelta(seconds=2)
    assert max(*one, *other) > 1


@pytest.mark.django_db
def test_what_would_have_to_wait_for_long_is_not_counted(settings):
    settings.MAIL_PER_MINUTE = 60
    waits = [MailServer.reserve(2) for _mail in range(5)]

    assert waits[3:] == [None, None]
    assert waits[2] == pytest.approx(2, abs=0.2)
    next_at = MailServer.objects.get().next_at
    assert next_at - timezone.now() < timedelta(seconds=3.1)


@pytest.mark.django_db
def test_sweep_leaves_what_the_limit_does_not_allow(
    mail_goes_out, settings, monkeypatch
):
    monkeypatch.setattr(delivery, "PATIENCE", 0)
    settings.MAIL_PER_MINUTE = 60
    about = make_registration()
    for number in range(4):
        make_message(about, to=f"p{number}@example.org")
    later = timezone.now() + timedelta(seconds=30)
    MailServer.objects.create(pk=MailServer.ONLY, next_at=later)

    assert delivery.sweep() == 0
    assert make_message(about, to="p9@example.org").deliver() == "queued"

    assert set(Message.objects.values_list("tries", "state")) == {(0, "queued")}
    assert mail_goes_out.connections == 1  # Opened, and nothing sent.
