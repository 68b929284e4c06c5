"""Who looks like whom."""

import pytest

from registration import doubles
from registration.doubles import Why
from registration.models import NotDouble
from tests.making import make_meeting, make_registration

pytestmark = pytest.mark.django_db


def make(meeting, name="Ann Bell", organization="Kenya", **fields):
    return make_registration(meeting, name=name, organization=organization, **fields)


def test_like_name_and_organization_is_a_pair():
    meeting = make_meeting()
    one = make(meeting, "Seán O'Brien", "Migrants’ Voice")
    other = make(meeting, "OBRIEN Sean", "MIGRANTS' VOICE")
    make(meeting, "Ann Bell")

    assert doubles.find(meeting) == {(one.pk, other.pk): [Why.BOTH]}


def test_like_name_alone_is_weaker_and_comes_last():
    meeting = make_meeting()
    weak = make(meeting, organization="Kenya").pk, make(meeting, organization="Chad").pk
    sure = (
        make(meeting, "Bob", email="bob@example.org").pk,
        make(meeting, "Robert", email="bob+un@example.org").pk,
    )

    found = doubles.find(meeting)

    assert found == {sure: [Why.ADDRESS], weak: [Why.NAME]}
    assert list(found) == [sure, weak]


def test_a_pair_has_all_its_reasons():
    meeting = make_meeting()
    make(meeting, email="ann.bell@gmail.com")
    make(meeting, email="annbell@gmail.com")

    assert list(doubles.find(meeting).values()) == [[Why.ADDRESS, Why.BOTH]]


def test_another_meeting_has_no_doubles_of_this():
    meeting = make_meeting()
    make(meeting)
    make(make_meeting())

    assert doubles.find(meeting) == {}


def test_two_people_are_not_asked_about_again():
    meeting = make_meeting()
    one, other, third = (make(meeting) for _each in range(3))
    NotDouble.note(other.pk, [one.pk])

    assert list(doubles.find(meeting)) == [(one.pk, third.pk)]


def test_who_is_different_from_the_first_is_paired_with_the_next():
    meeting = make_meeting()
    one, other, third = (make(meeting) for _each in range(3))
    NotDouble.note(one.pk, [third.pk])

    assert list(doubles.find(meeting)) == [(one.pk, other.pk), (other.pk, third.pk)]


def test_names_without_letters_that_can_be_compared_are_like_nothing():
    meeting = make_meeting()
    make(meeting, "–", "–")
    make(meeting, "…", "…")

    assert doubles.find(meeting) == {}


def test_finding_asks_two_queries(django_assert_num_queries):
    meeting = make_meeting()
    for _each in range(3):
        make(meeting)

    with django_assert_num_queries(2):
        doubles.find(meeting)


def test_like_finds_those_that_look_like_one():
    meeting = make_meeting()
    one = make(meeting, email="ann.bell@gmail.com")
    near = make(meeting)
    mailbox = make(meeting, "Someone Else", email="AnnBell+un@googlemail.com")
    make(meeting, "Bob Bell")
    make(make_meeting())

    found = {other.pk: why for other, why in doubles.like(one)}

    assert found == {near.pk: [Why.BOTH], mailbox.pk: [Why.ADDRESS]}


def test_like_leaves_out_who_is_another():
    meeting = make_meeting()
    one, other = make(meeting), make(meeting)
    NotDouble.note(one.pk, [other.pk])

    assert doubles.like(one) == []


def test_better_first_is_who_stands_better():
    meeting = make_meeting()
    received, confirmed = make(meeting), make(meeting, status="confirmed")

    assert doubles.better_first(received, confirmed) == [confirmed, received]
