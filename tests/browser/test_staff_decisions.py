"""The secretariat decides on one and on many, in a real browser."""

from django.utils import timezone
from playwright.sync_api import Page, expect

from meeting.mail.models import Message
from registration.bulk import working
from registration.models import BulkWork, Correction, Registration, Status
from tests.making import make_meeting, make_registration
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member

LIST = "/admin/registration/registration/"


def stored() -> Registration:
    return Registration.objects.get()


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways on a small phone."""
    page.set_viewport_size({"width": 320, "height": 700})
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    return not is_wide


def test_decline_with_a_reason_that_is_shown(page, site):
    registration = make_registration(name="Ann Bell")
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}{registration.pk}/change/")

    page.get_by_role("link", name="Decline…").press("Enter")
    page.get_by_label("Show the reason to the person").check()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("alert")).to_contain_text("Write the reason")
    assert barriers(page) == []
    expect(page.get_by_label("Show the reason to the person")).to_be_checked()
    page.get_by_label("Reason", exact=True).fill("No letter of nomination.")
    page.get_by_role("button", name="Decline").click()

    expect(page.get_by_text("Ann Bell: Declined.")).to_be_visible()
    assert "No letter of nomination." in Message.objects.get().text


def test_ask_for_a_correction_and_check_what_was_corrected(page, site):
    registration = make_registration(name="Ann B.", status=Status.CONFIRMED)
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}{registration.pk}/change/")
    assert barriers(page) == []

    page.get_by_role("link", name="Ask for a correction…").click()
    assert barriers(page) == []
    assert fits(page)
    page.get_by_label("Name", exact=True).check()
    page.get_by_label("What is wrong").fill("Your whole name, please.")
    page.get_by_role("button", name="Ask for a correction").click()
    expect(page.get_by_role("heading", name="Asked for a correction")).to_be_visible()
    assert fits(page)

    corrected = stored()
    corrected.name, corrected.is_own_doing = "Ann Bell", True
    assert corrected.correct()
    page.reload()
    changes = page.locator(".diff tbody tr")
    expect(changes).to_have_text(["Name Ann B. Ann Bell"], use_inner_text=True)
    assert barriers(page) == []
    assert fits(page)
    page.get_by_role("button", name="Mark as checked").click()
    expect(page.get_by_text("The correction is checked.")).to_be_visible()
    expect(changes).to_have_count(0)

    assert Correction.objects.get().checked_at <= timezone.now()


def test_seat_over_capacity_says_so_in_the_history(page, site):
    registration = make_registration(make_meeting(capacity=0), status=Status.WAITING)
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}{registration.pk}/change/")
    expect(page.get_by_text("No free seat: the meeting has 0 of 0.")).to_be_visible()

    page.get_by_role("link", name="Seat even over capacity…").click()
    page.get_by_label("Why").fill("The Chair asked for it.")
    page.get_by_role("button", name="Seat even over capacity").click()

    history = page.locator(
        "section", has=page.get_by_role("heading", name="What changed")
    )
    expect(history).to_contain_text("Over capacity, knowingly")
    assert stored().status == Status.CONFIRMED


def test_approve_many_with_a_plan_and_take_it_back(page, site):
    meeting = make_meeting(capacity=2)
    for name in ("Ann", "Bob", "Eve"):
        make_registration(meeting, name=name)
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}")
    page.get_by_label("Select all objects").check()
    page.get_by_label("Action:").select_option("approve")
    page.get_by_role("button", name="Go").click()

    summary = page.locator(".summary")
    expect(summary).to_contain_text("2 get a seat")
    expect(summary).to_contain_text("1 goes to the waiting list")
    assert barriers(page) == []
    assert fits(page)
    page.get_by_role("button", name="Do this for 3 people").click()
    expect(page.get_by_text("0 of 3 done")).to_be_visible()
    assert barriers(page) == []

    working.work_off(BulkWork.objects.get().pk)
    # Without a hand: the page finds out by itself.
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=10_000)
    assert barriers(page) == []
    assert fits(page)
    statuses = Registration.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [Status.CONFIRMED, Status.CONFIRMED, Status.WAITING]

    page.get_by_role("button", name="Take it back for 3 people").click()
    working.work_off(BulkWork.objects.latest("pk").pk)
    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=10_000)
    assert list(statuses.all()) == [Status.RECEIVED] * 3
    assert not Message.objects.exists()


def test_decline_many_asks_for_the_reason_first(page, site):
    meeting = make_meeting()
    for name in ("Ann", "Bob"):
        make_registration(meeting, name=name)
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}")
    page.get_by_label("Select all objects").check()
    page.get_by_label("Action:").select_option("decline")
    page.get_by_role("button", name="Go").click()

    assert barriers(page) == []
    page.get_by_label("Reason", exact=True).fill("All seats are taken.")
    page.get_by_role("button", name="Show what will happen").click()
    page.get_by_role("link", name="Change what you wrote").click()
    page.get_by_label("Reason", exact=True).fill("No letter of nomination.")
    page.get_by_role("button", name="Show what will happen").click()
    page.get_by_role("button", name="Do this for 2 people").click()
    working.work_off(BulkWork.objects.get().pk)

    expect(page.get_by_role("heading", name="Done")).to_be_visible(timeout=10_000)
    reasons = Registration.objects.values_list("decline_reason", flat=True)
    assert set(reasons) == {"No letter of nomination."}
