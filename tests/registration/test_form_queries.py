"""The form asks the database the same few things, however much there is."""

import pytest
from django.urls import reverse

from registration.answers import Answers
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.registration.sending import address_of, open_form, typed

pytestmark = pytest.mark.django_db


def make_full_form(number):
    """A meeting with so many of everything that its form shows."""
    meeting = make_meeting(capacity=1)
    categories = [make_category(meeting, capacity=1) for _each in range(number)]
    for _each in range(number):
        lists = make_question(
            meeting, kind="several", options=[(letter, 1) for letter in "ABC"[:number]]
        )
        lists.categories.set(categories)
        make_question(meeting, kind="file")
        make_question(meeting, kind="country")
        session = make_session(meeting, is_chosen=True, capacity=1)
        person = make_registration(meeting, status="confirmed", category=categories[0])
        make_choice(person, session, status="confirmed")
        make_choice(person, lists.options.first(), status="waiting")
    return meeting


@pytest.mark.parametrize("number", [1, 3])
def test_register_shows_much_with_few_queries(
    client, number, django_assert_num_queries
):
    meeting = make_full_form(number)

    with django_assert_num_queries(14):
        client.get(address_of(meeting))


@pytest.mark.parametrize("number", [1, 3])
def test_correct_shows_much_with_few_queries(client, number, django_assert_num_queries):
    meeting = make_full_form(number)
    registration = meeting.registrations.first()
    country = meeting.questions.filter(kind="country").first()
    Answers(values={country: "KEN"}).save(registration)
    page = reverse("me-correct", args=[meeting.slug, registration.token])

    with django_assert_num_queries(18):
        client.get(page)


@pytest.mark.parametrize("number", [1, 3])
def test_register_with_an_error_takes_few_queries(
    client, number, django_assert_num_queries
):
    meeting = make_full_form(number)
    asked = [question.key for question in meeting.questions.all()]
    sent = {
        **typed(meeting, name="", category=meeting.categories.first().pk),
        "key": open_form(client, meeting),
        "asked": asked,
    }

    with django_assert_num_queries(17):
        client.post(address_of(meeting), sent)
