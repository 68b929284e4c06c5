"""The webhook: who proves that it is the provider is believed, and nobody else."""

import importlib
from base64 import b64encode

import pytest
from django.urls import clear_url_caches

import meeting.urls
from meeting import environment as env
from meeting.mail.bounces import webhook
from meeting.mail.bounces.naming import HEADERS, token_of
from meeting.mail.models import Message
from tests.mail.events import EVENTS, SAID, SIGNING_KEY, USER, of_mailgun, of_postmark
from tests.making import make_message
from tests.meeting.test_routes import OWN, PUBLIC, WEBHOOKS, routes

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(request, settings, monkeypatch):
    """The routes of an installation whose mails this provider sends."""
    name = request.param
    monkeypatch.setenv("ANYMAIL_PROVIDER", name)
    monkeypatch.setenv("ANYMAIL_SECRET", SIGNING_KEY if name == "mailgun" else USER)
    for setting, value in env.anymail().items():
        setattr(settings, setting, value)
    load_routes()
    yield name
    monkeypatch.undo()
    settings.ANYMAIL_PROVIDER = ""
    load_routes()


def load_routes():
    importlib.reload(webhook)
    importlib.reload(meeting.urls)
    clear_url_caches()


mailgun = pytest.mark.parametrize("provider", ["mailgun"], indirect=True)
postmark = pytest.mark.parametrize("provider", ["postmark"], indirect=True)
everyone = pytest.mark.parametrize("provider", sorted(HEADERS), indirect=True)


def make_sent(**fields):
    return make_message(**{"state": "sent"} | fields)


def as_stored(message):
    return Message.objects.get(pk=message.pk)


def tell(client, provider, events, user=USER):
    """What the provider's request is answered."""
    client.raise_request_exception = False
    headers = {"Authorization": "Basic " + b64encode(user.encode()).decode()}
    return client.post(
        f"/anymail/{provider}/tracking/",
        events,
        content_type="application/json",
        headers={} if provider == "mailgun" else headers,
    ).status_code


@everyone
def test_a_failure_is_noted_with_its_words(client, provider):
    message = make_sent()
    other = make_sent()
    events = EVENTS[provider](message)

    assert tell(client, provider, events) == 200

    assert as_stored(message).state == "bounced"
    assert SAID in as_stored(message).bounce
    assert as_stored(other).state == "sent"


@mailgun
@pytest.mark.parametrize("key", ["", "another key"])
def test_without_the_right_signature_nothing_is_believed(client, provider, key):
    message = make_sent()

    assert tell(client, provider, of_mailgun(message, key=key)) == 400

    assert as_stored(message).state == "sent"


@mailgun
def test_without_any_signature_nothing_is_believed(client, provider):
    message = make_sent()
    events = of_mailgun(message)
    del events["signature"]

    assert tell(client, provider, events) == 400

    assert as_stored(message).state == "sent"


@pytest.mark.parametrize("user", ["plenary:guess", ":", ""])
@pytest.mark.parametrize("provider", sorted({*HEADERS} - {"mailgun"}), indirect=True)
def test_without_the_right_password_nothing_is_believed(client, provider, user):
    message = make_sent()
    events = EVENTS[provider](message)

    assert tell(client, provider, events, user=user) == 400

    assert as_stored(message).state == "sent"


@mailgun
def test_a_delay_is_kept_as_words(client, provider):
    message = make_sent()

    tell(client, provider, of_mailgun(message, severity="temporary"))

    assert (as_stored(message).state, as_stored(message).bounce) == ("sent", SAID)


@mailgun
def test_a_complaint_is_kept_as_words(client, provider):
    message = make_sent()

    tell(client, provider, of_mailgun(message, event="complained"))

    assert as_stored(message).state == "sent"
    assert as_stored(message).bounce == f"Reported as spam. {SAID}"


@mailgun
@pytest.mark.parametrize("event", ["delivered", "opened", "clicked", "nonsense"])
def test_other_events_are_passed_over(client, provider, event):
    message = make_sent()

    assert tell(client, provider, of_mailgun(message, event=event)) == 200

    assert (as_stored(message).state, as_stored(message).bounce) == ("sent", "")


@postmark
@pytest.mark.parametrize("token", ["", "1-0123456789abcdef", 7, None])
def test_a_token_that_is_not_ours_changes_nothing(client, provider, token):
    message = make_sent()
    events = of_postmark(message, Metadata={"plenary": token})

    assert tell(client, provider, events) == 200

    assert as_stored(message).state == "sent"


@postmark
def test_a_mail_is_found_by_the_name_that_the_provider_gave_it(client, provider):
    message = make_sent(provider_id="883953f4-6105-42a2-a16a-77a8eac79483")
    other = make_sent()

    assert tell(client, provider, of_postmark(message, Metadata={})) == 200

    assert as_stored(message).state == "bounced"
    assert as_stored(other).state == "sent"


@postmark
def test_an_event_without_a_name_changes_nothing(client, provider):
    message = make_sent()

    assert (
        tell(client, provider, of_postmark(message, Metadata={}, MessageID="")) == 200
    )

    assert as_stored(message).state == "sent"


@mailgun
def test_a_mail_of_others_with_the_same_provider_changes_nothing(client, provider):
    message = make_sent()
    events = of_mailgun(message)
    events["event-data"]["message"]["headers"]["message-id"] = "other@example.org"

    assert tell(client, provider, events) == 200

    assert as_stored(message).state == "sent"


@mailgun
def test_who_tells_before_we_noted_that_it_left_comes_again(client, provider):
    message = make_message(state="sending")

    assert tell(client, provider, of_mailgun(message)) == 500
    Message.objects.update(state="sent")
    assert tell(client, provider, of_mailgun(message)) == 200

    assert as_stored(message).state == "bounced"


@everyone
def test_a_mail_carries_its_name_for_the_provider(mail_goes_out, provider):
    message = make_message()

    message.deliver()

    (mail,) = mail_goes_out.received
    assert token_of(message.pk) in mail[HEADERS[provider]]


def test_without_a_provider_mails_carry_nothing_for_it(mail_goes_out):
    make_message().deliver()

    (mail,) = mail_goes_out.received
    assert not set(mail) & set(HEADERS.values())


@everyone
def test_one_route_is_added(client, provider):
    names = {name for is_admin, name in routes() if not is_admin}

    added = names - PUBLIC.keys() - OWN.keys()
    assert added == {f"{provider}_tracking_webhook"}
    assert added < WEBHOOKS


@postmark
@pytest.mark.parametrize(
    ("method", "status"),
    [("GET", 405), ("HEAD", 200), ("PUT", 405), ("PATCH", 405), ("DELETE", 405)],
)
def test_the_route_takes_events_alone(client, provider, method, status):
    address = f"/anymail/{provider}/tracking/"

    assert client.generic(method, address).status_code == status


def test_without_a_provider_there_is_no_route(client):
    answer = client.post("/anymail/mailgun/tracking/", {}, "application/json")

    assert answer.status_code == 404


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
@mailgun
def test_name_with_a_sign_that_is_none_is_of_no_mail(client, provider, sign):
    message = make_sent()
    events = of_mailgun(message)
    events["event-data"]["message"]["headers"]["message-id"] = f"a{sign}b"

    assert tell(client, provider, events) == 200
    assert as_stored(message).state == "sent"


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
@postmark
def test_token_with_a_sign_that_is_none_is_of_no_mail(client, provider, sign):
    message = make_sent()
    events = of_postmark(message, Metadata={"plenary": f"{sign}-x"})

    assert tell(client, provider, events) == 200
    assert as_stored(message).state == "sent"
