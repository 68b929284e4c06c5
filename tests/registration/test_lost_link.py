import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meeting.mail.models import Message
from registration.models import LinkRequest, Registration
from registration.tasks import send_links
from tests.making import make_meeting, make_registration

pytestmark = pytest.mark.django_db
KNOWN, UNKNOWN = "person1@example.org", "nobody1@example.org"


def ask(client, meeting, email=KNOWN):
    return client.post(f"/{meeting.slug}/register/link/", {"email": email})


def text(response):
    return response.content.decode()


def answer_to(client, meeting, email):
    """What whoever asks can see and measure: each answer, and the queries behind it."""
    with CaptureQueriesContext(connection) as queries:
        first = ask(client, meeting, email)
        last = client.get(first.url)
    said = [
        (each.status_code, each.content, each.get("Location")) for each in (first, last)
    ]
    asked = [query["sql"].replace(email, "ADDRESS") for query in queries]
    # Each savepoint and each attempt has a number of its own, each address a hash.
    own = r"(SAVEPOINT ).*|[0-9a-f]{32,}|(?<=<= )\d+"
    return said, [re.sub(own, r"\1OWN", sql) for sql in asked]


def test_lost_link_is_answered_the_same_whether_or_not_it_is_known(client):
    meeting = make_registration().meeting
    assert len(KNOWN) == len(UNKNOWN)

    with time_machine.travel("2026-11-24T12:00Z", tick=False):
        answers = [answer_to(client, meeting, email) for email in (KNOWN, UNKNOWN)]

    assert answers[0] == answers[1]
    assert [said[0] for said in answers[0][0]] == [302, 200]


def test_lost_link_looks_for_no_registration_while_somebody_waits(client):
    meeting = make_registration().meeting

    _said, asked = answer_to(client, meeting, KNOWN)

    assert asked
    assert not [sql for sql in asked if "registration_registration" in sql]
    assert not [sql for sql in asked if "mail_message" in sql]


def test_lost_link_asks_a_worker_each_time(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    meeting = make_registration().meeting
    asked = []
    monkeypatch.setattr(
        "registration.models.records.ask_for", lambda task: asked.append(task.name)
    )

    with django_capture_on_commit_callbacks(execute=True):
        for email in (KNOWN, UNKNOWN):
            ask(client, meeting, email)

    assert asked == ["registration.tasks.send_links"] * 2


def test_lost_link_survives_a_dead_broker(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(*_args, **_options):
        raise ConnectionRefusedError

    monkeypatch.setattr("registration.tasks.send_links.apply_async", refuse)
    monkeypatch.setattr("meeting.mail.tasks._rests_until", 0.0)
    meeting = make_registration().meeting

    with django_capture_on_commit_callbacks(execute=True):
        assert ask(client, meeting).status_code == 302

    send_links()
    assert Message.objects.get().kind == "registration_link"


def test_lost_link_is_sent_to_whoever_is_registered_and_the_request_forgotten(client):
    registration = make_registration(email=KNOWN)
    make_registration(registration.meeting)
    make_registration(email=KNOWN)  # For another meeting.
    ask(client, registration.meeting, KNOWN.upper())

    send_links()

    message = Message.objects.get()
    assert (message.to, message.kind) == (KNOWN, "registration_link")
    assert registration.address in message.text
    assert not LinkRequest.objects.exists()


def test_lost_link_of_an_unknown_address_is_forgotten(client):
    ask(client, make_registration().meeting, UNKNOWN)

    send_links()

    assert not Message.objects.exists()
    assert not LinkRequest.objects.exists()


@pytest.mark.parametrize("status", Registration.Status)
def test_lost_link_is_sent_in_every_status(client, status):
    registration = make_registration(status=status)
    ask(client, registration.meeting)

    send_links()

    assert Message.objects.count() == 1


def test_lost_link_is_sent_once_in_ten_minutes(client):
    with time_machine.travel("2026-11-24T12:00Z", tick=False) as now:
        meeting = make_registration().meeting
        counts = []
        for minutes in (0, 9, 2):
            now.shift(timedelta(minutes=minutes))
            ask(client, meeting)
            ask(client, meeting)
            send_links()
            counts.append(Message.objects.count())

    assert counts == [1, 1, 2]


def test_lost_link_past_its_time_is_not_sent(client):
    with time_machine.travel("2026-11-24T12:00Z", tick=False) as now:
        registration = make_registration()
        now.move_to(registration.link_ends_at + timedelta(minutes=1))
        ask(client, registration.meeting)
        send_links()

    assert not Message.objects.exists()


def test_lost_link_waits_at_most_five_times_for_one_address(client, settings):
    settings.REGISTRATIONS_PER_EMAIL = 8
    meeting = make_registration().meeting

    responses = [ask(client, meeting, UNKNOWN) for _time in range(7)]
    ask(client, meeting)

    assert LinkRequest.objects.filter(email=UNKNOWN).count() == 5
    assert LinkRequest.objects.filter(email=KNOWN).count() == 1
    assert {response.url for response in responses} == {"/15/register/link/sent/"}


def test_lost_link_is_answered_by_one_of_two_workers(client):
    registration = make_registration()
    ask(client, registration.meeting)
    request = LinkRequest.objects.get()
    again = LinkRequest.objects.get()

    request.answer()
    Message.objects.update(created_at=timezone.now() - timedelta(hours=1))
    again.answer()

    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("email", "error"),
    [
        ("", "Write your e-mail address."),
        ("nobody", "Write an e-mail address like name@example.org."),
        (f"{'a' * 300}@example.org", "Write an e-mail address like name@example.org."),
    ],
)
def test_lost_link_says_what_is_wrong_with_an_address(client, email, error):
    page = text(ask(client, make_meeting(), email))

    assert "<title>Error: Get your link again" in page
    assert f'<a href="#id_email">{error}</a>' in page
    assert f'value="{email}"' in page or not email
    assert not LinkRequest.objects.exists()


def test_lost_link_of_a_hidden_meeting_is_not_found(client):
    meeting = make_meeting(is_published=False)

    assert ask(client, meeting).status_code == 404
    assert client.get(f"/{meeting.slug}/register/link/sent/").status_code == 404


@pytest.mark.parametrize("path", ["me/no/", "register/"])
def test_lost_link_is_found_from_where_it_is_missed(client, path):
    closed = timezone.now() - timedelta(hours=1)
    meeting = make_meeting(registration_closes_at=closed)

    page = text(client.get(f"/{meeting.slug}/{path}"))

    assert f'href="/{meeting.slug}/register/link/"' in page
