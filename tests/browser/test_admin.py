"""The secretariat at work in a real browser."""

from datetime import date

from playwright.sync_api import Page, expect

from agenda.models import Presentation, Session
from meeting.models import Meeting
from registration.bulk import working
from registration.models import BulkWork
from tests.making import (
    make_bulk_work,
    make_item,
    make_material,
    make_meeting,
    make_message,
    make_page,
    make_presentation,
    make_question,
    make_registration,
    make_role,
    make_session,
    make_speaker,
    make_user,
)
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member

LISTS = [
    "meeting/meeting",
    "meeting/page",
    "agenda/session",
    "agenda/item",
    "agenda/presentation",
    "agenda/speaker",
    "agenda/material",
    "registration/registration",
    "registration/category",
    "registration/question",
    "registration/bulkwork",
    "mail/message",
    "auditlog/logentry",
    "auth/user",
    "auth/group",
]
READ_ONLY = {"registration/bulkwork", "mail/message", "auditlog/logentry"}


def make_one_of_everything() -> None:
    meeting = make_meeting(number=15, tbc=["venue"])
    session = make_session(meeting)
    item = make_item(session)
    make_item(session)
    presentation = make_presentation(item)
    make_role(presentation)
    make_role(item, speaker=make_speaker("Ann CHAIR"), kind="chair")
    make_material(meeting, item=item)
    make_page(meeting)
    make_question(meeting)
    make_message(make_registration(meeting, is_demo=True))
    make_bulk_work(meeting)


def test_every_page_of_the_admin_keeps_nobody_out(page, site):
    make_one_of_everything()
    log_in(page, site, make_user("operator", is_superuser=True))
    page.goto(f"{site}/admin/")
    problems = {"/admin/": barriers(page)}

    for name in LISTS:
        page.goto(f"{site}/admin/{name}/")
        problems[name] = barriers(page)
        first = page.locator("#result_list tbody th a").first.get_attribute("href")
        page.goto(site + first)
        problems[first] = barriers(page)
        if name not in READ_ONLY:
            page.goto(f"{site}/admin/{name}/add/")
            problems[f"{name} add"] = barriers(page)

    assert {where: found for where, found in problems.items() if found} == {}


def test_the_admin_is_as_open_in_the_dark(page, site):
    page.emulate_media(color_scheme="dark")
    make_one_of_everything()
    log_in(page, site, make_user("operator", is_superuser=True))
    page.goto(f"{site}/admin/")
    problems = {"/admin/": barriers(page)}

    for name in ("registration/registration", "agenda/session", "mail/message"):
        page.goto(f"{site}/admin/{name}/")
        problems[name] = barriers(page)
        page.locator("#result_list tbody th a").first.click()
        expect(page.locator("#content :is(fieldset, dl)").first).to_be_visible()
        problems[page.url] = barriers(page)

    assert {where: found for where, found in problems.items() if found} == {}


def test_secretariat_sets_up_a_meeting_from_nothing(page, site):
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="Set up the first meeting").click()
    page.get_by_label("Number:", exact=True).fill("16")
    page.get_by_label("Title:").first.fill("Sixteenth Coordination Meeting")
    page.get_by_label("First day:").fill("2027-02-15")
    page.get_by_label("Last day:").fill("2027-02-16")
    page.get_by_label("Registration opens:").fill("2027-01-04T09:00")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    page.goto(f"{site}/admin/agenda/session/add/")
    page.get_by_label("Title:").first.fill("Morning session")
    page.get_by_label("Starts:").first.fill("10:00")
    page.get_by_label("Ends:").first.fill("13:00")
    for number, title in enumerate(["Opening of the meeting", "Keynote"]):
        page.get_by_role("button", name="Add another Item").click()
        page.locator(f"#id_items-{number}-title").fill(title)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    meeting = Meeting.objects.get()
    assert (meeting.slug, meeting.registration_opens_at.hour) == ("16", 14)
    session = Session.objects.get()
    assert (session.meeting, session.date) == (meeting, date(2027, 2, 15))
    assert [str(item) for item in session.items.all()] == [
        "Opening of the meeting",
        "Keynote",
    ]


def test_items_move_by_the_keyboard(page, site):
    session = make_session()
    for title in ("First", "Second", "Third"):
        make_item(session, title=title)
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/agenda/session/{session.pk}/change/")
    page.get_by_role("button", name="Move up: Third").press("Enter")
    page.get_by_role("button", name="Move down: First").press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    assert [str(item) for item in session.items.all()] == ["Third", "First", "Second"]


def test_items_move_by_dragging(page, site):
    session = make_session()
    make_item(session, title="First")
    make_item(session, title="Second")
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/agenda/session/{session.pk}/change/")
    page.set_viewport_size({"width": 1280, "height": 2000})  # Both in sight.
    heads = page.locator("#items-group .has_original h3 .inline_label")
    heads.nth(1).drag_to(heads.nth(0))
    expect(heads).to_have_text(["Second", "First"])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    assert [str(item) for item in session.items.all()] == ["Second", "First"]


def test_speaker_is_made_while_the_presentation_is_written(page, site):
    item = make_item()
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/agenda/item/{item.pk}/change/")
    page.get_by_role("button", name="Add another Presentation").click()
    page.locator("#id_presentations-0-title").fill("On data")
    with page.expect_popup() as opened:
        page.locator("#add_id_presentations-0-speaker").click()
    popup = opened.value
    popup.get_by_label("Name:").fill("Juan José GÓMEZ CAMACHO")
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Save").click()
    expect(
        page.locator("#select2-id_presentations-0-speaker-container")
    ).to_contain_text("GÓMEZ CAMACHO")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    presentation = Presentation.objects.get()
    assert presentation.title == "On data"
    assert str(presentation.roles.get().speaker) == "Juan José GÓMEZ CAMACHO"


def test_speaker_is_found_by_typing(page, site):
    make_speaker("Juan José GÓMEZ CAMACHO")
    presentation = make_presentation()
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/agenda/item/{presentation.item.pk}/change/")
    page.get_by_role("combobox", name="Speaker:").click()
    page.get_by_role("searchbox").last.fill("gomez")
    page.get_by_role("option", name="Juan José GÓMEZ CAMACHO").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    assert str(presentation.roles.get().speaker) == "Juan José GÓMEZ CAMACHO"


def test_registrations_are_found_approved_and_exported(page, site):
    meeting = make_meeting()
    for name in ("Ann Bell", "Bob Bell", "Eve Dale"):
        make_registration(meeting, name=name)
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="3 registrations wait for a decision").click()
    page.get_by_label("Find").fill("bell")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Select all objects").check()
    page.get_by_label("Action:").select_option("approve")
    page.get_by_role("button", name="Go").click()
    expect(page.get_by_text("2 get a seat")).to_be_visible()
    page.get_by_role("button", name="Do this for 2 people").click()
    working.work_off(BulkWork.objects.get().pk)

    page.goto(f"{site}/admin/registration/registration/?status__exact=confirmed")
    with page.expect_download() as started:
        page.get_by_role("link", name="Export CSV").click()
    lines = started.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 3
    assert "Eve Dale" not in "".join(lines)


def test_filters_open_by_the_keyboard(page, site):
    make_registration(status="confirmed")
    log_in(page, site, make_member("Organizer"))

    page.goto(f"{site}/admin/registration/registration/")
    status = page.locator("details", has=page.get_by_text("Status", exact=True))
    status.locator("summary").press("Enter")
    status.get_by_role("link", name="Declined").press("Enter")

    expect(page.get_by_text("0 registrations")).to_be_visible()
    assert "status__exact=declined" in page.url


def test_what_came_back_is_read_on_a_phone(page, site):
    message = make_message(to=f"{'long.' * 12}name@example.org", state="sent")
    message.note_bounce(f"550 <{message.to}>: No such person", is_permanent=True)
    log_in(page, site, make_user(is_superuser=True))
    page.set_viewport_size({"width": 320, "height": 800})

    page.goto(f"{site}/admin/mail/message/{message.pk}/change/")

    expect(page.get_by_text("No such person")).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_materials_are_read_on_a_phone(page, site):
    meeting = make_meeting()
    title = "Measuring internationally comparable displacement"
    make_material(meeting, title=title, kind="background document", language="ar")
    page.set_viewport_size({"width": 320, "height": 700})
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/agenda/material/")

    results = page.locator("#changelist .results")
    assert results.evaluate("box => box.scrollWidth <= box.clientWidth")
    kind = page.get_by_text("Background document", exact=True).last
    assert kind.bounding_box()["height"] < 40
    assert barriers(page) == []


def test_a_row_that_was_left_empty_is_no_material(page, site):
    session = make_session()
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}/admin/agenda/session/{session.pk}/change/")

    page.get_by_role("button", name="Add another Material").click()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert not session.materials.exists()


def test_the_place_of_a_material_is_chosen_by_the_keyboard(page, site):
    item = make_item(make_session(title="Opening"), title="Water")
    log_in(page, site, make_member("Secretariat"))
    page.goto(f"{site}/admin/agenda/material/add/")

    page.get_by_label("Title:", exact=True).fill("To come")
    page.get_by_label("Place:").focus()
    page.keyboard.type("Wat")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert item.materials.get().title == "To come"


def test_the_search_of_a_list_has_room_on_a_phone(page: Page, site: str):
    make_speaker()
    log_in(page, site, make_member("Secretariat"))
    page.set_viewport_size({"width": 320, "height": 700})

    page.goto(f"{site}/admin/agenda/speaker/?q=a")

    box = page.get_by_role("searchbox", name="Find").bounding_box()
    button = page.get_by_role("button", name="Search").bounding_box()
    assert box["width"] > 180
    assert box["y"] < button["y"] + button["height"] / 2 < box["y"] + box["height"]


def test_the_star_of_a_needed_field_stands_in_the_line_of_its_label(page, site):
    log_in(page, site, make_member("Secretariat"))
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 700})

        page.goto(f"{site}/admin/agenda/speaker/add/")

        star = page.locator("label.required").first.evaluate(
            """label => {
                const { content, display, verticalAlign } = getComputedStyle(label, "::after");
                return [content, display, verticalAlign];
            }"""
        )
        assert star == ['" *"', "inline", "baseline"]
