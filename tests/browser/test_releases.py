"""Releasing an agenda, and reading what was released, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from agenda.models import Item, OwnAgenda, Release
from tests.making import make_item, make_registration
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member


def fits(page: Page) -> bool:
    return not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def make_changed():
    """An item that readers know by another title than the draft has."""
    item = make_item(title="Opening of the meeting")
    Item.objects.update(title="Welcome")
    return item.meeting


@pytest.mark.parametrize("width", [320, 1280])
def test_staff_release_what_they_have_looked_at(page, site, width):
    meeting = make_changed()
    log_in(page, site, make_member("Secretariat"))
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="change of the agenda is not released").click()
    expect(page.get_by_text("is now called “Welcome”")).to_be_visible()
    assert barriers(page) == []
    assert fits(page)
    page.get_by_label("At a day and hour").check()
    page.get_by_role("button", name="Release the agenda").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose from which day")
    assert barriers(page) == []
    page.get_by_label("Now", exact=True).check()
    page.get_by_label("Note").fill("A new title")
    page.get_by_role("button", name="Release the agenda").press("Enter")

    expect(page.get_by_text("Release 2 is out")).to_be_visible()
    assert Release.objects.current(meeting).note == "A new title"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", ["", "1/", "2/", "2/changes/"])
def test_releases_are_read_by_everybody(page, site, axe, width, path):
    Release.objects.make(make_changed(), note="A new title")
    page.set_viewport_size({"width": width, "height": 700})

    page.goto(f"{site}/15/releases/{path}")

    assert axe(page) == []
    assert fits(page)


def test_a_reader_goes_from_the_list_to_what_has_changed(page, site):
    Release.objects.make(make_changed(), note="A new title")
    page.goto(f"{site}/15/releases/")

    page.get_by_role("link", name="What has changed").press("Enter")

    expect(page.get_by_text("is now called “Welcome”")).to_be_visible()


def test_a_person_follows_what_is_starred(page, site, axe):
    meeting = make_item().meeting
    person = make_registration(meeting)
    agenda = OwnAgenda.objects.create(meeting=meeting)
    cookie = {"name": f"agenda_{meeting.pk}", "value": agenda.token, "url": site}
    page.context.add_cookies([cookie])
    page.goto(person.address)

    page.get_by_role("button", name="Write to me when something").click()
    expect(page.get_by_role("status")).to_contain_text("We write to you")
    assert axe(page) == []
    page.get_by_role("button", name="Do not write to me about it").click()

    expect(page.get_by_role("status")).to_contain_text("You get no mails")
