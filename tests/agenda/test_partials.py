import re

import pytest
from django.utils.translation import templatize

from meeting.environment import BASE
from tests.making import (
    make_item,
    make_material,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)

PARTIALS = sorted((BASE / "templates/agenda").glob("*.jinja"))
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

    for path in ("agenda/", "agenda/?view=compact", "agenda/?by=room", "agenda/item/"):
        html = client.get(f"/15/{path}").text
        assert "&lt;b&gt;Ana &amp; &#39;Co&#39;&lt;/b&gt;" in html
        assert "<b>Ana" not in html
