from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from meeting.mail.models import Message
from meeting.mail.tasks import sweep
from tests.making import make_meeting

pytestmark = pytest.mark.django_db


def owe(kind="welcome", **fields):
    defaults = {"to": "ana@example.org", "subject": "Welcome", "text": "Hello.\n"}
    return Message.owe(make_meeting(), kind, **defaults | fields)


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
        "ana@example.org\0",
        "ana@exam\u2028ple.org",
        "ana@exam\u202eple.org",
        '"ana,ben"@example.org',
        '"ana"@example.org',
        "\u017fana@example.org",
        "ana@" + "a" * 63 + ("." + "b" * 60) * 4 + ".example.org",
    ],
)
def test_owe_takes_one_plain_address_only(to):
    with pytest.raises(ValidationError):
        owe(to=to)

    assert not Message.objects.exists()


def test_owe_leaves_out_what_can_be_no_header_and_no_text():
    message = owe(
        reply_to="Us <us@example.org>",
        language="en\r\nBcc: all@example.org",
        text="One\r\ntwo\rthree\0 \ud800\x1b[1m\tfour\n",
        html="<p>\0</p>",
        unsubscribe="https://example.org/ off",
        calendar="BEGIN:VCALENDAR\nEND:VCALENDAR\r\n\0",
    )

    message.refresh_from_db()
    assert message.reply_to == ""
    assert message.language == "en Bcc: al"
    assert message.text == "One\ntwo\nthree [1m\tfour\n"
    assert message.html == "<p></p>"
    assert message.unsubscribe == ""
    assert message.calendar == "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


def test_owe_sends_nothing_at_once_that_is_due_later(
    django_capture_on_commit_callbacks,
):
    later = timezone.now() + timedelta(hours=1)

    with django_capture_on_commit_callbacks() as callbacks:
        message = owe(due_at=later)

    assert message.due_at == later
    assert callbacks == []


def written(about, number, **fields):
    defaults = {"subject": "Welcome", "text": "Hello.\n", "is_bulk": True}
    to = f"person{number}@example.org"
    return Message.written(about, "welcome", to=to, **defaults | fields)


def test_owe_many_asks_for_one_sweep(django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr("meeting.mail.tasks.ask_for", asked.append)
    about = make_meeting()

    with django_capture_on_commit_callbacks(execute=True):
        count = Message.owe_many(written(about, number) for number in range(700))

    assert count == Message.objects.due().count() == 700
    assert asked == [sweep]


def test_owe_many_leaves_out_who_has_one_by_that_name():
    people = [make_meeting(), make_meeting()]
    Message.owe_many([written(people[0], 0, once="news")])

    assert Message.owe_many(written(each, 1, once="news") for each in people) == 1

    assert Message.objects.count() == 2


def test_owe_many_writes_in_few_queries(django_assert_num_queries):
    about = make_meeting()
    messages = [written(about, number) for number in range(10)]

    with django_assert_num_queries(4):  # With those around it, of the transaction.
        Message.owe_many(messages)


def test_what_was_stopped_leaves_once_it_goes_on():
    owe()
    owe(kind="other")
    sent = owe()
    Message.objects.filter(pk=sent.pk).update(state="sent")

    assert Message.objects.filter(kind="welcome").stop() == 1
    assert Message.objects.claimable().get().kind == "other"
    assert Message.objects.all().go_on() == 1

    assert Message.objects.unsent().count() == 2
    assert Message.objects.due().get().kind == "welcome"


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
