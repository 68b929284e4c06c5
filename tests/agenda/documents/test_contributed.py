import re
from datetime import date

import pytest

from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_page,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db
PAGE = "/15/contributed-papers/"


@pytest.fixture
def meeting():
    return make_meeting(
        title="Fifteenth Coordination Meeting",
        city="New York",
        starts_on=date(2027, 2, 16),
        ends_on=date(2027, 2, 17),
    )


def citations(html):
    return re.findall(r'<p dir="auto">(.*?)</p>', html)


def contribute(meeting, **facts):
    facts = {"is_contributed": True, "kind": "paper", "title": "Numbers"} | facts
    return make_material(meeting, **facts)


def test_they_stand_by_organization(client, meeting):
    contribute(meeting, author="WHO", title="Health")
    contribute(meeting, author="Économie et société", title="Work")
    contribute(meeting, author="ILO", title="Labour")
    contribute(meeting, author="ILO", title="Skills")
    make_material(meeting, title="Not contributed")

    html = client.get(PAGE).text

    found = re.findall(r"<h2><bdi>(.*?)</bdi></h2>|\"opens\"[^>]*><bdi>(.*?)<", html)
    assert [a or b for a, b in found] == [
        "Économie et société",
        "Work",
        "ILO",
        "Labour",
        "Skills",
        "WHO",
        "Health",
    ]
    assert "Posted as received, without formal editing." in html
    assert "4 papers · 3 organizations" in html


def test_a_paper_without_author_is_that_of_its_speakers_organization(client, meeting):
    item = make_item(make_session(meeting))
    presentation = make_presentation(item, released=False)
    make_role(presentation, speaker=make_speaker("Ana LIMA"), affiliation="IOM")
    contribute(meeting, presentation=presentation)

    html = client.get(PAGE).text

    assert "<h2><bdi>IOM</bdi></h2>" in html
    assert citations(html)[0].startswith("Ana Lima, “Numbers”, paper presented at")


def test_a_citation_names_author_title_meeting_place_date_and_symbol(client, meeting):
    contribute(meeting, author="ILO", symbol="ESA/P/WP/249")

    assert citations(client.get(PAGE).text) == [
        "ILO, “Numbers”, paper presented at the Fifteenth Coordination Meeting,"
        " New York, 16–17 February 2027 (ESA/P/WP/249)."
    ]


@pytest.mark.parametrize(
    ("facts", "cited"),
    [
        ({"kind": "report"}, 1),
        ({"kind": "photo"}, 0),
        ({"kind": "paper", "url": ""}, 0),
    ],
)
def test_documents_can_be_cited_once_they_can_be_read(client, meeting, facts, cited):
    make_material(meeting, **facts)

    assert len(citations(client.get("/15/documents/").text)) == cited


def test_without_any_it_says_so(client, meeting):
    assert "No contributed papers have been posted yet." in client.get(PAGE).text


def test_it_takes_as_many_queries_for_three_as_for_one(
    client, settings, meeting, django_assert_num_queries
):
    settings.KEPT_SECONDS = 0
    contribute(meeting, author="ILO")
    with django_assert_num_queries(4):
        client.get(PAGE)
    contribute(meeting, author="IOM")
    contribute(meeting, author="WHO")
    with django_assert_num_queries(4):
        client.get(PAGE)


@pytest.mark.parametrize(
    ("slug", "leads_to"),
    [
        ("contributed-papers", "contributed-papers"),
        ("contributed-papers-2", "contributed-papers"),
        ("background-documents", "documents"),
    ],
)
def test_a_page_of_the_menu_leads_to_it(client, meeting, slug, leads_to):
    page = make_page(meeting, slug=slug, shows="documents")

    assert page.get_absolute_url() == f"/15/{leads_to}/"


def test_a_paper_that_came_to_the_desk_is_cited_without_the_capitals(client, meeting):
    presentation = make_presentation(make_item(make_session(meeting)), released=False)
    make_role(presentation, speaker=make_speaker("Ana LIMA"))
    contribute(meeting, presentation=presentation, author="Ana LIMA")

    assert citations(client.get(PAGE).text)[0].startswith("Ana Lima, “Numbers”")
