"""The outbox in the admin: read, found by its state, sent again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Message
from tests.making import make_meeting, make_message, make_registration, make_user
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/mail/message/"


def todo(client):
    return {
        str(each["url"]): each["count"]
        for each in client.get("/admin/").context["todo"]
        if "/mail/" in each["url"]
    }


def send_again(client, *messages):
    chosen = [message.pk for message in messages]
    data = {"action": "send_again", "_selected_action": chosen}
    return client.post(LIST, data, follow=True).text


def test_send_again_owes_the_same_mail_anew(client):
    message = make_message(state="failed")
    sign_in(client)

    page = send_again(client, message)

    again = Message.objects.exclude(pk=message.pk).get()
    assert (again.state, again.subject) == ("queued", message.subject)
    assert "1 message will be sent again." in page


def test_send_again_writes_to_the_present_address(client):
    registration = make_registration(email="new@example.org")
    message = make_message(
        registration, kind="a", state="bounced", to="old@example.org"
    )
    sign_in(client)

    send_again(client, message)

    assert Message.objects.exclude(pk=message.pk).get().to == "new@example.org"


def test_send_again_leaves_out_what_left_just_now_or_has_not_left(client):
    registration = make_registration()
    now = {"to": registration.email, "sent_at": timezone.now()}
    messages = [
        make_message(registration, kind="a", state="sent", **now),
        make_message(registration, kind="b", state="queued"),
        make_message(registration, kind="c", state="stopped"),
    ]
    sign_in(client)

    page = send_again(client, *messages)

    assert Message.objects.count() == 3
    assert "3 messages were left out" in page


def test_list_names_the_kind_in_words(client):
    make_message(kind="registration_confirmed")
    sign_in(client)

    assert "Confirmed" in client.get(LIST).text


def test_organizer_reads_mail_and_has_none_sent(client):
    message = make_message(state="failed")
    sign_in(client, "Organizer")

    assert client.get(LIST).status_code == 200
    send_again(client, message)

    assert Message.objects.count() == 1


def test_somebody_without_the_permission_reads_no_mail(client):
    make_message()
    client.force_login(make_user(is_staff=True))

    assert client.get(LIST).status_code == 403
    assert todo(client) == {}


def test_first_page_counts_what_did_not_arrive_and_what_is_late(client, settings):
    settings.EMAIL_URL = "smtp://localhost"
    make_message(state="failed")
    make_message(state="bounced")
    make_message(state="sent")
    make_message(due_at=timezone.now() - timedelta(minutes=4))
    make_message(due_at=timezone.now() - timedelta(minutes=6))
    make_message(due_at=timezone.now() - timedelta(minutes=6), state="sending")
    sign_in(client)

    counts = todo(client)

    assert counts == {
        f"{LIST}?lost=failed": 1,
        f"{LIST}?lost=bounced": 1,
        f"{LIST}?late=1": 2,
    }
    for url, count in counts.items():
        assert client.get(url).context["cl"].result_count == count


def test_first_page_forgets_what_was_sent_again_since(client):
    lost = make_message(state="bounced", created_at=timezone.now() - timedelta(hours=1))
    make_message(lost.about, state="sent")
    make_message(state="sent")
    sign_in(client)

    assert todo(client)[f"{LIST}?lost=bounced"] == 0


def test_first_page_counts_what_is_kept_while_no_mail_server_is_set(client, settings):
    settings.EMAIL_URL = ""
    make_message()
    sign_in(client)

    assert todo(client)[f"{LIST}?state__exact=queued"] == 1


def test_first_page_is_whole_without_a_message(client):
    make_meeting()
    sign_in(client)

    assert set(todo(client).values()) == {0}


@pytest.mark.parametrize("field", ["text", "html", "calendar", "unsubscribe"])
def test_list_is_not_narrowed_by_what_holds_private_links(client, field):
    make_message(**{field: "https://example.org/me/secret:link/"})
    sign_in(client, "Organizer")

    response = client.get(LIST, {f"{field}__contains": "secret"})

    assert response.status_code == 400
