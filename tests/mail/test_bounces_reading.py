"""What mail servers say when they do not deliver, and what is no such thing."""

import pytest

from meeting.mail.bounces import reading
from meeting.mail.bounces.naming import envelope_sender
from meeting.mail.bounces.reading import note, recognize
from meeting.mail.models import Message
from tests.mail import notifications
from tests.mail.notifications import BROKEN, NAME, answer, exim, out_of_office, postfix
from tests.making import make_message

FAILURES = [
    (notifications.postfix, notifications.SAID),
    (notifications.exim, "550 No such person here"),
    (notifications.exchange, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient"),
    (notifications.gmail, "550-5.1.1 The email account that you tried to reach"),
]


def make_sent(**fields):
    return make_message(**{"state": "sent", "message_id": NAME} | fields)


@pytest.mark.parametrize(("notification", "said"), FAILURES)
def test_a_failure_is_recognized_with_its_words(notification, said):
    found = recognize(notification())

    assert found.is_permanent is True
    assert said in found.words
    assert NAME in found.message_ids


def test_the_words_are_those_of_the_other_server():
    assert recognize(postfix()).words == notifications.SAID


def test_a_status_alone_is_kept_too():
    said = recognize(postfix(said="no mailbox", status="5.2.1")).words

    assert said == "5.2.1 no mailbox"


def test_of_plain_text_the_copy_of_the_mail_is_left_out():
    words = recognize(exim()).words

    assert "550 No such person here" in words
    assert "Your registration was received" not in words


def test_a_delay_is_no_failure():
    found = recognize(postfix(said="450 busy", action="delayed", status="4.4.1"))

    assert found.is_permanent is False
    assert "450 busy" in found.words


def test_tries_given_up_are_a_failure_whatever_the_status():
    found = recognize(postfix(said="connection timed out", status="4.4.7"))

    assert found.is_permanent is True


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_good_news_is_no_failure(action):
    assert recognize(postfix(said="250 OK", action=action, status="2.0.0")) is None


@pytest.mark.parametrize("mail", [answer(), out_of_office()])
def test_other_mails_are_none(mail):
    assert recognize(mail) is None


@pytest.mark.parametrize("notification", [case[0] for case in FAILURES])
@pytest.mark.django_db
def test_our_mail_is_found_by_its_message_id(notification):
    message = make_sent()
    other = make_sent(message_id="<other@localhost>")

    assert note(notification()) is True

    assert Message.objects.get(pk=message.pk).state == "bounced"
    assert Message.objects.get(pk=other.pk).state == "sent"


@pytest.mark.django_db
def test_our_mail_is_found_by_its_envelope_sender(settings):
    settings.MAIL_RETURN_PATH = "bounces@example.org"
    message = make_sent()

    # The mail was given another Message-ID on its way.
    assert note(postfix(name="<new@ses.example>", to=envelope_sender(message.pk)))

    assert Message.objects.get().state == "bounced"


@pytest.mark.django_db
def test_a_forged_token_changes_nothing(settings):
    settings.MAIL_RETURN_PATH = "bounces@example.org"
    message = make_sent(message_id="<not-known@localhost>")
    to = f"bounces+{message.pk:x}-0123456789abcdef@example.org"

    assert note(postfix(to=to)) is False

    assert Message.objects.get().state == "sent"


@pytest.mark.django_db
def test_a_message_id_of_others_changes_nothing():
    make_sent(message_id="<ours@localhost>")

    assert note(postfix()) is False

    assert Message.objects.get().state == "sent"


@pytest.mark.django_db
def test_a_failed_answer_to_our_mail_is_not_our_failure():
    make_sent()
    raw = postfix(name="<answer@example.org>").replace(
        b"Subject: Registration received",
        f"In-Reply-To: {NAME}\nReferences: {NAME}\nSubject: Re: x".encode(),
    )

    assert note(raw) is False


@pytest.mark.django_db
def test_words_in_any_bytes_are_kept():
    message = make_sent()
    raw = postfix(said="550 unbekannt").replace(b"unbekannt", b"unbek\xe4nnt \x00 \x80")

    assert note(raw) is True

    stored = Message.objects.get(pk=message.pk)
    assert stored.state == "bounced"
    assert stored.bounce.startswith("5.1.1 550 unbek")


@pytest.mark.parametrize("charset", [b"unknown-8bit", b"idna", b"undefined", b'"\0"'])
@pytest.mark.django_db
def test_a_text_in_an_unknown_alphabet_is_read(charset):
    make_sent()
    head = b"MIME-Version: 1.0\nContent-Type: text/plain; charset=%s\nSubject" % charset

    assert note(exim().replace(b"Subject", head, 1)) is True

    assert "550 No such person here" in Message.objects.get().bounce


@pytest.mark.parametrize(
    "broken",
    [
        BROKEN,
        b"Content-Type: message/rfc822\n\n" * 3000 + postfix(),
        b"\x00\xff" * 5000,
    ],
)
@pytest.mark.django_db
def test_a_broken_mail_is_logged_and_left_alone(broken, caplog):
    make_sent()

    assert note(broken) is False

    assert [each.name for each in caplog.records][-1] == reading.__name__
    assert Message.objects.get().state == "sent"
