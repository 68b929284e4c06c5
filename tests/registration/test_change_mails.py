"""Whom a release of the agenda is told to, and what they read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from agenda.models import Item, OwnAgenda, Release, Session, Speaker
from meeting.mail.models import Message
from registration.calendar import watching
from registration.changes import telling
from registration.mails import owe
from registration.models import Follow, Registration, Status
from registration.tasks import tell_of_releases, watch_calendars
from tests.making import (
    make_choice,
    make_item,
    make_mail_text,
    make_meeting,
    make_registration,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    """A session with an item on which Ana LIMA speaks, and another without."""
    meeting = make_meeting()
    item = make_item(make_session(meeting), title="Opening")
    speaker = make_speaker("Ana LIMA", email="lima@example.org")
    make_role(item, speaker=speaker, style="Ms.")
    make_session(meeting, title="Afternoon session")
    return meeting


def rename(meeting, title="Welcome", **facts):
    """Release another title of the item, to be told."""
    Item.objects.update(title=title)
    return Release.objects.make(meeting, **{"tells": True} | facts)


def mails():
    return list(Message.objects.filter(kind="registration_changed").order_by("pk"))


def people():
    return sorted(mail.to for mail in mails())


def make_participant(session, **fields):
    """With a place in a session."""
    person = make_registration(session.meeting, status=Status.CONFIRMED, **fields)
    make_choice(person, session, status="confirmed")
    return person


def make_follower(meeting, *, items=(), sessions=(), **fields):
    person = make_registration(meeting, status=Status.CONFIRMED, **fields)
    agenda = OwnAgenda.objects.create(meeting=meeting)
    agenda.items.set(items)
    agenda.sessions.set(sessions)
    Follow.objects.create(registration=person, agenda=agenda)
    return person


def test_speakers_participants_and_followers_are_told(meeting):
    morning, afternoon = Session.objects.order_by("pk")
    make_participant(morning, email="here@example.org")
    make_participant(afternoon, email="there@example.org")
    make_follower(meeting, items=[Item.objects.get()], email="stars@example.org")
    make_follower(meeting, sessions=[afternoon], email="other@example.org")
    make_registration(meeting, email="nothing@example.org")
    rename(meeting)

    tell_of_releases()

    assert people() == ["here@example.org", "lima@example.org", "stars@example.org"]


def test_the_mail_says_what_concerns_the_person_and_nothing_else(meeting):
    morning, afternoon = Session.objects.order_by("pk")
    make_participant(morning)
    Session.objects.filter(pk=afternoon.pk).update(room="Conference Room 8")
    rename(meeting, note="One new title")
    Speaker.objects.update(email="")

    tell_of_releases()

    mail = next(mail for mail in mails() if mail.to != "lima@example.org")
    assert "– Item I “Opening” is now called “Welcome”." in mail.text
    assert "Conference Room 8" not in mail.text
    assert "One new title" in mail.text
    assert "/15/releases/2/changes/" in mail.text
    assert mail.is_bulk


def test_each_person_is_written_to_once(meeting):
    session = Session.objects.first()
    person = make_follower(
        meeting, items=[Item.objects.get()], email="lima@example.org"
    )
    make_choice(person, session, status="confirmed")
    rename(meeting)

    tell_of_releases()

    (mail,) = mails()
    assert mail.about == person
    assert mail.text.count("is now called") == 1


def test_it_is_told_once_however_often_a_worker_is_asked(meeting):
    release = rename(meeting)

    tell_of_releases()
    tell_of_releases()
    Release.objects.filter(pk=release.pk).update(told_at=None)
    tell_of_releases()

    assert people() == ["lima@example.org"]
    release.refresh_from_db()
    assert release.told_at


def test_who_was_left_out_when_a_worker_was_killed_is_told_by_the_next(
    meeting, monkeypatch
):
    morning = Session.objects.first()
    for _person in range(3):
        make_participant(morning)
    rename(meeting)
    monkeypatch.setattr(telling, "CHUNK", 1)
    write, left = telling._write, [1, 2]

    def killed(*arguments):
        if not left:
            raise KeyboardInterrupt
        left.pop()
        return write(*arguments)

    monkeypatch.setattr(telling, "_write", killed)
    with pytest.raises(KeyboardInterrupt):
        tell_of_releases()
    assert len(mails()) == 2
    monkeypatch.setattr(telling, "_write", write)

    tell_of_releases()

    assert len(mails()) == len(set(people())) == 4


def test_a_release_that_is_not_to_be_told_is_not(meeting):
    rename(meeting, tells=False)

    tell_of_releases()

    assert mails() == []


def test_a_planned_release_is_told_when_readers_see_it(meeting):
    at = timezone.now() + timedelta(hours=1)
    rename(meeting, at=at)

    tell_of_releases()
    before = len(mails())
    with time_machine.travel(at + timedelta(seconds=1)):
        tell_of_releases()

    assert (before, len(mails())) == (0, 1)


def test_of_a_meeting_that_is_not_published_nobody_is_told_yet(meeting):
    rename(meeting)
    type(meeting).objects.update(is_published=False)
    tell_of_releases()
    before = len(mails())
    type(meeting).objects.update(is_published=True)

    tell_of_releases()

    assert (before, len(mails())) == (0, 1)


@pytest.mark.parametrize("who", ["withdrawn", "no_news", "no_place"])
def test_others_are_left_in_peace(meeting, who):
    Speaker.objects.update(takes_news=False)
    match who:
        case "withdrawn":
            person = make_participant(Session.objects.first())
            Registration.objects.filter(pk=person.pk).update(status="withdrawn")
        case "no_news":
            make_follower(meeting, items=[Item.objects.get()], takes_news=False)
        case "no_place":
            person = make_registration(meeting, status=Status.CONFIRMED)
            make_choice(person, Session.objects.first(), status="waiting")
    rename(meeting)

    tell_of_releases()

    assert mails() == []


def test_numbers_that_count_on_are_told_to_nobody(meeting):
    Item.objects.update(set_number=4)
    Release.objects.make(meeting, tells=True)

    tell_of_releases()

    assert mails() == []
    assert Release.objects.to_tell().count() == 0


def test_news_can_be_unsubscribed_from_and_ones_own_session_cannot(meeting):
    make_participant(Session.objects.first(), email="here@example.org")
    make_follower(meeting, items=[Item.objects.get()], email="stars@example.org")
    rename(meeting)

    tell_of_releases()

    has_way_out = {mail.to: bool(mail.unsubscribe) for mail in mails()}
    assert has_way_out == {
        "here@example.org": False,
        "stars@example.org": True,
        "lima@example.org": True,
    }
    for mail in mails():
        assert (mail.unsubscribe in mail.text) or not mail.unsubscribe


def test_the_secretariats_words_are_used_for_all(meeting):
    make_mail_text(
        meeting, kind="changed", subject="News", body="{name}: {changes} {reference}"
    )
    make_participant(Session.objects.first(), name="Ann Bell")
    rename(meeting)

    tell_of_releases()

    assert {mail.subject for mail in mails()} == {"News"}
    assert all(
        "Ann Bell: – Item" in mail.text or "Ana LIMA: – Item" in mail.text
        for mail in mails()
    )


def test_what_was_typed_into_the_agenda_is_no_markup_in_a_mail(meeting):
    rename(meeting, title="<b>Bold</b> {name}")

    tell_of_releases()

    (mail,) = mails()
    assert "&lt;b&gt;Bold&lt;/b&gt; {name}" in mail.html


def test_hours_are_told_with_the_calendar_and_not_a_second_time(meeting):
    person = make_participant(Session.objects.first(), email="here@example.org")
    owe(person, "confirmed")
    watch_calendars()
    Session.objects.update(ends_at=F("ends_at") + timedelta(hours=2))
    Release.objects.make(meeting, tells=True)
    watching.follow(meeting.pk)

    tell_of_releases()

    mail = next(mail for mail in mails() if mail.to == "here@example.org")
    assert "BEGIN:VEVENT" in mail.calendar
    assert "brings your calendar up to date" in mail.text
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        watch_calendars()
    assert not Message.objects.filter(kind="registration_moved").exists()


def test_who_is_not_concerned_is_told_of_hours_after_ten_quiet_minutes(meeting):
    person = make_registration(meeting, status=Status.CONFIRMED)
    owe(person, "confirmed")
    watch_calendars()
    Session.objects.update(ends_at=F("ends_at") + timedelta(hours=2))
    Release.objects.make(meeting, tells=True)
    watch_calendars()
    tell_of_releases()

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        watch_calendars()

    (mail,) = Message.objects.filter(kind="registration_moved")
    assert mail.about == person


def test_hours_wait_for_a_release_that_is_still_to_be_told(meeting):
    person = make_participant(Session.objects.first())
    owe(person, "confirmed")
    watch_calendars()
    Session.objects.update(ends_at=F("ends_at") + timedelta(hours=2))
    Release.objects.make(meeting, tells=True)
    watch_calendars()

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        watch_calendars()
        before = Message.objects.filter(kind="registration_moved").count()
        tell_of_releases()
        watch_calendars()

    assert before == 0
    assert not Message.objects.filter(kind="registration_moved").exists()


def test_where_no_hours_change_the_calendar_is_left_alone(meeting):
    owe(make_participant(Session.objects.first(), email="a@example.org"), "confirmed")
    rename(meeting)

    tell_of_releases()

    assert all(mail.calendar == "" for mail in mails())


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_to_each_person_once(meeting):
    for _person in range(5):
        make_participant(Session.objects.first())
    release = rename(meeting)

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(in_thread, [release.pk] * 2))

    assert len(mails()) == len(set(people())) == 6


def in_thread(pk):
    from django.db import connection

    try:
        return telling.tell(pk)
    finally:
        connection.close()


# Following what is starred.


def test_following_begins_with_this_browsers_stars(client, meeting):
    person = make_registration(meeting)
    agenda = OwnAgenda.objects.create(meeting=meeting)
    client.cookies[f"agenda_{meeting.pk}"] = agenda.token
    page = client.get(f"/15/me/{person.token}/").text
    assert "Write to me when something that I have starred changes" in page

    page = client.post(f"/15/me/{person.token}/follow/", {"on": "1"}, follow=True).text

    assert "We write to you when something" in page
    assert Follow.objects.get().registration == person
    assert Follow.objects.get().agenda == agenda


@pytest.mark.parametrize("token", ["", "wrong", "of another meeting"])
def test_stars_that_are_not_of_this_meeting_are_not_followed(client, meeting, token):
    person = make_registration(meeting)
    if token == "of another meeting":
        token = OwnAgenda.objects.create(meeting=make_meeting()).token
    client.cookies[f"agenda_{meeting.pk}"] = token

    page = client.post(f"/15/me/{person.token}/follow/", {"on": "1"}, follow=True).text

    assert "Star something in the agenda first" in page
    assert not Follow.objects.exists()


def test_following_ends_without_any_stars_at_hand(client, meeting):
    person = make_follower(meeting)

    page = client.post(f"/15/me/{person.token}/follow/", follow=True).text

    assert "You get no mails about what you have starred." in page
    assert not Follow.objects.exists()


def test_what_is_followed_is_in_ones_own_data(client, meeting):
    person = make_follower(meeting, items=[Item.objects.get()])

    page = client.get(f"/15/me/{person.token}/data/").text
    data = client.get(f"/15/me/{person.token}/data.json").json()

    assert "What you follow" in page
    assert data["follows"]["starred"] == ["Opening"]


def test_who_is_erased_follows_nothing(client, meeting):
    person = make_follower(meeting)

    Registration.objects.get(pk=person.pk).delete()

    assert not Follow.objects.exists()
    assert OwnAgenda.objects.exists()


def test_of_two_that_are_merged_the_kept_one_goes_on_following(meeting):
    kept, other = make_registration(meeting), make_follower(meeting)
    agenda = other.follow.agenda

    kept.absorb(other)

    assert Follow.objects.get().registration == kept
    assert Follow.objects.get().agenda == agenda
