import re
from datetime import timedelta

import pytest
from django.utils import timezone

from agenda.models import Material
from tests.making import (
    PDF,
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)

pytestmark = pytest.mark.django_db
PAGE = "/15/documents/"


def titles(html):
    return re.findall(r'<a class="opens"[^>]*><bdi>(.*?)</bdi>', html)


def headings(html):
    found = re.findall(r"<h2>(.*?)</h2>", html)
    return [re.sub(r"<small>.*|<[^>]+>", "", each).strip() for each in found]


@pytest.fixture
def meeting():
    """A paper of the meeting, of a session, an item, and of who speaks on it."""
    meeting = make_meeting()
    second = meeting.starts_on + timedelta(days=1)
    late = make_session(meeting, title="Closing session", date=second, released=False)
    early = make_session(meeting, title="Opening session", released=False)
    item = make_item(early, title="Migration flows", slug="flows", released=False)
    presentation = make_presentation(item, title="Côte d’Ivoire", released=False)
    make_role(presentation, speaker=make_speaker("Ana LÍMA"), affiliation="Togo")
    make_material(meeting, title="Of the meeting", kind="report", language="en")
    make_material(meeting, title="Of the end", session=late, kind="paper")
    make_material(meeting, title="Of the item", item=item, kind="paper", language="fr")
    make_material(
        meeting, title="Slides", presentation=presentation, symbol="ESA/P/WP/249"
    )
    return meeting


def test_they_stand_in_the_order_of_the_agenda(client, meeting):
    html = client.get(PAGE).text

    assert titles(html) == ["Of the meeting", "Of the item", "Slides", "Of the end"]
    assert headings(html) == ["Of the meeting", "I. Migration flows", "Closing session"]
    assert "4 documents" in html


def test_by_kind_each_says_where_it_belongs(client, meeting):
    html = client.get(f"{PAGE}?by=kind").text

    assert headings(html) == ["Slides", "Paper", "Report"]
    assert titles(html) == ["Slides", "Of the item", "Of the end", "Of the meeting"]
    assert html.count("I. Migration flows</bdi>") == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=paper", ["Of the item", "Of the end"]),
        ("language=fr", ["Of the item"]),
        ("q=SLIDE", ["Slides"]),
        ("q=esa/p/wp/249", ["Slides"]),
        ("q=ana lima", ["Slides"]),
        ("q=cote ivoire", ["Slides"]),
        ("q=flows", ["Of the item", "Slides"]),
        ("q=flows&kind=paper", ["Of the item"]),
        ("q=opening", ["Of the item", "Slides"]),
        ("kind=nonsense", ["Of the meeting", "Of the item", "Slides", "Of the end"]),
        ("part=x", ["Of the meeting", "Of the item", "Slides", "Of the end"]),
    ],
)
def test_what_is_asked_for_is_found(client, meeting, query, found):
    asked = dict(each.split("=", 1) for each in query.split("&"))

    assert titles(client.get(PAGE, asked).text) == found


def test_a_day_or_a_session_is_asked_for(client, meeting):
    session = meeting.sessions.get(title="Opening session")

    of_session = client.get(PAGE, {"part": f"s{session.pk}"}).text
    of_day = client.get(PAGE, {"part": f"{meeting.ends_on}"}).text

    assert titles(of_session) == ["Of the item", "Slides"]
    assert titles(of_day) == ["Of the end"]
    assert "2 of 4 documents" in of_session


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("وثيقة عن الهجرة", "هجره"),
        ("国际移徙报告", "移徙"),
        ("Übersicht der Straße", "ubersicht strasse"),
    ],
)
def test_words_are_found_in_every_script(client, meeting, title, words):
    make_material(meeting, title=title)

    assert titles(client.get(PAGE, {"q": words}).text) == [title]


def test_a_language_that_is_asked_for_is_the_one_that_opens(client, meeting):
    for code in ("en", "es"):
        make_material(
            meeting, title="Note", language=code, url=f"https://example.org/{code}"
        )

    html = client.get(PAGE, {"language": "es"}).text

    assert '<a class="opens" href="https://example.org/es" hreflang="es">' in html
    assert titles(html) == ["Note"]


def test_filters_offer_what_there_is_with_how_many(client, meeting):
    html = client.get(PAGE).text

    options = re.findall(r'<option value="([^"]+)".*?>(.*?)</option>', html)
    assert ("paper", "Paper (2)") in options
    assert ("fr", "French (1)") in options
    assert "statement" not in dict(options)
    assert len([value for value, _words in options if value[0] == "s"]) == 2


def test_nothing_found_says_what_to_do(client, meeting):
    html = client.get(PAGE, {"q": "water", "kind": "paper"}).text

    assert "No document has all of this" in html
    assert 'href="?q=water"' in html
    assert 'href="?kind=paper"' in html
    assert f'href="{PAGE}"' in html


def test_without_documents_there_is_nothing_to_filter(client):
    make_meeting()

    html = client.get(PAGE).text

    assert "No documents have been posted yet." in html
    assert "<form" not in html


def test_what_is_held_back_shows_at_its_time(client, meeting):
    later = timezone.now() + timedelta(hours=1)
    material = make_material(meeting, title="Embargoed", visible_from=later)
    make_material(meeting, title="Inside", visibility="participants")
    assert len(titles(client.get(PAGE).text)) == 4

    material.visible_from = timezone.now() - timedelta(seconds=1)
    material.save()

    assert "Embargoed" in titles(client.get(PAGE, {"by": "kind"}).text)
    assert "Inside" not in client.get(PAGE, {"by": "kind"}).text


@pytest.mark.parametrize("query", ["", "?by=kind", "?q=paper"])
def test_as_many_queries_for_a_thousand_as_for_one(
    client, settings, django_assert_max_num_queries, query
):
    settings.KEPT_SECONDS = 0
    item = make_item(make_session(make_meeting(), released=False))
    make_role(make_presentation(item))
    rows = [
        item.materials.model(
            meeting=item.meeting, item=item, kind="paper", title=f"Paper {n}", url="/x"
        )
        for n in range(1000)
    ]
    item.materials.model.objects.bulk_create(rows)

    with django_assert_max_num_queries(8):
        html = client.get(f"{PAGE}{query}").text

    assert len(titles(html)) == 1000


def test_only_the_whole_list_is_kept(client, meeting):
    whole, narrowed = client.get(f"{PAGE}?utm=x"), client.get(f"{PAGE}?kind=paper")

    assert "ETag" in whole
    assert "ETag" not in narrowed
    assert "private" in narrowed["Cache-Control"]


def test_it_leads_to_the_contributed_papers_where_there_are_any(client, meeting):
    path = "/15/contributed-papers/"
    assert f'href="{path}"' not in client.get(f"{PAGE}?q=").text

    make_material(meeting, is_contributed=True, kind="paper", author="ILO")

    assert f'href="{path}"' in client.get(f"{PAGE}?by=kind").text


def test_the_search_of_the_agenda_finds_a_paper_by_its_author(client, meeting):
    make_material(meeting, title="Numbers", author="Économie et société")

    html = client.get("/15/search/", {"q": "economie"}).text

    assert "Numbers</a>" in html


@pytest.mark.parametrize(
    ("kind", "filename", "length"),
    [
        ("presentation", "talk.pdf", "12 slides"),
        ("paper", "talk.pptx", "12 slides"),
        ("paper", "paper.pdf", "12 pages"),
    ],
)
def test_slides_are_counted_as_slides(client, kind, filename, length):
    material = make_material(kind=kind, file=PDF)
    Material.objects.update(filename=filename, pages=12)

    html = client.get(f"/{material.meeting.slug}/documents/").text

    assert f"<span>{length}</span>" in html


def test_a_long_list_begins_with_its_headings(client):
    session = make_session()
    items = [make_item(session, title=f"Item {n}") for n in range(4)]
    assert "Go to a heading" not in client.get(PAGE).text
    for item in items:
        for _each in range(8):
            make_material(item.meeting, item=item)

    html = client.get(f"{PAGE}?by=item").text

    assert "Go to a heading" in html
    links = re.findall(r'href="#(group-\d)"', html)
    assert links == re.findall(r'class="documents-of" id="(group-\d)"', html)
    assert len(links) == 4
