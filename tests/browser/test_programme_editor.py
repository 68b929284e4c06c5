"""The programme on one screen, with the mouse, by the keyboard and without a script."""

import pytest
from playwright.sync_api import expect

from agenda.models import Edit, Item
from tests.making import (
    make_item,
    make_presentation,
    make_role,
    make_session,
)
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member


def make_programme():
    """Two sessions of one day, with three items and a presentation in the first."""
    session = make_session(released=False, title="Morning")
    start = session.starts_at
    items = [
        make_item(session, title=title, minutes=30, follows=True, released=False)
        for title in ("Alpha", "Beta", "Gamma")
    ]
    items[0].follows, items[0].starts_at = False, start
    items[0].save()
    from agenda.editing import timing

    timing.recount(session)
    make_role(make_presentation(items[0], title="On data", released=False))
    make_session(
        session.meeting,
        title="Afternoon",
        starts_at=start.replace(hour=start.hour + 5),
        ends_at=start.replace(hour=start.hour + 8),
    )
    return session


def open_programme(page, site, session, user=None):
    log_in(page, site, user or make_member("Secretariat"))
    page.goto(f"{site}/admin/agenda/programme/{session.meeting.pk}/")


def titles(session):
    return list(session.items.values_list("title", flat=True))


def row(page, title):
    return page.locator(".pg-item", has=page.get_by_role("heading", name=title))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_screen_keeps_nobody_out(page, site, scheme):
    session = make_programme()
    make_item(session, title="Late", starts_at=session.ends_at)
    page.emulate_media(color_scheme=scheme)
    open_programme(page, site, session)
    problems = {"programme": barriers(page)}

    for name in ("Edit or move: Alpha", "Edit or move: Morning", "Add a break – Morn"):
        page.get_by_role("link", name=name).click()
        expect(page.locator(".pg-open").last).to_be_visible()
    page.mouse.move(0, 0)
    problems["panels"] = barriers(page)
    page.set_viewport_size({"width": 320, "height": 800})
    problems["phone"] = barriers(page)

    assert {where: found for where, found in problems.items() if found} == {}
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_lines_stand_in_their_columns_for_who_may_only_look(page, site):
    open_programme(page, site, make_programme(), make_member("Organizer"))

    hours = row(page, "Alpha").locator(".pg-hours")
    assert hours.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_an_item_is_dragged_into_another_place(page, site):
    session = make_programme()
    open_programme(page, site, session)

    drag(page, row(page, "Gamma"), row(page, "Alpha"))

    expect(page.locator("[data-said]")).to_contain_text("Moved “III. Gamma”")
    expect(page.locator(".pg-item").first).to_contain_text("Gamma")
    assert titles(session) == ["Gamma", "Alpha", "Beta"]


def test_an_item_is_dragged_into_an_empty_session(page, site):
    session = make_programme()
    open_programme(page, site, session)

    afternoon = page.locator(".pg-session", has_text="Afternoon")
    drag(page, row(page, "Beta"), afternoon, at=0.5)

    expect(page.locator("[data-said]")).to_contain_text("to Afternoon")
    assert titles(session) == ["Alpha", "Gamma"]
    assert Item.objects.get(title="Beta").session.title == "Afternoon"


def test_escape_leaves_what_is_dragged_where_it_was(page, site):
    session = make_programme()
    open_programme(page, site, session)

    drag(page, row(page, "Gamma"), row(page, "Alpha"), drops=False)
    page.keyboard.press("Escape")
    page.mouse.up()

    expect(page.locator(".pg-line")).to_have_count(0)
    assert not Edit.objects.exists()


def drag(page, what, target, at=0.1, drops=True):
    """By its grip to a height of something else."""
    grip = what.locator("[data-grip]").first.bounding_box()
    box = target.bounding_box()
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 100, grip["y"] + 4, steps=3)
    page.mouse.move(box["x"] + 200, box["y"] + box["height"] * at, steps=8)
    if drops:
        page.mouse.up()


def test_the_keyboard_alone_moves_and_shifts_and_keeps_its_place(page, site):
    session = make_programme()
    open_programme(page, site, session)

    page.get_by_role("button", name="Move up: Gamma").press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("Moved “III. Gamma” up")
    button = page.get_by_role("button", name="Move up: Gamma")
    expect(button).to_be_focused()
    button.press("Enter")
    expect(page.locator(".pg-item").first).to_contain_text("Gamma")
    later = page.get_by_role(
        "button", name="10 minutes later, with all that follows: Alpha"
    )
    later.press("Enter")
    expect(row(page, "Alpha").locator(".pg-hours")).to_contain_text("10.40–11.10")

    assert titles(session) == ["Gamma", "Alpha", "Beta"]


def test_a_title_is_edited_in_place(page, site):
    session = make_programme()
    open_programme(page, site, session)

    page.get_by_role("link", name="Edit or move: Beta").press("Enter")
    title = page.locator(".pg-open").get_by_label("Title")
    expect(title).to_be_focused()
    title.fill("Beta, and more")
    title.press("Enter")

    expect(page.locator("[data-said]")).to_contain_text("Changed “II. Beta”: title")
    expect(page.locator(".pg-open")).to_have_count(0)
    expect(row(page, "Beta, and more")).to_be_visible()


def test_typing_survives_whatever_else_is_done_meanwhile(page, site):
    session = make_programme()
    open_programme(page, site, session)
    page.get_by_role("link", name="Edit or move: Beta").click()
    page.locator(".pg-open").get_by_label("Title").fill("Half typ")

    page.get_by_role("button", name="Move up: Gamma").click()
    expect(page.locator("[data-said]")).to_contain_text("Moved")

    expect(page.locator(".pg-open").get_by_label("Title")).to_have_value("Half typ")


def test_two_browsers_that_change_one_title_lose_nothing(page, site, browser):
    session = make_programme()
    open_programme(page, site, session)
    other = browser.new_context().new_page()
    ann = make_member("Secretariat")
    ann.first_name = "Ann"
    ann.save()
    open_programme(other, site, session, ann)
    for each, title in ((page, "From here"), (other, "From Ann")):
        each.get_by_role("link", name="Edit or move: Beta").click()
        each.locator(".pg-open").get_by_label("Title").fill(title)

    other.get_by_role("button", name="Save").click()
    expect(row(other, "From Ann")).to_be_visible()
    page.get_by_role("button", name="Save").click()

    panel = page.locator(".pg-open")
    expect(panel).to_contain_text("Ann changed this at")
    expect(panel).to_contain_text("It is now: From Ann")
    expect(panel.get_by_label("Title")).to_have_value("From here")
    assert titles(session) == ["Alpha", "From Ann", "Gamma"]
    page.get_by_role("button", name="Save mine nevertheless").click()
    expect(row(page, "From here")).to_be_visible()
    assert titles(session) == ["Alpha", "From here", "Gamma"]
    other.context.close()


@pytest.fixture
def plain_page(browser):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_a_script_all_of_it_works_by_pages(plain_page, site):
    page, session = plain_page, make_programme()
    open_programme(page, site, session)

    page.get_by_role("button", name="Move up: Gamma").click()
    expect(page.get_by_text("Moved “III. Gamma” up", exact=True)).to_be_visible()
    assert page.url.endswith(f"#item-{Item.objects.get(title='Gamma').pk}")
    page.get_by_role("link", name="Edit or move: Alpha").click()
    page.get_by_label("Move to").select_option(label="first, in “Afternoon”")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(
        page.get_by_text("Moved “I. Alpha” to Afternoon", exact=True)
    ).to_be_visible()
    page.get_by_role("link", name="Add a presentation – Beta").click()
    page.get_by_label("Speaker").fill("Ann BELL")
    page.get_by_role("button", name="Add a presentation").click()

    expect(row(page, "Beta")).to_contain_text("Ann BELL")
    assert titles(session) == ["Gamma", "Beta"]


def test_what_an_address_leads_to_is_not_under_the_heading_of_its_day(plain_page, site):
    page, session = plain_page, make_programme()
    page.set_viewport_size({"width": 1280, "height": 300})
    open_programme(page, site, session)

    page.goto(f"{page.url}#item-{Item.objects.get(title='Beta').pk}")

    target = page.locator(".pg-item:target").bounding_box()
    heading = page.locator(".pg-day > h2").first.bounding_box()
    assert target["y"] >= heading["y"] + heading["height"]


def test_what_was_done_is_undone_by_one_button(page, site):
    session = make_programme()
    open_programme(page, site, session)
    page.get_by_role("button", name="Move up: Gamma").click()

    page.get_by_role("button", name="Undo: Moved “III. Gamma” up").click()

    expect(page.locator("[data-said]")).to_contain_text("Taken back")
    assert titles(session) == ["Alpha", "Beta", "Gamma"]
