"""A file taken in, and two registrations merged, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from registration.importing import working
from registration.models import Import, Registration
from tests.making import make_import, make_meeting, make_registration
from tests.parts.browsing import barriers, log_in
from tests.parts.staff import make_member
from tests.registration.importing.files import make_csv, make_row

LIST = "/admin/registration/registration/"


def choose_file(page: Page, *rows) -> None:
    content = make_csv(*rows).read()
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look it through").click()


def work() -> None:
    """As a worker does, for which nobody waits here."""
    working.work_on(Import.objects.get().pk)


def test_a_file_is_looked_through_and_taken_in(page, site):
    make_meeting()
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}{LIST}")
    page.get_by_role("link", name="Import", exact=True).click()
    choose_file(page, {"Name": "Ann"})
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("“Category”, “State or organization”, “E-mail”")
    choose_file(page, make_row(1), make_row(2, Name="-"), make_row(3))
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert barriers(page) == []

    work()
    # The page finds out by itself.
    expect(page.get_by_text("registrations that can be taken in")).to_be_visible()
    expect(page.get_by_role("cell", name="Write the name.")).to_be_visible()
    page.get_by_label("confirmed as long as there are seats").check()
    page.get_by_label("Write to each of them").check()
    assert barriers(page) == []
    page.get_by_role("button", name="Take in 2 registrations").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    expect(page.get_by_text("registrations taken in")).to_be_visible()

    statuses = Registration.objects.values_list("email", "status")
    assert sorted(statuses) == [
        ("row1@example.org", "confirmed"),
        ("row3@example.org", "confirmed"),
    ]


def test_progress_is_seen_without_scripts(browser, site):
    meeting = make_meeting()
    job = make_import(meeting, state="running", total=10, done=4)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}{LIST}import/{job.pk}/")
    expect(page.get_by_text("4 of 10 done")).to_be_visible()
    Import.objects.update(state="done", done=10)

    expect(page.get_by_text("registration that can be taken in")).to_be_visible()
    context.close()


def test_doubles_are_compared_and_merged_by_the_keyboard(page, site):
    meeting = make_meeting()
    kept = make_registration(meeting, name="José O’Brien", function="Officer")
    make_registration(meeting, name="OBRIEN Jose", function="Director")
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}/admin/")
    page.get_by_role("link", name="1 possible double").click()
    assert barriers(page) == []
    page.get_by_role("link", name="Compare").press("Enter")
    assert barriers(page) == []
    function = page.get_by_role("group", name="Function")
    expect(function.get_by_label("Director")).to_be_checked()
    page.get_by_role("group", name="Name Differs", exact=True).get_by_role(
        "radio"
    ).first.check()
    page.get_by_role("button", name="Merge").press("Enter")
    expect(page.get_by_text("with all that belongs to it")).to_be_visible()

    merged = Registration.objects.get()
    assert (merged.pk, merged.name, merged.function) == (
        kept.pk,
        "José O’Brien",
        "Director",
    )


def test_two_people_are_told_apart(page, site):
    meeting = make_meeting()
    for _each in range(2):
        make_registration(meeting, name="Ann Bell")
    log_in(page, site, make_member("Secretariat"))

    page.goto(f"{site}{LIST}doubles/")
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("button", name="These are two people").click()

    expect(page.get_by_text("Nobody seems to be registered twice.")).to_be_visible()
    assert Registration.objects.count() == 2


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_keep_nobody_out_and_fit(page, site, width, scheme):
    meeting = make_meeting()
    job = make_import(meeting)
    one, other = (
        make_registration(meeting, name="Ann Bell", function=function)
        for function in ("Officer", "Director of a Division with a very long name")
    )
    page.emulate_media(color_scheme=scheme)
    log_in(page, site, make_member("Secretariat"))
    page.set_viewport_size({"width": width, "height": 900})
    problems = {}

    for path in (
        "import/",
        f"import/{job.pk}/",
        "doubles/",
        f"doubles/{one.pk}/{other.pk}/",
        f"{one.pk}/change/",
    ):
        page.goto(f"{site}{LIST}{path}")
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        problems[path] = barriers(page) + (["too wide"] if wide else [])

    assert {where: found for where, found in problems.items() if found} == {}
