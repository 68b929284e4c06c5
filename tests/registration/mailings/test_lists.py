"""Mails to many in the lists of the admin, and on its first page."""

from datetime import date

import pytest
from django.utils import timezone

from registration.models import Mailing, Registration
from tests.making import (
    make_choice,
    make_mailing,
    make_meeting,
    make_registration,
    make_session,
)
from tests.parts.staff import sign_in
from tests.registration.mailings.writing import (
    ADD,
    LIST,
    TYPED,
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


REGISTRATIONS = "/admin/registration/registration/"


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
