from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from meeting.mail.models import Message
from registration.models import Category, Registration
from tests.making import make_meeting, make_registration
from tests.registration.sending import address_of, open_form, send, typed

pytestmark = pytest.mark.django_db
Status = Registration.Status


def text(response):
    return response.content.decode()


def test_register_answers_with_the_reference(client):
    meeting = make_meeting()

    response = send(client, meeting)

    registration = Registration.objects.get()
    page = client.get(response.url)
    assert response.status_code == 302
    assert f'<p class="reference">{registration.reference}</p>' in text(page)
    assert page["Cache-Control"].count("no-store") == 1


def test_register_sent_ten_times_is_one_registration(client):
    meeting = make_meeting()
    sent = {"key": open_form(client, meeting), **typed(meeting)}

    pages = [
        client.post(address_of(meeting), sent, follow=True).context["reference"]
        for _again in range(10)
    ]

    assert pages == [Registration.objects.get().reference] * 10
    assert Message.objects.count() == 1


def test_register_takes_a_colleague_from_the_same_form(client):
    """Somebody goes back in the browser, and changes name and address."""
    meeting = make_meeting()
    sent = {"key": open_form(client, meeting), **typed(meeting)}

    client.post(address_of(meeting), sent)
    client.post(address_of(meeting), sent | {"name": "Awa", "email": "awa@example.org"})

    assert set(Registration.objects.values_list("name", flat=True)) == {
        "Amina YUSUF",
        "Awa",
    }


def test_register_does_not_tell_who_is_registered(client):
    meeting = make_meeting()
    known = make_registration(meeting, email="AMINA@example.org")

    answers = [
        send(client, meeting, email=email)
        for email in ("amina@example.org", "new@example.org")
    ]

    pages = [client.get(answer.url) for answer in answers]
    first, second = (
        text(page).replace(page.context["reference"], "REFERENCE") for page in pages
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert first == second
    assert known.reference not in text(pages[0])
    assert known.messages.get().kind == "registration_known"


def test_register_shows_errors_with_links_and_keeps_what_was_typed(client):
    meeting = make_meeting()

    page = text(
        send(
            client,
            meeting,
            name="<b>Amina</b>",
            email="no address",
            organization="Kenia",
            days=[],
            badge_name="",
            access_needs="Step-free",
        )
    )

    assert "<title>Error: Registration" in page
    assert '<a href="#id_organization">“Kenia” is not in the list of States.' in page
    assert '<a href="#id_days_0">Choose at least one day.</a>' in page
    assert 'aria-describedby="id_email_helptext id_email_error"' in page
    assert 'value="&lt;b&gt;Amina&lt;/b&gt;"' in page
    assert 'value="no address"' in page
    assert '<details class="more" open>' in page
    assert not Registration.objects.exists()


def test_register_keeps_the_rare_questions_folded(client):
    assert '<details class="more">' in text(client.get(address_of(make_meeting())))


def test_register_without_key_keeps_what_was_typed_and_can_be_sent_again(client):
    meeting = make_meeting()

    response = client.post(address_of(meeting), typed(meeting))

    assert "please send it once more" in text(response)
    again = {**typed(meeting), "key": response.context["form"]["key"].value()}
    assert client.post(address_of(meeting), again).status_code == 302
    assert Registration.objects.count() == 1


def test_register_needs_no_script_and_loads_nothing_from_elsewhere(client):
    page = text(client.get(address_of(make_meeting())))
    own = "http://localhost:8000/15/register/"
    page = page.replace(f'<link rel="canonical" href="{own}">', "")

    for foreign in ("<script>", "style=", "onclick", 'src="http', 'href="http://'):
        assert foreign not in page


@pytest.mark.parametrize("categories", [1, 3])
def test_register_form_asks_little_of_the_database(
    client, categories, django_assert_num_queries
):
    meeting = make_meeting(capacity=10)
    for number in range(categories):
        Category.objects.create(meeting=meeting, name=f"Category {number}")
    client.get(address_of(meeting))

    with django_assert_num_queries(7):
        client.get(address_of(meeting))


@pytest.mark.parametrize("email", ["new@example.org", "known@example.org"])
def test_register_takes_few_queries(client, email, django_assert_max_num_queries):
    meeting = make_meeting(capacity=10)
    make_registration(meeting, email="known@example.org")
    sent = {"key": open_form(client, meeting), **typed(meeting, email=email)}

    # Two of them only for the first who registers, with whom watching begins.
    with django_assert_max_num_queries(28):
        client.post(address_of(meeting), sent)


def test_registered_page_is_not_made_up_by_others(client):
    meeting = make_meeting()

    assert client.get(f"{address_of(meeting)}sent/IkFCQyI:1:2/").status_code == 404


STARTS = date(2027, 2, 16)
OPENS = datetime(2027, 1, 12, 23, tzinfo=UTC)
CLOSES = datetime(2027, 2, 1, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "now", "heading", "when"),
    [
        (
            {"registration_opens_at": None},
            "2027-01-20T12:00Z",
            "There is no registration here",
            "",
        ),
        (
            {},
            "2027-01-12T22:59Z",
            "Registration is not open yet",
            "It opens at 18.00 on 12 January 2027, New York time (UTC−5).",
        ),
        (
            {},
            "2027-01-12T23:00Z",
            "Register",
            "Open until 18.00 on 1 February 2027, New York time (UTC−5).",
        ),
        (
            {},
            "2027-02-01T23:00Z",
            "Registration is closed",
            "It closed at 18.00 on 1 February 2027, New York time (UTC−5).",
        ),
        (
            {},
            "2027-02-18T05:00Z",
            "This meeting is over",
            "It took place on 16–17 February 2027.",
        ),
    ],
)
def test_register_says_how_registration_stands(client, fields, now, heading, when):
    opening = {"registration_opens_at": OPENS, "registration_closes_at": CLOSES}
    with time_machine.travel(now, tick=False):
        meeting = make_meeting(starts_on=STARTS, **opening | fields)
        response = client.get(address_of(meeting))

    assert response.status_code == 200
    assert f"<h1>{heading}</h1>" in text(response)
    assert when in text(response)


def test_register_says_that_all_seats_are_taken(client):
    meeting = make_meeting(capacity=1)
    assert "All seats in the room are taken" not in text(
        client.get(address_of(meeting))
    )

    make_registration(meeting, status=Status.CONFIRMED)

    assert "All seats in the room are taken" in text(client.get(address_of(meeting)))
    assert send(client, meeting).status_code == 302


def test_register_too_late_is_refused_and_keeps_what_was_typed(client):
    meeting = make_meeting()
    sent = {"key": open_form(client, meeting), **typed(meeting, function="Minister")}
    meeting.registration_closes_at = timezone.now()
    meeting.save()

    response = client.post(address_of(meeting), sent)

    assert response.status_code == 403
    assert "<h1>Registration is closed</h1>" in text(response)
    assert 'value="Minister"' in text(response)
    assert "Send registration" not in text(response)
    assert not Registration.objects.exists()


def test_register_of_an_unpublished_meeting_is_nowhere(client):
    meeting = make_meeting(is_published=False)

    assert client.get(address_of(meeting)).status_code == 404


def test_participants_are_those_who_are_confirmed_and_agreed(client):
    meeting = make_meeting()
    for status, is_listed, name in [
        (Status.CONFIRMED, True, "Amina"),
        (Status.CONFIRMED, False, "Berta"),
        (Status.RECEIVED, True, "Carla"),
        (Status.WAITING, True, "Dora"),
        (Status.WITHDRAWN, True, "Emma"),
    ]:
        make_registration(meeting, name=name, status=status, is_listed=is_listed)
    make_registration(status=Status.CONFIRMED, is_listed=True, name="Of another")

    response = client.get(f"/{meeting.slug}/participants/")

    assert [each.name for each in response.context["participants"]] == ["Amina"]
    assert "@example.org" not in text(response).replace("secretariat@example.org", "")


def test_participants_stand_by_category_state_and_family_name(client):
    meeting = make_meeting()
    state, ngo = (
        Category.objects.get(name=name)
        for name in ("Member State", "Non-governmental organization")
    )
    for category, organization, name in [
        (ngo, "Amnesty", "Zoe ABEL"),
        (state, "Costa Rica", "Ana ZELAYA"),
        (state, "Côte d'Ivoire", "Aya BAMBA"),
        (state, "Côte d'Ivoire", "Zadi AKA"),
        (state, "Cuba", "<b>Eva</b>"),
    ]:
        make_registration(
            meeting,
            category=category,
            organization=organization,
            name=name,
            status=Status.CONFIRMED,
            is_listed=True,
        )

    response = client.get(f"/{meeting.slug}/participants/")

    assert [each.name for each in response.context["participants"]] == [
        "Ana ZELAYA",
        "Zadi AKA",
        "Aya BAMBA",
        "<b>Eva</b>",
        "Zoe ABEL",
    ]
    assert "&lt;b&gt;Eva&lt;/b&gt;" in text(response)


@pytest.mark.parametrize("people", [1, 3])
def test_participants_take_a_fixed_number_of_queries(
    client, people, django_assert_num_queries
):
    meeting = make_meeting()
    for _person in range(people):
        make_registration(meeting, status=Status.CONFIRMED, is_listed=True)
    address = f"/{meeting.slug}/participants/"
    client.get(address)

    with django_assert_num_queries(3):
        client.get(address)
