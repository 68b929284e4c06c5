"""A participant's own pages, as they are used on a phone and at a desk."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from registration.models import Choice, Registration, Status
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)


def make_busy(status, meeting=None, **fields):
    """Somebody who has chosen, answered, and has something to be told."""
    meeting = meeting or make_meeting(
        city="New York",
        capacity=2,
        offer_hours=48,
        changes_until=timezone.now() + timedelta(days=20),
    )
    category = make_category(meeting, name="Civil society")
    for _holder in range(2):
        make_registration(meeting, category=category, status=Status.CONFIRMED)
    make_registration(meeting, category=category, status=Status.WAITING)
    registration = make_registration(
        meeting,
        category=category,
        status=status,
        honorific="Ms.",
        name="Amina YUSUF",
        **fields,
    )
    is_in = registration.standing == Status.CONFIRMED
    hours = {"is_chosen": True, "kind": "side_event", "room": "Room XII"}
    for title, choice in CHOICES.items():
        session = make_session(meeting, title=title, **hours)
        make_choice(registration, session, **choice if is_in else {})
    question = make_question(
        meeting, text="Which excursion?", kind="several", options=["Museum", "Harbour"]
    )
    option = question.options.first()
    make_choice(registration, option, status="waiting" if is_in else "received")
    passport = make_question(meeting, text="Passport number", is_sensitive=True)
    registration.answers.create(question=passport, value="x", is_sealed=True)
    if status == Status.NEEDS_CORRECTION:
        registration.corrections.create(
            fields=["organization", "function", passport.key],
            note="Please write your organization in full.\nWe print it on the badge.",
            asked_at=timezone.now(),
        )
    return registration


CHOICES = {
    "Round table on remittances": {"status": "confirmed"},
    "Reception of the host country": {"status": "waiting"},
    "Launch of the data portal": {
        "status": "offered",
        "offer_until": timezone.now() + timedelta(days=2),
    },
}


def own(site, registration, more=""):
    return f"{site}{registration.get_absolute_url()}{more}"


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "light")]
)
def test_everybody_can_use_the_page_of_every_status(page, site, axe, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = {}
    for status in Status:
        registration = make_busy(
            status, decline_reason="There is no room.", is_reason_shown=True
        )
        choice = registration.chosen_sessions[0]
        pages = ["", "withdraw/", f"choices/{choice.pk}/give-up/"]
        for more in pages:
            page.goto(own(site, registration, more))
            wide = page.evaluate("document.documentElement.scrollWidth")
            found[status, more] = axe(page) + ([f"{wide} px"] if wide > width else [])

    assert {where: problems for where, problems in found.items() if problems} == {}


def test_everybody_can_ask_for_a_lost_link(page, site, axe):
    make_meeting()
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{site}/15/register/link/")
    assert axe(page) == []
    page.get_by_role("button", name="Send the link").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert axe(page) == []

    page.get_by_label("E-mail address").fill("nobody@example.org")
    page.get_by_role("button", name="Send the link").click()

    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    assert axe(page) == []


def test_the_waiting_list_tells_the_place_in_line(page, site):
    registration = make_busy(Status.WAITING)

    page.goto(own(site, registration))

    expect(page.locator(".in-line")).to_have_text(
        "Your place on the waiting list: 2", use_inner_text=False
    )


def test_the_whole_self_service_without_scripts(browser, site, settings):
    page = browser.new_page(java_script_enabled=False)
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    registration = make_busy(Status.OFFERED)

    page.goto(own(site, registration))
    page.get_by_role("button", name="Accept your seat").click()
    expect(page.locator(".tag").first).to_have_text("Confirmed")
    expect(page.get_by_role("status")).to_have_text("The seat is yours.")

    portal = page.get_by_role("listitem").filter(has_text="Launch of the data portal")
    expect(portal.locator(".tag")).to_have_text("You have a place")
    portal.get_by_role("link", name="Give it up").click()
    page.get_by_role("button", name="Give it up").click()
    expect(page.get_by_role("status")).to_contain_text("no longer expected")
    expect(portal).to_have_count(0)

    page.get_by_label("Language of this page").select_option("العربيّة")
    page.get_by_role("button", name="Change the language").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")

    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("button", name="Register again").click()
    expect(page.locator(".tag").first).to_have_text("Received")
    page.close()
    assert Registration.objects.get(pk=registration.pk).language == "ar"


def test_a_place_that_was_offered_is_accepted(page, site):
    registration = make_busy(Status.CONFIRMED)

    page.goto(own(site, registration))
    page.get_by_role("button", name="Accept the place").click()

    expect(page.get_by_role("status")).to_have_text("The place is yours.")
    statuses = Choice.objects.filter(registration=registration, session__isnull=False)
    assert not statuses.filter(status="offered").exists()
