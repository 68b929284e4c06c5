"""Writing to many, in a real browser, with a real mail server at the end."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from meeting.mail import delivery
from registration.mailings import sending
from registration.models import Mailing
from tests.browser.test_staff_decisions import fits
from tests.making import make_mailing, make_meeting, make_registration
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member

LIST = "/admin/registration/mailing/"


@pytest.fixture
def meeting():
    """With three who are confirmed, of two languages, and one who is not."""
    meeting = make_meeting()
    for name, language in (("Ann Bell", "en"), ("Ben Bell", "fr"), ("Eve Bell", "en")):
        make_registration(
            meeting,
            name=name,
            language=language,
            status="confirmed",
            email=f"{name[:3].lower()}@example.org",
        )
    make_registration(meeting, name="Sue Bell", email="sue@example.org")
    return meeting


def check(page):
    """Nobody is kept out, on a small phone neither."""
    assert barriers(page) == []
    assert fits(page)


def deliver():
    """What a worker does."""
    for pk in Mailing.objects.active().values_list("pk", flat=True):
        sending.work_on(pk)
    delivery.sweep(10)


def test_write_to_a_choice_look_send_and_see_it_arrive(
    page, site, meeting, mail_goes_out
):
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}")
    page.get_by_role("link", name="Add mail to many").click()
    check(page)
    page.get_by_label("Name", exact=True).fill("Papers")
    page.get_by_label("States and organizations").fill("Organisation for Tests")
    page.get_by_label("Subject").fill("Papers for the {titel}")
    page.get_by_label("Text", exact=True).fill("Dear {person},\n\nSee {site}")
    page.get_by_role("button", name="Save, and see whom it reaches").click()

    problems = page.get_by_role("alert")
    expect(problems).to_contain_text("Did you mean “Organization for Tests”?")
    check(page)
    page.get_by_label("States and organizations").fill("ORGANIZATION FOR TESTS")
    page.get_by_role("button", name="Save, and see whom it reaches").click()
    expect(problems).to_contain_text("Did you mean {title}?")
    page.get_by_label("Subject").fill("Papers for the {title}")
    page.get_by_role("button", name="Save, and see whom it reaches").click()

    expect(page.get_by_role("heading", name="Who gets it now: 3")).to_be_visible()
    expect(page.locator("#content-main")).to_contain_text(
        "Confirmed; from ORGANIZATION FOR TESTS"
    )
    check(page)
    page.locator("summary", has_text="Ben Bell").click()
    frame = page.frame_locator("iframe[title$='Ben Bell']")
    expect(frame.locator("pre")).to_contain_text("Dear Ben Bell,")
    expect(
        frame.frame_locator("iframe[title='On a phone']").locator("body")
    ).to_contain_text("Dear Ben Bell")
    assert not mail_goes_out.received

    page.get_by_role("button", name="Send to 3 people now").click()
    deliver()
    page.goto(page.url)

    counts = page.get_by_role("region", name="What became of it")
    expect(counts).to_contain_text(re.compile(r"3\s+written\s+3\s+sent\s+0\s+waiting"))
    check(page)
    assert {mail["To"] for mail in mail_goes_out.received} == {
        "ann@example.org",
        "ben@example.org",
        "eve@example.org",
    }
    assert mail_goes_out.received[0]["Subject"] == f"Papers for the {meeting.title}"


def test_stop_go_on_and_write_to_the_rest(page, site, meeting, mail_goes_out):
    mail_goes_out.answers["ben@example.org"] = "550 No such person"
    mailing = make_mailing(meeting, people={"status": ["confirmed"]})
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}{mailing.pk}/")

    page.get_by_role("button", name="Send to 3 people now").click()
    expect(page.get_by_role("heading", name="It goes out")).to_be_visible()
    check(page)
    sending.work_on(mailing.pk)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. Nobody else gets it")).to_be_visible()
    check(page)
    deliver()
    assert not mail_goes_out.received

    page.get_by_role("button", name="Send to 3 people now").click()
    deliver()
    page.goto(page.url)
    page.get_by_role("link", name="1 failed").click()
    expect(page.locator("#people + .scrolls")).to_contain_text("Ben Bell")
    page.get_by_role("button", name="Write to those who have not got it").click()
    page.get_by_role("button", name="Save, and see whom it reaches").click()
    expect(page.get_by_role("heading", name="Who gets it now: 1")).to_be_visible()
    expect(page.locator("#people + .scrolls")).to_contain_text("Ben Bell")


def test_its_numbers_move_while_it_goes_out(page, site, meeting, mail_goes_out):
    mailing = make_mailing(meeting, people={"status": ["confirmed"]})
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}{mailing.pk}/")
    page.get_by_role("button", name="Send to 3 people now").click()
    expect(page.get_by_text("It begins in a moment.")).to_be_visible()

    sending.work_on(mailing.pk)
    counts = page.get_by_role("region", name="What became of it")
    expect(counts).to_contain_text(re.compile(r"0\s+sent\s+3\s+waiting"))
    expect(page.locator(".tag", has_text="going out")).to_be_visible()

    first = mailing.messages.earliest("pk")
    mailing.messages.filter(pk=first.pk).update(state="sent")

    expect(counts).to_contain_text(re.compile(r"1\s+sent\s+2\s+waiting"))


def test_a_rule_says_whom_it_would_reach_and_when(page, site, meeting):
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}{LIST}add/")
    page.get_by_label("Name", exact=True).fill("Practical information")
    page.get_by_label("Subject").fill("Before you travel")
    page.get_by_label("Text", exact=True).fill("Bring your reference: {reference}.")
    expect(page.locator("#id_days")).to_be_hidden()
    page.get_by_label("Before or after a date of the meeting").check()
    page.locator("#id_days").fill("7")
    page.locator("#id_anchor").select_option("the meeting begins")
    page.get_by_label("Hour").fill("09:00")
    page.get_by_label("Also to those who come later").check()
    check(page)
    page.get_by_role("button", name="Save, and see whom it reaches").click()

    content = page.locator("#content-main")
    expect(content).to_contain_text("7 days before the meeting begins")
    expect(content).to_contain_text("3 people now")
    expect(content).to_contain_text("to those who are chosen then")
    page.get_by_role("button", name="Let it go out at").click()

    expect(page.locator(".tag", has_text="active")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Change", exact=True).click()
    check(page)
    page.locator("#id_days").fill("60")
    Mailing.objects.update(created_at=timezone.now() - timedelta(days=99))
    meeting.registrations.update(created_at=timezone.now() - timedelta(days=99))
    page.get_by_role("button", name="Save, and see whom it reaches").click()
    expect(page.get_by_text("Saved, and stopped")).to_be_visible()
    check(page)


def test_from_the_list_of_registrations(page, site, meeting):
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}/admin/registration/registration/?status__exact=confirmed")
    page.get_by_label("Select all objects").check()
    page.get_by_label("Action:").select_option("write_to_these")
    page.get_by_role("button", name="Go").click()

    expect(page.get_by_label("Only the 3 people picked")).to_be_checked()
    check(page)


def test_no_more_news_by_the_address_in_a_mail(page, site, meeting):
    mailing = make_mailing(meeting)
    mailing.begin()
    sending.work_on(mailing.pk)
    message = mailing.messages.first()

    page.goto(message.unsubscribe)
    check(page)
    page.get_by_role("button", name="No more news").click()
    expect(page.get_by_role("heading", name="You get no more news")).to_be_visible()
    check(page)
    message.about.refresh_from_db()
    assert not message.about.takes_news

    page.goto(message.about.address)
    check(page)
    page.get_by_role("button", name="Send me news again").click()
    expect(page.get_by_text("You get news by mail again.")).to_be_visible()
