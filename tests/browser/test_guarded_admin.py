"""Two people at one item, each in a browser of their own; a text that is pasted."""

from playwright.sync_api import Browser, Page, expect

from agenda.models import Item
from tests.making import make_item, make_meeting, make_session
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member

TEXT = "I. Floods\nModerator: Bela HOVY, IOM\n- Ms. Jane DOE, UN: Rain\nnot clear"


def test_the_second_is_told_and_saves_theirs_nevertheless(
    page: Page, browser: Browser, site
):
    item = make_item(make_session(make_meeting(is_current=True)), title="Opening")
    other = browser.new_context().new_page()
    for each, name in ((page, "ann"), (other, "bob")):
        log_in(each, site, make_member("Secretariat", name))
        each.goto(f"{site}/admin/agenda/item/{item.pk}/change/")
    for each, title in ((page, "Welcome"), (other, "Remarks")):
        each.locator("#id_title").fill(title)
        each.get_by_role("button", name="Save", exact=True).click()

    expect(other.get_by_text("ann: Changed title of “Welcome”")).to_be_visible()
    expect(other.locator("#id_title")).to_have_value("Remarks")
    assert barriers(other) == []
    other.get_by_role("button", name="Save mine nevertheless").click()
    expect(other.get_by_text("was changed successfully")).to_be_visible()
    assert Item.objects.get().title == "Remarks"
    other.context.close()


def test_a_pasted_text_is_looked_at_saved_and_taken_back(page: Page, site):
    session = make_session(make_meeting(is_current=True))
    log_in(page, site, make_member("Secretariat"))
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{site}/admin/agenda/paste/{session.pk}/")
    page.get_by_label("The text of the programme").fill(TEXT)

    page.get_by_role("button", name="Show what it becomes").click()

    expect(page.get_by_role("heading", name="I. Floods")).to_be_visible()
    expect(page.get_by_text("Line 4:")).to_be_visible()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Save").click()
    page.goto(f"{site}/admin/agenda/edits/{session.meeting_id}/")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back: Pasted 1 item").first).to_be_visible()
    assert not Item.objects.exists()
