"""Above every page of the admin: that mail does not go out."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.making import (
    make_heartbeat,
    make_meeting,
    make_message,
    make_registration,
    make_user,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

PAGES = [
    "/admin/",
    "/admin/registration/registration/",
    "/admin/meeting/page/add/",
    "/admin/mail/message/",
]
MINUTES = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def with_server(settings):
    settings.EMAIL_URL = "smtp://localhost"


def make_late(**fields):
    defaults = {"due_at": timezone.now() - 6 * MINUTES}
    return make_message(make_registration(), **defaults | fields)


def lines(client, page="/admin/"):
    banner = client.get(page, follow=True).context["mail_banner"]
    return banner["lines"] if banner else []


@pytest.mark.parametrize("page", PAGES)
def test_banner_stands_on_every_page(client, page):
    make_late()
    make_late()
    sign_in(client)

    response = client.get(page, follow=True)

    assert "Mail is not going out: 2 mails have been waiting since" in response.text
    assert 'href="/admin/mail/message/going/"' in response.text


def test_banner_says_since_when_on_the_meetings_clock(client):
    make_meeting(is_current=True, timezone="America/New_York")
    late = make_late()
    sign_in(client)

    local = late.due_at.astimezone(make_meeting(timezone="America/New_York").zone)

    assert f"{local:%H.%M}." in lines(client)[0]


def test_no_banner_where_all_is_well(client):
    make_message(due_at=timezone.now() - 4 * MINUTES)
    make_late(state="sent")
    make_late(state="failed")
    make_heartbeat("queue", 4 * MINUTES)
    sign_in(client)

    assert lines(client) == []


def test_no_banner_while_a_mail_to_many_takes_its_time(client):
    make_late(is_bulk=True)
    sign_in(client)
    assert len(lines(client)) == 1

    make_message(state="sent", sent_at=timezone.now() - 4 * MINUTES)

    assert lines(client) == []


def test_without_a_mail_server_nothing_is_late(client, settings):
    settings.EMAIL_URL = ""
    make_late()
    sign_in(client)

    assert lines(client) == []


@pytest.mark.parametrize(
    ("silent", "words"),
    [
        (["worker", "beat", "queue"], "Worker and beat have not been heard since"),
        (["worker", "queue"], "The worker has not been heard since"),
        (["beat", "queue"], "Beat has not been heard since"),
        (["queue"], "Nothing has come through the queue since"),
    ],
)
def test_banner_names_the_part_that_is_not_heard(client, settings, silent, words):
    settings.EMAIL_URL = ""
    for part in ("worker", "beat", "queue"):
        make_heartbeat(part, (6 if part in silent else 0) * MINUTES)
    sign_in(client)

    assert [line[: len(words)] for line in lines(client)] == [words]


def test_before_anything_was_heard_there_is_no_banner(client):
    sign_in(client)

    assert lines(client) == []


def test_who_may_not_read_mail_is_told_whom_to_tell(client):
    make_late()
    user = make_user(is_staff=True)
    client.force_login(user)

    page = client.get("/admin/").text

    assert "Tell whoever looks after this installation." in page
    assert "/admin/mail/message/going/" not in page


def test_the_log_in_says_nothing(client):
    make_late()

    assert "Mail is not going out" not in client.get("/admin/login/").text


def test_banner_costs_one_query(client, django_assert_num_queries):
    make_meeting()
    client.force_login(make_user(is_superuser=True))
    client.get("/admin/password_change/")
    with django_assert_num_queries(4):
        client.get("/admin/password_change/")  # Session, user, meeting, banner.
    for _count in range(3):
        make_late()

    with django_assert_num_queries(4):
        client.get("/admin/password_change/")
