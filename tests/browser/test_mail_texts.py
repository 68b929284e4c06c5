"""The secretariat writes its own words for a mail, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from meeting.mail.models import Message
from registration.models import MailText
from tests.making import make_mail_text, make_meeting, make_registration
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member

LIST = "/admin/registration/mailtext/"


@pytest.fixture
def meeting(transactional_db):
    return make_meeting(title="Fifteenth Meeting", is_current=True)


@pytest.fixture
def secretariat(page: Page, site: str):
    user = make_member("Secretariat")
    log_in(page, site, user)
    return user


def open_editor(page: Page, site: str, name: str = "Confirmed") -> None:
    page.goto(f"{site}{LIST}")
    page.get_by_role("link", name=name, exact=True).click()


def phone(page: Page):
    """The mail as it comes to a phone, in the frame of the editor."""
    frame = page.frame_locator("iframe[name=preview]")
    return frame.frame_locator("iframe[title='On a phone']")


def test_a_text_is_written_looked_at_saved_and_taken_back(
    page, site, meeting, secretariat
):
    make_registration(meeting, name="Ann Bell")
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="Texts of mails").click()
    page.get_by_role("link", name="Confirmed", exact=True).click()

    page.get_by_label("Text", exact=True).fill("You come, {nmae}!")
    page.get_by_role("button", name="Save").click()
    summary = page.get_by_role("alert").first
    expect(summary).to_contain_text("Did you mean {name}?")
    expect(page.get_by_label("Text", exact=True)).to_have_value("You come, {nmae}!")

    page.get_by_label("Text", exact=True).fill("You come, ")
    page.get_by_role("button", name="Insert {name}").click()
    page.get_by_label("Filled in for").fill("ann")
    page.get_by_label("Filled in for").press("Enter")
    expect(phone(page).get_by_text("You come, Ann Bell")).to_be_visible()
    assert not MailText.objects.exists()

    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messagelist .success")).to_contain_text("goes out like this")
    assert MailText.objects.get().body == "You come, {name}"

    page.get_by_role("link", name="Back to the standard text").click()
    page.get_by_role("button", name="Delete what you wrote").click()
    expect(page.locator(".messagelist .success")).to_contain_text("standard text again")
    assert not MailText.objects.exists()


def test_a_test_mail_arrives(page, site, meeting, secretariat, mail_goes_out):
    open_editor(page, site)

    page.get_by_label("Text", exact=True).fill("Welcome, **{name}**.")
    page.get_by_role("button", name="Send me a test").click()

    frame = page.frame_locator("iframe[name=preview]")
    expect(frame.get_by_role("status")).to_have_text(
        f"A test is on its way to {secretariat.email}."
    )
    expect(page.get_by_label("Text", exact=True)).to_have_value("Welcome, **{name}**.")
    Message.objects.get().deliver()
    mail = mail_goes_out.wait_for_mail_to(secretariat.email)
    assert mail["Subject"] == "[Test] Confirmed: Fifteenth Meeting"
    text = mail.get_body(["plain"]).get_content()
    assert text.startswith("Welcome, Amina YUSUF.")


def test_all_of_it_works_without_a_script(browser, site, meeting):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, make_member("Secretariat"))
    open_editor(page, site)

    page.get_by_label("Text", exact=True).fill("Hello, {name}.")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(phone(page).get_by_text("Hello, Amina YUSUF.")).to_be_visible()
    expect(page.get_by_text("{organization}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send me a test").press("Enter")
    frame = page.frame_locator("iframe[name=preview]")
    expect(frame.get_by_role("status")).to_contain_text("is kept in the outbox")
    page.get_by_role("button", name="Save").press("Enter")

    expect(page.locator(".messagelist .success")).to_be_visible()
    assert MailText.objects.get().body == "Hello, {name}."
    context.close()


def test_nothing_in_a_preview_runs_or_leads_away(page, site, meeting, secretariat):
    open_editor(page, site)

    page.get_by_label("Text", exact=True).fill("One.\n\n[press](https://evil.example/)")
    page.get_by_role("button", name="Preview").click()
    phone(page).get_by_role("link", name="press").click()
    phone(page).get_by_role("link", name="See, correct or withdraw").click()

    expect(phone(page).get_by_role("link", name="press")).to_be_visible()
    assert len(page.context.pages) == 1
    frames = page.locator("iframe").all()
    inside = page.frame_locator("iframe[name=preview]").locator("iframe").all()
    assert [each.get_attribute("sandbox") for each in (*frames, *inside)] == [
        "allow-same-origin",
        "",
        "",
    ]


def test_the_preview_is_as_wide_as_a_screen_and_a_phone(
    page, site, meeting, secretariat
):
    open_editor(page, site)
    expect(phone(page).get_by_text("Amina")).to_be_visible()

    inside = page.frame_locator("iframe[name=preview]").locator("iframe")
    widths = [frame.evaluate("frame => frame.clientWidth") for frame in inside.all()]
    assert widths == [360, 600]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_keep_nobody_out(page, site, meeting, secretariat, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    make_mail_text(meeting, body="You come.\n\n- {name}")
    editor = f"{LIST}of/{meeting.pk}/confirmed/"
    problems = {}

    for place in (LIST, editor, f"{editor}back/", f"{editor}preview/"):
        page.goto(f"{site}{place}")
        problems[place] = barriers(page)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth > window.innerWidth"
        )
        assert not overflow, place
    page.goto(f"{site}{editor}")
    page.get_by_label("Text", exact=True).fill("{nmae} {{name}")
    page.get_by_role("button", name="Save").click()
    problems["with errors"] = barriers(page)

    assert {where: found for where, found in problems.items() if found} == {}
