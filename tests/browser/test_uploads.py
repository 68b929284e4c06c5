"""Files chosen in a real browser, and what is said of those that are not taken."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from agenda.models import Material
from tests.making import PDF, make_meeting, make_question
from tests.meeting.files.making import make_exif, make_office, make_picture
from tests.parts.browsing import log_in
from tests.parts.staff import make_member


def file(name, content):
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


@pytest.fixture
def material_page(site, page):
    make_meeting()
    log_in(page, site, make_member("Secretariat"))
    page.goto(site + reverse("admin:agenda_material_add"))
    page.get_by_label("Title:", exact=True).fill("Counting people on the move")
    return page


def choose(page, name, content):
    page.get_by_label("File:", exact=True).set_input_files([file(name, content)])


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_file_too_large_is_refused_as_soon_as_it_is_chosen(material_page, settings):
    settings.MATERIAL_MAX_BYTES = 1000
    material_page.reload()

    choose(material_page, "paper.pdf", PDF + b"%" * 1000)

    said = material_page.get_by_role("alert")
    expect(said).to_have_text(
        "This file is larger than 1000 bytes. Make it smaller, or give a link."
    )
    expect(material_page.get_by_label("File:", exact=True)).to_have_value("")
    choose(material_page, "paper.pdf", PDF)
    expect(said).to_have_count(0)


def test_a_file_too_large_that_was_sent_is_refused_and_what_was_typed_is_kept(
    material_page, settings
):
    # The page was made while more was taken.
    settings.MATERIAL_MAX_BYTES = 1000

    choose(material_page, "paper.pdf", PDF + b"%" * 1000)
    save(material_page)

    expect(material_page.locator(".errorlist")).to_contain_text("This file is larger")
    title = material_page.get_by_label("Title:", exact=True)
    expect(title).to_have_value("Counting people on the move")


def test_macros_are_refused_and_a_clean_file_is_taken(material_page):
    macros = {"word/vbaProject.bin": "x"}
    choose(material_page, "paper.docx", make_office(".docx", **macros))
    save(material_page)
    expect(material_page.locator(".errorlist")).to_contain_text(
        "Save it without macros"
    )

    choose(material_page, "paper.docx", make_office(".docx"))
    save(material_page)

    expect(material_page.get_by_text("was added successfully")).to_be_visible()
    assert Material.objects.get().filename == "paper.docx"


def test_a_photo_is_taken_and_tells_nothing_of_who_took_it(material_page):
    choose(material_page, "photo.jpg", make_picture(exif=make_exif()))
    save(material_page)

    expect(material_page.get_by_text("was added successfully")).to_be_visible()
    material = Material.objects.get()
    assert b"Ana" not in material.file.read()
    assert material.thumbnail


def test_a_passport_too_large_is_refused_as_soon_as_it_is_chosen(site, page, axe):
    question = make_question(kind="file", text="Your passport")
    page.goto(site + reverse("register", args=[question.meeting.slug]))

    large = PDF + b"%" * 10 * 1024**2
    page.get_by_label("Your passport").set_input_files([file("pass.pdf", large)])

    expect(page.get_by_role("alert")).to_contain_text("This file is larger than 10.0")
    expect(page.get_by_label("Your passport")).to_have_value("")
    assert axe(page) == []


def test_too_much_text_is_refused_and_is_still_there_one_page_back(page, site, axe):
    make_meeting()
    log_in(page, site, make_member("Secretariat"))
    page.goto(site + reverse("admin:meeting_page_add"))
    page.get_by_label("Title:", exact=True).fill("How to get there")
    text = page.locator("#id_body")
    text.evaluate("field => { field.value = 'far '.repeat(1_000_000) }")

    save(page)

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("There is too much in this form")
    assert axe(page) == []
    page.go_back()
    expect(text).to_have_value("far " * 1_000_000)
    expect(page.get_by_label("Title:", exact=True)).to_have_value("How to get there")
