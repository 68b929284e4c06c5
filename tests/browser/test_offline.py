"""The agenda without a connection, after one visit."""

import re

import pytest
from playwright.sync_api import expect

from tests.making import make_item, make_meeting, make_release, make_session

KEPT = "async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"
READY = "async () => { const all = await navigator.serviceWorker.ready; return all.active.state === 'activated' || new Promise((done) => all.active.addEventListener('statechange', done)) }"


@pytest.fixture
def item(site):
    session = make_session(make_meeting(timezone="Asia/Tokyo"))
    make_item(session, title="Closing")
    return make_item(session, title="Water")


def visit(page, address):
    """Open a page, and wait until it is kept."""
    page.goto(address)
    page.evaluate(READY)
    path = "/15/" + address.partition("/15/")[2]
    until(page, f"(await ({KEPT})()).includes({path!r})")


def until(page, condition):
    """Wait for what a page must await to know."""
    look = "new Promise((done) => setTimeout(done, 50))"
    page.evaluate(f"async () => {{ while (!({condition})) await {look} }}")


def go_offline(page):
    """Have nothing reach the site, from pages and from the worker alike."""
    page.context.set_offline(True)


def test_one_visit_keeps_the_agenda_and_its_looks(page, site, item):
    visit(page, f"{site}/15/agenda/")
    go_offline(page)

    page.reload()

    expect(page.get_by_role("link", name="Water")).to_be_visible()
    note = page.locator(".offline-note")
    expect(note).to_have_text(
        re.compile(
            r"You are offline, or the site does not answer: this is the page as of"
            r" \d\d\.\d\d, \d+ \w+ 20\d\d \(Tokyo time\)\."
        )
    )
    heading = page.get_by_role("heading", name="Organization of work")
    assert "Charter" in heading.evaluate("one => getComputedStyle(one).fontFamily")


def test_a_page_that_was_read_is_kept_and_another_is_not(page, site, item):
    visit(page, f"{site}/15/agenda/water/")
    visit(page, f"{site}/15/agenda/")
    go_offline(page)

    page.goto(f"{site}/15/agenda/water/")
    expect(page.get_by_role("heading", name="Water")).to_be_visible()
    page.goto(f"{site}/15/agenda/closing/")

    expect(page.get_by_role("heading", name="Without a connection")).to_be_visible()
    kept = page.locator("[data-list]")
    expect(kept.get_by_role("link", name="Water")).to_be_visible()
    expect(kept).to_contain_text(re.compile(r"as of \d\d\.\d\d"))
    expect(page.get_by_role("link", name="Try again")).to_be_visible()


def test_private_pages_are_never_kept(page, site, item):
    visit(page, f"{site}/15/agenda/")
    for path in ("mine/", "register/", "search/?q=water", "agenda/closing/"):
        page.goto(f"{site}/15/{path}")
    visit(page, f"{site}/15/agenda/closing/")

    kept = {path for path in page.evaluate(KEPT) if path.startswith("/15/")}
    assert kept <= {"/15/agenda/", "/15/offline/", "/15/now/", "/15/agenda/closing/"}


def test_a_new_release_replaces_what_is_kept(page, site, item):
    visit(page, f"{site}/15/agenda/water/")
    before = page.evaluate("caches.keys().then(String)")
    item.title = "Water and land"
    item.save()
    make_release(item.meeting)

    page.goto(f"{site}/15/agenda/")
    until(page, f"String(await caches.keys()) !== {before!r}")
    until(page, "(await caches.keys()).length === 1")
    go_offline(page)
    page.goto(f"{site}/15/agenda/water/")

    expect(page.get_by_role("heading", name="Water and land")).to_be_visible()


def test_what_is_kept_comes_back_to_life_with_the_connection(page, site, item):
    visit(page, f"{site}/15/agenda/")
    go_offline(page)
    page.reload()
    expect(page.locator(".offline-note")).to_be_visible()
    page.context.set_offline(False)

    page.reload()

    expect(page.locator(".offline-note")).to_have_count(0)
