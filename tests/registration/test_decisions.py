"""What staff decide on the page of one registration, and what they read there."""

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meeting.mail.models import Message
from meeting.moments import in_zone
from registration.models import Registration, Status
from tests.making import (
    make_category,
    make_correction,
    make_meeting,
    make_question,
    make_registration,
    make_session,
    make_user,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/registration/"
ACTIONS = [
    "approve",
    "seat_over",
    "ask_for_correction",
    "move",
    "send_again",
    "send_new_link",
    "decline",
]


def page_of(registration):
    return f"{LIST}{registration.pk}/change/"


def address(registration, action):
    return f"{LIST}{registration.pk}/act/{action}/"


def act(client, registration, action, **data):
    """Send the action; what the staff are told."""
    response = client.post(address(registration, action), data, follow=True)
    registration.refresh_from_db()
    return [str(message) for message in response.context["messages"]]


def offered(client, registration):
    found = client.get(page_of(registration)).context["offered"]
    return [each["action"].name for each in found]


# What is offered.


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("received", {"approve", "ask_for_correction", "decline"}),
        ("needs_correction", {"approve", "ask_for_correction", "decline"}),
        ("waiting", {"approve", "ask_for_correction", "decline"}),
        ("offered", {"approve", "decline"}),
        ("confirmed", {"ask_for_correction", "decline"}),
        ("declined", {"approve"}),
        ("withdrawn", set()),
    ],
)
def test_page_offers_what_the_status_allows(client, status, expected):
    registration = make_registration(status=status)
    sign_in(client)

    assert set(offered(client, registration)) == expected | {
        "move",
        "send_again",
        "send_new_link",
    }


def test_page_offers_a_seat_over_capacity_only_where_none_is_free(client):
    meeting = make_meeting(capacity=1)
    registration = make_registration(meeting)
    sign_in(client)
    assert "seat_over" not in offered(client, registration)

    make_registration(meeting, status=Status.CONFIRMED)

    assert "seat_over" in offered(client, registration)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"capacity": 1}, "no free seat: the meeting has 1 of 1"),
        ({"organization_capacity": 1}, "no free seat: Kenya has 1 of 1"),
    ],
)
def test_page_says_which_places_are_missing(client, limits, words):
    meeting = make_meeting(**limits)
    make_registration(meeting, status=Status.CONFIRMED, organization="Kenya")
    waiting = make_registration(meeting, status=Status.WAITING, organization="Kenya")
    sign_in(client)

    assert client.get(page_of(waiting)).context["missing"] == words
    assert "approve" not in offered(client, waiting)


def test_page_says_that_the_category_is_full(client):
    meeting = make_meeting()
    media = make_category(meeting, name="Media", capacity=0)
    waiting = make_registration(meeting, status=Status.WAITING, category=media)
    sign_in(client)

    missing = client.get(page_of(waiting)).context["missing"]

    assert missing == "no free seat: Media has 0 of 0"


# What is done.


def test_approve_gives_a_seat_and_says_so(client):
    registration = make_registration(name="Ann Bell")
    sign_in(client)

    said = act(client, registration, "approve")

    assert registration.status == Status.CONFIRMED
    assert said == ["Ann Bell: Confirmed. A mail is on its way."]


def test_approve_says_why_there_is_no_seat(client):
    registration = make_registration(make_meeting(capacity=0), name="Ann Bell")
    sign_in(client)

    said = act(client, registration, "approve")

    assert registration.status == Status.WAITING
    assert said == [
        "Ann Bell: On the waiting list (no free seat: the meeting has 0 of 0)."
        " A mail is on its way."
    ]


def test_seat_over_capacity_is_known_to_the_audit_trail_and_the_page(client):
    registration = make_registration(make_meeting(capacity=0))
    sign_in(client)

    act(client, registration, "seat_over", why="The Chair asked for it.")

    assert registration.status == Status.CONFIRMED
    entry = LogEntry.objects.get_for_object(registration).latest()
    assert entry.additional_data == {
        "why": "The Chair asked for it.",
        "over_capacity": True,
    }
    page = client.get(page_of(registration)).content.decode()
    assert "Over capacity, knowingly" in page
    assert "The Chair asked for it." in page


def test_seat_over_capacity_needs_a_reason(client):
    registration = make_registration(make_meeting(capacity=0))
    sign_in(client)

    response = client.post(address(registration, "seat_over"), {"why": ""})

    assert response.context["form"].has_error("why", "required")
    assert Registration.objects.get().status == Status.RECEIVED


@pytest.mark.parametrize("is_shown", [True, False])
def test_decline_shows_the_reason_only_where_it_should(client, is_shown):
    registration = make_registration()
    sign_in(client)

    tick = {"is_shown": "on"} if is_shown else {}
    act(client, registration, "decline", reason="No letter of nomination.", **tick)

    assert registration.status == Status.DECLINED
    assert registration.decline_reason == "No letter of nomination."
    assert ("No letter" in Message.objects.get().text) == is_shown


def test_decline_with_no_reason_to_show_keeps_what_was_typed(client):
    registration = make_registration()
    sign_in(client)

    response = client.post(address(registration, "decline"), {"is_shown": "on"})

    form = response.context["form"]
    assert form.has_error("reason", "no_reason")
    assert form["is_shown"].value() is True
    assert Registration.objects.get().status == Status.RECEIVED


def test_ask_for_correction_names_fields_sessions_and_questions(client):
    meeting = make_meeting()
    registration = make_registration(meeting, status=Status.CONFIRMED)
    make_session(meeting, is_chosen=True)
    key = make_question(meeting).key
    user = sign_in(client)

    act(
        client,
        registration,
        "ask_for_correction",
        fields_asked=["name", "sessions", key],
        note="Your whole name, please.",
    )

    asked = registration.open_correction
    assert (registration.status, registration.held) == ("needs_correction", "confirmed")
    assert asked.fields == ["name", "sessions", key]
    assert (asked.note, asked.asked_by) == ("Your whole name, please.", user)


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"note": "Your whole name."}, "fields_asked"),
        ({"fields_asked": ["name"]}, "note"),
    ],
)
def test_ask_for_correction_needs_both(client, data, wrong):
    registration = make_registration()
    sign_in(client)

    response = client.post(address(registration, "ask_for_correction"), data)

    form = response.context["form"]
    assert list(form.errors) == [wrong]
    assert form.has_error(wrong, "required")
    assert [form[name].value() for name in data] == list(data.values())
    assert Registration.objects.get().status == Status.RECEIVED


def test_move_puts_in_the_other_category(client):
    meeting = make_meeting()
    registration = make_registration(meeting, category=make_category(meeting))
    other = make_category(meeting)
    sign_in(client)

    act(client, registration, "move", category=other.pk)

    assert registration.category == other


def test_move_offers_no_category_of_another_meeting(client):
    registration = make_registration()
    other = make_category(make_meeting())
    sign_in(client)

    data = {"category": other.pk}
    response = client.post(address(registration, "move"), data)

    assert response.context["form"].has_error("category", "invalid_choice")


def test_send_again_writes_how_it_stands_now(client):
    registration = make_registration(status=Status.CONFIRMED)
    sign_in(client)

    act(client, registration, "send_again")

    assert Message.objects.get().kind == "registration_confirmed"


def test_send_new_link_makes_the_old_one_worthless(client):
    registration = make_registration()
    old = registration.token
    sign_in(client)

    act(client, registration, "send_new_link")

    assert Registration.by_token(registration.meeting, old) is None
    assert registration.token in Message.objects.get().text


def test_what_is_not_allowed_any_more_is_said_and_not_done(client):
    registration = make_registration(status=Status.WITHDRAWN, name="Ann Bell")
    sign_in(client)

    said = act(client, registration, "approve")

    assert registration.status == Status.WITHDRAWN
    assert said == [
        "Ann Bell stays: Withdrawn (has withdrawn; only the person can come back)."
    ]


def test_decisions_name_who_decided(client):
    registration = make_registration()
    user = sign_in(client)

    act(client, registration, "approve")

    assert LogEntry.objects.get_for_object(registration).latest().actor == user


@pytest.mark.parametrize(
    "action", ["seat_over", "ask_for_correction", "move", "decline"]
)
def test_page_of_a_decision_only_shows(client, action):
    registration = make_registration(make_meeting(capacity=0))
    sign_in(client)

    response = client.get(address(registration, action))

    assert response.status_code == 200
    assert Registration.objects.get().status == Status.RECEIVED


@pytest.mark.parametrize("action", ["approve", "send_again", "send_new_link"])
def test_decision_without_a_question_is_made_by_post_only(client, action):
    registration = make_registration()
    sign_in(client)

    assert client.get(address(registration, action)).status_code == 405
    assert not Message.objects.exists()


@pytest.mark.parametrize("action", ["delete_selected", "delete", "nothing", "seat"])
def test_nothing_else_can_be_done(client, action):
    registration = make_registration()
    sign_in(client)

    assert client.post(address(registration, action)).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_organizer_decides_nothing(client, action, method):
    registration = make_registration(make_meeting(capacity=0))
    sign_in(client, "Organizer")

    response = getattr(client, method)(address(registration, action))

    assert response.status_code == 403
    assert Registration.objects.get().status == Status.RECEIVED


def test_organizer_is_offered_nothing(client):
    registration = make_registration()
    make_correction(registration)
    sign_in(client, "Organizer")

    page = client.get(page_of(registration))

    assert page.context["offered"] == []
    assert 'class="button"' not in page.content.decode()
    assert client.get(LIST).context["action_form"] is None


# What was corrected.


def test_page_shows_what_was_asked_by_whom(client):
    registration = make_registration()
    asker = make_user("theasker")
    registration.ask_for_correction(["name"], "Your whole name, please.", by=asker)
    sign_in(client)

    page = client.get(page_of(registration)).content.decode()

    assert "Your whole name, please." in page
    assert "theasker" in page


def test_page_shows_the_old_value_beside_the_new(client):
    registration = make_registration()
    make_correction(registration)
    sign_in(client)

    page = client.get(page_of(registration)).content.decode()

    assert "<del>Ann</del>" in page
    assert "<ins>Ann Bell</ins>" in page


def test_checked_is_noted_with_who_checked(client):
    registration = make_registration()
    correction = make_correction(registration)
    user = sign_in(client)

    client.post(f"{LIST}{registration.pk}/corrections/{correction.pk}/check/")

    correction.refresh_from_db()
    assert correction.checked_by == user
    assert client.get(page_of(registration)).context["corrected"] == []


def test_correction_is_checked_only_at_its_own_registration(client):
    correction = make_correction(make_registration())
    other = make_registration()
    sign_in(client)

    url = f"{LIST}{other.pk}/corrections/{correction.pk}/check/"

    assert client.post(url).status_code == 404


def test_organizer_checks_nothing(client):
    registration = make_registration()
    correction = make_correction(registration)
    sign_in(client, "Organizer")

    url = f"{LIST}{registration.pk}/corrections/{correction.pk}/check/"

    assert client.post(url).status_code == 403


def test_list_finds_what_is_to_be_checked(client):
    meeting = make_meeting()
    make_registration(meeting)
    corrected, checked = make_registration(meeting), make_registration(meeting)
    make_correction(corrected)
    make_correction(checked, checked_at=timezone.now())
    sign_in(client)

    found = client.get(LIST, {"corrected": "1"}).context["cl"].result_list

    assert list(found) == [corrected]


def test_first_page_counts_corrections_and_offers(client):
    meeting = make_meeting()
    make_correction(make_registration(meeting))
    make_registration(meeting, status=Status.NEEDS_CORRECTION)
    make_registration(meeting, status=Status.OFFERED)
    sign_in(client)

    todo = client.get("/admin/").context["todo"]

    found = {str(each["text"]): each["count"] for each in todo}
    assert found["registration was corrected, and is to be checked"] == 1
    assert found["person is asked for a correction"] == 1
    assert found["person has been offered a seat"] == 1


def test_page_names_what_was_asked_for_and_left_as_it_was(client):
    registration = make_registration()
    make_correction(registration, fields=["name", "function"])
    sign_in(client)

    page = client.get(page_of(registration)).content.decode()

    assert "Asked for, and left as it was: Function</p>" in page


# What happened.


def test_history_says_who_what_and_why(client):
    registration = make_registration(make_meeting(capacity=1))
    user = sign_in(client)
    act(client, registration, "approve")
    registration.is_own_doing = True
    registration.withdraw()
    page = client.get(page_of(registration))

    history = page.context["history"]

    assert [(each.who, each.what) for each in history] == [
        ("the person", ["Status: Confirmed → Withdrawn"]),
        (str(user), ["Status: Received → Confirmed"]),
        ("the system", ["Registered"]),
    ]


def test_history_says_that_a_place_became_free(client):
    meeting = make_meeting(capacity=1)
    seated = make_registration(meeting, status=Status.CONFIRMED)
    waiting = make_registration(meeting, status=Status.WAITING)
    seated.withdraw()
    sign_in(client)

    latest = client.get(page_of(waiting)).context["history"][0]

    assert (latest.who, latest.why) == ("the system", "A place became free.")


def test_history_names_categories(client):
    meeting = make_meeting()
    old, new = make_category(meeting, name="NGO"), make_category(meeting, name="Media")
    registration = make_registration(meeting, category=old)
    registration.move_to(new)
    sign_in(client)

    latest = client.get(page_of(registration)).context["history"][0]

    assert latest.what == ["Category: NGO → Media"]


def test_history_tells_times_on_the_meetings_clock(client):
    meeting = make_meeting(capacity=1, offer_hours=24)
    seated = make_registration(meeting, status=Status.CONFIRMED)
    waiting = make_registration(meeting, status=Status.WAITING)
    seated.withdraw()
    sign_in(client)

    latest = client.get(page_of(waiting)).context["history"][0]

    waiting.refresh_from_db()
    until = in_zone(waiting.offer_until, meeting)
    assert f"Offered until: – → {until}" in latest.what


def test_page_has_as_many_queries_with_a_long_history(client):
    meeting = make_meeting()
    one, other = make_category(meeting), make_category(meeting)
    registration = make_registration(meeting, category=one)
    sign_in(client)
    registration.move_to(other)
    client.get(page_of(registration))
    with CaptureQueriesContext(connection) as before:
        client.get(page_of(registration))

    for category in (one, other, one, other):
        registration.move_to(category)

    with CaptureQueriesContext(connection) as after:
        client.get(page_of(registration))
    assert len(after) == len(before)
