"""A tap at the desk, and the pages that are open elsewhere: within fifteen seconds."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.making import (
    make_item,
    make_meeting,
    make_presentation,
    make_release,
    make_role,
    make_session,
    make_speaker,
)
from tests.parts.browsing import log_in
from tests.parts.staff import make_member

SOON = 15_000


@pytest.fixture
def meeting(site):
    """Of this moment: a session of three items, the first of which is on."""
    now = timezone.now().replace(second=0, microsecond=0)
    meeting = make_meeting(
        starts_on=timezone.now().date() - timedelta(days=1),
        ends_on=timezone.now().date() + timedelta(days=1),
        timezone="UTC",
    )
    session = make_session(
        meeting,
        released=False,
        date=now.date(),
        starts_at=now - timedelta(minutes=20),
        ends_at=now + timedelta(minutes=70),
    )
    for n in range(3):
        start = now + timedelta(minutes=30 * n - 20)
        item = make_item(
            session,
            released=False,
            title=["Opening", "Data", "Closing"][n],
            starts_at=start,
            ends_at=start + timedelta(minutes=30),
        )
        presentation = make_presentation(item, released=False)
        role = {"speaker": make_speaker(f"Ana LIMA {n}"), "function": "Director"}
        make_role(presentation, released=False, **role)
    make_release(meeting)
    return meeting


@pytest.fixture
def elsewhere(browser: Browser, browser_context_args):
    """Somebody else's browser."""
    context = browser.new_context(**browser_context_args)
    yield context.new_page()
    context.close()


@pytest.fixture
def at_desk(page: Page, site: str, meeting) -> Page:
    """Of the secretariat, on a phone."""
    log_in(page, site, make_member("Secretariat"))
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site}/admin/agenda/day/{meeting.pk}/")
    expect(page.get_by_role("heading", name="Desk of the day")).to_be_visible()
    return page


def tap(desk: Page, item: str, button: str) -> None:
    form = desk.get_by_role("form", name=item)
    form.get_by_role("button", name=re.compile(f"^{button}")).click()


def stays(page: Page) -> None:
    """Leave a sign on the page, which loading it anew would take away."""
    page.evaluate("document.body.dataset.stays = 'yes'")


def was_not_reloaded(page: Page) -> bool:
    return page.evaluate("document.body.dataset.stays") == "yes"


def test_open_pages_follow_the_desk(at_desk, elsewhere, site):
    home = elsewhere.context.new_page()
    for page, path in ((elsewhere, "/15/now/"), (home, "/15/")):
        page.goto(site + path)
        expect(page.locator("#now").get_by_role("link", name="Opening")).to_be_visible()
        stays(page)

    tap(at_desk, "Data", "Started")

    for page in (elsewhere, home):
        before = page.locator("#now").get_by_role("link", name="Opening")
        expect(before).to_have_count(0, timeout=SOON)
        expect(page.locator("#now").get_by_role("link", name="Data")).to_be_visible()
        assert was_not_reloaded(page)


def test_an_open_agenda_follows_the_desk(at_desk, elsewhere, site):
    elsewhere.goto(f"{site}/15/agenda/")
    stays(elsewhere)
    star = elsewhere.get_by_role("button", name="Data")
    expect(star).to_be_visible()

    tap(at_desk, "Opening", "10 later")

    programme = elsewhere.locator("#programme")
    expect(programme.get_by_text("planned").first).to_be_visible(timeout=SOON)
    expect(star).to_be_visible()
    assert was_not_reloaded(elsewhere)


def test_two_desks_see_each_others_taps(at_desk, elsewhere, site, meeting):
    elsewhere.context.add_cookies(at_desk.context.cookies())
    elsewhere.goto(f"{site}/admin/agenda/day/{meeting.pk}/")
    stays(elsewhere)

    tap(at_desk, "Opening", "10 later")

    expect(at_desk.locator(".day-item .late")).to_have_count(3)
    expect(elsewhere.locator(".day-item .late")).to_have_count(3, timeout=SOON)
    assert was_not_reloaded(elsewhere)


def test_a_tap_keeps_the_place_and_the_focus(at_desk):
    stays(at_desk)

    tap(at_desk, "Closing", "5 later")

    expect(at_desk.locator(".day-item .late")).to_have_count(1)
    assert was_not_reloaded(at_desk)
    focused = at_desk.evaluate("document.activeElement.textContent")
    assert focused.startswith("5 later")


def test_a_late_start_is_passed_on_by_one_more_tap(at_desk):
    tap(at_desk, "Opening", "Started")

    at_desk.get_by_role("button", name="Shift what follows by 20").click()

    expect(at_desk.locator(".day-item .late")).to_have_text(["20 minutes later"] * 3)


def test_the_desk_works_without_javascript(browser, at_desk, site, meeting):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(at_desk.context.cookies())
    desk = context.new_page()
    desk.goto(f"{site}/admin/agenda/day/{meeting.pk}/")

    tap(desk, "Data", "15 later")

    expect(desk.locator(".day-item .late")).to_have_text(["15 minutes later"] * 2)
    context.close()


def test_without_javascript_the_page_asks_anew_by_itself(browser, at_desk, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/15/now/")
    expect(page.locator("#now h3")).to_contain_text("Opening")

    tap(at_desk, "Data", "Started")

    expect(page.locator("#now h3")).to_contain_text("Data", timeout=SOON + 5_000)
    context.close()


def test_the_focus_stays_when_the_page_follows(at_desk, elsewhere, site):
    elsewhere.goto(f"{site}/15/now/")
    elsewhere.get_by_role("link", name="Opening").focus()

    tap(at_desk, "Opening", "10 later")

    expect(elsewhere.locator("#now .late")).to_be_visible(timeout=SOON)
    assert elsewhere.evaluate("document.activeElement.textContent") == "Opening"


def test_a_lost_connection_is_said(at_desk, elsewhere, site):
    elsewhere.goto(f"{site}/15/now/")
    note = elsewhere.get_by_text("No connection: this may be out of date.")
    expect(note).to_be_hidden()

    elsewhere.context.set_offline(True)
    expect(note).to_be_visible(timeout=SOON)
    elsewhere.context.set_offline(False)

    expect(note).to_be_hidden(timeout=SOON)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_pages_keep_nobody_out(at_desk, site, axe, scheme):
    tap(at_desk, "Opening", "Started")
    expect(at_desk.locator(".day-item.started")).to_be_visible()
    at_desk.emulate_media(color_scheme=scheme)
    at_desk.reload()
    assert axe(at_desk) == []
    for path in ("/15/now/", "/15/now/?screen=1", "/15/"):
        at_desk.goto(site + path)
        assert axe(at_desk) == [], path


def test_buttons_are_large_enough_for_a_thumb(at_desk):
    boxes = [each.bounding_box() for each in at_desk.locator(".taps button").all()]

    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    width = at_desk.evaluate("document.documentElement.scrollWidth")
    assert width <= 320


def test_now_and_next_fits_a_small_phone(page, site, meeting):
    for room in ("Delegates Dining Room", "Conference Room 8", "Trusteeship Council"):
        make_session(meeting, room=room)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site}/15/now/")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_the_corridor_screen_is_read_from_afar(page, site, meeting, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{site}/15/now/?screen=1")

    sizes = [
        float(
            page.locator(part).first.evaluate("e => getComputedStyle(e).fontSize")[:-2]
        )
        for part in ("#now h3", "#now li", ".now-head")
    ]
    assert min(sizes) >= width * 0.02
    expect(page.locator(".menu")).to_be_hidden()
    expect(page.locator(".foot")).to_be_hidden()


def test_the_corridor_screen_holds_six_rooms(meeting, page: Page, site):
    now = timezone.now().replace(second=0, microsecond=0)
    hours = {
        "starts_at": now - timedelta(minutes=20),
        "ends_at": now + timedelta(hours=1),
    }
    for n in range(5):
        session = make_session(
            meeting, released=False, date=now.date(), room=f"Room {n}", **hours
        )
        item = make_item(
            session,
            released=False,
            title=f"Measuring the movements of people in region {n}",
            **hours,
        )
        for k in range(3):
            role = {"speaker": make_speaker(f"Ana LIMA {n}{k}"), "function": "Director"}
            make_role(make_presentation(item, released=False), released=False, **role)
    make_release(meeting)
    page.set_viewport_size({"width": 1920, "height": 1080})

    page.goto(f"{site}/15/now/?screen=1")

    expect(page.locator(".now-place")).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
