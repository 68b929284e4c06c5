"""Looking for something, and starring it, as a person does."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from agenda.models import OwnAgenda
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_presentation,
    make_role,
    make_session,
    make_speaker,
)


@pytest.fixture
def item(site):
    cache.clear()
    meeting = make_meeting()
    session = make_session(meeting, title="Plenary")
    item = make_item(session, title="Water and migration")
    make_session(meeting, title="Round table")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")
    make_material(meeting, presentation=presentation)
    return item


STAR = "On my agenda: Water and migration"


def test_a_search_leads_to_its_place_without_scripts(browser, site, item):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}/15/agenda/")

    page.get_by_label("Search the agenda").fill("lima water")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_have_text("Water")
    page.get_by_role("link", name="Water and migration").first.click()

    expect(page).to_have_url(f"{site}/15/agenda/water-and-migration/")
    page.close()


def test_a_star_stays_and_shows_in_another_tab(page, site, item):
    page.goto(f"{site}/15/agenda/")
    other = page.context.new_page()
    other.goto(f"{site}/15/agenda/")
    button = page.get_by_role("button", name=STAR)
    expect(other.get_by_role("button", name=STAR)).to_be_visible()

    button.focus()
    page.keyboard.press("Enter")

    expect(button).to_have_attribute("aria-pressed", "true")
    pressed = other.get_by_role("button", name=STAR, pressed=True)
    expect(pressed).to_be_visible()
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    page.reload()
    expect(page.get_by_role("button", name=STAR, pressed=True)).to_be_visible()
    assert OwnAgenda.objects.get().items.get() == item


def test_two_stars_at_once_are_on_one_agenda(page, site, item):
    page.goto(f"{site}/15/agenda/")

    page.get_by_role("button", name=STAR).click()
    page.get_by_role("button", name="On my agenda: Round table").click()
    page.wait_for_load_state("networkidle")

    page.goto(f"{site}/15/mine/")
    expect(page.get_by_text("At the same time: Round table")).to_be_visible()
    assert OwnAgenda.objects.count() == 1


def test_a_star_that_cannot_be_kept_is_undone_and_said(page, site, item):
    page.goto(f"{site}/15/agenda/")
    button = page.get_by_role("button", name=STAR)
    expect(button).to_be_visible()
    page.route("**/mine/", lambda route: route.abort())

    button.click()

    expect(page.get_by_role("alert")).to_contain_text("this could not be kept")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_stars_without_scripts(browser, site, item):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}/15/agenda/water-and-migration/")

    page.locator(".star").get_by_role("link", name="My agenda").click()
    page.get_by_role("button", name="Put it on my agenda").click()
    expect(page.get_by_role("link", name="Subscribe")).to_be_visible()
    page.get_by_role("button", name="Remove I. Water and migration").click()

    expect(page.get_by_text("Nothing is on it yet")).to_be_visible()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_everybody_can_use_these_pages(page, site, item, axe, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{site}/15/agenda/")
    page.get_by_role("button", name=STAR).click()
    page.get_by_role("button", name="On my agenda: Round table").click()
    page.wait_for_load_state("networkidle")
    paths = (
        "agenda/",
        "search/",
        "search/?q=lima",
        "search/?q=no",
        "mine/",
        "offline/",
    )
    found = {}
    for path in (*paths, f"mine/?part=i{item.pk}"):
        page.goto(f"{site}/15/{path}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[path] = axe(page) + ([f"{wide} px wide"] if wide > width else [])

    assert {path: problems for path, problems in found.items() if problems} == {}
