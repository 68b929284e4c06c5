"""No more news: by one click of a mail program, by hand, and on one's own page."""

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import reverse

from registration.unsubscribing import address_for
from tests.making import (
    make_meeting,
    make_message,
    make_registration,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def path_for(person, meeting):
    return address_for(person, meeting).removeprefix("http://localhost:8000")


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_address_changes_nothing(client, method):
    meeting = make_meeting()
    person = make_registration(meeting)

    response = getattr(client, method)(path_for(person, meeting))

    person.refresh_from_db()
    assert response.status_code == 200
    assert person.takes_news
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_one_click_of_a_mail_program_needs_no_cookie():
    meeting = make_meeting()
    person = make_registration(meeting)
    program = Client(enforce_csrf_checks=True)

    response = program.post(
        path_for(person, meeting), {"List-Unsubscribe": "One-Click"}
    )

    person.refresh_from_db()
    assert response.status_code == 200
    assert not person.takes_news
    assert "You get no more news" in response.content.decode()


def test_it_can_be_taken_back(client):
    meeting = make_meeting()
    person = make_registration(meeting, takes_news=False)

    client.post(path_for(person, meeting), {"again": "1"})

    person.refresh_from_db()
    assert person.takes_news


def test_a_speaker_has_an_address_too(client):
    meeting, speaker = make_meeting(), make_speaker(email="wu@example.org")

    client.post(path_for(speaker, meeting))

    speaker.refresh_from_db()
    assert not speaker.takes_news


def test_an_address_that_was_changed_is_of_nobody(client):
    meeting = make_meeting()
    path = path_for(make_registration(meeting), meeting)
    other = path.replace("/r", "/s")

    assert client.post(other).status_code == 404
    assert client.post(path[:-2] + "/").status_code == 404


def test_an_address_works_at_its_own_meeting_alone(client):
    meeting, other = make_meeting(), make_meeting()
    person = make_registration(meeting)

    assert client.post(path_for(person, other)).status_code == 404


def test_the_address_of_an_erased_person_is_of_nobody(client):
    meeting = make_meeting()
    person = make_registration(meeting)
    path = path_for(person, meeting)
    person.delete()

    assert client.get(path).status_code == 404


def test_the_address_of_somebody_merged_is_that_of_who_was_kept(client):
    meeting = make_meeting()
    kept, other = make_registration(meeting), make_registration(meeting)
    path = path_for(other, meeting)
    kept.absorb(other)

    client.post(path)

    kept.refresh_from_db()
    assert not kept.takes_news


def test_whoever_was_merged_and_took_no_news_takes_none():
    meeting = make_meeting()
    kept = make_registration(meeting)

    kept.absorb(make_registration(meeting, takes_news=False))

    kept.refresh_from_db()
    assert not kept.takes_news


def test_own_page_says_whether_they_take_news_and_lets_them_change_it(client):
    person = make_registration()
    own = reverse("me", args=[person.meeting.slug, person.token])
    news = reverse("me-news", args=[person.meeting.slug, person.token])
    assert "may send you news" in client.get(own).content.decode()

    said = client.post(news, follow=True).content.decode()

    person.refresh_from_db()
    assert not person.takes_news
    assert "You get no more news by mail." in said
    assert "Send me news again" in said
    entry = LogEntry.objects.get_for_object(person).latest("pk")
    assert entry.changes == {"takes_news": ["True", "False"]}
    assert entry.additional_data == {"by": "participant"}

    client.post(news, {"again": "1"})
    person.refresh_from_db()
    assert person.takes_news


@pytest.mark.parametrize("make", [make_registration, make_speaker])
def test_news_that_waits_does_not_leave_any_more(client, make):
    meeting, person = make_meeting(), make(email="wu@example.org")
    if make is make_registration:
        meeting = person.meeting
    address = address_for(person, meeting)
    news = make_message(person, unsubscribe=address)
    other = make_message(person)

    client.post(path_for(person, meeting))

    news.refresh_from_db()
    other.refresh_from_db()
    assert (news.state, other.state) == ("stopped", "queued")
