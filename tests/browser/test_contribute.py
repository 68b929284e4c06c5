"""The contributor's way: from the mail to a paper that has arrived, and is replaced."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agenda.contributing import asking, deciding
from agenda.models import Contributor, Submission
from meeting.mail.models import Message
from tests.making import (
    PDF,
    make_contributor,
    make_item,
    make_meeting,
    make_presentation,
    make_request,
    make_session,
    make_speaker,
    make_submission,
)


def file(name, more=b""):
    return {"name": name, "mimeType": "application/pdf", "buffer": PDF + more}


def make_asked():
    """A speaker who is asked for a paper on a presentation, and told so by mail."""
    meeting = make_meeting(city="New York", papers_max_pages=4)
    session = make_session(meeting, room="Room XII")
    presentation = make_presentation(make_item(session), title="On the move")
    contributor = make_contributor(meeting, speaker=make_speaker("Ana SILVA"))
    due_at = timezone.now() + timedelta(days=9)
    asking.ask(
        contributor, "paper", due_at=due_at, place=presentation, note="No annex."
    )
    asking.tell(contributor)
    return contributor


def link_of_mail():
    return re.search(r"http\S+/contribute/\S+", Message.objects.get().text)[0]


def make_all_states():
    """A contributor with a request in every state, of every kind."""
    meeting = make_meeting(city="New York", papers_max_pages=4)
    presentation = make_presentation(make_item(make_session(meeting)), title="Moving")
    speaker = make_speaker("Ana SILVA", biography="Has counted.")
    contributor = make_contributor(meeting, speaker=speaker, zone="Asia/Tokyo")
    soon, past = (timezone.now() + timedelta(days=days) for days in (1, -1))

    def ask(kind, due_at=soon, **more):
        return make_request(contributor, kind=kind, due_at=due_at, **more)

    ask("paper", presentation=presentation, note="No annexes.\n\nName your sources.")
    ask("photo", past)
    ask("statement", past, takes_late=False)
    make_submission(ask("statement", past))
    slides = make_submission(ask("presentation", presentation=presentation), pages=9)
    deciding.ask_change(slides, "Number the slides.", by=None)
    deciding.accept(make_submission(ask("biography"), text="One.\n\nTwo."), by=None)
    later = timezone.now() + timedelta(days=2)
    deciding.post(make_submission(ask("paper")), by=None, at=later)
    paper = ask("paper")
    deciding.post(make_submission(paper), by=None)
    make_submission(paper, file=PDF + b"%")
    return contributor


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (320, "dark"), (1280, "light")]
)
def test_everybody_can_use_each_page(page, site, axe, width, scheme):
    contributor = make_all_states()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    address = f"{site}{contributor.get_absolute_url()}"
    requests = contributor.requests.all()
    below = [f"{each.pk}/{more}" for each in requests for more in ("", "sent/")]
    found = {}
    for more in ["", *below]:
        page.goto(address + more)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[more] = axe(page) + ([f"{wide} px"] if wide > width else [])
    contributor.revoke_link()
    page.goto(address)
    found["over"] = axe(page)

    assert {where: problems for where, problems in found.items() if problems} == {}


def test_send_a_paper_by_the_link_of_the_mail_and_replace_it(page, site, axe):
    make_asked()
    page.set_viewport_size({"width": 320, "height": 800})

    page.goto(link_of_mail())
    place = page.get_by_role("link", name="On the move", exact=True)
    expect(place).to_be_visible()
    expect(page.get_by_text("Room XII")).to_be_visible()
    page.get_by_role("link", name="Send it").click()
    expect(page.get_by_label("Title of the document")).to_have_value("On the move")
    page.get_by_label("Paper").set_input_files([file("first.pdf")])
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "It has arrived. Thank you."
    )

    page.get_by_role("link", name="See all that we ask you for").click()
    expect(page.locator(".asked .tag").first).to_have_text("to be looked at")
    with page.expect_download() as download:
        page.get_by_role("link", name="first.pdf").click()
    assert download.value.path().read_bytes() == PDF

    page.get_by_role("link", name="Replace it").click()
    page.get_by_label("Paper").set_input_files([file("second.pdf", b"%")])
    page.get_by_role("button", name="Send the next version").click()
    expect(page.get_by_role("main")).to_contain_text("Version 2")
    assert [each.filename for each in Submission.objects.all()] == [
        "second.pdf",
        "first.pdf",
    ]


@pytest.mark.parametrize("width", [320, 1280])
def test_a_long_title_is_seen_whole_as_it_is_typed(page, site, width):
    make_asked()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(link_of_mail())
    page.get_by_role("link", name="Send it").click()
    title = page.get_by_label("Title of the document")

    title.fill("Counting people who move, and those who stay behind: " * 5)

    fits = "box => box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth"
    assert title.evaluate(fits)


def test_an_error_is_said_first_and_words_stay(page, site, axe):
    make_asked()
    page.goto(link_of_mail())
    page.get_by_role("link", name="Send it").click()
    page.get_by_label("Title of the document").fill("Counting people")
    page.get_by_label("Language of the document").select_option("fr")

    page.get_by_role("button", name="Send it").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("Title of the document")).to_have_value("Counting people")
    expect(page.get_by_label("Language of the document")).to_have_value("fr")
    assert axe(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Paper")).to_be_focused()
    expect(page.get_by_label("Paper")).to_have_accessible_description("Choose a file.")


def test_a_biography_is_seen_and_sent_by_keyboard_without_scripts(browser, site):
    contributor = make_contributor()
    make_request(contributor, kind="biography")
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{site}{contributor.get_absolute_url()}")

    page.get_by_role("link", name="Send it").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Biography").focus()
    page.keyboard.type("Has counted people.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("Then more.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".preview p")).to_have_text(
        ["Nothing is sent yet.", "Has counted people.", "Then more."]
    )
    page.get_by_role("button", name="Send it").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("It has arrived")
    page.close()
    assert Submission.objects.get().text == "Has counted people.\n\nThen more."


def test_the_zone_of_the_device_is_offered_and_kept(browser, site):
    contributor = make_contributor()
    make_request(contributor)
    page = browser.new_page(timezone_id="Africa/Dakar")
    page.goto(f"{site}{contributor.get_absolute_url()}")

    page.get_by_role("button", name="Use Dakar, as on this device").click()

    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_label("Your time zone")).to_have_value("Africa/Dakar")
    expect(page.locator(".asked time")).to_contain_text("Dakar time (UTC)")
    expect(page.get_by_text("as on this device")).to_have_count(0)
    page.close()
    assert Contributor.objects.get().zone == "Africa/Dakar"


def test_a_link_that_is_revoked_says_whom_to_ask(page, site):
    contributor = make_asked()
    contributor.revoke_link()

    page.goto(link_of_mail())

    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work")
    expect(page.get_by_role("link", name="secretariat@example.org")).to_be_visible()


def test_a_press_while_the_first_is_under_way_sends_once(page, site):
    make_asked()
    page.goto(link_of_mail())
    page.get_by_role("link", name="Send it").click()
    page.get_by_label("Paper").set_input_files([file("first.pdf")])

    page.get_by_role("button", name="Send it").dblclick()

    expect(page.get_by_role("heading", level=1)).to_contain_text("It has arrived")
    assert Submission.objects.count() == 1


def test_a_file_too_large_is_refused_as_soon_as_it_is_chosen(page, site, settings):
    settings.MATERIAL_MAX_BYTES = 1000
    make_asked()
    page.goto(link_of_mail())
    page.get_by_role("link", name="Send it").click()

    page.get_by_label("Paper").set_input_files([file("paper.pdf", b"%" * 1000)])

    expect(page.get_by_role("alert")).to_have_text(
        "This file is larger than 1000 bytes. Make it smaller."
    )
    expect(page.get_by_label("Paper")).to_have_value("")
