"""The calendar on a person's page, and what staff see when a meeting moves."""

import pytest
from playwright.sync_api import expect

from meeting.mail.models import Message
from registration.calendar import watching
from registration.mails import owe
from registration.models import Status
from registration.tasks import watch_calendars
from tests.making import make_meeting, make_registration, make_session, make_user
from tests.parts.browsing import barriers, log_in

SIZES = [(320, "light"), (320, "dark"), (1280, "light"), (1280, "dark")]


def make_told(meeting, count=1):
    people = [
        make_registration(meeting, status=Status.CONFIRMED) for _person in range(count)
    ]
    for person in people:
        owe(person, "confirmed")
    return people[0]


def is_too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_everybody_finds_the_address_of_their_calendar(page, site, axe, width, scheme):
    meeting = make_meeting(city="New York")
    registration = make_told(meeting)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)

    page.goto(site + registration.get_absolute_url())

    link = page.get_by_role("link", name="Subscribe")
    expect(link).to_have_attribute("href", registration.calendar_subscription)
    expect(page.get_by_role("code")).to_have_text(registration.calendar_address)
    assert not is_too_wide(page)
    assert axe(page) == []


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_staff_see_what_has_moved_and_tell_it_now(page, site, width, scheme):
    meeting = make_meeting(city="New York")
    make_session(meeting)
    make_told(meeting, 3)
    meeting.room = "Conference Room 11"
    meeting.save()
    watching.follow(meeting.pk)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)

    log_in(page, site, make_user("chief", is_superuser=True))
    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="people will be told at").click()
    expect(page.get_by_role("row", name="Conference Room 11").first).to_be_visible()
    assert not is_too_wide(page)
    assert barriers(page) == []
    page.get_by_role("button", name="Tell them now").click()

    expect(page.get_by_text("They are written to now.")).to_be_visible()
    watch_calendars()
    assert Message.objects.filter(kind="registration_moved").count() == 3
