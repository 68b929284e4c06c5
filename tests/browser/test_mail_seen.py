"""Mails as staff see them: on a registration, one opened, and whether mail goes out."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from meeting.mail.models import Message
from tests.making import make_heartbeat, make_message, make_registration
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member

GOING = "/admin/mail/message/going/"
SIZES = [320, 1280]
NASTY = """
<p>Dear colleague</p>
<script>fetch("/ran/script"); parent.document.title = "ran"</script>
<img src="/ran/image" onerror="fetch('/ran/onerror')">
<svg onload="fetch('/ran/svg')"></svg>
<iframe src="javascript:fetch('/ran/frame')"></iframe>
<link rel="stylesheet" href="/ran/sheet">
<style>body { background: url(/ran/style) }</style>
<meta http-equiv="refresh" content="0; url=/ran/refresh">
<form action="/ran/form"><button>Press</button></form>
<a id="script" href="javascript:fetch('/ran/link')">A script</a>
"""


def make_registration_with_mails():
    registration = make_registration(name="Amina YUSUF", email="amina@example.org")
    long_ago = timezone.now() - timedelta(days=2)
    times = {"created_at": long_ago, "sent_at": long_ago}
    make_message(
        registration,
        kind="registration_received",
        subject="Registration received",
        state="sent",
        to="amina@example.org",
        **times,
    )
    make_message(
        registration,
        kind="registration_confirmed",
        subject="Confirmed",
        text="You have a seat.\n",
        html="<p>You have a seat.</p>",
        to="old@example.org",
        state="bounced",
        bounce="550 User unknown",
        **times,
    )
    return registration


def test_a_mail_that_came_back_is_found_opened_and_sent_again(page, site):
    registration = make_registration_with_mails()
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="1 message came back").click()
    expect(page.get_by_role("link", name="Confirmed")).to_be_visible()
    page.goto(f"{site}/admin/registration/registration/?mail=lost")
    expect(page.get_by_text("Mail came back")).to_be_visible()
    page.get_by_role("link", name=registration.reference).click()
    expect(page.get_by_text("A mail to this person came back")).to_be_visible()
    mails = page.locator("section", has=page.get_by_text("Mails to this person"))
    mails.get_by_role("link", name="Confirmed").click()
    expect(page.get_by_text("550 User unknown")).to_be_visible()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("You have a seat.")).to_be_visible()
    page.get_by_role("button", name="Send again to amina@example.org").click()
    expect(
        page.get_by_text("It will be sent again, to amina@example.org.")
    ).to_be_visible()

    assert Message.objects.unsent().get().to == "amina@example.org"

    page.go_back()
    page.get_by_role("button", name="Send again to amina@example.org").click()
    expect(page.get_by_role("heading", name="Send it once more?")).to_be_visible()
    assert Message.objects.unsent().count() == 1
    page.get_by_role("button", name="Send it once more").click()
    expect(page.get_by_text("It will be sent again")).to_be_visible()
    assert Message.objects.unsent().count() == 2


@pytest.mark.parametrize("place", ["in its frame", "alone"])
def test_nothing_in_a_mail_runs_or_loads(context: BrowserContext, site, place):
    message = make_message(html=NASTY)
    # Not the page of the other tests: here the policy is to block things.
    page = context.new_page()
    log_in(page, site, make_member("Secretariat"))
    answered = []
    # What the policy keeps from leaving is never answered.
    page.on("response", lambda response: answered.append(response.url))
    address = f"{site}/admin/mail/message/{message.pk}/"

    if place == "alone":
        page.goto(f"{address}html/")
        body = page.main_frame
    else:
        page.goto(f"{address}change/")
        title = page.title()
        body = page.frame(url="**/html/")
    body.get_by_text("A script").click()
    body.get_by_role("button", name="Press").click()
    page.wait_for_load_state("networkidle")

    assert [url for url in answered if "/ran/" in url] == []
    assert body.get_by_text("Dear colleague").is_visible()
    assert page.title() == ("" if place == "alone" else title)


def test_a_test_mail_arrives_and_the_page_says_so(page, site, mail_goes_out):
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="How mail goes").click()
    page.get_by_label("E-mail address").fill("me@example.org")
    page.get_by_role("button", name="Send a test mail").click()
    expect(page.get_by_text("This page looks again by itself.")).to_be_visible()
    Message.objects.get().deliver()

    expect(page.get_by_text("The mail server has taken it.")).to_be_visible()
    assert mail_goes_out.to("me@example.org")[0]["Subject"].startswith("A test of mail")


def test_the_banner_comes_and_goes(page, site, settings):
    settings.EMAIL_URL = "smtp://localhost"
    late = make_message(due_at=timezone.now() - timedelta(minutes=6))
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}/admin/")
    banner = page.get_by_text("Mail is not going out: 1 mail has been waiting since")
    expect(banner).to_be_visible()

    page.goto(f"{site}/admin/registration/registration/")
    expect(banner).to_be_visible()
    page.get_by_role("link", name="See what is wrong, and what to do").click()
    expect(page.get_by_role("heading", name="How mail goes")).to_be_visible()

    Message.objects.filter(pk=late.pk).update(state="sent")
    page.goto(f"{site}/admin/registration/registration/")
    expect(banner).not_to_be_visible()


def test_records_are_looked_up_by_the_keyboard(page, site, settings, dns_server):
    settings.DEFAULT_FROM_EMAIL = "Plenary <meetings@example.org>"
    dns_server.publish("example.org", "TXT", "v=spf1 a -all", "v=spf1 mx -all")
    log_in(page, site, make_member("Secretariat"))

    page.goto(site + GOING)
    page.get_by_label("DKIM selector").fill("s1")
    page.keyboard.press("Enter")

    expect(
        page.get_by_text("There is more than one, which counts as none.")
    ).to_be_visible()
    expect(page.get_by_text("v=spf1 mx -all")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_pages_of_mail_keep_nobody_out(page: Page, site, settings, width, scheme):
    settings.EMAIL_URL = "smtp://localhost"
    settings.DEFAULT_FROM_EMAIL = "Plenary <meetings@example.org>"
    registration = make_registration_with_mails()
    make_message(registration, due_at=timezone.now() - timedelta(minutes=6))
    make_heartbeat("beat", timedelta(minutes=6))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    log_in(page, site, make_member("Secretariat"))
    bounced = Message.objects.get(state="bounced")
    addresses = [
        "/admin/",
        GOING,
        f"/admin/mail/message/{bounced.pk}/change/",
        "/admin/mail/message/",
        f"/admin/registration/registration/{registration.pk}/change/",
        "/admin/registration/registration/",
    ]
    problems = {}

    for address in addresses:
        page.goto(site + address)
        problems[address] = barriers(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if wide:
            problems[address].append("wider than the window")

    assert {where: found for where, found in problems.items() if found} == {}


def test_addresses_in_the_list_are_read_on_a_small_phone(page, site):
    make_registration_with_mails()
    page.set_viewport_size({"width": 320, "height": 900})
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/mail/message/")

    assert page.locator("td.field-to").first.bounding_box()["width"] >= 140
