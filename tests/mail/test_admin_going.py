"""The operator's page: what is so, since when, and what to do about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail import testing
from meeting.mail.models import MailServer, Message
from tests.making import make_heartbeat, make_meeting, make_message, make_user
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

PAGE = "/admin/mail/message/going/"


def line(client, name):
    lines = client.get(PAGE).context["lines"]
    return next(each for each in lines if each.name == name)


def said(client, name):
    found = line(client, name)
    return found.level, " ".join(found.said)


def ago(**distance):
    return timezone.now() - timedelta(**distance)


@pytest.fixture
def with_server(settings):
    settings.EMAIL_URL = "smtp://plenary:s3cr3t@mail.example.org"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.example.org", 587
    settings.EMAIL_HOST_PASSWORD, settings.EMAIL_USE_TLS = "s3cr3t", True


def test_mail_server_without_one(client, settings):
    settings.EMAIL_URL = ""
    sign_in(client)

    assert said(client, "Mail server")[0] == "off"
    assert "EMAIL_URL" in line(client, "Mail server").to_do


def test_mail_server_is_named_without_its_password(client, with_server, settings):
    settings.REDIS_URL = "redis://:s3cr3t@redis.example.org:6379/0"
    sign_in(client)

    page = client.get(PAGE).text

    assert "mail.example.org, port 587, STARTTLS." in page
    assert "redis.example.org:6379" in page
    assert "s3cr3t" not in page


@pytest.mark.parametrize(
    ("answered", "failed", "level"),
    [
        (None, None, "open"),
        (1, None, "good"),
        (1, 2, "good"),
        (2, 1, "bad"),
        (None, 1, "bad"),
    ],
)
def test_mail_server_as_it_was_found_last(client, with_server, answered, failed, level):
    MailServer.objects.create(
        answered_at=answered and ago(minutes=answered),
        failed_at=failed and ago(minutes=failed),
        said="535 Wrong password",
    )
    sign_in(client)

    found, words = said(client, "Mail server")

    assert found == level
    assert ("535 Wrong password" in words) == bool(failed)


def test_what_waits(client, with_server):
    oldest = ago(hours=2)
    about = make_message(created_at=oldest).about
    make_message(about, is_bulk=True)
    make_message(about, tries=3, due_at=timezone.now() + timedelta(hours=1))
    make_message(about, state="sent")
    make_meeting(is_current=True, timezone="UTC")
    sign_in(client)

    level, words = said(client, "Waiting")

    assert level == "good"
    assert words.startswith("3 mails, the oldest since ")
    assert f"{oldest:%H.%M}." in words
    assert "Of mails to many: 1." in words
    assert "the server refused for now: 1." in words


def test_what_waits_for_too_long(client, with_server):
    make_message(due_at=ago(minutes=6))
    sign_in(client)

    assert said(client, "Waiting")[0] == "bad"
    assert "Mail is not going out: 1 mail" in client.get(PAGE).text


def test_what_was_sent_and_what_was_not(client):
    about = make_message(state="sent", sent_at=ago(minutes=10)).about
    make_message(about, state="sent", sent_at=ago(hours=3))
    make_message(about, state="sent", sent_at=ago(hours=30))
    make_message(about, state="failed", claimed_at=ago(hours=3))
    make_message(about, state="failed", claimed_at=ago(hours=30))
    make_message(about, state="bounced", bounced_at=ago(hours=3), sent_at=ago(hours=30))
    sign_in(client)

    assert "1 in the last hour, 2 in the last 24 hours." in said(client, "Sent")[1]
    assert said(client, "Not arrived") == (
        "open",
        "In the last 24 hours 1 failed, and 1 came back.",
    )


def test_parts_that_were_not_heard_yet(client):
    sign_in(client)

    assert said(client, "Worker") == ("open", "Not heard yet.")
    assert "celery --app=meeting worker" in line(client, "Worker").to_do


def test_parts_that_live_and_one_that_does_not(client):
    make_heartbeat("worker", timedelta(minutes=2))
    make_heartbeat("beat", timedelta(minutes=7))
    make_heartbeat("queue", timedelta(minutes=7))
    sign_in(client)

    level, words = said(client, "Worker")
    assert (level, words) == ("good", "Heard 2\N{NO-BREAK SPACE}minutes ago.")
    level, words = said(client, "Beat")
    assert level == "bad"
    assert words.endswith("7\N{NO-BREAK SPACE}minutes ago.")


def test_broker_that_does_not_answer(client, monkeypatch):
    from meeting.celery import app

    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    sign_in(client)

    assert said(client, "Broker")[0] == "bad"


def test_rate_limit(client, settings):
    settings.MAIL_PER_MINUTE = 60
    sign_in(client)

    assert said(client, "Rate limit")[1] == "At most 60 mails a minute."


def test_page_asks_as_much_however_many_mails_there_are(
    client, with_server, django_assert_num_queries
):
    about = make_message(due_at=ago(minutes=6)).about
    sign_in(client)
    client.get(PAGE)
    with django_assert_num_queries(9):
        client.get(PAGE)
    for state in ("queued", "sent", "failed", "bounced"):
        make_message(about, state=state)

    with django_assert_num_queries(9):
        client.get(PAGE)


def test_page_is_the_one_marked_in_the_list_of_lists(client):
    sign_in(client)

    marked = f'href="{PAGE}" aria-current="page"'

    page = client.get(PAGE).text
    assert (page.count('aria-current="page"'), marked in page) == (1, True)


def test_who_may_not_read_mail_does_not_see_the_page(client):
    client.force_login(make_user(is_staff=True))

    assert client.get(PAGE).status_code == 403


def test_what_comes_back_and_who_reads_it(client, settings):
    sign_in(client)
    assert said(client, "What comes back")[0] == "open"

    settings.BOUNCES_MAILBOX = {"host": "mail.example.org", "folder": "INBOX"}
    settings.ANYMAIL_PROVIDER = "postmark"

    words = "Read from the mailbox INBOX on mail.example.org. Told by Postmark."
    assert said(client, "What comes back") == ("", words)


def test_mailbox_is_tried_when_asked_for(client, settings):
    settings.BOUNCES_MAILBOX = {
        "scheme": "imap",
        "host": "127.0.0.1",
        "port": 1,
        "user": "bounces",
        "password": "s3cr3t",
        "folder": "INBOX",
    }
    sign_in(client)
    assert "Try to open it" in client.get(PAGE).text

    page = client.post(PAGE, {"mailbox": "1"})

    assert "refused" in page.context["mailbox"][1]


# The test mail.


def send(client, address="me@example.org"):
    return client.post(PAGE, {"address": address}, follow=True)


def test_test_mail_arrives_at_the_mail_server(client, mail_goes_out):
    make_meeting(is_current=True, timezone="Europe/Berlin")
    user = sign_in(client)

    page = send(client)
    Message.objects.get().deliver()

    mail = mail_goes_out.to("me@example.org")[0]
    text = mail.get_body(["plain"]).get_content()
    assert f"{user.username} asked for it at " in text
    assert "(Europe/Berlin)" in text
    assert mail.get_body(["html"]) is not None
    test = client.get(page.redirect_chain[-1][0]).context["test"]
    assert str(test.message.state) == "sent"


def test_page_looks_again_by_itself_while_a_test_is_on_its_way(client, with_server):
    sign_in(client)

    page = send(client)

    assert "admin-progress.js" in page.text
    assert "This page looks again by itself." in page.text


def test_page_stops_looking_after_two_minutes(client, with_server):
    sign_in(client)
    address = send(client).redirect_chain[-1][0]
    Message.objects.update(created_at=ago(minutes=3))

    page = client.get(address)

    assert "admin-progress.js" not in page.text
    assert "It has not left." in page.text


def test_test_that_was_refused_shows_the_words(client, with_server):
    sign_in(client)
    address = send(client).redirect_chain[-1][0]
    Message.objects.update(state="failed", last_error="550 No such person")

    assert "550 No such person" in client.get(address).text


def test_other_mails_are_not_shown_as_tests(client):
    message = make_message()
    sign_in(client)

    assert client.get(f"{PAGE}?test={message.pk}").context["test"] is None
    assert client.get(f"{PAGE}?test=x").context["test"] is None


@pytest.mark.parametrize("address", ["", "me", "me@example.org, you@example.org"])
def test_test_mail_goes_to_one_address(client, address):
    sign_in(client)

    page = send(client, address)

    assert "address" in page.context["test_form"].errors
    assert not Message.objects.exists()


def test_test_mails_are_limited(client, monkeypatch):
    monkeypatch.setattr(testing, "MOST", 2)
    sign_in(client)

    for _count in range(2):
        send(client)
    page = send(client)

    assert page.context["test_form"].has_error("__all__", "too_many")
    assert 'value="me@example.org"' in page.text
    assert Message.objects.count() == 2

    Message.objects.update(created_at=ago(minutes=11))
    send(client)
    assert Message.objects.count() == 3


def test_test_mails_of_one_keep_nobody_else_from_theirs(client, monkeypatch):
    monkeypatch.setattr(testing, "MOST", 1)
    testing.send_test(make_user("other"), "other@example.org")
    sign_in(client)

    send(client)

    assert Message.objects.count() == 2


def test_who_may_only_look_sends_no_test(client):
    sign_in(client, "Organizer")

    assert "Send a test mail" not in client.get(PAGE).text
    assert send(client).status_code == 403
    assert not Message.objects.exists()


# The domain's records.


def test_records_of_the_senders_domain_are_looked_up(client, settings, dns_server):
    settings.DEFAULT_FROM_EMAIL = "Plenary <meetings@example.org>"
    dns_server.publish("example.org", "TXT", "v=spf1 a -all <script>")
    dns_server.publish("s1._domainkey.example.org", "TXT", "v=DKIM1; p=MIIB")
    sign_in(client)

    page = client.post(PAGE, {"look": "1", "selector": "s1"})

    found = {each.name: each.level for _tag, each in page.context["found"]}
    assert found == {"SPF": "good", "DKIM": "good", "DMARC": "bad", "MX": "open"}
    assert "v=spf1 a -all &lt;script&gt;" in page.text


def test_nothing_is_looked_up_before_it_is_asked_for(client, settings, dns_server):
    settings.DEFAULT_FROM_EMAIL = "Plenary <meetings@example.org>"
    sign_in(client)

    page = client.get(PAGE)

    assert "_dmarc.example.org" in page.text
    assert dns_server.asked == []


def test_selector_that_is_none_is_said_to_be_wrong(client, settings, dns_server):
    settings.DEFAULT_FROM_EMAIL = "Plenary <meetings@example.org>"
    sign_in(client)

    page = client.post(PAGE, {"look": "1", "selector": "s1 or x"})

    assert page.context["look_form"].has_error("selector", "selector")
    assert 'value="s1 or x"' in page.text
    assert dns_server.asked == []


def test_sender_without_a_domain_is_advised_first(client, settings):
    settings.DEFAULT_FROM_EMAIL = "Plenary <no-reply@localhost>"
    sign_in(client)

    assert "Set MAIL_FROM" in client.get(PAGE).text
