"""The page of a mail to many: whom it reaches, let go, stopped, looked at."""

from datetime import UTC, date, datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from registration.mailings import sending
from registration.models import Mailing
from tests.making import (
    make_mailing,
    make_meeting,
    make_registration,
    make_user,
)
from tests.parts.staff import make_member, sign_in
from tests.registration.mailings.writing import (
    TYPED,
    begin,
    make_rule,
    owe,
    page_of,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def member(client):
    return sign_in(client)


@pytest.fixture
def meeting():
    return make_meeting()


def test_its_page_says_whom_it_reaches_and_who_they_are(client, meeting):
    ann = make_registration(meeting, name="Ann Bell", status="confirmed")
    make_registration(meeting, name="Ben Bell", status="confirmed", takes_news=False)
    make_registration(meeting, name="Eve Bell")
    mailing = make_mailing(meeting, people={"status": ["confirmed"]})

    response = client.get(page_of(mailing))

    said = text_of(response)
    assert "1 person now" in said
    assert "1 more has asked for no news" in said
    assert [person for person, *_more in response.context["rows"]] == [ann]
    assert "Send to 1 person now" in said
    assert "Ben Bell" in text_of(client.get(page_of(mailing), {"who": "no_news"}))


def test_its_page_says_when_and_what_was_due_already(client, time_machine):
    time_machine.move_to(datetime(2026, 6, 10, 20, tzinfo=UTC))
    client.force_login(make_member("Secretariat"))
    meeting = make_meeting(starts_on=date(2026, 6, 15))
    make_registration(meeting, created_at=datetime(2026, 5, 1, tzinfo=UTC))
    make_registration(meeting)
    past = make_mailing(meeting, when="relative", anchor="start", days=-7)
    coming = make_mailing(meeting, when="relative", anchor="start", days=-2)
    unknown = make_mailing(meeting, when="relative", anchor="papers_due")

    said = text_of(client.get(page_of(past)))
    assert "(2 days ago): it goes out at once." in said
    assert "1 more registered after its time" in said
    said = text_of(client.get(page_of(coming)))
    assert "(in 2 days), to those who are chosen then." in said
    assert "Let it go out at" in said
    assert "once that day is set" in text_of(client.get(page_of(unknown)))


def test_a_rule_whose_meeting_has_begun_cannot_begin(client):
    today = timezone.now().date()
    meeting = make_meeting(starts_on=today - timedelta(1), ends_on=today + timedelta(1))
    make_registration(meeting, created_at=timezone.now() - timedelta(days=30))
    rule = make_mailing(meeting, when="relative", anchor="start", days=-7)

    response = begin(client, rule)

    assert "it does not go out any more" in text_of(response)
    rule.refresh_from_db()
    assert rule.state == "draft"


def test_one_that_nobody_would_get_says_so_and_has_no_button(client, meeting):
    mailing = make_mailing(meeting)

    said = text_of(client.get(page_of(mailing)))

    assert "Nobody would get it. Change to whom it goes." in said
    assert f"{page_of(mailing)}begin/" not in said


def test_a_meeting_that_is_not_published_is_said(client):
    mailing = make_mailing(make_meeting(is_published=False))

    said = text_of(client.get(page_of(mailing)))

    assert "nothing goes out until it is" in said


def test_it_asks_the_database_as_much_for_three_people_as_for_one(client, meeting):
    mailing = make_mailing(meeting)
    counts = []
    for _round in range(3):
        make_registration(meeting)
        client.get(page_of(mailing))
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(mailing))
        counts.append(len(queries))

    # A preview of three takes their kinds; beyond that, nothing grows.
    assert counts[0] == counts[2] <= 25


def test_its_page_lists_people_by_what_became_of_it(client, meeting):
    mailing = make_mailing(meeting, state="done", send_at=timezone.now())
    for state in ("sent", "queued", "failed", "bounced", "stopped"):
        owe(make_registration(meeting, name=f"Was {state}"), mailing.once, state)
    make_registration(meeting, name="Was late")

    def names(who):
        rows = client.get(page_of(mailing), {"who": who}).context["rows"]
        return [person.name for person, *_more in rows]

    assert names("sent") == ["Was sent"]
    assert names("waiting") == ["Was queued"]
    assert names("failed") == ["Was failed"]
    assert names("bounced") == ["Was bounced"]
    assert names("stopped") == ["Was stopped"]
    assert names("not_got") == [
        f"Was {what}" for what in ("bounced", "failed", "late", "queued", "stopped")
    ]
    assert names("too_late") == ["Was late"]


# Let go, stopped, gone on with.


def test_the_button_sends_it_to_those_who_were_shown(client, meeting, member):
    make_registration(meeting)
    mailing = make_mailing(meeting)

    begin(client, mailing)
    sending.work_on(mailing.pk)

    mailing.refresh_from_db()
    assert (mailing.state, mailing.messages.count()) == ("done", 1)
    entry = LogEntry.objects.get_for_object(mailing).latest("pk")
    assert (entry.actor, entry.changes) == (member, {"state": ["draft", "active"]})


@pytest.mark.parametrize("change", ["people", "words", "time"])
def test_it_is_shown_again_where_something_has_changed(client, meeting, change):
    make_registration(meeting)
    mailing = make_mailing(meeting)
    digest = client.get(page_of(mailing)).context["reach"].digest
    if change == "people":
        make_registration(meeting)
    elif change == "words":
        client.post(f"{page_of(mailing)}change/", TYPED | {"text-version": version()})
    else:
        mailing.when, mailing.send_at = "at", timezone.now() + timedelta(days=1)
        mailing.save()

    response = begin(client, mailing, digest)

    assert "The list has changed meanwhile." in text_of(response)
    mailing.refresh_from_db()
    assert mailing.state == "draft"


def version():
    text = Mailing.objects.get().texts.get()
    return f"en:{text.updated_at.isoformat()}"


def test_stop_and_go_on(client, meeting):
    make_registration(meeting)
    mailing = make_mailing(meeting)
    begin(client, mailing)
    sending.work_on(mailing.pk)

    response = client.post(f"{page_of(mailing)}stop/", follow=True)
    assert "Stopped. Nobody else gets it" in text_of(response)
    assert "Send to 1 person now" in text_of(response)
    assert mailing.messages.get().state == "stopped"

    begin(client, mailing)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.messages.get().state) == ("done", "queued")


def test_it_is_not_done_while_mails_wait_to_leave(client, meeting):
    make_registration(meeting)
    mailing = make_mailing(meeting)
    begin(client, mailing)
    sending.work_on(mailing.pk)

    said = text_of(client.get(page_of(mailing)))
    assert "going out" in said
    assert "Nobody is left: all who are chosen were written to." in said
    assert "going out" in text_of(client.get("/admin/registration/mailing/"))

    mailing.messages.update(state="sent")
    assert "going out" not in text_of(client.get(page_of(mailing)))


def test_one_that_is_stopped_does_not_say_that_it_goes_out(client, meeting):
    make_registration(meeting)
    coming = make_rule(meeting, days=-7, state="stopped")
    at_once = make_mailing(meeting, state="stopped", send_at=timezone.now())

    said = text_of(client.get(page_of(coming)))
    assert "It is stopped. Once you let it go on, it goes out at" in said
    said = text_of(client.get(page_of(at_once)))
    assert "It is stopped. Once you let it go on, it goes out at once." in said


def test_one_without_words_cannot_begin(client, meeting):
    make_registration(meeting)
    mailing = make_mailing(meeting)
    mailing.texts.all().delete()

    response = begin(client, mailing)

    assert "It has no text yet." in text_of(response)
    mailing.refresh_from_db()
    assert mailing.state == "draft"


# How it arrives.


def test_three_who_differ_are_shown_without_their_private_link(client, meeting):
    for language in ("en", "en", "fr", "ar"):
        make_registration(meeting, language=language)
    mailing = make_mailing(meeting, body="Dear {person}: {link}", is_news=False)

    previews = client.get(page_of(mailing)).context["previews"]
    assert [differs[0] for _person, differs in previews] == [
        "English",
        "French",
        "Arabic",
    ]
    person = previews[1][0]
    response = client.get(f"{page_of(mailing)}as/{person.pk}/")

    said = response.content.decode()
    assert person.name in said
    assert person.token not in said
    assert "/me/example/" in said
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_nobody_is_shown_it_who_would_not_get_it(client, meeting):
    person = make_registration(meeting)
    mailing = make_mailing(meeting, people={"status": ["confirmed"]})

    response = client.get(f"{page_of(mailing)}as/{person.pk}/")

    assert response.status_code == 404


def test_what_is_typed_is_shown_before_it_is_saved(client, meeting):
    url = reverse("admin:registration_mailing_preview", args=[meeting.pk])

    said = client.post(url, TYPED | {"language": "en"}).content.decode()

    assert "Amina YUSUF, there is news." in said
    assert not Mailing.objects.filter(name="News").exists()


def test_people_are_shown_to_who_may_see_them(client, meeting):
    make_registration(meeting, name="Ann Bell")
    mailing = make_mailing(meeting)
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="view_mailing"))
    client.force_login(user)

    page = text_of(client.get(page_of(mailing)))

    assert "1 person now" in page
    assert "Ann Bell" not in page
