"""The mails to a person, on the person's page and in the list of registrations."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.making import make_meeting, make_message, make_registration, make_speaker
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=2)


def person_page(client, person):
    app = person._meta.app_label
    return client.get(f"/admin/{app}/{person._meta.model_name}/{person.pk}/change/")


@pytest.mark.parametrize("make_person", [make_registration, make_speaker])
def test_page_of_a_person_lists_all_mails_newest_first(client, make_person):
    person = make_person()
    old = make_message(person, subject="The first", created_at=LONG_AGO)
    new = make_message(person, subject="The second", kind="registration_confirmed")
    make_message(make_registration(), subject="Somebody else’s")
    sign_in(client)

    page = person_page(client, person)

    assert [mail.message for mail in page.context["mails"]] == [new, old]
    assert [mail.kind for mail in page.context["mails"]] == ["Confirmed", "Test mail"]
    assert "Somebody else" not in page.text


@pytest.mark.parametrize(
    ("make_person", "queries"), [(make_registration, 24), (make_speaker, 11)]
)
def test_page_of_a_person_asks_as_much_for_thirty_mails_as_for_one(
    client, make_person, queries, django_assert_num_queries
):
    person = make_person()
    make_message(person)
    sign_in(client)
    person_page(client, person)
    with django_assert_num_queries(queries):
        person_page(client, person)
    for _count in range(29):
        make_message(person, state="failed")

    with django_assert_num_queries(queries):
        person_page(client, person)


@pytest.mark.parametrize(
    ("state", "words"), [("bounced", "came back"), ("failed", "failed")]
)
def test_page_of_a_person_says_that_mail_does_not_arrive(client, state, words):
    message = make_message(state=state)
    sign_in(client)

    page = person_page(client, message.about).text

    assert f"A mail to this person {words}" in page


def test_page_of_a_person_says_no_more_of_it_once_a_mail_was_sent(client):
    message = make_message(state="bounced", created_at=LONG_AGO)
    make_message(message.about, state="sent")
    sign_in(client)

    assert (
        "came back" not in person_page(client, message.about).text.split("Mails to")[0]
    )


def test_another_mail_sent_later_settles_nothing(client):
    failed = make_message(state="failed", created_at=LONG_AGO)
    make_message(failed.about, state="sent", subject="News of the meeting")
    sign_in(client)

    page = person_page(client, failed.about)
    listed = client.get("/admin/registration/registration/?mail=lost")

    assert page.context["lost_mail"].message == failed
    assert [row.pk for row in listed.context["cl"].result_list] == [failed.about.pk]


def test_list_marks_and_finds_whom_mail_does_not_reach(client):
    meeting = make_meeting()
    names = {"bounced": "Ann Bell", "failed": "Bob Cole", "sent": "Eve Dale"}
    for state, name in names.items():
        make_message(make_registration(meeting, name=name), state=state)
    sign_in(client)
    url = "/admin/registration/registration/"

    page, found = client.get(url).text, client.get(f"{url}?mail=lost")

    assert page.count("Mail came back") == page.count("Mail failed") == 1
    assert {row.name for row in found.context["cl"].result_list} == {
        "Ann Bell",
        "Bob Cole",
    }
