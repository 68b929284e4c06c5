import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from meeting.mail.models import Message
from tests.making import make_meeting

pytestmark = pytest.mark.django_db


def owe(**fields):
    defaults = {"to": "ana@example.org", "subject": "Welcome", "text": "Hello.\n"}
    return Message.owe(make_meeting(), "welcome", **defaults | fields)


def test_owe_writes_one_row_that_waits():
    message = owe()

    assert list(Message.objects.values_list("pk", "state", "to", "kind")) == [
        (message.pk, "queued", "ana@example.org", "welcome")
    ]


def test_owe_fixes_a_message_id_of_the_sites_own(settings):
    settings.SITE_URL = "https://meetings.example.org"

    first, second = owe(), owe()

    assert first.message_id.endswith("@meetings.example.org>")
    assert first.message_id != second.message_id
    first.refresh_from_db()
    assert first.message_id.startswith("<")


def test_owe_makes_one_line_of_the_subject():
    message = owe(subject="  Welcome,\r\nBcc: all@example.org\t and you ")

    assert message.subject == "Welcome, Bcc: all@example.org and you"


def test_owe_shortens_a_subject_that_is_too_long():
    assert len(owe(subject="a" * 500).subject) == 300


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "ana@example.org, ben@example.org",
        "ana@example.org;ben@example.org",
        "Ana <ana@example.org>",
        "ana@example.org\nBcc: all@example.org",
        "ana@example.org\r\n",
        "ana@example.org>",
    ],
)
def test_owe_takes_one_plain_address_only(to):
    with pytest.raises(ValidationError):
        owe(to=to)

    assert not Message.objects.exists()


def test_owe_asks_for_delivery_once_the_transaction_holds(
    django_capture_on_commit_callbacks, monkeypatch
):
    asked = []
    monkeypatch.setattr("meeting.mail.tasks.ask", asked.append)

    with django_capture_on_commit_callbacks(execute=True):
        message = owe()
        assert asked == []

    assert asked == [message.pk]


@pytest.mark.django_db(transaction=True)
def test_owe_owes_nothing_when_its_cause_is_undone(monkeypatch):
    asked = []
    monkeypatch.setattr("meeting.mail.tasks.ask", asked.append)

    @transaction.atomic
    def owe_and_fail():
        owe()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        owe_and_fail()

    assert not Message.objects.exists()
    assert asked == []


def test_a_dead_broker_breaks_nothing_and_rests(
    django_capture_on_commit_callbacks, monkeypatch
):
    calls = []

    def refuse(*args, **options):
        calls.append(args)
        raise ConnectionRefusedError

    monkeypatch.setattr("meeting.mail.tasks.deliver.apply_async", refuse)
    monkeypatch.setattr("meeting.mail.tasks._rests_until", 0.0)

    with django_capture_on_commit_callbacks(execute=True):
        owe()
        owe()

    assert len(calls) == 1
    assert Message.objects.unsent().count() == 2
