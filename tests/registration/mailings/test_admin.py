"""Mails to many in the admin: written, looked at, let go, stopped."""

from datetime import UTC, date, datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meeting.mail.models import Message
from registration.mailings import sending
from registration.models import Mailing, Registration
from tests.making import (
    make_category,
    make_choice,
    make_mailing,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.staff import make_member, sign_in

pytestmark = pytest.mark.django_db
ADD = "/admin/registration/mailing/add/"
LIST = "/admin/registration/mailing/"
REGISTRATIONS = "/admin/registration/registration/"
TYPED = {
    "name": "News",
    "to": "registered",
    "when": "now",
    "is_news": "on",
    "text-subject_en": "News of the {title}",
    "text-body_en": "Dear {person}, there is news.",
}


@pytest.fixture(autouse=True)
def member(client):
    return sign_in(client)


@pytest.fixture
def meeting():
    return make_meeting()


def page_of(mailing):
    return f"{LIST}{mailing.pk}/"


def text_of(response):
    return " ".join(response.content.decode().split())


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


def begin(client, mailing, digest=None):
    shown = client.get(page_of(mailing)).context["reach"].digest
    url = f"{page_of(mailing)}begin/"
    return client.post(url, {"digest": digest or shown}, follow=True)


# The form.


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
        ({"when": "at"}, ["required"]),
        ({"when": "relative", "days": "3"}, ["required"]),
        ({"when": "relative", "days": "900", "anchor": "start"}, ["max_value"]),
        ({"name": ""}, ["required"]),
        ({"text-body_en": "Dear {nme}"}, ["placeholder"]),
        ({"to": "speakers", "text-body_en": "See {link}"}, ["placeholder"]),
        ({"text-subject_en": ""}, ["required"]),
    ],
)
def test_what_is_missing_is_said(client, meeting, typed, codes):
    assert errors_of(add(client, meeting, **typed)) == codes


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


# Its page.


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


def test_the_list_counts_what_became_of_each(client, meeting):
    mailing = make_mailing(meeting, people={"status": ["confirmed"]})
    reminder = make_mailing(meeting, kind="reminder", when="relative", anchor="start")
    other = make_mailing(make_meeting(), kind="reminder", when="relative", anchor="end")
    states = ["sent", "sent", "queued", "failed", "bounced"]
    for state in states:
        person = make_registration(meeting)
        owe(person, mailing.once, state)
        owe(person, reminder.once, state)
        owe(make_registration(other.meeting), other.once, "sent")

    listed = client.get(LIST, {"meeting": meeting.pk}).context["cl"].result_list

    assert {each.pk: progress_of(each) for each in listed} == {
        mailing.pk: (2, 1, 2),
        reminder.pk: (2, 1, 2),
    }
    everything = client.get(LIST, {"meeting": "all"}).context["cl"].result_list
    assert progress_of(next(x for x in everything if x.pk == other.pk)) == (5, 0, 0)


def progress_of(mailing):
    progress = mailing.progress
    return progress.sent, progress.waiting, progress.failed + progress.bounced


def owe(person, once, state):
    number = Message.objects.count()
    return Message.objects.create(
        about=person,
        kind="mailing",
        to=person.email,
        once=once,
        state=state,
        message_id=f"<{number}@example.org>",
    )


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


def test_one_without_words_cannot_begin(client, meeting):
    make_registration(meeting)
    mailing = make_mailing(meeting)
    mailing.texts.all().delete()

    response = begin(client, mailing)

    assert "It has no text yet." in text_of(response)
    mailing.refresh_from_db()
    assert mailing.state == "draft"


# Changed while it is under way.


def make_rule(meeting, **fields):
    defaults = {"when": "relative", "anchor": "start", "days": -7, "state": "active"}
    return make_mailing(meeting, **defaults | fields)


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


# From the list of registrations.


def choose(client, meeting, people, **more):
    data = {"action": "write_to_these", "_selected_action": [p.pk for p in people]}
    url = f"{REGISTRATIONS}?meeting={meeting.pk}"
    return client.post(url, data | more, follow=True)


def test_write_to_those_who_are_ticked(client, meeting):
    ann, _ben = make_registration(meeting), make_registration(meeting)

    response = choose(client, meeting, [ann])

    draft = Mailing.objects.get(state="draft")
    assert draft.people == {"registrations": [ann.pk]}
    assert response.redirect_chain[-1][0] == f"{page_of(draft)}change/"
    assert "Only the 1 person picked" in text_of(response)
    client.post(f"{page_of(draft)}change/", TYPED | {"is_picked": "on"})
    draft.refresh_from_db()
    assert draft.people == {"registrations": [ann.pk]}


def test_write_to_all_who_are_filtered(client, meeting):
    people = [make_registration(meeting, status="waiting") for _person in range(3)]
    make_registration(meeting)
    url = f"{REGISTRATIONS}?meeting={meeting.pk}&status__exact=waiting"

    client.post(
        url,
        {
            "action": "write_to_these",
            "_selected_action": [people[0].pk],
            "select_across": "1",
        },
    )

    draft = Mailing.objects.get(state="draft")
    assert draft.people == {"registrations": [person.pk for person in people]}


def test_picking_again_leaves_no_empty_draft_behind(client, meeting):
    ann, ben = make_registration(meeting), make_registration(meeting)

    choose(client, meeting, [ann])
    choose(client, meeting, [ben])

    drafts = Mailing.objects.filter(state="draft")
    assert [draft.people["registrations"] for draft in drafts] == [[ben.pk]]


def test_organizers_cannot_write_to_those_who_are_ticked(client, meeting):
    ann = make_registration(meeting)
    sign_in(client, "Organizer")

    choose(client, meeting, [ann])

    assert not Mailing.objects.filter(state="draft").exists()


def test_the_list_of_registrations_by_who_has_got_it(client, meeting):
    got, lost, unwritten = (make_registration(meeting) for _person in range(3))
    mailing = make_mailing(meeting, name="Papers", state="done")
    owe(got, mailing.once, "sent")
    owe(lost, mailing.once, "bounced")

    def found(value):
        query = {"meeting": meeting.pk, "mailing": value}
        return {*client.get(REGISTRATIONS, query).context["cl"].result_list}

    assert found(mailing.pk) == {got}
    assert found(f"{mailing.pk}-not") == {lost, unwritten}
    assert found("999") == {*Registration.objects.all()}


# What waits for the staff.


def test_what_was_dropped_or_stopped_is_to_be_looked_at(client, meeting):
    make_mailing(meeting, state="dropped")
    make_mailing(meeting, state="stopped")
    done = make_mailing(meeting, state="stopped", done_for=timezone.now())
    owe(make_registration(meeting), done.once, "sent")
    make_mailing(meeting)

    todo = {str(each["text"]): each for each in client.get("/admin/").context["todo"]}

    assert todo["mail to many is stopped, with people left"]["count"] == 1
    dropped = todo["mail to many did not go out in time"]
    assert dropped["count"] == 1
    assert client.get(dropped["url"]).status_code == 200


def test_what_was_dropped_before_a_meeting_that_is_over_waits_for_nobody(client):
    meeting = make_meeting(starts_on=date(2020, 1, 1), ends_on=date(2020, 1, 2))
    make_mailing(meeting, state="dropped")

    todo = client.get("/admin/").context["todo"]

    assert not [each for each in todo if "in time" in str(each["text"])]


def test_choices_of_a_session_name_it(client, meeting):
    session = make_session(meeting, title="Breakfast", is_chosen=True)
    make_choice(make_registration(meeting), session)

    form = client.get(ADD, follow=True).context["form"]

    assert form.fields["sessions"].choices == [(str(session.pk), "Breakfast")]
