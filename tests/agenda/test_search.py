"""Finding what is on the agenda, however it is typed."""

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from agenda.models import Role
from agenda.search.folding import fold
from agenda.search.query import LONGEST, Query
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
)


def finds(query, text):
    asked = Query(query)
    return bool(asked) and asked.is_in(fold(text))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        # Accents, case, apostrophes, order, beginnings.
        ("cote divoire", "République de Côte d’Ivoire"),
        ("ivoire", "Côte d'Ivoire"),
        ("D'IVOIRE", "Cote dIvoire"),
        ("l’eau", "L'eau et la migration"),
        ("l’eau", "Eau et migration"),
        ("qu'une", "Une seule eau"),
        ("migr reg", "Regular Migration"),
        ("oconnor", "Sinéad O’Connor"),
        ("o'connor", "Sinéad OCONNOR"),
        ("strasse", "Straße"),
        ("walesa", "Lech Wałęsa"),
        ("oeuvre", "Mise en œuvre"),
        ("a/res/70/1", "Follow-up to A/RES/70/1"),
        ("istanbul", "İSTANBUL"),
        # Russian.
        ("еще", "Ещё один вопрос"),
        ("ещё", "ЕЩЕ ОДИН ВОПРОС"),
        ("миграц", "Международная миграция"),
        # Arabic: harakat, tatweel, hamza, ta marbuta, alef maksura, the article.
        ("الهجره", "الهجرة الدولية"),
        ("هجرة", "الهِجْرَة الدولية"),
        ("الهجرة", "هجرة العمال"),
        ("هجرة", "والهجرة"),
        ("هجرة", "للهجرة"),
        ("الهجـــرة", "الهجرة"),
        ("امم", "الأمم المتحدة"),
        ("الأمم", "الامم المتحدة"),
        ("مستوي", "مستوى المعيشة"),
        ("المسوول", "المسؤول"),
        ("2030", "خطة عام ٢٠٣٠"),
        # Chinese: anywhere, with or without spaces.
        ("移民", "国际移民组织"),
        ("国际移民", "国际 移民 组织"),
        ("移民 国际", "国际移民组织"),
        ("移民2030", "2030年移民议程"),
        ("\uff29\uff2f\uff2d", "与IOM合作"),
        ("iom合作", "与IOM合作"),
    ],
)
def test_search_finds(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("gration", "Migration"),
        ("lima water", "Lima"),
        ("移组", "国际移民组织"),
        ("جرة", "الهجرة"),
        ("ال", "هجرة"),
        ("…", "…"),
        ("", "anything"),
    ],
)
def test_search_does_not_find(query, text):
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("cote", "La Côte d’Ivoire", "La <mark>Côte</mark> d’Ivoire"),
        ("ivoire", "Côte d’Ivoire", "Côte d’<mark>Ivoire</mark>"),
        ("migr", "Migration", "<mark>Migration</mark>"),
        ("هجرة", "في الهِجْرَةِ", "في <mark>الهِجْرَةِ</mark>"),
        ("移民", "国际移民组织", "国际<mark>移民</mark>组织"),
        ("jose", "Jose\u0301 <b>", "<mark>Jose\u0301</mark> &lt;b&gt;"),
        ("ab abc", "abc", "<mark>abc</mark>"),
        ("of", "office of", "<mark>office</mark> <mark>of</mark>"),
        ("x", "nothing", "nothing"),
    ],
)
def test_the_found_words_are_marked(query, text, marked):
    assert Query(query).mark(text) == marked


@given(st.text(max_size=60), st.text(max_size=60))
def test_marking_loses_no_letter(query, text):
    marked = Query(query).mark(text)

    assert marked.replace("<mark>", "").replace("</mark>", "") == escape(text)


@given(st.text(min_size=1, max_size=40))
def test_what_is_typed_whole_is_found(text):
    query = Query(text)

    if query:
        assert query.is_in(fold(query.text))
        assert "<mark>" in query.mark(query.text)


def test_a_long_query_is_cut():
    assert len(Query("word " * 1000).text) <= LONGEST


# The page.


@pytest.fixture
def programme(db):
    meeting = make_meeting()
    session = make_session(meeting, title="Morning session", room="Room VIII")
    item = make_item(session, title="Water and migration")
    make_item(session, title="Closing")
    presentation = make_presentation(item, title="A first look")
    speaker = make_speaker("Ana LIMA", biography="Born by the sea.")
    make_role(
        presentation, speaker=speaker, function="Director", affiliation="Côte d’Ivoire"
    )
    make_role(item, kind=Role.Kind.MODERATOR, speaker=make_speaker("WU Hongbo"))
    make_material(
        meeting, presentation=presentation, title="Slides", symbol="E/CN.9/2027/3"
    )
    return meeting


def results(client, query, path="/15/search/"):
    """What is found, by the address it leads to, in the order of the page."""
    response = client.get(path, {"q": query})
    assert response.status_code == 200
    found = response.context["found"]
    if found is None:
        return []
    kinds = (found.programme, found.people, found.documents)
    return [hit.url for hits in kinds for hit in hits.shown]


ITEM, PERSON = "/15/agenda/water-and-migration/", "/15/speakers/ana-lima/"
PAPER = "https://example.org/paper.pdf"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lima water", [ITEM, PERSON, PAPER]),
        ("cote ivoire", [ITEM, PERSON, PAPER]),
        ("closing", ["/15/agenda/closing/"]),
        ("wu hongbo", [ITEM, "/15/speakers/wu-hongbo/"]),
        ("E/CN.9/2027/3", [ITEM, PAPER]),
        ("lima closing", []),
        # Of a person, name and office alone.
        ("born sea", []),
    ],
)
def test_each_thing_found_leads_to_its_place(client, programme, query, found):
    assert results(client, query) == found


def test_a_session_is_found_by_its_room(client, programme):
    session = programme.sessions.get()

    assert results(client, "room viii") == [f"/15/agenda/#s{session.pk}"]


def test_titles_come_before_what_belongs_to_them(client, programme):
    make_item(programme.sessions.get(), title="Lima accord")

    assert results(client, "lima")[:2] == ["/15/agenda/lima-accord/", ITEM]


def test_the_page_marks_and_counts_what_it_found(client, programme):
    html = client.get("/15/search/", {"q": "lima water"}).text

    assert "<mark>Water</mark> and migration" in html
    assert "Ana <mark>LIMA</mark>, Director, Côte d’Ivoire: A first look" in html
    assert "3 places have “lima water”." in html


def test_nothing_found_says_what_to_do(client, programme):
    html = client.get("/15/search/", {"q": "<atlantis>"}).text

    assert "Nothing has “&lt;atlantis&gt;”" in html
    assert "All the words must be found together." in html


@pytest.mark.parametrize("query", ["", " ", "\0", "—"])
def test_an_empty_question_finds_nothing(client, programme, query):
    assert results(client, query) == []


def test_what_is_not_released_or_not_public_is_not_found(client, programme):
    make_item(programme.sessions.get(), title="Secret water", released=False)
    make_material(programme, title="Secret paper", visibility="staff")

    assert results(client, "secret") == []


def test_pages_of_an_unpublished_meeting_are_not_there(client, programme):
    programme.is_published = False
    programme.save()

    assert client.get("/15/search/?q=water").status_code == 404


def test_only_so_many_are_shown_and_the_number_is_said(client, db):
    session = make_session()
    for number in range(23):
        make_item(session, title=f"Water {number}", released=False)
    make_release(session.meeting)

    response = client.get("/15/search/?q=water")

    assert response.text.count('<a href="/15/agenda/water-') == 20
    assert "The first 20 of 23 are shown." in response.text


@pytest.mark.parametrize("items", [1, 30])
def test_search_takes_as_many_queries_however_long(
    client, db, items, django_assert_num_queries
):
    session = make_session()
    for _each in range(items):
        item = make_item(session, title="Water", released=False)
        role = make_role(make_presentation(item, released=False), released=False)
        make_material(session.meeting, role=role)
    make_release(session.meeting)

    with django_assert_num_queries(5):
        client.get("/15/search/?q=water")
