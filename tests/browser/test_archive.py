"""A copy of a meeting opens from its folder, without any server."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from meeting import environment as env
from tests.making import (
    PDF,
    make_item,
    make_material,
    make_meeting,
    make_page,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)


@pytest.fixture
def copy(site, settings, tmp_path):
    """Of a meeting that is on now, with stars, a search and open registration."""
    own = {"default": env.storage(tmp_path / "stored")}
    settings.STORAGES = settings.STORAGES | own
    meeting = make_meeting(starts_on=timezone.now().date())
    now, hour = timezone.now(), timedelta(hours=1)
    session = make_session(meeting, starts_at=now - hour, ends_at=now + hour)
    item = make_item(session, title="Follow-up to A/RES/70/1")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")
    make_material(
        meeting, presentation=presentation, title="The paper", file=PDF, language="en"
    )
    make_page(meeting, title="Information note", slug="note")
    folder = tmp_path / "copy of 15"
    call_command("export_site", "15", to=folder, stdout=StringIO(), stderr=StringIO())
    return folder


@pytest.fixture
def asked(page, copy):
    """All that the pages ask for, and what they complain of."""
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("console", lambda message: addresses.append(message.text))
    return addresses


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_it_leads_to_items_and_documents_and_asks_nobody(
    page, copy, asked, width, scheme
):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)

    page.goto((copy / "index.html").as_uri())
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert colour == {"light": "rgb(253, 252, 249)", "dark": "rgb(19, 22, 27)"}[scheme]
    for name in ("Agenda", "By room", "Compact", "Follow-up to"):
        page.get_by_role("link", name=name).first.click()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert (page.title(), wide) == (page.title(), width)
    expect(page.get_by_role("heading", level=1)).to_have_text("Follow-up to A/RES/70/1")
    expect(page.locator(".copied")).to_contain_text("Copy of http://localhost")
    assert [url for url in asked if not url.startswith(copy.as_uri())] == []

    # A browser that shows no PDF saves it.
    with page.expect_request("**/paper.pdf") as paper:
        page.get_by_role("link", name="The paper").click()
    assert paper.value.url.startswith(copy.as_uri())
    assert Path(unquote(urlsplit(paper.value.url).path)).read_bytes() == PDF


def test_everybody_can_use_it(page, copy, axe):
    for name in ("index.html", "agenda/index.html", "documents/index.html"):
        page.goto((copy / name).as_uri())
        assert axe(page) == [], name


def test_the_readers_own_hours_are_shown_without_a_server(browser, copy):
    page = browser.new_page(timezone_id="Asia/Tokyo")

    page.goto((copy / "agenda/index.html").as_uri())

    expect(page.locator(".yours").first).to_contain_text("your time")
    expect(page.locator("button, form, .now-mark, .strip")).to_have_count(0)
    page.close()
