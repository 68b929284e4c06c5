"""The outbox in the admin: read, found by its state, sent again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from meeting.mail.models import Message
from tests.making import make_meeting, make_message
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/mail/message/"


def todo(client):
    return {
        str(each["url"]): each["count"]
        for each in client.get("/admin/").context["todo"]
        if "/mail/" in each["url"]
    }


def test_page_shows_what_was_written_as_text(client):
    message = make_message(
        text="Dear N'Golo,\n", html="<script>alert(1)</script>", last_error="550 no"
    )
    sign_in(client)

    page = client.get(f"{LIST}{message.pk}/change/").content.decode()

    assert "Dear N&#x27;Golo," in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "550 no" in page
    assert "<script>alert" not in page


def test_page_changes_nothing(client):
    message = make_message()
    sign_in(client)

    response = client.post(f"{LIST}{message.pk}/change/", {"subject": "Another"})

    assert response.status_code == 403
    assert Message.objects.get().subject == "A subject"


def test_send_again_owes_the_same_mail_anew(client):
    message = make_message(state="failed")
    sign_in(client)

    answer = client.post(
        LIST, {"action": "send_again", "_selected_action": [message.pk]}, follow=True
    )

    again = Message.objects.exclude(pk=message.pk).get()
    assert (again.state, again.subject) == ("queued", message.subject)
    assert "1 message will be sent again." in answer.content.decode()


def test_organizer_reads_no_mail(client):
    make_message()
    sign_in(client, "Organizer")

    assert client.get(LIST).status_code == 403
    assert todo(client) == {}


def test_first_page_counts_what_failed_and_what_is_late(client, settings):
    settings.EMAIL_URL = "smtp://localhost"
    make_message(state="failed")
    make_message(state="sent")
    make_message(due_at=timezone.now() - timedelta(minutes=4))
    make_message(due_at=timezone.now() - timedelta(minutes=6))
    make_message(due_at=timezone.now() - timedelta(minutes=6), state="sending")
    sign_in(client)

    counts = todo(client)

    assert counts == {f"{LIST}?state__exact=failed": 1, f"{LIST}?late=1": 2}
    for url, count in counts.items():
        assert client.get(url).context["cl"].result_count == count


def test_first_page_counts_what_is_kept_while_no_mail_server_is_set(client, settings):
    settings.EMAIL_URL = ""
    make_message()
    sign_in(client)

    assert todo(client)[f"{LIST}?state__exact=queued"] == 1


def test_first_page_is_whole_without_a_message(client):
    make_meeting()
    sign_in(client)

    assert set(todo(client).values()) == {0}
