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
    assert re.findall(r'href="https://undocs.org/(..)/', html) == ["en", "fr", "es"]


@pytest.mark.django_db
def test_documents_of_different_titles_stand_apart():
    meeting = make_session().meeting
    titles = ("Report", "Note")
    materials = [make_material(meeting, title=each, language="en") for each in titles]

    assert printed("materials", Reader(meeting), materials).count("<li>") == 2
