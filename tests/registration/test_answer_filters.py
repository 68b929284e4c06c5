"""The list of registrations, filtered by answers and choices."""

import pytest

from registration.answers import Answers
from tests.making import (
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/registration/"


def found(client, **query):
    listed = client.get(LIST, query).context["cl"].result_list
    return sorted(each.name for each in listed)


def titles(client, **query):
    specs = client.get(LIST, query).context["cl"].filter_specs
    return [str(spec.title) for spec in specs]


def answered(meeting, name, **answers):
    registration = make_registration(meeting, name=name)
    Answers(**answers).save(registration)
    return registration


def test_yes_no_is_a_filter(client):
    meeting = make_meeting()
    visa = make_question(meeting, kind="yes_no")
    answered(meeting, "Ann", values={visa: "yes"})
    answered(meeting, "Bob", values={visa: "no"})
    answered(meeting, "Eve")
    sign_in(client)

    assert found(client, **{visa.key: "yes"}) == ["Ann"]
    assert found(client, **{visa.key: "none"}) == ["Eve"]


@pytest.mark.parametrize("kind", ["one", "several"])
def test_list_is_a_filter(client, kind):
    meeting = make_meeting()
    group = make_question(meeting, kind=kind, options=["Trade", "Data"])
    trade, data = group.options.all()
    answered(meeting, "Ann", options={group: [trade]})
    answered(meeting, "Bob", options={group: [data]})
    answered(meeting, "Eve")
    sign_in(client)

    assert found(client, **{group.key: trade.pk}) == ["Ann"]
    assert found(client, **{group.key: "none"}) == ["Eve"]


def test_country_is_a_filter_of_those_that_were_named(client):
    meeting = make_meeting()
    passport = make_question(meeting, kind="country", text="Passport?")
    answered(meeting, "Ann", values={passport: "KEN"})
    answered(meeting, "Bob", values={passport: "CIV"})
    sign_in(client)

    specs = client.get(LIST).context["cl"].filter_specs
    (spec,) = [each for each in specs if each.title == "Passport?"]

    assert [str(words) for _value, words in spec.lookup_choices] == [
        "Côte d'Ivoire",
        "Kenya",
        "no answer",
    ]
    assert found(client, **{passport.key: "CIV"}) == ["Bob"]


def test_filters_of_questions_come_last_and_of_the_listed_meeting_only(client):
    meeting, other = make_meeting(is_current=True), make_meeting()
    make_question(meeting, kind="yes_no", text="Visa?")
    make_question(meeting, kind="short", text="Written?")
    make_question(meeting, kind="yes_no", text="Secret?", is_sensitive=True)
    make_question(other, kind="yes_no", text="Of another?")
    make_registration(meeting)
    sign_in(client)

    assert titles(client)[-1] == "Visa?"
    assert {"Written?", "Secret?", "Of another?"}.isdisjoint(titles(client))
    assert titles(client, meeting=other.pk)[-1] == "Of another?"
    assert "Visa?" not in titles(client, meeting="all")


def test_filter_of_another_meetings_question_is_no_error(client):
    meeting, other = make_meeting(), make_meeting()
    visa = make_question(meeting, kind="yes_no")
    make_registration(other, name="Ann")
    sign_in(client)

    assert found(client, meeting=other.pk, **{visa.key: "yes", "chosen": 1}) == ["Ann"]


def test_answer_that_is_none_is_no_error(client):
    meeting = make_meeting()
    group = make_question(meeting, kind="one", options=["Trade"])
    make_registration(meeting, name="Ann")
    sign_in(client)

    assert found(client, **{group.key: "Trade"}) == ["Ann"]


def test_chosen_session_is_a_filter_and_so_is_waiting_for_it(client):
    meeting = make_meeting()
    reception = make_session(meeting, is_chosen=True, capacity=1)
    make_choice(make_registration(meeting, name="Ann"), reception, status="confirmed")
    make_choice(make_registration(meeting, name="Bob"), reception, status="waiting")
    make_registration(meeting, name="Eve")
    sign_in(client)

    assert found(client, chosen=reception.pk) == ["Ann", "Bob"]
    assert found(client, chosen=f"{reception.pk}-waiting") == ["Bob"]


def test_needs_are_a_filter(client):
    meeting = make_meeting()
    make_registration(meeting, name="Ann", access_needs="A ramp.")
    make_registration(meeting, name="Bob", dietary_needs="Halal")
    sign_in(client)

    assert found(client, needs="access") == ["Ann"]
    assert found(client, needs="dietary") == ["Bob"]


def test_days_offered_are_those_of_the_meeting_asked_for(client):
    make_meeting(is_current=True)
    other = make_meeting(starts_on=make_meeting().starts_on.replace(year=2031))
    make_registration(other)
    sign_in(client)

    specs = client.get(LIST, {"meeting": other.pk}).context["cl"].filter_specs

    (days,) = [spec for spec in specs if spec.title == "day"]
    assert days.lookup_choices[0][0] == other.starts_on.isoformat()


def test_list_has_at_most_twenty_queries_however_many_rows_and_questions(
    client, django_assert_num_queries
):
    meeting = make_meeting()
    make_session(meeting, is_chosen=True)
    make_asked(meeting)
    sign_in(client)
    client.get(LIST)
    with django_assert_num_queries(19) as captured:
        client.get(LIST)

    for _number in range(2):
        make_asked(meeting)

    with django_assert_num_queries(len(captured)):
        client.get(LIST)


def make_asked(meeting):
    group = make_question(meeting, kind="one", options=["Trade"])
    country = make_question(meeting, kind="country")
    answered(
        meeting,
        "Ann",
        values={country: "KEN"},
        options={group: list(group.options.all())},
    )
