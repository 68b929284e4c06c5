"""The pages on which staff decide who is registered twice."""

import pytest
from django.urls import reverse

from registration.models import Answer, NotDouble, Registration
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
PAGE = f"{LIST}doubles/"


def make_pair(meeting=None, **other):
    meeting = meeting or make_meeting()
    fields = {"name": "Ann Bell", "organization": "Kenya"}
    kept = make_registration(meeting, **fields)
    return kept, make_registration(meeting, **fields | other)


def page_of(one, other):
    return reverse("admin:registration_registration_double", args=[one.pk, other.pk])


def rows(answer):
    return {row.key: row for row in answer.context["comparison"].rows}


def test_list_leads_to_the_pairs(client):
    one, other = make_pair()
    sign_in(client)

    assert f'href="{PAGE}"' in client.get(LIST).content.decode()
    assert page_of(one, other) in client.get(PAGE).content.decode()


def test_list_names_first_who_stands_better(client):
    one, other = make_pair(status="confirmed")
    sign_in(client)

    assert page_of(other, one) in client.get(PAGE).content.decode()


def test_first_page_counts_them(client):
    meeting = make_meeting(is_current=True)
    make_pair(meeting)
    sign_in(client)

    todo = {str(each["text"]): each for each in client.get("/admin/").context["todo"]}

    assert todo["possible double"]["count"] == 1
    assert client.get(todo["possible double"]["url"]).status_code == 200


def test_registration_says_whom_it_looks_like(client):
    one, other = make_pair()
    sign_in(client)

    shown = client.get(f"{LIST}{other.pk}/change/").content.decode()

    assert "Looks like somebody else" in shown
    assert page_of(one, other) in shown


def test_who_may_not_change_sees_no_doubles(client):
    one, other = make_pair()
    sign_in(client, "Organizer")

    assert client.get(PAGE).status_code == 403
    assert client.get(page_of(one, other)).status_code == 403
    assert client.post(page_of(one, other), {"decision": "merge"}).status_code == 403
    assert PAGE not in client.get(LIST).content.decode()
    assert (
        page_of(one, other)
        not in client.get(f"{LIST}{one.pk}/change/").content.decode()
    )
    assert Registration.objects.count() == 2


def test_two_of_different_meetings_are_no_pair(client):
    one, other = make_registration(), make_registration(make_meeting())
    sign_in(client)

    assert client.get(page_of(one, other)).status_code == 404
    assert client.post(page_of(one, other), {"decision": "merge"}).status_code == 404
    assert client.get(page_of(one, one)).status_code == 404


def test_side_by_side_marks_what_differs_and_proposes_the_newer_words(client):
    one, other = make_pair(function="Director", organization="Chad", is_listed=True)
    question = make_question(one.meeting)
    Answer.objects.create(registration=one, question=question, value="Tea")
    make_choice(other, make_session(one.meeting, title="A side event"))
    sign_in(client)

    found = rows(client.get(page_of(one, other)))

    assert found["name"].is_same
    assert found["organization"].chosen == "other"
    assert found["function"].chosen == "other"
    assert (found[question.key].one, found[question.key].chosen) == ("Tea", "one")
    assert (found["sessions"].other, found["sessions"].chosen) == (
        "A side event",
        "other",
    )
    assert found["is_listed"].other == "Yes"


def test_sensitive_answers_stay_masked_and_may_differ(client):
    one, other = make_pair()
    question = make_question(one.meeting, is_sensitive=True)
    for registration in (one, other):
        Answer.objects.create(registration=registration, question=question, value="x")
    sign_in(client)

    found = rows(client.get(page_of(one, other)))[question.key]

    assert (found.one, found.other, found.is_same) == ("••••••", "••••••", False)


def test_merge_takes_what_was_chosen(client):
    one, other = make_pair(function="Director", honorific="Dr.")
    sign_in(client)
    choice = {"decision": "merge", "take-function": "other", "take-honorific": "one"}

    answer = client.post(page_of(one, other), choice | {"take-email": "one"})

    merged = Registration.objects.get()
    assert answer.url == f"{LIST}{one.pk}/change/"
    assert (merged.function, merged.honorific) == ("Director", "")
    assert merged.email == one.email


def test_merging_again_leads_to_the_merged_one(client):
    one, other = make_pair()
    sign_in(client)
    client.post(page_of(one, other), {"decision": "merge"})

    answer = client.post(page_of(one, other), {"decision": "merge"})

    assert answer.url == f"{LIST}{one.pk}/change/"
    assert client.get(page_of(one, other)).status_code == 404


def test_looking_merges_nothing(client):
    one, other = make_pair()
    sign_in(client)

    client.get(page_of(one, other), {"decision": "merge"})

    assert Registration.objects.count() == 2


def test_two_people_are_not_shown_again(client):
    one, other = make_pair()
    sign_in(client)

    client.post(page_of(other, one), {"decision": "two"})
    client.post(page_of(one, other), {"decision": "two"})

    assert NotDouble.objects.count() == 1
    assert client.get(PAGE).context["pairs"] == []


def test_merged_one_is_found_by_its_former_reference(client):
    one, other = make_pair()
    make_registration(one.meeting)
    sign_in(client)
    client.post(page_of(one, other), {"decision": "merge"})

    answer = client.get(LIST, {"q": other.reference.lower()})

    assert list(answer.context["cl"].queryset) == [one]


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_a_fixed_number_of_queries(client, django_assert_num_queries, count):
    meeting = make_meeting()
    for number in range(count):
        pair = make_pair(meeting, name=f"Ann Bell {number}")
        make_registration(meeting, name=f"Ann Bell {number}")
        question = make_question(meeting)
        for each in pair:
            Answer.objects.create(registration=each, question=question, value="x")
    sign_in(client)

    with django_assert_num_queries(9):
        client.get(PAGE)
    with django_assert_num_queries(18):
        client.get(page_of(*pair))


def test_a_number_that_no_database_holds_is_nobody(client):
    sign_in(client)

    answer = client.get(f"{PAGE}{10**25}/1/")

    assert answer.status_code == 404
