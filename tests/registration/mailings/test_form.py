"""The form of a mail to many, before it begins and while it is under way."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meeting.mail.models import Message
from registration.mailings import sending
from registration.models import Mailing
from tests.making import (
    make_category,
    make_mailing,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.staff import sign_in
from tests.registration.mailings.writing import (
    ADD,
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


def add(client, meeting, **typed):
    return client.post(f"{ADD}?meeting={meeting.pk}", TYPED | typed)


def added(client, meeting, **typed):
    response = add(client, meeting, **typed)
    assert response.status_code == 302, errors_of(response)
    return Mailing.objects.get()


def errors_of(response):
    """Each with its code."""
    form, texts = response.context["form"], response.context["texts"]
    return [
        error.code
        for found in (form, texts)
        for field in found.errors.as_data().values()
        for error in field
    ]


def test_a_draft_keeps_what_was_chosen_and_sends_nothing(client, meeting, member):
    category, session = make_category(meeting), make_session(meeting, is_chosen=True)
    trip = make_question(meeting, kind="one", options=["Museum", "Boat"])
    visa = make_question(meeting, kind="yes_no")
    make_registration(meeting, organization="France", state="FRA")
    museum = trip.options.first()

    mailing = added(
        client,
        meeting,
        status=["confirmed"],
        categories=[category.pk],
        organizations=" france \n",
        languages=["fr"],
        attendance="remote",
        sessions=[session.pk],
        speakers="no",
        **{trip.key: [museum.pk], visa.key: "yes"},
    )

    assert mailing.people == {
        "status": ["confirmed"],
        "categories": [category.pk],
        "organizations": ["france"],
        "languages": ["fr"],
        "attendance": "remote",
        "sessions": [session.pk],
        "speakers": "no",
        "options": [museum.pk],
        "answers": {str(visa.pk): ["yes"]},
    }
    assert (mailing.meeting, mailing.state) == (meeting, "draft")
    assert mailing.created_by == member
    assert mailing.texts.get().body == TYPED["text-body_en"]
    assert not Message.objects.exists()
    # And all of it stands in the form again.
    form = client.get(f"{page_of(mailing)}change/").context["form"]
    assert [field.value() for field in form.more_rows] == [
        [str(museum.pk)],
        "yes",
        [str(session.pk)],
        "no",
    ]


def test_what_is_sensitive_is_no_choice(client, meeting):
    question = make_question(meeting, kind="yes_no", is_sensitive=True)

    form = client.get(ADD, follow=True).context["form"]

    assert question.key not in form.fields


def test_an_organization_that_nobody_has_is_an_error_with_a_suggestion(client, meeting):
    make_registration(meeting, organization="France", state="FRA")

    response = add(client, meeting, organizations="France\nFrence\nZzz")

    assert errors_of(response) == ["nobody", "nobody"]
    said = text_of(response)
    assert "registered for “Frence”. Did you mean “France”?" in said
    assert "registered for “Zzz”. Write it as" in said
    assert response.context["form"]["organizations"].value() == "France\nFrence\nZzz"
    assert not Mailing.objects.filter(name="News").exists()


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ({"when": "at"}, ["no_time"]),
        ({"when": "relative", "days": "3", "anchor": ""}, ["no_date"]),
        ({"when": "relative", "days": "900", "anchor": "start"}, ["max_value"]),
        ({"name": ""}, ["required"]),
        ({"text-body_en": "Dear {nme}"}, ["placeholder"]),
        ({"to": "speakers", "text-body_en": "See {link}"}, ["placeholder"]),
        ({"text-subject_en": ""}, ["required"]),
    ],
)
def test_what_is_missing_is_said(client, meeting, typed, codes):
    assert errors_of(add(client, meeting, **typed)) == codes


def test_what_a_rule_lacks_is_said_in_a_sentence(client, meeting):
    said = text_of(add(client, meeting, when="relative", days="3", anchor=""))

    assert "Say before or after which date it is sent." in said
    assert "This field is required" not in said


def test_a_new_rule_is_a_week_before_the_meeting_at_nine(client, meeting):
    form = client.get(f"{ADD}?meeting={meeting.pk}").context["form"]

    values = [form[name].value() for name in ("days", "direction", "anchor")]
    assert values == [7, "before", "start"]
    assert form["hour"].value() == time(9)


def test_a_time_is_one_of_the_meetings_clock(client):
    meeting = make_meeting(timezone="Africa/Nairobi")

    mailing = added(client, meeting, when="at", send_at="2027-01-12T09:30")

    assert mailing.send_at == datetime(2027, 1, 12, 6, 30, tzinfo=UTC)
    form = client.get(f"{page_of(mailing)}change/").context["form"]
    assert form["send_at"].value() == datetime(2027, 1, 12, 9, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("direction", "days", "words"),
    [
        ("before", -3, "3 days before the meeting ends"),
        ("after", 3, "3 days after the meeting ends"),
    ],
)
def test_a_rule_follows_a_date(client, meeting, direction, days, words):
    mailing = added(
        client,
        meeting,
        when="relative",
        days="3",
        direction=direction,
        anchor="end",
        hour="08:00",
        includes_latecomers="on",
    )

    assert (mailing.days, mailing.anchor, mailing.is_rule) == (days, "end", True)
    assert mailing.includes_latecomers
    assert words in text_of(client.get(page_of(mailing)))


# Changed while it is under way.


def change(client, mailing, **typed):
    rule = {"when": "relative", "anchor": "start", "days": "7", "direction": "before"}
    text = mailing.texts.get()
    own = {
        "text-subject_en": text.subject,
        "text-body_en": text.body,
        "text-version": f"en:{text.updated_at.isoformat()}",
    }
    data = TYPED | rule | own | typed
    response = client.post(f"{page_of(mailing)}change/", data, follow=True)
    mailing.refresh_from_db()
    return text_of(response)


def test_a_change_that_would_send_it_at_once_stops_it_first(client, meeting):
    made = timezone.now() - timedelta(days=99)
    make_registration(meeting, created_at=made)
    rule = make_rule(meeting)

    said = change(client, rule, days="60")

    assert "Saved, and stopped" in said
    assert "Send to 1 person now" in said
    assert rule.state == "stopped"
    begin(client, rule)
    assert sending.work_on(rule.pk) == 1


def test_other_words_of_a_rule_hold_from_now_on(client, meeting):
    make_registration(meeting, created_at=timezone.now() - timedelta(days=99))
    rule = make_rule(meeting, days=-60)
    sending.work_on(rule.pk)

    said = change(client, rule, days="60", **{"text-body_en": "Other words."})

    assert "gets it no second time" in said
    assert rule.state == "active"
    assert rule.texts.get().body == "Other words."
    assert sending.work_on(rule.pk) == 0


def test_a_choice_made_wider_is_shown_before_it_goes_to_more(client, meeting):
    made = timezone.now() - timedelta(days=99)
    make_registration(meeting, created_at=made, status="confirmed")
    new = make_registration(meeting, created_at=made, status="waiting")
    rule = make_rule(meeting, days=-60, people={"status": ["confirmed"]})
    sending.work_on(rule.pk)

    change(client, rule, days="60", status=["confirmed", "waiting"])
    assert rule.state == "stopped"
    begin(client, rule)
    sending.work_on(rule.pk)

    assert rule.messages.first().about == new
    assert rule.messages.count() == 2


def test_a_rule_that_is_under_way_cannot_become_a_letter_sent_now(client, meeting):
    rule = make_rule(meeting)

    change(client, rule, when="now")

    assert (rule.when, rule.state) == ("relative", "active")


def test_what_is_done_can_only_be_copied(client, meeting):
    mailing = make_mailing(meeting, state="done", send_at=timezone.now())

    response = client.get(f"{page_of(mailing)}change/", follow=True)
    assert "You can copy it." in text_of(response)
    client.post(f"{page_of(mailing)}copy/")

    copy = Mailing.objects.get(state="draft")
    assert (copy.name, copy.send_at) == ("Copy of News", None)
    assert copy.texts.get().body == mailing.texts.get().body


def test_a_draft_to_those_who_have_not_got_it(client, meeting):
    got, lost = make_registration(meeting), make_registration(meeting)
    mailing = make_mailing(meeting, state="done", send_at=timezone.now())
    owe(got, mailing.once, "sent")
    owe(lost, mailing.once, "failed")

    client.post(f"{page_of(mailing)}rest/")

    draft = Mailing.objects.get(state="draft")
    assert draft.people == {"without": mailing.pk}
    response = client.get(page_of(draft))
    assert [person for person, *_more in response.context["rows"]] == [lost]


def test_only_what_nobody_was_written_can_be_deleted(client, meeting):
    draft, done = make_mailing(meeting), make_mailing(meeting, state="done")
    owe(make_registration(meeting), done.once, "sent")

    client.post(f"{page_of(draft)}delete/", {"post": "yes"})
    refused = client.post(f"{page_of(done)}delete/", {"post": "yes"})

    assert refused.status_code == 403
    assert list(Mailing.objects.exclude(kind="reminder")) == [done]


# The reminder.


def test_of_the_reminder_the_choice_can_be_changed(client, meeting):
    Mailing.objects.make_reminders()
    reminder = Mailing.objects.get(kind="reminder")

    said = text_of(client.get(page_of(reminder)))
    assert "3 days before the meeting begins" in said
    words = reverse("admin:registration_mailtext_edit", args=[meeting.pk, "reminder"])
    assert words in said
    client.post(f"{page_of(reminder)}change/", {"status": ["confirmed", "waiting"]})

    reminder.refresh_from_db()
    assert reminder.people == {"status": ["confirmed", "waiting"]}
    assert (reminder.when, reminder.anchor) == ("relative", "start")
    assert (reminder.name, reminder.is_news) == ("Reminder", False)
