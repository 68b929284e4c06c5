import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import templatize

from agenda.jinja import printed
from agenda.reader import Reader
from meeting.environment import BASE
from tests.making import (
    make_item,
    make_material,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.staff import sign_in

PARTIALS = sorted((BASE / "templates").rglob("*.jinja"))
TEXT = re.compile(r'_\("[^"]+"\)')


@pytest.mark.parametrize("partial", PARTIALS, ids=lambda path: path.name)
def test_texts_of_a_partial_are_found_by_makemessages(partial):
    source = partial.read_text()

    found = TEXT.findall(templatize(source).replace(" _(", "_("))

    assert found == TEXT.findall(source)


@pytest.mark.django_db
def test_whatever_people_typed_is_escaped(client):
    nasty = "<b>Ana & 'Co'</b>"
    session = make_session(title=nasty, note=nasty, room=nasty)
    item = make_item(session, title=nasty, note=nasty, slug="item")
    presentation = make_presentation(item, title=f"{nasty} A/RES/70/1", note=nasty)
    make_role(presentation, speaker=make_speaker(nasty), function=nasty, style=nasty)
    make_material(session.meeting, item=item, title=nasty, url="", symbol=nasty)

    sign_in(client)
    pages = ("agenda/", "agenda/?view=compact", "agenda/?by=room", "agenda/item/")
    editor = reverse("admin:agenda_programme", args=[session.meeting.pk])

    for path in (*(f"/15/{page}" for page in pages), editor):
        html = client.get(path).text
        assert "&lt;b&gt;Ana &amp; &#39;Co&#39;&lt;/b&gt;" in html
        assert "<b>Ana" not in html


@pytest.mark.django_db
def test_hours_read_from_left_to_right_in_every_script(client):
    start = datetime(2027, 2, 16, 15, tzinfo=UTC)
    session = make_session(starts_at=start, ends_at=start + timedelta(hours=3))
    make_item(session, slug="item", starts_at=start, ends_at=start + timedelta(hours=1))

    for path in ("agenda/", "agenda/item/", f"sessions/{session.pk}/", ""):
        html = client.get(f"/15/{path}?zone=Asia/Tokyo").text
        isolated = re.sub(r'<(bdi|span)[^>]*dir="ltr">.*?</\1>', "", html)
        assert "–" in html
        assert not re.search(
            r"\d\d\.\d\d(</time>)?–|–(<time[^>]*>)?\d\d\.\d\d", isolated
        )


@pytest.mark.django_db
def test_names_and_offices_stand_in_their_own_direction(client):
    presentation = make_presentation(make_item(slug="item"))
    make_role(
        presentation, speaker=make_speaker("Ana Lima"), function="Director", style="Mr."
    )

    html = client.get("/15/agenda/item/").text

    assert re.search(r"<bdi>Mr\. <a [^>]+>Ana Lima</a></bdi>", html)
    assert "<bdi>Director" in html


@pytest.mark.django_db
def test_the_title_of_a_session_leads_to_its_page(client):
    session = make_session(title="Morning session")

    html = client.get("/15/agenda/").text

    assert f'<a href="/15/sessions/{session.pk}/">Morning session</a>' in html


@pytest.mark.django_db
def test_no_materials_print_nothing():
    assert printed("materials", Reader(make_session().meeting), []).strip() == ""


@pytest.mark.django_db
def test_the_languages_of_one_document_stand_together():
    session = make_session()
    materials = [
        make_material(
            session.meeting,
            title="Report",
            symbol="A/71/296",
            language=language,
            url=f"https://undocs.org/{language}/A/71/296",
        )
        for language in ("fr", "en", "es")
    ]
    reader = Reader(session.meeting)

    html = printed("materials", reader, materials)

    assert html.count("<li>") == 1
    links = re.findall(r'href="https://undocs.org/(..)/.*?>(.*?)</', html)
    assert links == [
        ("en", "<bdi>Report"),
        ("en", '<span lang="en">English'),
        ("fr", '<span lang="fr">français'),
        ("es", '<span lang="es">español'),
    ]


@pytest.mark.django_db
def test_documents_of_different_titles_stand_apart():
    meeting = make_session().meeting
    titles = ("Report", "Note")
    materials = [make_material(meeting, title=each, language="en") for each in titles]

    assert printed("materials", Reader(meeting), materials).count("<li>") == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("second", "lines"),
    [
        ({"title": "Rapport", "language": "fr"}, 1),
        ({"title": "Annex", "language": "en"}, 2),
        ({"title": "Report", "language": "en", "kind": "statement"}, 2),
    ],
)
def test_a_symbol_is_one_document_whatever_its_titles(second, lines):
    meeting = make_session().meeting
    facts = {"symbol": "A/71/296", "kind": "report"}
    make_material(meeting, **facts | {"title": "Report", "language": "en"})
    make_material(meeting, **facts | second)

    html = printed("materials", Reader(meeting), list(meeting.materials.all()))

    assert html.count("<li>") == lines


@pytest.mark.django_db
def test_what_two_people_gave_under_one_title_stands_apart():
    item = make_item()
    facts = {"title": "Statement", "kind": "statement", "language": "en"}
    for _each in range(2):
        presentation = make_presentation(item)
        make_material(item.meeting, presentation=presentation, **facts)
    materials = list(item.meeting.materials.all())

    html = printed("materials", Reader(item.meeting), materials)

    assert html.count("<li>") == 2


@pytest.mark.django_db
def test_a_line_says_what_opens():
    meeting = make_session().meeting
    material = make_material(
        meeting, file=b"%PDF-1.7\n", symbol="A/RES/70/1", kind="paper", author="ILO"
    )
    material.size, material.pages, material.date = 1_300_000, 12, "2017-02"

    html = printed("materials", Reader(meeting), [material])

    assert 'href="https://undocs.org/A/RES/70/1">A/RES/70/1</a>' in html
    text = " ".join(re.sub("<[^>]+>", " ", html).split())
    assert text == "A paper Paper ILO A/RES/70/1 PDF 1.2 MB 12 pages February 2017"


@pytest.mark.django_db
def test_photos_that_were_made_small_stand_in_a_gallery():
    meeting = make_session().meeting
    small = make_material(meeting, kind="photo", title="The podium", file=b"x")
    small.thumbnail = "photos/small.jpg"
    large = make_material(meeting, kind="photo", title="The hall")

    html = printed("materials", Reader(meeting), [small, large])

    assert re.findall(r"<ul class=.(\w+)", html) == ["materials", "gallery"]
    assert f'<a href="{small.href}"><img src="{small.thumbnail_href}" alt=""' in html


@pytest.mark.django_db
def test_a_film_names_the_site_on_which_it_opens():
    film = make_material(kind="video", url="https://media.un.org/en/asset/k1")

    assert film.form == "media.un.org"
