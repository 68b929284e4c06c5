"""A person's whole way, on real parts: web, worker, mail server, browser."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from registration.models import Registration
from tests.making import make_meeting, make_user
from tests.parts.plenary import Plenary


@pytest.fixture
def plenary(transactional_db, tmp_path, mail_server):
    with Plenary(tmp_path, EMAIL_URL=mail_server.url) as plenary:
        plenary.start("web", "worker")
        yield plenary


def fill_in(page):
    page.get_by_label("Category").select_option("Member State")
    page.get_by_label("State or organization").fill("cote d'ivoire")
    page.get_by_label("Name", exact=True).fill("Aya O'Brien-N’Guessan")
    page.get_by_label("E-mail address").fill("aya@example.org")


def link_in(mail):
    text = mail.get_body(("plain",)).get_content()
    return re.search(r"http\S+/me/\S+", text)[0]


def test_register_read_the_mail_correct_withdraw(page, plenary, mail_server, settings):
    make_meeting()
    make_user("secretariat", password="correct horse", is_superuser=True)

    page.goto(f"{plenary.url}/")
    page.get_by_role("link", name="Register").first.click()
    fill_in(page)
    page.get_by_role("button", name="Send registration").click()
    expect(
        page.get_by_role("heading", name="We have your registration")
    ).to_be_visible()
    reference = page.locator(".reference").inner_text()

    mail = mail_server.wait_for_mail_to("aya@example.org")
    assert reference in mail.get_body(("plain",)).get_content()
    assert "Côte d’Ivoire" in mail.get_body(("plain",)).get_content().replace("'", "’")
    assert mail["Reply-To"] == "secretariat@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.walk()][-1] == "text/calendar"

    page.goto(link_in(mail))
    expect(page.get_by_text("Received", exact=True)).to_be_visible()
    page.get_by_role("link", name="Correct").click()
    page.get_by_label("Function").fill("Counsellor")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Counsellor")).to_be_visible()

    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".tag")).to_have_text("Withdrawn")
    assert Registration.objects.get().status == "withdrawn"

    page.goto(f"{plenary.url}/admin/registration/registration/")
    page.get_by_label("Username").fill("secretariat")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    row = page.locator("#result_list tbody tr")
    expect(row).to_contain_text("Aya O'Brien-N’Guessan")
    expect(row).to_contain_text("Withdrawn")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    exported = download.value.path().read_text(encoding="utf-8-sig")
    values = list(csv.reader(io.StringIO(exported)))[1]
    assert reference in values
    assert {"Withdrawn", "Côte d'Ivoire", "Counsellor"} <= set(values)


def test_keyboard_alone_from_home_to_confirmation(page, plenary):
    make_meeting()
    page.goto(f"{plenary.url}/")

    press = page.keyboard.press

    def tab_to(what):
        for _step in range(60):
            press("Tab")
            focused = page.evaluate(
                "(e => e.id + ' ' + (e.name ?? '') + ' ' + e.textContent.trim())"
                "(document.activeElement)"
            )
            if what in focused:
                return
        raise AssertionError(f"no way to {what} by Tab")

    tab_to("Skip to the content")
    press("Enter")
    tab_to("Register")
    press("Enter")
    expect(page.get_by_role("heading", name="Register", exact=True)).to_be_visible()
    tab_to(" category")
    page.keyboard.type("Academia")
    tab_to(" organization")
    page.keyboard.type("University of Nowhere")
    tab_to(" name")
    page.keyboard.type("Suharto")
    tab_to(" email")
    page.keyboard.type("nobody")
    tab_to("Send registration")
    press("Enter")

    expect(page.locator(".error-summary")).to_be_focused()
    press("Tab")
    press("Enter")
    expect(page.locator("[name=email]")).to_be_focused()
    press("Control+A")
    page.keyboard.type("nobody@example.org")
    tab_to("Send registration")
    press("Enter")

    expect(
        page.get_by_role("heading", name="We have your registration")
    ).to_be_visible()
    assert Registration.objects.get().name == "Suharto"
