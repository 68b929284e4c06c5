"""Bulk work in the admin: from the list, through the plan, to the result."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meeting.mail.models import Message
from registration.bulk import working
from registration.models import BulkWork, Registration, Status
from tests.making import (
    make_bulk_work,
    make_category,
    make_meeting,
    make_registration,
    make_session,
)
from tests.parts.staff import form_data, sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/registration/"


def choose(client, action, *registrations, query="", **data):
    data |= {
        "action": action,
        "_selected_action": [each.pk for each in registrations],
    }
    return client.post(LIST + query, data, follow=True)


def confirm(client, page):
    """Press the button of the plan; the worker comes at once."""
    work, plan = page.context["work"], page.context["plan"]
    url = reverse("admin:registration_registration_bulk_begin", args=[work.pk])
    client.post(url, {"digest": plan.digest})
    working.work_off(work.pk)
    return client.get(reverse("admin:registration_registration_bulk", args=[work.pk]))


def statuses():
    return list(Registration.objects.order_by("pk").values_list("status", flat=True))


def test_nothing_happens_until_it_is_confirmed(client):
    sign_in(client)

    page = choose(client, "approve", make_registration())

    assert page.context["plan"].summary == ["1 gets a seat"]
    assert statuses() == [Status.RECEIVED]
    assert not Message.objects.exists()


def test_confirmed_it_is_done_and_the_result_says_so(client):
    meeting = make_meeting(capacity=1)
    people = [make_registration(meeting) for _ in range(2)]
    sign_in(client)

    result = confirm(client, choose(client, "approve", *people))

    assert statuses() == [Status.CONFIRMED, Status.WAITING]
    assert result.context["changed"] == 2
    assert result.context["undoable"] == 2


def test_all_of_several_pages_can_be_chosen(client):
    meeting = make_meeting()
    first, *_rest = [make_registration(meeting) for _ in range(120)]
    sign_in(client)

    page = choose(client, "approve", first, select_across="1")

    assert page.context["plan"].summary == ["120 get a seat"]


def test_what_is_filtered_away_is_not_chosen(client):
    meeting = make_meeting()
    first = make_registration(meeting)
    make_registration(meeting, status=Status.DECLINED)
    sign_in(client)

    query = "?status__exact=received"
    page = choose(client, "approve", first, query=query, select_across="1")

    assert page.context["work"].total == 1


def test_people_of_two_meetings_are_refused(client):
    one, other = make_registration(), make_registration(make_meeting())
    sign_in(client)

    page = choose(client, "approve", one, other, query="?meeting=all")

    assert [str(message) for message in page.context["messages"]] == [
        "You chose people of several meetings. Choose those of one meeting."
    ]
    assert not BulkWork.objects.exists()


def test_changed_meanwhile_it_is_shown_again(client):
    registration = make_registration()
    sign_in(client)
    page = choose(client, "approve", registration)
    registration.withdraw()

    confirm(client, page)

    assert statuses() == [Status.WITHDRAWN]
    assert BulkWork.objects.get().state == "draft"


def test_decline_asks_for_its_reason_first_and_can_be_changed(client):
    sign_in(client)
    asked = choose(client, "decline", make_registration())
    url = asked.redirect_chain[-1][0]

    wrong = client.post(url, {"is_shown": "on"})
    planned = client.post(url, {"reason": "Too late.", "is_shown": "on"}, follow=True)

    assert wrong.context["form"].has_error("reason", "no_reason")
    assert planned.context["plan"].summary == ["1 is declined"]
    assert "form" in client.get(f"{url}?change").context
    confirm(client, planned)
    assert Registration.objects.get().decline_reason == "Too late."


def test_work_that_was_not_asked_for_its_reason_does_not_begin(client):
    sign_in(client)
    work = choose(client, "decline", make_registration()).context["work"]

    url = reverse("admin:registration_registration_bulk_begin", args=[work.pk])
    client.post(url)

    assert BulkWork.objects.get().state == "draft"


def test_page_of_running_work_asks_for_itself_again(client):
    work = make_bulk_work(state="running", total=4, done=1)
    sign_in(client)

    page = client.get(reverse("admin:registration_registration_bulk", args=[work.pk]))
    text = page.content.decode()

    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in text
    assert "js/admin-progress" in text
    assert '<progress max="4" value="1"' in text


def test_result_is_taken_back(client):
    sign_in(client)
    result = confirm(client, choose(client, "approve", make_registration()))
    work = result.context["work"]

    url = reverse("admin:registration_registration_bulk_undo", args=[work.pk])
    page = client.post(url, follow=True)
    working.work_off(page.context["work"].pk)

    assert statuses() == [Status.RECEIVED]
    again = client.post(url, follow=True)
    assert [str(message) for message in again.context["messages"]] == [
        "There is nothing left that can be taken back."
    ]


def test_result_says_what_cannot_be_taken_back(client):
    sign_in(client)

    result = confirm(client, choose(client, "send_new_link", make_registration()))

    assert result.context["undoable"] == 0
    assert "A link that was revoked stays so." in result.content.decode()


@pytest.mark.parametrize("end", ["", "begin/", "undo/"])
@pytest.mark.parametrize("state", ["draft", "running", "done"])
def test_organizer_sees_no_bulk_work(client, end, state):
    work = make_bulk_work(state=state)
    sign_in(client, "Organizer")
    url = f"{LIST}bulk/{work.pk}/{end}"

    assert client.post(url).status_code == 403
    assert client.get(f"{LIST}bulk/{work.pk}/").status_code == 403
    assert client.get("/admin/registration/bulkwork/").status_code == 403


@pytest.mark.parametrize("end", ["begin/", "undo/"])
def test_nothing_is_begun_or_taken_back_by_looking(client, end):
    work = make_bulk_work()
    sign_in(client)

    assert client.get(f"{LIST}bulk/{work.pk}/{end}").status_code == 405


def count_queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("state", ["draft", "done"])
def test_pages_have_as_many_queries_for_fifty_as_for_one(client, state):
    meeting = make_meeting()
    sign_in(client)
    counts = []
    for size in (1, 50):
        people = [make_registration(meeting) for _ in range(size)]
        page = choose(client, "approve", *people)
        if state == "done":
            confirm(client, page)
        counts.append(count_queries(client, page.redirect_chain[-1][0]))

    assert counts[0] == counts[1] <= 20


def test_list_has_at_most_twenty_queries(client):
    meeting = make_meeting()
    sign_in(client)
    make_registration(meeting)
    client.get(LIST)
    few = count_queries(client, LIST)

    for _ in range(50):
        make_registration(meeting)

    assert count_queries(client, LIST) == few <= 20


# More places in the admin seat those who wait.


def save(client, url, **changes):
    return client.post(url, form_data(client.get(url)) | changes, follow=True)


@pytest.mark.parametrize(
    ("before", "changes"),
    [
        ({"capacity": 0}, {"capacity": "1"}),
        ({"organization_capacity": 0}, {"organization_capacity": ""}),
    ],
)
def test_meeting_with_more_seats_seats_who_waits(client, before, changes):
    meeting = make_meeting(**before)
    make_registration(meeting, status=Status.WAITING)
    sign_in(client)

    url = reverse("admin:meeting_meeting_change", args=[meeting.pk])
    page = save(client, url, **changes)

    assert statuses() == [Status.CONFIRMED]
    assert "1 person on the waiting list was given a seat" in page.content.decode()


def test_remote_participants_who_no_longer_count_are_in(client):
    meeting = make_meeting(capacity=0, counts_remote=True)
    make_registration(meeting, status=Status.WAITING, attendance="remote")
    sign_in(client)
    url = reverse("admin:meeting_meeting_change", args=[meeting.pk])
    data = form_data(client.get(url))
    del data["counts_remote"]

    client.post(url, data)

    assert statuses() == [Status.CONFIRMED]


def test_category_with_more_seats_seats_who_waits_at_each_meeting(client):
    category = make_category(capacity=0)
    for meeting in (make_meeting(), make_meeting()):
        make_registration(meeting, category=category, status=Status.WAITING)
    sign_in(client)

    url = reverse("admin:registration_category_change", args=[category.pk])
    save(client, url, capacity="1")

    assert statuses() == [Status.CONFIRMED, Status.CONFIRMED]


def test_session_with_more_places_gives_them_to_who_waits(client):
    meeting = make_meeting()
    session = make_session(meeting, is_chosen=True, capacity=0)
    registration = make_registration(meeting, status=Status.CONFIRMED)
    choice = registration.choices.create(session=session, status="waiting")
    sign_in(client)

    url = reverse("admin:agenda_session_change", args=[session.pk])
    save(client, url, capacity="1")

    choice.refresh_from_db()
    assert choice.status == "confirmed"


def test_session_says_how_many_chose_it_and_wait(client):
    meeting = make_meeting()
    session = make_session(meeting, is_chosen=True, capacity=1)
    for status in ("confirmed", "waiting", "waiting"):
        make_registration(meeting).choices.create(session=session, status=status)
    sign_in(client)

    url = reverse("admin:agenda_session_change", args=[session.pk])

    page = client.get(url).content.decode()
    assert "3 people, 1 with a place, 2 on the waiting list" in page


def test_meeting_keeps_the_new_rules_on_its_own_clock(client):
    meeting = make_meeting(timezone="Africa/Nairobi")
    sign_in(client)

    url = reverse("admin:meeting_meeting_change", args=[meeting.pk])
    save(client, url, changes_until="2026-12-01T12:00", offer_hours="48")

    meeting.refresh_from_db()
    assert meeting.changes_until.isoformat() == "2026-12-01T09:00:00+00:00"
    assert meeting.offer_hours == 48
