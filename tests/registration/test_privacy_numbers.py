"""The numbers page: how many came, erased or not."""

import pytest

from registration.erasing import erase
from registration.models import Registration
from registration.numbers import COLUMNS, numbers_of
from tests.making import make_category, make_meeting, make_registration, make_user
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db
PAGE = "/admin/registration/tally/"


def row(**counts):
    numbers = [counts.get(status.value, 0) for status in COLUMNS]
    return [*numbers, sum(numbers)]


def test_numbers_stand_in_the_order_of_categories_with_sums():
    meeting = make_meeting()
    last = make_category(meeting, name="Academia", position=2)
    first = make_category(meeting, name="Zoologists", position=1)
    make_registration(meeting, category=last, status="confirmed")
    make_registration(meeting, category=first, status="waiting")
    make_registration(
        meeting, category=first, status="needs_correction", held="confirmed"
    )
    make_registration(make_meeting(), status="confirmed")

    numbers = numbers_of(meeting)

    assert list(numbers.rows.items()) == [
        ("Zoologists", row(waiting=1, confirmed=1)),
        ("Academia", row(confirmed=1)),
    ]
    assert numbers.sums == row(waiting=1, confirmed=2)


def test_a_category_that_is_no_more_still_counts():
    meeting = make_meeting()
    gone = make_category(meeting, name="Guests")
    erase(Registration.objects.filter(pk=make_registration(meeting, category=gone).pk))
    gone.delete()

    assert numbers_of(meeting).rows == {"Guests": row(withdrawn=1)}


def test_nobody_is_an_empty_table():
    assert numbers_of(make_meeting()).rows == {}


@pytest.mark.parametrize("group", ["Secretariat", "Organizer"])
def test_staff_find_the_page_in_the_admin(client, group):
    meeting = make_meeting()
    erase(Registration.objects.filter(pk=make_registration(meeting).pk))
    sign_in(client, group)

    assert PAGE in client.get("/admin/").content.decode()
    page = client.get(PAGE).content.decode()
    assert "1 of them is erased: only the number is left." in page


def test_who_sees_no_registrations_sees_no_numbers(client):
    client.force_login(make_user())

    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_for_any_number(
    client, number, django_assert_num_queries
):
    meeting = make_meeting()
    for _each in range(number):
        category = make_category(meeting)
        make_registration(meeting, category=category)
        erase(
            Registration.objects.filter(
                pk=make_registration(meeting, category=category).pk
            )
        )
    sign_in(client)
    client.get(PAGE)

    with django_assert_num_queries(9):
        client.get(PAGE)
