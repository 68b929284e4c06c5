from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meeting.mail.models import Message
from registration.models import Registration
from tests.making import make_meeting, make_registration
from tests.registration.sending import member_state, typed

pytestmark = pytest.mark.django_db
Status = Registration.Status


def address(registration, page="me"):
    return reverse(page, args=[registration.meeting.slug, registration.token])


def text(response):
    return response.content.decode()


def status_of(registration):
    return Registration.objects.get(pk=registration.pk).status


@pytest.mark.parametrize(
    ("status", "tag", "can"),
    [
        (Status.RECEIVED, "Received", {"Correct", "Withdraw"}),
        (Status.NEEDS_CORRECTION, "Needs correction", {"Correct it", "Withdraw"}),
        (Status.WAITING, "On the waiting list", {"Correct", "Withdraw"}),
        (
            Status.OFFERED,
            "Offered a seat",
            {"Accept your seat", "Correct", "Withdraw"},
        ),
        (Status.CONFIRMED, "Confirmed", {"Correct", "Withdraw"}),
        (Status.DECLINED, "Declined", set()),
        (Status.WITHDRAWN, "Withdrawn", {"Register again"}),
    ],
)
def test_me_shows_the_status_and_what_can_be_done(client, status, tag, can):
    registration = make_registration(status=status)

    page = text(client.get(address(registration)))

    assert f'<span class="tag {status}">{tag}</span>' in page
    assert f'<p class="reference">{registration.reference}</p>' in page
    buttons = (
        "Accept your seat",
        "Correct",
        "Correct it",
        "Withdraw",
        "Register again",
    )
    assert {button for button in buttons if f">{button}</" in page} == can


def test_me_says_since_when(client):
    with time_machine.travel("2027-01-12T23:00Z", tick=False):
        page = text(client.get(address(make_registration())))

    assert "Since 18.00 on 12 January 2027, New York time (UTC−5)." in page


def test_me_shows_what_was_typed_as_text(client):
    registration = make_registration(
        name="<b>O'Brien</b> {{ 7*7 }}", access_needs="<i>stairs</i>\nnone"
    )

    page = text(client.get(address(registration)))

    assert "&lt;b&gt;O&#x27;Brien&lt;/b&gt; {{ 7*7 }}" in page
    assert "&lt;i&gt;stairs&lt;/i&gt;<br>none" in page


@pytest.mark.parametrize(
    "action",
    [
        "me",
        "me-correct",
        "me-withdraw",
        "me-return",
        "me-accept",
        "me-language",
        "me-calendar",
    ],
)
def test_me_is_kept_by_no_cache_search_engine_or_other_site(client, action):
    response = client.get(address(make_registration(), action))

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(
    "action",
    [
        "me",
        "me-correct",
        "me-withdraw",
        "me-return",
        "me-accept",
        "me-language",
        "me-calendar",
    ],
)
def test_me_changes_nothing_by_being_looked_at(client, action, status):
    registration = make_registration(status=status)
    before = Registration.objects.values().get()

    client.get(address(registration, action))

    assert Registration.objects.values().get() == before
    assert not Message.objects.exists()


def test_me_forms_are_refused_from_other_sites():
    registration = make_registration()

    response = Client(enforce_csrf_checks=True).post(
        address(registration, "me-withdraw")
    )

    assert response.status_code == 403
    assert status_of(registration) == Status.RECEIVED


def test_withdraw_asks_first_and_counts_once(client):
    registration = make_registration(status=Status.CONFIRMED)
    page = address(registration, "me-withdraw")

    assert "Withdraw my registration" in text(client.get(page))
    for _click in range(2):
        assert client.post(page).url == address(registration)

    assert status_of(registration) == Status.WITHDRAWN
    assert Message.objects.get().kind == "registration_withdrawn"


def test_withdraw_is_not_for_those_who_were_declined(client):
    registration = make_registration(status=Status.DECLINED)

    client.post(address(registration, "me-withdraw"))

    assert status_of(registration) == Status.DECLINED


def test_return_is_looked_at_anew_and_counts_once(client):
    registration = make_registration(status=Status.WITHDRAWN)

    for _click in range(2):
        client.post(address(registration, "me-return"))

    assert status_of(registration) == Status.RECEIVED
    assert Message.objects.get().kind == "registration_received"


def test_return_needs_open_registration(client):
    meeting = make_meeting(registration_opens_at=None)
    registration = make_registration(meeting, status=Status.WITHDRAWN)

    client.post(address(registration, "me-return"))

    assert status_of(registration) == Status.WITHDRAWN


def test_correct_saves_and_writes_once(client):
    registration = make_registration(category=member_state(), organization="Kenya")
    page = address(registration, "me-correct")
    sent = typed(registration.meeting, name="Awa", organization="mali")

    for _click in range(2):
        response = client.post(page, sent)

    registration.refresh_from_db()
    assert (registration.name, registration.organization) == ("Awa", "Mali")
    assert registration.state == "MLI"
    assert "Your changes are saved." in text(client.get(response.url))
    assert {each.kind for each in Message.objects.all()} == {"registration_corrected"}


def test_correct_that_changes_nothing_writes_nothing(client):
    registration = make_registration(category=member_state(), organization="Kenya")
    same = typed(registration.meeting, name=registration.name, days=registration.days)

    response = client.post(address(registration, "me-correct"), same)

    assert response.url == address(registration)
    assert not Message.objects.exists()


def test_correct_shows_the_address_and_does_not_take_another(client):
    registration = make_registration(email="amina@example.org", category=member_state())
    page = address(registration, "me-correct")

    assert "amina@example.org" in text(client.get(page))
    client.post(page, typed(registration.meeting, email="else@example.org"))

    assert Registration.objects.get().email == "amina@example.org"


def test_correct_shows_errors_and_keeps_what_was_typed(client):
    registration = make_registration(category=member_state())
    sent = typed(registration.meeting, name="", function="Minister")

    page = text(client.post(address(registration, "me-correct"), sent))

    assert "<title>Error: Correct your registration" in page
    assert '<a href="#id_name">Write your name.</a>' in page
    assert 'value="Minister"' in page


@pytest.mark.parametrize("status", [Status.DECLINED, Status.WITHDRAWN])
def test_correct_is_not_for_those_who_are_out(client, status):
    registration = make_registration(status=status, name="Amina")
    page = address(registration, "me-correct")

    response = client.post(page, typed(registration.meeting), follow=True)

    assert "This registration can no longer be corrected." in text(response)
    assert Registration.objects.get().name == "Amina"


def test_me_lives_until_its_days_after_the_meeting(client, settings):
    settings.LINK_DAYS_AFTER_MEETING = 60
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as now:
        registration = make_registration()
        link = address(registration)
        now.move_to(registration.link_ends_at - timedelta(minutes=1))
        before = client.get(link).status_code
        now.move_to(registration.link_ends_at + timedelta(minutes=1))
        after = client.get(link).status_code

    assert (before, after) == (200, 404)


def test_me_cannot_be_changed_once_the_meeting_is_over(client):
    with time_machine.travel("2027-01-12T12:00Z", tick=False) as now:
        registration = make_registration(status=Status.CONFIRMED)
        now.move_to(registration.meeting.ends_at)
        client.post(address(registration, "me-withdraw"))

    assert status_of(registration) == Status.CONFIRMED


@pytest.mark.parametrize("action", ["me", "me-correct", "me-withdraw", "me-calendar"])
def test_me_with_a_wrong_link_says_what_to_do(client, action):
    meeting = make_meeting()

    response = client.get(reverse(action, args=[meeting.slug, "eyJyIjox:1:2"]))

    assert response.status_code == 404
    assert "<h1>This link does not work</h1>" in text(response)
    assert f'href="/{meeting.slug}/register/link/"' in text(response)


def test_me_with_a_revoked_link_is_closed_to_all_actions(client):
    registration = make_registration()
    link = address(registration, "me-withdraw")
    registration.revoke_link()

    assert client.post(link).status_code == 404
    assert status_of(registration) == Status.RECEIVED


def test_me_of_another_meeting_is_not_found(client):
    registration, other = make_registration(), make_meeting()

    link = reverse("me", args=[other.slug, registration.token])

    assert client.get(link).status_code == 404


def test_me_calendar_is_a_file(client):
    response = client.get(address(make_registration(), "me-calendar"))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="meeting-15.ics"'
    assert text(response).startswith("BEGIN:VCALENDAR")
