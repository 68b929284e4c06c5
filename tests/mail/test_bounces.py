"""The rule: what a message becomes when somebody says that it came back."""

import pytest
from django.db import connection

from meeting.mail.bounces.naming import envelope_sender, pk_of, pks_in, token_of
from meeting.mail.models import Message
from tests.making import make_message, make_registration
from tests.parts.staff import sign_in

SAID = "550 5.1.1 User unknown"


def as_stored(message):
    return Message.objects.get(pk=message.pk)


def make_sent(**fields):
    return make_message(state="sent", **fields)


@pytest.mark.django_db
def test_a_permanent_failure_is_kept_with_its_words():
    message = make_sent()

    message.note_bounce(SAID, is_permanent=True)

    stored = as_stored(message)
    assert (stored.state, stored.bounce) == ("bounced", SAID)
    assert stored.bounced_at is not None
    assert (message.state, message.bounce) == ("bounced", SAID)


@pytest.mark.django_db
def test_a_delay_keeps_its_words_and_no_more():
    message = make_sent()

    message.note_bounce("450 Mailbox full", is_permanent=False)

    stored = as_stored(message)
    assert (stored.state, stored.bounce) == ("sent", "450 Mailbox full")
    assert stored.bounced_at is None


@pytest.mark.django_db
def test_a_delay_may_end_as_a_failure():
    message = make_sent()
    message.note_bounce("450 Mailbox full", is_permanent=False)

    message.note_bounce(SAID, is_permanent=True)

    assert (as_stored(message).state, as_stored(message).bounce) == ("bounced", SAID)


@pytest.mark.django_db
@pytest.mark.parametrize("is_permanent", [True, False])
def test_what_is_said_a_second_time_changes_nothing(is_permanent):
    message = make_sent()
    message.note_bounce(SAID, is_permanent=True)
    first = as_stored(message)

    as_stored(message).note_bounce("Something else", is_permanent=is_permanent)

    stored = as_stored(message)
    assert (stored.bounce, stored.bounced_at) == (SAID, first.bounced_at)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["queued", "sending", "failed", "stopped"])
def test_what_was_not_sent_cannot_come_back(state):
    message = make_message(state=state)

    message.note_bounce(SAID, is_permanent=True)

    assert (as_stored(message).state, as_stored(message).bounce) == (state, "")
    assert message.state == state


@pytest.mark.django_db
def test_words_are_kept_without_control_characters_and_not_endlessly():
    message = make_sent()

    message.note_bounce(
        "550\x00 no\x1b\r\n\tsuch\udc80 person" + "." * 3000,
        is_permanent=True,
    )

    stored = as_stored(message).bounce
    assert stored.startswith("550 no such person...")
    assert len(stored) == 2000


@pytest.mark.django_db
def test_the_registration_stays_as_it_was():
    registration = make_registration(status="confirmed")

    make_sent(about=registration).note_bounce(SAID, is_permanent=True)

    registration.refresh_from_db()
    assert registration.status == "confirmed"


@pytest.mark.django_db
def test_one_update_decides(django_assert_num_queries):
    message = make_sent()

    with django_assert_num_queries(1, connection=connection):
        message.note_bounce(SAID, is_permanent=True)


@pytest.mark.django_db
def test_staff_read_why_it_came_back(client):
    message = make_sent()
    message.note_bounce(SAID, is_permanent=True)
    sign_in(client)

    page = client.get(f"/admin/mail/message/{message.pk}/change/").content.decode()

    assert SAID in page
    assert '<span class="tag tag-bad">came back</span>' in page


def test_a_token_names_one_mail():
    assert pk_of(token_of(255)) == 255
    assert pk_of(token_of(255).upper()) == 255
    assert len(token_of(10**9)) <= 25


@pytest.mark.parametrize(
    "token", ["", "-", "ff", "ff-", "ff-0000000000000000", "-0000000000000000"]
)
def test_a_token_cannot_be_made_up(token):
    assert pk_of(token) is None


def test_a_token_is_of_no_other_mail():
    _number, _dash, signature = token_of(255).partition("-")

    assert pk_of(f"fe-{signature}") is None
    assert pk_of(f"0ff-{signature}") is None


def test_the_envelope_sender_is_known_again(settings):
    settings.MAIL_RETURN_PATH = "bounces@example.org"

    sender = envelope_sender(255)

    assert sender == f"bounces+{token_of(255)}@example.org"
    assert pks_in([f"Somebody <{sender.upper()}>", "bounces@example.org"]) == [255]


def test_without_a_return_path_no_address_names_a_mail(settings):
    settings.MAIL_RETURN_PATH = "bounces@example.org"
    sender = envelope_sender(255)
    settings.MAIL_RETURN_PATH = ""

    assert pks_in([sender]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("return_path", ["", "bounces@example.org"])
def test_people_see_the_same_sender(mail_goes_out, settings, return_path):
    settings.DEFAULT_FROM_EMAIL = "Plenary <no-reply@example.org>"
    settings.MAIL_RETURN_PATH = return_path
    message = make_message()

    message.deliver()

    (mail,) = mail_goes_out.received
    assert mail["From"] == "Plenary <no-reply@example.org>"
    expected = envelope_sender(message.pk) if return_path else "no-reply@example.org"
    assert [each.sender for each in mail_goes_out.arrived] == [expected]


@pytest.mark.django_db
def test_exchange_is_not_asked_to_keep_silent_of_failures(mail_goes_out):
    make_message().deliver()

    (mail,) = mail_goes_out.received
    asked = mail["X-Auto-Response-Suppress"].split(", ")
    assert asked == ["DR", "RN", "NRN", "OOF", "AutoReply"]
