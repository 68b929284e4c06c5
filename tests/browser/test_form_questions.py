"""The meeting's own questions, sessions and warnings, with scripts and without."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from registration.models import PrivacyNotice, Registration
from tests.making import (
    PDF,
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)

FILE = {"name": "passport.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def meeting(site):
    """One that asks for a visa, and then for more; with sessions at the same time."""
    meeting = make_meeting(capacity=1)
    make_registration(meeting, status="confirmed")
    make_registration(meeting, status="waiting")
    make_category(meeting, name="Academia")
    press = make_category(meeting, name="Press", capacity=0)
    visa = make_question(
        meeting, kind="yes_no", text="Do you need a visa?", is_required=True
    )
    yes = {"depends_on": visa, "depends_value": "yes"}
    make_question(meeting, kind="country", text="Your country", is_required=True, **yes)
    make_question(meeting, kind="file", text="Your passport", is_required=True, **yes)
    card = make_question(meeting, text="Number of your press card")
    card.categories.add(press)
    visits = make_question(
        meeting, kind="one", text="Which visit?", options=[("Museum", 0), "Garden"]
    )
    make_question(
        meeting,
        text="Which flowers?",
        depends_on=visits,
        depends_value="Garden",
        depends_option=visits.options.get(text="Garden"),
    )
    session = make_session(meeting, title="Round table", is_chosen=True, capacity=5)
    hours = {
        "starts_at": session.starts_at + timedelta(hours=1),
        "ends_at": session.ends_at,
    }
    make_session(meeting, title="Breakfast", is_chosen=True, capacity=0, **hours)
    notice = PrivacyNotice.objects.create(meeting=meeting, text="We keep *little*.")
    notice.publish()
    return meeting


def fill_in(page, category="Academia"):
    page.get_by_label("Category").select_option(category)
    page.get_by_label("State or organization").fill("University of Ghana")
    page.get_by_label("Name", exact=True).fill("Ama")
    page.get_by_label("E-mail address").fill("ama@example.org")
    page.get_by_label("I have read the privacy notice, version 1, and agree").check()


def send(page):
    page.get_by_role("button", name="Send registration").click()


def answers_of(registration):
    return {
        answer.question.text: answer.file_name or answer.value
        for answer in registration.answers.select_related("question")
    }


def expect_sent(page):
    expect(
        page.get_by_role("heading", name="We have your registration")
    ).to_be_visible()


def test_questions_come_and_go_with_the_answers_that_they_hang_on(page, site, meeting):
    page.goto(f"{site}/15/register/")
    country, card = page.get_by_label("Your country"), page.get_by_label("press card")
    flowers = page.get_by_label("Which flowers?")

    expect(country).to_be_hidden()
    page.get_by_label("Yes", exact=True).check()
    expect(country).to_be_visible()
    page.get_by_label("No", exact=True).check()
    expect(country).to_be_hidden()
    expect(card).to_be_hidden()
    page.get_by_label("Category").select_option("Press (full: waiting list)")
    expect(card).to_be_visible()
    page.get_by_label("Garden").check()
    expect(flowers).to_be_visible()
    page.get_by_label("Museum (full: waiting list)").check()
    expect(flowers).to_be_hidden()


def test_what_vanished_is_not_sent(page, site, meeting):
    page.goto(f"{site}/15/register/")
    fill_in(page)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Your country").fill("Nowhere")
    page.get_by_label("No", exact=True).check()
    send(page)

    expect_sent(page)
    assert answers_of(Registration.objects.get(name="Ama")) == {
        "Do you need a visa?": "no"
    }


def test_a_file_is_sent_once_though_there_is_an_error_elsewhere(page, site, meeting):
    page.goto(f"{site}/15/register/")
    fill_in(page)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Your passport").set_input_files(FILE)
    page.get_by_label("Your country").fill("Gana")
    send(page)

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("Did you mean")
    expect(page.get_by_text("passport.pdf is kept")).to_be_visible()
    page.get_by_label("Your country").fill("Ghana")
    send(page)

    expect_sent(page)
    registration = Registration.objects.get(name="Ama")
    assert answers_of(registration) == {
        "Do you need a visa?": "yes",
        "Your country": "GHA",
        "Your passport": "passport.pdf",
    }


def test_without_scripts_the_next_page_asks_what_follows(browser, site, meeting):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/15/register/")
    expect(page.get_by_label("Your country")).to_be_hidden()
    fill_in(page, "Press (full: waiting list)")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Garden").check()
    send(page)

    expect(page.get_by_role("heading", name="A few more questions")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_count(0)
    page.get_by_label("press card").fill("P 12")
    page.get_by_label("Your passport").set_input_files(FILE)
    send(page)
    expect(page.locator(".error-summary")).to_contain_text("Answer “Your country”.")
    expect(page.get_by_text("passport.pdf is kept")).to_be_visible()
    page.get_by_label("Your country").fill("Ghana")
    page.get_by_label("Which flowers?").fill("Roses")
    send(page)

    expect_sent(page)
    registration = Registration.objects.get(name="Ama")
    assert answers_of(registration) == {
        "Do you need a visa?": "yes",
        "Your country": "GHA",
        "Your passport": "passport.pdf",
        "Number of your press card": "P 12",
        "Which flowers?": "Roses",
    }
    assert [str(choice) for choice in registration.choices.all()] == ["Garden"]
    context.close()


def test_two_sessions_at_once_are_warned_of_and_taken(page, site, meeting, axe):
    page.goto(f"{site}/15/register/")
    fill_in(page)
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Round table").check()
    page.get_by_label("Breakfast").check()
    send(page)

    warning = page.locator(".caution-summary")
    expect(warning).to_be_focused()
    expect(warning).to_contain_text("“Round table” (10.00–13.00) and “Breakfast”")
    assert axe(page) == []
    assert not Registration.objects.filter(name="Ama").exists()
    send(page)

    expect_sent(page)
    assert Registration.objects.get(name="Ama").choices.count() == 2


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "dark"), (320, "light"), (1280, "light")]
)
def test_everybody_can_use_the_whole_form(page, site, meeting, axe, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = {}

    def look(name):
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[name] = axe(page) + ([f"{wide} px wide"] if wide > width else [])

    page.goto(f"{site}/15/register/")
    expect(page.get_by_text("1 person waits for a seat now.")).to_be_visible()
    look("first")
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Your passport").set_input_files(FILE)
    look("dependent")
    send(page)
    look("errors")
    page.goto(f"{site}/15/register/privacy/")
    look("notice")

    assert {name: problems for name, problems in found.items() if problems} == {}


@pytest.mark.parametrize("width", [320, 1280])
def test_everybody_can_use_the_next_page(page, site, meeting, axe, width):
    # Our script does not run, but the one that looks for problems does.
    page.route("**/questions.js", lambda route: route.abort())
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/15/register/")
    fill_in(page)
    page.get_by_label("Yes", exact=True).check()
    send(page)

    expect(page.get_by_role("heading", name="A few more questions")).to_be_visible()
    assert axe(page) == []


def test_keyboard_alone_reaches_what_appears(page, site, meeting):
    page.goto(f"{site}/15/register/")
    page.get_by_label("No", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Yes", exact=True)).to_be_checked()

    page.keyboard.press("Tab")

    expect(page.get_by_label("Your country")).to_be_focused()


def test_going_back_finds_what_was_shown(page, site, meeting):
    page.goto(f"{site}/15/register/")
    fill_in(page)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("Your country").fill("Ghana")
    page.get_by_label("Your passport").set_input_files(FILE)
    send(page)
    expect_sent(page)

    page.go_back()

    expect(page.get_by_label("Your country")).to_be_visible()


def test_correction_asked_for_shows_only_that_and_is_taken(page, site, meeting, axe):
    registration = make_registration(meeting, status="confirmed")
    session = meeting.sessions.first()
    make_choice(registration, session)
    visa = meeting.questions.first()
    registration.ask_for_correction([visa.key, "function"], "Your function, please.")

    page.goto(site + reverse("me-correct", args=[meeting.slug, registration.token]))
    expect(page.get_by_text("Your function, please.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_count(0)
    expect(page.get_by_label("Your country")).to_be_hidden()
    assert axe(page) == []
    page.get_by_label("Function").fill("Counsellor")
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save changes").click()

    expect(page.get_by_text("Your changes are saved.")).to_be_visible()
    registration.refresh_from_db()
    assert (registration.status, registration.function) == ("confirmed", "Counsellor")
    assert answers_of(registration) == {"Do you need a visa?": "no"}
    assert registration.choices.get().session == session
