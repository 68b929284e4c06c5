"""The secretariat asks questions of its own, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from registration.answers import Answers, lines_of
from registration.models import Question
from tests.making import (
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member

LIST = "/admin/registration/question/"
PEOPLE = "/admin/registration/registration/"


@pytest.fixture
def secretariat(page: Page, site: str) -> str:
    log_in(page, site, make_member("Secretariat"))
    return site


def saved(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_questions_are_written_and_asked(page, site):
    meeting = make_meeting()
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}{LIST}")
    page.get_by_role("link", name="Add question").click()
    page.get_by_label("Question:").fill("Which working group will you join?")
    page.get_by_label("Answer:").first.select_option("one of a list")
    for number, (text, places) in enumerate([("Trade", "20"), ("Data", "")]):
        page.get_by_role("button", name="Add another Option").click()
        page.locator(f"#id_options-{number}-text").fill(text)
        page.locator(f"#id_options-{number}-capacity").fill(places)
    saved(page)
    page.goto(f"{site}{LIST}add/")
    page.get_by_label("Question:").fill("What do you bring to trade?")
    page.get_by_label("Only if:").select_option("Which working group will you join?")
    page.get_by_label("Has the answer:").fill("trade")
    saved(page)
    page.get_by_role("link", name="Preview the form").click()

    expect(page.get_by_text("Which working group will you join?")).to_be_visible()
    expect(page.get_by_label("Trade (20 places left)")).to_be_visible()
    lists, follows = meeting.questions.all()
    assert follows.depends_option == lists.options.get(text="Trade")


def test_questions_move_by_the_keyboard_and_without_a_script(browser, site):
    meeting = make_meeting()
    for text in ("First?", "Second?", "Third?"):
        make_question(meeting, text=text)
    page = browser.new_context(java_script_enabled=False).new_page()
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}{LIST}")
    page.get_by_role("button", name="Move up: Third?").press("Enter")
    page.get_by_role("button", name="Move down: First?").press("Enter")

    expect(page.locator("#result_list .field-text")).to_have_text(
        ["Third?", "First?", "Second?"]
    )
    assert [each.text for each in Question.objects.all()] == [
        "Third?",
        "First?",
        "Second?",
    ]


def test_answers_are_corrected_and_filtered(page, secretariat):
    meeting = make_meeting()
    visa = make_question(meeting, text="Visa?", kind="yes_no")
    registration = make_registration(meeting, name="Ann Bell")
    make_registration(meeting, name="Bob Bell")

    page.goto(f"{secretariat}{PEOPLE}{registration.pk}/change/")
    page.get_by_role("group", name="Visa?").get_by_label("Yes").check()
    saved(page)
    page.goto(f"{secretariat}{PEOPLE}")
    answers = page.locator("details.filter", has=page.get_by_text("Visa?"))
    answers.locator("summary").press("Enter")
    answers.get_by_role("link", name="Yes").press("Enter")

    expect(page.get_by_text("1 registration", exact=True)).to_be_visible()
    assert [line.text for line in lines_of(registration)] == ["Yes"]
    assert visa.key in page.url


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_questions_and_answers_keep_nobody_out(page, secretariat, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    questions, registration = make_every_kind()
    places = [
        LIST,
        f"{LIST}add/",
        *(f"{LIST}{each.pk}/change/" for each in questions[:2]),
        PEOPLE,
        f"{PEOPLE}{registration.pk}/change/",
    ]
    problems = {}

    for place in places:
        page.goto(f"{secretariat}{place}")
        problems[place] = barriers(page)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth > window.innerWidth"
        )
        assert not overflow, place

    assert {where: found for where, found in problems.items() if found} == {}


def make_every_kind():
    meeting = make_meeting()
    lists = make_question(meeting, kind="one", options=["Trade", ("Data", 1)])
    several = make_question(meeting, kind="several", options=["a", "b"])
    kinds = ["short", "long", "number", "yes_no", "date", "country", "file"]
    others = [make_question(meeting, kind=kind) for kind in kinds]
    secret = make_question(meeting, is_sensitive=True)
    reception = make_session(meeting, is_chosen=True, capacity=1)
    registration = make_registration(meeting)
    answers = Answers(
        values={others[0]: "A text", secret: "A1"},
        options={lists: list(lists.options.all())[:1]},
        sessions=[reception],
    )
    answers.save(registration)
    return [lists, several, *others, secret], registration
