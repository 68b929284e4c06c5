"""Own data, erasing, the notice, and sensitive answers, by hand and for everybody."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from playwright.sync_api import expect

from registration.models import PrivacyNotice, Registration, Tally
from tests.making import (
    PDF,
    make_answer,
    make_choice,
    make_meeting,
    make_message,
    make_notice,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member


@pytest.fixture
def registration(site):
    meeting = make_meeting(retention_days=90)
    registration = make_registration(
        meeting, name="Amina YUSUF", function="Officer", notice=make_notice(meeting)
    )
    Registration.objects.update(agreed_at=timezone.now())
    passport = make_question(meeting, text="Passport number?", is_sensitive=True)
    make_answer(registration, passport, "QX1234567")
    letter = make_question(meeting, text="Letter?", kind="file")
    make_answer(registration, letter, PDF, name="a-letter-with-a-rather-long-name.pdf")
    make_choice(registration, make_session(meeting, title="Reception"))
    make_message(registration, subject="We have your registration")
    registration.is_own_doing = True
    registration.function = "Minister"
    registration.correct()
    registration.confirm()
    return Registration.objects.get()


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")]
)
def test_everybody_can_use_every_page(page, site, axe, registration, width, scheme):
    make_notice(registration.meeting)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    own, slug = registration.get_absolute_url(), registration.meeting.slug
    pages = [own, f"{own}data/", f"{own}erase/", f"/{slug}/register/erased/"]
    pages += [f"/{slug}/register/privacy/", f"/{slug}/register/privacy/?version=1"]
    found = {}
    for path in [*pages, f"/{slug}/register/"]:
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[path] = axe(page) + ([f"{wide} px wide"] if wide > width else [])

    assert {path: problems for path, problems in found.items() if problems} == {}


def test_a_person_reads_their_data_takes_it_and_erases_it(
    page, site, axe, registration
):
    page.goto(site + registration.get_absolute_url())
    page.get_by_role("link", name="See all that we keep of you").click()
    expect(page.get_by_text("QX1234567").first).to_be_visible()
    with page.expect_download() as letter:
        page.get_by_role("link", name="a-letter-with-a-rather-long-name.pdf").click()
    with page.expect_download() as data:
        page.get_by_role("link", name="Take it with you (JSON)").click()
    page.get_by_role("link", name="Erase it").click()
    page.get_by_role("button", name="Erase all of it").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert axe(page) == []
    page.get_by_label("I understand that this cannot be undone").check()
    page.get_by_role("button", name="Erase all of it").click()

    expect(page.get_by_role("heading", name="Your data is erased")).to_be_visible()
    assert letter.value.path().read_bytes() == PDF
    taken = json.loads(data.value.path().read_text())
    assert taken["registration"]["name"] == "Amina YUSUF"
    assert not Registration.objects.exists()
    assert Tally.objects.get().count == 1


def test_without_scripts_the_form_has_no_field_too_many(browser, site, registration):
    page = browser.new_page(java_script_enabled=False)

    page.goto(f"{site}/{registration.meeting.slug}/register/")

    seen = page.get_by_role("textbox").evaluate_all("all => all.map(each => each.name)")
    assert "website" not in seen
    assert "email" in seen
    page.close()


def test_secretariat_publishes_a_notice(page, site, registration):
    PrivacyNotice.objects.exclude(pk=registration.notice_id).delete()
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}/admin/registration/privacynotice/add/")
    problems = barriers(page)
    page.get_by_label("Text:").fill("## Who\n\nWe are responsible.")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    problems += barriers(page)
    page.get_by_role("button", name="Publish this version").click()
    expect(page.get_by_text("Version 2 is published")).to_be_visible()
    problems += barriers(page)
    page.get_by_role("link", name="read it on the site").click()

    expect(page.get_by_text("We are responsible.")).to_be_visible()
    assert problems == []


def test_staff_who_may_see_a_sensitive_answer_once(page, site, registration):
    member = make_member("Secretariat")
    member.user_permissions.add(Permission.objects.get(codename="view_sensitive"))
    log_in(page, site, member)
    url = f"{site}/admin/registration/registration/{registration.pk}/change/"
    page.goto(url)
    expect(page.get_by_text("QX1234567")).to_have_count(0)
    problems = barriers(page)
    page.get_by_role("button", name="Show: Passport number?").click()
    expect(page.get_by_text("QX1234567")).to_be_visible()
    problems += barriers(page)
    page.get_by_role("link", name="Back, and hide it").click()

    expect(page).to_have_url(url)
    expect(page.get_by_text("QX1234567")).to_have_count(0)
    assert problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_the_numbers(page, site, registration, scheme):
    page.emulate_media(color_scheme=scheme)
    log_in(page, site, make_member("Organizer"))

    page.goto(f"{site}/admin/registration/tally/")

    expect(page.get_by_role("row").last).to_contain_text("All")
    assert barriers(page) == []
