"""One mail as staff see it: as it was sent, and what they have done with it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Message
from registration.unsubscribing import address_for
from tests.making import make_meeting, make_message, make_registration
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/mail/message/"
LONG_AGO = timezone.now() - timedelta(days=2)


def look_at(client, message, page="change"):
    return client.get(f"{LIST}{message.pk}/{page}/")


def do(client, message, action, **data):
    return client.post(f"{LIST}{message.pk}/{action}/", data, follow=True)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def buttons(client, message):
    return [(o.action, o.to) for o in look_at(client, message).context["offers"]]


# As it was sent.


def test_page_shows_the_mail_as_it_was_sent(client):
    message = make_message(
        text="Dear N'Golo,\n",
        reply_to="secretariat@example.org",
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )
    sign_in(client)

    page = look_at(client, message)

    assert "Dear N&#x27;Golo," in page.text
    assert "BEGIN:VCALENDAR" in page.text
    headers = dict(page.context["headers"])
    assert headers["To"] == "person@example.org"
    assert headers["Reply-To"] == "secretariat@example.org"
    assert headers["Message-ID"] == message.message_id


def test_page_changes_nothing(client):
    message = make_message()
    sign_in(client)

    response = client.post(f"{LIST}{message.pk}/change/", {"subject": "Another"})

    assert response.status_code == 403
    assert Message.objects.get().subject == "A subject"


def test_html_is_shown_in_a_frame_that_can_do_nothing(client):
    message = make_message(html="<p>Dear</p><script>alert(1)</script>")
    sign_in(client)

    page, frame = look_at(client, message), look_at(client, message, "html")

    assert "<script>alert" not in page.text
    assert f'src="{LIST}{message.pk}/html/" sandbox title' in page.text
    assert frame.text == message.html
    policy = {each.strip() for each in frame["Content-Security-Policy"].split(";")}
    assert {"default-src 'none'", "sandbox", "frame-ancestors 'self'"} <= policy
    assert not [each for each in policy if each.startswith("script-src")]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_times_are_those_of_the_meeting_it_is_about(client):
    make_meeting(is_current=True, timezone="Europe/Berlin")
    registration = make_registration(make_meeting(timezone="America/New_York"))
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    message = make_message(registration, state="sent", sent_at=noon, created_at=noon)
    sign_in(client)

    page = look_at(client, message).text

    assert "24 Nov 2026, 07.00" in page
    assert "zone America/New_York" in page


def test_page_links_to_what_the_mail_is_about_for_who_may_look_at_that(client):
    about_person = make_message()
    user = sign_in(client)
    about_staff = make_message(user)

    url = f"/admin/registration/registration/{about_person.object_id}/change/"
    assert look_at(client, about_person).context["about_url"] == url
    assert look_at(client, about_staff).context["about_url"] == ""


def test_an_unknown_mail_is_not_found(client):
    sign_in(client)

    assert client.get(f"{LIST}999/html/").status_code == 404
    assert client.post(f"{LIST}999/again/").status_code == 404


# Private links.


def message_with_links():
    registration = make_registration()
    news = address_for(registration, registration.meeting)
    calendar = f"BEGIN:VCALENDAR\r\nURL:{registration.address}\r\nEND:VCALENDAR\r\n"
    folded = calendar[:60] + "\r\n " + calendar[60:]
    return make_message(
        registration,
        text=f"By this link: {registration.address}\nNo more: {news}\n",
        html=f'<a href="{registration.address}">See</a>',
        calendar=folded,
        unsubscribe=news,
    )


def tokens_of(message):
    registration = message.about
    news = address_for(registration, registration.meeting).split("/")[-2]
    return {registration.token, news}


def test_who_may_not_act_for_the_person_does_not_see_the_private_link(client):
    message = message_with_links()
    sign_in(client, "Organizer")

    shown = look_at(client, message).text.replace("\r\n ", "")
    shown += look_at(client, message, "html").text

    for token in tokens_of(message):
        assert token not in shown
        assert token.rpartition(":")[2] not in shown
    assert "/15/me/hidden/" in shown
    assert "Private links are hidden" in shown


def test_who_may_act_for_the_person_sees_the_private_link(client):
    message = message_with_links()
    sign_in(client)

    page, html = look_at(client, message).text, look_at(client, message, "html").text

    assert page.count(message.about.token) == 2
    assert message.about.token in html


# Sent again.


def test_what_was_sent_is_sent_again_to_the_present_address(client):
    registration = make_registration(email="new@example.org")
    message = make_message(
        registration, kind="a", to="old@example.org", state="sent", sent_at=LONG_AGO
    )
    sign_in(client)
    assert buttons(client, message) == [
        ("again", "new@example.org"),
        ("again", "old@example.org"),
    ]
    assert "The address is new@example.org now." in look_at(client, message).text

    page = do(client, message, "again", to="new@example.org")

    new = Message.objects.exclude(pk=message.pk).get()
    assert (new.to, new.text) == ("new@example.org", message.text)
    assert page.redirect_chain[-1][0] == f"{LIST}{new.pk}/change/"


def test_what_was_sent_can_go_to_the_former_address(client):
    registration = make_registration(email="new@example.org")
    message = make_message(
        registration, kind="a", to="old@example.org", state="sent", created_at=LONG_AGO
    )
    sign_in(client)

    do(client, message, "again", to="old@example.org")

    assert Message.objects.exclude(pk=message.pk).get().to == "old@example.org"


def test_it_goes_to_no_address_that_was_not_offered(client):
    message = make_message(state="sent", sent_at=LONG_AGO)
    sign_in(client)

    page = do(client, message, "again", to="somebody@example.org")

    assert Message.objects.count() == 1
    assert "nothing was sent" in said(page)


def make_sent(**fields):
    registration = make_registration()
    return make_message(
        registration, kind="a", to=registration.email, state="sent", **fields
    )


def test_what_was_sent_within_the_hour_is_asked_about_first(client):
    message = make_sent(sent_at=timezone.now() - timedelta(minutes=59))
    sign_in(client)

    page = do(client, message, "again", to=message.to)

    assert "Send it once more?" in page.text
    assert Message.objects.count() == 1

    do(client, message, "again", to=message.to, sure="1")
    assert Message.objects.count() == 2


def test_pressed_twice_it_is_sent_again_once(client):
    message = make_sent(sent_at=LONG_AGO, created_at=LONG_AGO)
    sign_in(client)

    do(client, message, "again", to=message.to)
    do(client, message, "again", to=message.to)

    assert Message.objects.count() == 2


def test_after_an_hour_nobody_is_asked(client):
    message = make_sent(
        sent_at=timezone.now() - timedelta(minutes=61), created_at=LONG_AGO
    )
    sign_in(client)

    do(client, message, "again", to=message.to)

    assert Message.objects.count() == 2


# Tried now.


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_what_waits_or_failed_is_tried_now(client, settings, state):
    settings.EMAIL_URL = "smtp://localhost"
    registration = make_registration()
    later = timezone.now() + timedelta(hours=3)
    message = make_message(
        registration, kind="a", to=registration.email, state=state, due_at=later
    )
    sign_in(client)
    assert buttons(client, message) == [("now", message.to)]

    do(client, message, "now", to=message.to)

    message.refresh_from_db()
    assert message.state == "queued"
    assert message.due_at <= timezone.now()
    assert Message.objects.count() == 1


def test_what_waits_goes_to_the_address_that_was_corrected(client, settings):
    settings.EMAIL_URL = "smtp://localhost"
    registration = make_registration(email="new@example.org")
    message = make_message(registration, kind="a", to="old@example.org")
    sign_in(client)
    assert buttons(client, message)[0] == ("now", "new@example.org")

    do(client, message, "now", to="new@example.org")

    message.refresh_from_db()
    assert (message.to, message.state) == ("new@example.org", "queued")


def test_nothing_is_tried_without_a_mail_server(client, settings):
    settings.EMAIL_URL = ""
    message = make_message()
    sign_in(client)

    assert buttons(client, message) == []
    assert "no mail server is set" in look_at(client, message).text


def test_what_has_left_meanwhile_is_not_tried_now(client, settings):
    settings.EMAIL_URL = "smtp://localhost"
    message = make_message(kind="a")
    sign_in(client)
    Message.objects.update(state="sent")

    page = do(client, message, "now", to=message.to)

    assert "nothing was sent" in said(page)
    assert Message.objects.get().state == "sent"


@pytest.mark.parametrize("state", ["stopped", "sending"])
def test_what_is_stopped_or_on_its_way_offers_nothing(client, state):
    message = make_message(state=state, claimed_at=timezone.now())
    sign_in(client)

    assert buttons(client, message) == []


@pytest.mark.parametrize("action", ["again", "now"])
def test_who_may_only_look_has_nothing_sent(client, action):
    message = make_message(state="failed")
    sign_in(client, "Organizer")

    assert buttons(client, message) == []
    assert do(client, message, action, to=message.to).status_code == 403
    assert list(Message.objects.values_list("state", flat=True)) == ["failed"]


# In words.


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"state": "queued"},
            ["Since 24 Nov 2026, 10.00.", "It leaves at 24 Nov 2037, 11.00."],
        ),
        (
            {"state": "queued", "due_at": LONG_AGO},
            ["Since 24 Nov 2026, 10.00."],
        ),
        (
            {"state": "queued", "last_error": "451 Later", "tries": 2},
            [
                "Since 24 Nov 2026, 10.00.",
                "451 Later",
                "Next try at 24 Nov 2037, 11.00.",
            ],
        ),
        ({"state": "sending"}, ["Since 24 Nov 2026, 10.30."]),
        ({"state": "sent"}, ["At 24 Nov 2026, 10.31."]),
        (
            {"state": "sent", "bounce": "Mailbox full"},
            ["At 24 Nov 2026, 10.31.", "Since then another server said: Mailbox full"],
        ),
        (
            {"state": "failed", "last_error": "550 Nobody"},
            ["550 Nobody", "It is not tried again by itself."],
        ),
        (
            {"state": "stopped"},
            ["With the mail to many that it belongs to. It does not leave."],
        ),
        (
            {"state": "bounced", "bounce": "Mailbox full"},
            ["At 24 Nov 2026, 10.40.", "Mailbox full"],
        ),
    ],
)
def test_what_became_of_a_mail_in_words(client, settings, fields, words):
    settings.EMAIL_URL = "smtp://localhost"
    registration = make_registration(make_meeting(timezone="UTC"))
    times = {
        "created_at": (10, 0),
        "claimed_at": (10, 30),
        "sent_at": (10, 31),
        "bounced_at": (10, 40),
    }
    moments = {
        name: datetime(2026, 11, 24, hour, minute, tzinfo=UTC)
        for name, (hour, minute) in times.items()
    }
    moments["due_at"] = datetime(2037, 11, 24, 11, tzinfo=UTC)
    message = make_message(registration, **moments | fields)
    sign_in(client)

    assert look_at(client, message).context["seen"].words == words
