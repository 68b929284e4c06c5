import pytest
from playwright.sync_api import expect

from tests.making import (
    PDF,
    make_item,
    make_material,
    make_meeting,
    make_picture,
    make_registration,
    make_session,
)

CITED = "ILO, “Numbers”, paper presented at the Fifteenth Meeting"


@pytest.fixture
def meeting(site):
    meeting = make_meeting(title="Fifteenth Meeting")
    item = make_item(make_session(meeting), title="Migration flows")
    make_material(meeting, title="Report", kind="report")
    for language in ("en", "ar"):
        make_material(
            meeting,
            item=item,
            title="Numbers",
            kind="paper",
            language=language,
            author="ILO",
            is_contributed=True,
            url=f"https://example.org/{language}",
        )
    return meeting


def test_papers_are_found_by_words_and_filters(page, site, meeting):
    page.goto(f"{site}/15/documents/")
    expect(page.get_by_role("status")).to_have_text("2 documents")

    page.get_by_text("Filter by kind").click()
    page.get_by_label("Kind").select_option("Report (1)")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("link", name="Report", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Numbers")).to_have_count(0)

    page.get_by_label("Search the documents").fill("numbers")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Look for “numbers” in all documents").click()
    arabic = page.get_by_role("link", name="العربيّة Numbers")
    expect(arabic).to_have_attribute("href", "https://example.org/ar")


@pytest.mark.browser_context_args(permissions=["clipboard-read", "clipboard-write"])
def test_a_citation_is_copied(page, site, meeting):
    page.goto(f"{site}/15/contributed-papers/")
    page.get_by_text("Cite").click()
    button = page.get_by_role("button", name="Copy the citation")
    button.click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(CITED)


def test_without_scripts_the_citation_is_there_to_select(browser, site, meeting):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}/15/contributed-papers/")
    page.get_by_text("Cite").click()

    expect(page.get_by_text(CITED)).to_be_visible()
    expect(page.get_by_role("button", name="Copy the citation")).to_be_hidden()
    page.close()


def test_on_a_phone_whatever_opens_is_large_enough_to_tap(page, site, meeting):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{site}/15/documents/")

    links = page.locator(".documents a, .documents summary")
    heights = [each.bounding_box()["height"] for each in links.all()]
    assert min(heights) >= 24
    titles = page.locator(".documents .opens")
    assert min(each.bounding_box()["height"] for each in titles.all()) >= 40


def test_photos_of_a_session_fit_on_a_phone(page, site, meeting):
    session = meeting.sessions.get()
    for title in ["One", "Two", "Three"]:
        photo = make_picture()
        fields = {"file": photo.read(), "filename": photo.name, "kind": "photo"}
        make_material(meeting, session=session, title=title, **fields)
    page.set_viewport_size({"width": 320, "height": 800})

    page.goto(f"{site}/15/agenda/")

    expect(page.locator(".gallery img")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("width", [320, 1280])
def test_documents_of_participants_keep_nobody_out(page, site, meeting, axe, width):
    note = {"title": "Note", "kind": "paper", "visibility": "participants"}
    for language in ("en", "fr", "ar"):
        make_material(meeting, language=language, file=PDF, **note)
    person = make_registration(meeting, status="confirmed")
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{site}{person.get_absolute_url()}documents/")

    expect(page.get_by_role("link", name="français Note")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert axe(page) == []
