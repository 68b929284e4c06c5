"""Speakers: looked up by a reader, kept up to date by the secretariat."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from playwright.sync_api import expect

from agenda.models import Speaker
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
    make_user,
)
from tests.parts.browsing import barriers, log_in


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def programme(site):
    """Two meetings: one person at both, one with nothing, and one in Arabic letters."""
    earlier, meeting = make_meeting(), make_meeting(is_current=True)
    ana = make_speaker(
        "Ana LIMA",
        biography="Born by the sea.\n\nولدت في لشبونة.",
        photo=ContentFile(picture(), "ana.png"),
    )
    make_role(make_item(make_session(earlier), title="Fire"), speaker=ana)
    session = make_session(meeting, room="Room VIII")
    presentation = make_presentation(
        make_item(session, title="Water"), title="A first look"
    )
    make_role(
        presentation,
        speaker=ana,
        style="H.E. Ms.",
        function="Director",
        affiliation="The Sea Trust",
    )
    make_material(meeting, presentation=presentation, title="Slides")
    item = make_item(session, title="Closing")
    for name in ("أحمد الخطيب", "Øyvind ØSTERGÅRD", "WU Hongbo"):
        make_role(item, speaker=make_speaker(name))
    return meeting


def picture(colour="navy"):
    output = BytesIO()
    Image.new("RGB", (300, 400), colour).save(output, "PNG")
    return output.getvalue()


PATHS = [
    "/16/speakers/",
    "/16/speakers/?q=sea",
    "/16/speakers/?q=nobody",
    "/16/speakers/ana-lima/",
    "/16/speakers/wu-hongbo/",
]


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(320, "light", "en"), (768, "dark", "ar"), (1280, "light", "en")],
)
def test_everybody_can_use_the_pages_of_speakers(
    page, site, programme, axe, settings, width, scheme, language
):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.set_extra_http_headers({"Accept-Language": language})
    found = {}
    for path in PATHS:
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[path] = [*axe(page), *(["scrolls"] if wide > width else [])]

    assert found == {path: [] for path in PATHS}


def test_reader_finds_a_person_and_what_they_do(page, site, programme):
    page.goto(f"{site}/16/speakers/")
    page.get_by_label("Find a person").fill("sea trust")
    page.keyboard.press("Enter")
    expect(page.locator(".letter li")).to_have_count(1)
    page.get_by_role("link", name="Ana LIMA").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ana LIMA")
    expect(page.get_by_text("Born by the sea.")).to_be_visible()
    expect(page.get_by_text("H.E. Ms. Ana LIMA")).to_be_visible()
    expect(page.get_by_role("link", name="Slides")).to_be_visible()
    expect(page.get_by_role("link", name="I. Fire")).to_be_visible()
    photo = page.get_by_role("img", name="Photo of Ana LIMA")
    # It is there, and not merely announced.
    assert photo.evaluate("each => each.naturalWidth") == 300


def test_a_letter_is_one_tap_away(page, site, programme):
    page.goto(f"{site}/16/speakers/")
    page.get_by_role("navigation", name="Letters").get_by_role("link", name="W").click()

    assert page.url.endswith("#letter-57")
    expect(page.get_by_role("heading", name="W", exact=True)).to_be_in_viewport()


def test_secretariat_sets_a_photo_that_readers_see(page, site, programme):
    log_in(page, site, make_user(is_superuser=True))
    speaker = Speaker.objects.get(name="WU Hongbo")
    page.goto(f"{site}/admin/agenda/speaker/{speaker.pk}/change/")
    page.get_by_label("Biography").fill("First.\n\nSecond.")
    photo = {"name": "wu.png", "mimeType": "image/png", "buffer": picture("red")}
    page.get_by_label("Photo:").set_input_files(photo)
    page.get_by_role("button", name="Save and continue editing").click()

    expect(page.get_by_role("img", name="Photo of WU Hongbo")).to_be_visible()
    assert barriers(page) == []
    page.goto(f"{site}/16/speakers/wu-hongbo/")
    expect(page.get_by_role("img", name="Photo of WU Hongbo")).to_be_visible()
    expect(page.locator(".biography p")).to_have_text(["First.", "Second."])


def test_secretariat_makes_one_of_two(page, site, programme):
    log_in(page, site, make_user(is_superuser=True))
    twice = make_speaker("Ana Maria LIMA", biography="Another text.")
    gone = Speaker.objects.get(name="Ana LIMA")
    page.goto(f"{site}/admin/agenda/speaker/{gone.pk}/change/")
    page.get_by_role("link", name="Same person as another").click()
    assert barriers(page) == []
    page.get_by_label("Is the same person as").select_option("Ana Maria LIMA")
    page.get_by_role("button", name="See what moves").click()
    assert barriers(page) == []
    page.get_by_label("Ana LIMA: Born by the sea.").check()
    page.get_by_role("button", name="Make one person of them").click()

    expect(page.get_by_text("“Ana LIMA” is “Ana Maria LIMA” now")).to_be_visible()
    page.goto(f"{site}/16/speakers/ana-lima/")
    assert page.url == f"{site}/16/speakers/{twice.slug}/"
    expect(page.get_by_text("Born by the sea.")).to_be_visible()
    expect(page.get_by_role("img", name="Photo of Ana LIMA")).to_be_visible()
