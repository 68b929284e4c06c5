from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from agenda.models import Item, Release, Session, Snapshot
from agenda.models.snapshot import MODELS, differences
from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_registration,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def make_all_kinds():
    item = make_item(title="Opening")
    presentation = make_presentation(item, title="A first look")
    speaker = make_speaker("Ana LIMA", email="lima@example.org")
    make_role(presentation, speaker=speaker)
    return item


def test_what_is_kept_is_what_was_there():
    meeting = make_all_kinds().meeting
    meeting.programme_days.create(date=meeting.starts_on, is_complete=False)
    now = Snapshot.of(meeting)

    kept = Snapshot.kept(meeting, now.to_keep(MODELS))

    assert not list(differences(now.public(), kept))
    for kind, model in MODELS.items():
        for row, stored in zip(kept.made(kind), model.objects.all(), strict=True):
            assert row == stored
            names = kept.rows[kind][row.pk].keys() - {"remote_url"}
            assert all(getattr(row, n) == getattr(stored, n) for n in names)


def test_readers_see_what_was_released_and_not_the_draft(client):
    item = make_all_kinds()
    Item.objects.update(title="Welcome")

    before = client.get("/15/agenda/").text
    Release.objects.make(item.meeting)
    after = client.get("/15/agenda/").text

    assert ("Opening" in before, "Welcome" in before) == (True, False)
    assert ("Opening" in after, "Welcome" in after) == (False, True)


def test_nothing_is_shown_before_the_first_release(client):
    session = make_session(released=False)
    make_item(session, title="Opening", released=False)

    for path in ("/15/", "/15/agenda/", "/15/agenda.ics", "/15/speakers/"):
        page = client.get(path).text
        assert "Opening" not in page
        assert "Morning session" not in page


def test_releases_are_counted_and_kept():
    meeting = make_all_kinds().meeting
    Item.objects.update(title="Welcome")

    second = Release.objects.make(meeting, note="A new title")

    assert (second.number, second.note) == (2, "A new title")
    assert second.before.snapshot.made("item")[0].title == "Opening"
    (change,) = second.before.changes_to(second.snapshot)
    assert change.after == {"title": "Welcome"}


def test_what_is_released_already_is_not_released_again():
    meeting = make_all_kinds().meeting

    with pytest.raises(ValidationError, match="nothing has changed"):
        Release.objects.make(meeting)

    assert Release.objects.make(meeting, is_final=True).number == 2


def test_a_planned_release_shows_from_its_time_on(client):
    meeting = make_all_kinds().meeting
    Item.objects.update(title="Welcome")
    at = timezone.now() + timedelta(hours=1)

    Release.objects.make(meeting, at=at)

    assert "Welcome" not in client.get("/15/agenda/").text
    with time_machine.travel(at):
        assert "Welcome" in client.get("/15/agenda/").text


def test_a_planned_release_gives_way_to_a_later_one():
    meeting = make_all_kinds().meeting
    Item.objects.update(title="Welcome")
    Release.objects.make(meeting, at=timezone.now() + timedelta(hours=1))
    Item.objects.update(title="Welcome to all")

    now = Release.objects.make(meeting)

    assert now.number == 2
    assert meeting.releases.count() == 2
    assert Release.objects.current(meeting) == now


def test_private_things_are_in_no_release():
    item = make_all_kinds()
    Session.objects.update(remote_url="https://remote.example/secret")
    make_session(item.meeting)

    release = Release.objects.current(item.meeting)

    said = f"{release.frame}{release.content}"
    assert "Ana LIMA" in said
    assert "secret" not in said
    assert "lima@example.org" not in said


def test_a_person_is_led_to_the_editions_whose_readers_see_them(client):
    speaker = make_speaker("Ana LIMA")
    make_role(make_item(), speaker=speaker)
    make_role(make_item(make_session(make_meeting())), speaker=speaker)
    hidden = make_item(make_session(make_meeting(), released=False), released=False)
    make_role(hidden, speaker=speaker, released=False)

    page = client.get("/15/speakers/ana-lima/").text

    assert "/16/speakers/ana-lima/" in page
    assert "/17/" not in page


def test_the_form_offers_sessions_as_readers_know_them(client):
    meeting = make_meeting()
    make_session(meeting, title="Visit", is_chosen=True)
    make_session(meeting, title="Breakfast", is_chosen=True, released=False)
    Session.objects.filter(title="Visit").update(title="Visit to the garden")

    page = client.get("/15/register/").text

    assert "Visit" in page
    assert "garden" not in page
    assert "Breakfast" not in page


def test_loading_a_file_releases_it_unless_told_otherwise(client):
    file = "tests/agenda/programme/files/three-days.yaml"

    call_command("load_meeting", file, "--draft", verbosity=0)
    draft = Release.objects.count()
    call_command("load_meeting", file, verbosity=0)
    call_command("load_meeting", file, verbosity=0)

    assert draft == 0
    assert [release.number for release in Release.objects.all()] == [1]


def test_peoples_days_have_the_hours_that_were_released():
    from registration.calendar.hours import hours_of

    meeting = make_meeting()
    session = make_session(meeting)
    make_registration(meeting)
    Session.objects.update(ends_at=session.ends_at + timedelta(hours=2))

    (day,) = hours_of(meeting, meeting.days).values()

    assert day[1] == session.ends_at
