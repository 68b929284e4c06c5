"""The papers desk from asking to posting, in a browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agenda.contributing import sending, working
from agenda.models import Contributor, DeskWork, Material, Request
from meeting.mail.models import Message
from tests.agenda.contributing.test_rules import pdf
from tests.browser.test_releases import fits
from tests.making import (
    make_contributor,
    make_meeting,
    make_presentation,
    make_request,
    make_role,
    make_speaker,
    make_submission,
)
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member

SIZES = pytest.mark.parametrize("width", [320, 1280])


def open_desk(page, site, width):
    log_in(page, site, make_member("Secretariat"))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site}/admin/agenda/contributor/")


@SIZES
def test_the_desk_asks_a_speaker_and_an_organization(page, site, width):
    presentation = make_presentation(title="Counting people")
    make_role(presentation, speaker=make_speaker(email="wu@example.org"))
    open_desk(page, site, width)

    page.get_by_role("link", name="Ask for papers").press("Enter")
    assert barriers(page) == []
    assert fits(page)
    page.get_by_role("textbox", name="Organizations").fill(
        "IOM, Jane Doe, papers@iom.example"
    )
    page.get_by_label("In your words").fill("Four points, please.")
    page.get_by_label("Paper", exact=True).check()
    page.get_by_role("button", name="See who gets what").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a deadline")
    assert barriers(page) == []
    due_at = timezone.now() + timedelta(days=9)
    page.get_by_label("Deadline").fill(f"{due_at:%Y-%m-%d}T23:59")
    page.get_by_role("button", name="See who gets what").click()

    expect(page.get_by_text("Paper: Counting people").first).to_be_visible()
    expect(page.get_by_text("Four points, please.")).to_be_visible()
    assert barriers(page) == []
    assert fits(page)
    page.get_by_label("Whose mail").select_option("IOM")
    page.get_by_role("button", name="Show it").press("Enter")
    expect(page.get_by_text("Dear Jane Doe,")).to_be_visible()
    expect(page.get_by_text("[the private link of IOM]")).to_be_visible()
    assert not Message.objects.exists()
    page.get_by_role("button", name="Ask them").press("Enter")

    expect(page.get_by_text("Ask for papers: 2 mails")).to_be_visible()
    assert barriers(page) == []
    assert fits(page)
    tos = Message.objects.order_by("to").values_list("to", flat=True)
    assert list(tos) == ["papers@iom.example", "wu@example.org"]


@SIZES
def test_the_desk_looks_asks_for_a_change_accepts_and_posts(page, site, width):
    contributor = make_contributor(organization="IOM")
    request = make_request(contributor, max_pages=4)
    make_submission(request)
    open_desk(page, site, width)
    assert barriers(page) == []
    assert fits(page)

    page.get_by_role("link", name="1 to be looked at").click()
    page.get_by_role("link", name="IOM").click()
    assert barriers(page) == []
    assert fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="paper-1.pdf").click()
    assert download.value.suggested_filename == "paper-1.pdf"
    page.get_by_text("Ask for a change").click()
    page.get_by_label("What is to be changed").fill("Shorter, please.")
    # Another version arrives while somebody types.
    sending.send(request, file=pdf("second.pdf"), title="Second")
    page.get_by_role("button", name="Ask for the change").click()
    expect(page.get_by_role("alert")).to_contain_text("Version 2 has arrived")
    expect(page.get_by_label("What is to be changed")).to_have_value("Shorter, please.")
    assert barriers(page) == []
    page.get_by_role("button", name="Ask for the change").click()
    expect(page.get_by_text("A change is asked for.")).to_be_visible()

    sending.send(Request.objects.get(), file=pdf("third.pdf"), title="Third")
    page.reload()
    page.get_by_role("button", name="Accept and post at once").press("Enter")

    expect(page.get_by_text("It is accepted and posted.")).to_be_visible()
    assert Material.objects.public().get().filename == "third.pdf"


@SIZES
def test_the_desk_reminds_the_late(page, site, width):
    late = timezone.now() - timedelta(days=1)
    request = make_request(make_contributor(organization="IOM"), due_at=late)
    meeting = request.contributor.meeting
    make_request(make_contributor(meeting, organization="WHO", email=""), due_at=late)
    make_request(make_contributor(meeting, organization="In time"))
    open_desk(page, site, width)

    page.get_by_role("button", name="Remind all who are late").press("Enter")
    expect(page.get_by_text("WHO · Paper: No address is known.")).to_be_visible()
    assert barriers(page) == []
    assert fits(page)
    page.get_by_label("A line of yours").fill("We print on Friday.")
    page.get_by_role("button", name="Remind: 1 mail").click()

    expect(page.get_by_text("Remind: 1 mail")).to_be_visible()
    row = page.get_by_role("row", name="WHO")
    expect(row).to_contain_text("Passed over: No address is known.")
    assert barriers(page) == []
    assert fits(page)
    page.get_by_role("link", name="Back to the desk").press("Enter")
    assert page.url.endswith("?show=late")
    assert Message.objects.get().about == Contributor.objects.get(organization="IOM")
    expect(page.get_by_text("reminded once")).to_be_visible()


def test_the_desk_works_without_javascript(browser, browser_context_args, site):
    submission = make_submission()
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    open_desk(page, site, 320)

    page.get_by_label("with the one shown").check()
    page.get_by_role("button", name="Accept…").click()
    page.get_by_role("button", name="Accept: 1 request").click()

    expect(page.get_by_text("Accept: 1 request")).to_be_visible()
    submission.refresh_from_db()
    assert submission.state == "accepted"
    context.close()


def make_late(count):
    meeting = make_meeting()
    late = timezone.now() - timedelta(days=1)
    for n in range(count):
        email = "" if n % 2 else f"o{n}@example.org"
        contributor = make_contributor(meeting, organization=f"Name {n}", email=email)
        make_request(contributor, due_at=late)


def remind_all(page):
    page.get_by_role("button", name="Remind all who are late").click()
    page.get_by_role("button", name="Remind: ").click()
    expect(page.get_by_text("0 of 12 done")).to_be_visible()


@SIZES
def test_work_for_many_is_watched_until_it_is_done(page, site, width):
    make_late(12)
    open_desk(page, site, width)

    remind_all(page)
    assert barriers(page) == []
    assert fits(page)
    work = DeskWork.objects.get()
    work.advance(3)
    expect(page.get_by_text("3 of 12 done")).to_be_visible(timeout=10_000)
    # Nobody has it any longer.
    DeskWork.objects.update(done=0, claimed_at=None)
    working.work_off(work.pk)

    expect(page.get_by_text("Remind: 6 mails")).to_be_visible(timeout=10_000)
    expect(page.get_by_text("Passed over: 6 · No address is known.")).to_be_visible()
    assert barriers(page) == []
    assert fits(page)


def test_work_for_many_is_watched_without_javascript(
    browser, browser_context_args, site
):
    make_late(12)
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    open_desk(page, site, 320)

    remind_all(page)
    working.work_off(DeskWork.objects.get().pk)

    expect(page.get_by_text("Remind: 6 mails")).to_be_visible(timeout=15_000)
    context.close()
