"""Whom the desk asks for what, before and when it is done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.contributing import choosing
from agenda.contributing.choosing import Organization, Terms, read_organizations
from agenda.models import Contributor, Request, Speaker
from tests.making import (
    make_contributor,
    make_item,
    make_meeting,
    make_presentation,
    make_request,
    make_role,
    make_speaker,
)

pytestmark = pytest.mark.django_db


def terms(*kinds, **fields):
    return Terms(kinds, timezone.now() + timedelta(days=7), **fields)


def make_speaking(**fields):
    """Somebody who gives a presentation."""
    presentation = make_presentation(title="Counting")
    role = make_role(presentation, speaker=make_speaker(**fields))
    return presentation.meeting, role.speaker


def new(asked):
    return [str(request) for each in asked for request in each.new]


def test_documents_and_titles_are_asked_for_each_presentation():
    meeting, speaker = make_speaking()

    asked = choosing.plan(meeting, [speaker], [], terms("paper", "title", "photo"))

    assert new(asked) == [
        "Paper: Counting",
        "Title of the presentation: Counting",
        "Photo",
    ]


@pytest.mark.parametrize(
    ("kind", "expected"), [("panellist", ["Paper: Panel"]), ("moderator", [])]
)
def test_who_is_heard_in_an_item_itself_is_asked_and_who_leads_it_is_not(
    kind, expected
):
    item = make_item(title="Panel")
    role = make_role(item, kind=kind, speaker=make_speaker())

    asked = choosing.plan(item.meeting, [role.speaker], [], terms("paper"))

    assert new(asked) == expected


def test_an_organization_is_asked_for_documents_alone():
    organization = Organization("IOM")

    asked = choosing.plan(
        make_meeting(), [], [organization], terms("paper", "biography", "title")
    )

    assert new(asked) == ["Paper"]


def test_pages_are_a_rule_of_papers_and_of_no_slides():
    meeting, speaker = make_speaking()

    asked = choosing.plan(
        meeting, [speaker], [], terms("paper", "presentation", max_pages=4)
    )

    assert [request.max_pages for request in asked[0].new] == [4, None]


def test_what_is_asked_for_already_is_passed_over():
    meeting, speaker = make_speaking()
    contributor = make_contributor(meeting, speaker=speaker)
    known = make_request(contributor, kind="photo")

    asked = choosing.plan(meeting, [speaker], [], terms("photo", "biography"))

    assert (new(asked), asked[0].known) == (["Biography"], [known])


def test_a_plan_stores_nothing():
    meeting, speaker = make_speaking()

    choosing.plan(meeting, [speaker], [Organization("IOM")], terms("paper"))

    assert not Contributor.objects.exists()


def test_all_are_asked_once():
    meeting, speaker = make_speaking()
    plan = choosing.plan(meeting, [speaker], [Organization("IOM")], terms("paper"))

    told = [choosing.ask_one(each) for each in plan]
    told_again = [choosing.ask_one(each) for each in plan]

    assert [(str(who), count) for who, count in told] == [("WU Hongbo", 1), ("IOM", 1)]
    assert [count for _who, count in told_again] == [0, 0]
    assert Request.objects.count() == 2


def test_what_is_known_of_an_organization_stays():
    meeting = make_meeting()
    make_contributor(meeting, organization="IOM", email="old@example.org")
    typed = Organization("iom", "Jane Doe", "new@example.org")

    (asked,) = choosing.plan(meeting, [], [typed], terms("paper"))
    choosing.ask_one(asked)

    contributor = Contributor.objects.get()
    assert (contributor.email, contributor.contact) == ("old@example.org", "Jane Doe")


def test_a_plan_asks_the_same_few_queries_for_all(django_assert_num_queries):
    meeting, speaker = make_speaking()
    make_request(make_contributor(meeting, speaker=speaker))
    for number in range(5):
        presentation = make_presentation(make_item(meeting.sessions.get()))
        make_role(presentation, speaker=make_speaker(f"P{number}"))
    speakers = list(Speaker.objects.of(meeting))

    with django_assert_num_queries(3):
        choosing.plan(meeting, speakers, [], terms("paper", "photo"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("IOM", Organization("IOM")),
        ("IOM, a@b.org", Organization("IOM", "", "a@b.org")),
        ("IOM, Jane Doe, a@b.org", Organization("IOM", "Jane Doe", "a@b.org")),
        ("IOM\tJane Doe\ta@b.org", Organization("IOM", "Jane Doe", "a@b.org")),
        (
            "Office for X, Y and Z, Jane Doe, a@b.org",
            Organization("Office for X, Y and Z", "Jane Doe", "a@b.org"),
        ),
    ],
)
def test_a_line_names_organization_contact_and_address(line, expected):
    assert list(read_organizations(f"{line}\n\n")) == [expected]
