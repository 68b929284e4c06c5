"""Files as people open them: from a participant's own page, and in place."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from meeting.files.signed import LASTS
from registration.models import Status
from tests.making import make_item, make_material, make_registration


def make_participant_with_documents():
    item = make_item(title="Opening")
    restricted = {"visibility": "participants", "item": item, "language": "fr"}
    for title in ("Draft outcome document", "Note"):
        make_material(item.meeting, file=b"%PDF-1.7\n", title=title, **restricted)
    return make_registration(item.meeting, status=Status.CONFIRMED)


def make_picture():
    content = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(content, "PNG")
    return content.getvalue()


def test_participants_open_their_documents_from_their_own_page(page, site):
    person = make_participant_with_documents()
    page.goto(f"{site}{person.get_absolute_url()}")
    page.get_by_role("link", name="See the documents").click()

    with page.expect_download() as one:
        page.get_by_role("link", name="Draft outcome document").click()
    with page.expect_download() as whole:
        page.get_by_role("link", name="Download all 2 documents").click()

    assert one.value.suggested_filename == "paper.pdf"
    assert person.token not in one.value.url
    with ZipFile(whole.value.path()) as files:
        assert files.namelist() == [
            "01 Morning session/I. Opening/Draft outcome document (fr).pdf",
            "01 Morning session/I. Opening/Note (fr).pdf",
        ]


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "light")]
)
def test_everybody_can_use_the_pages_of_documents(page, site, axe, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    person = make_participant_with_documents()
    own = f"{site}{person.get_absolute_url()}"
    document = person.meeting.materials.first()
    answer = page.request.get(f"{own}documents/{document.pk}/", max_redirects=0)
    address = answer.headers["location"]

    for path in (f"{own}documents/", f"{site}/15/documents/", own):
        page.goto(path)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    with time_machine.travel(timezone.now() + LASTS + timedelta(seconds=1)):
        page.goto(f"{site}{address}")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Open it from your own page again"
    )
    assert axe(page) == []


def test_a_picture_is_shown_in_place_and_is_nobody_of_ours(page, site):
    picture = make_material(file=make_picture(), filename="room.png")

    page.goto(f"{site}{picture.href}?view")

    assert page.evaluate("document.images[0].naturalWidth") == 40
    assert page.evaluate("window.origin") == "null"


def test_a_film_is_asked_for_in_place(page, site):
    film = make_material(file=b"\0\0\0\x18ftypmp42" + bytes(9000), filename="a.mp4")

    with page.expect_response(lambda answer: answer.status == 206):
        page.goto(f"{site}{film.href}?view")

    expect(page.locator("video")).to_be_attached()


def test_where_a_registration_stands_is_not_printed_as_cancelled(page, site):
    """The words of the own page are none of a state of the day."""
    person = make_participant_with_documents()

    page.goto(f"{site}{person.get_absolute_url()}")

    colour = page.locator("main").evaluate("main => getComputedStyle(main).color")
    expect(page.locator(".panel.state .reference")).to_have_css("color", colour)
