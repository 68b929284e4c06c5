from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agenda.models import Role
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_page,
    make_presentation,
    make_registration,
    make_role,
    make_session,
    make_speaker,
)


@pytest.fixture
def programme(site):
    """A meeting of this moment: one session is on, one has no hours yet."""
    meeting = make_meeting(
        starts_on=timezone.now().date(),
        objectives="Review A/RES/70/1.\nPrepare the compact.",
        open_to="Member States\nAcademia",
        is_demo=True,
    )
    now = timezone.now()
    session = make_session(
        meeting, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    make_session(
        meeting, starts_at=None, ends_at=None, is_complete=False, title="Afternoon"
    )
    make_session(meeting, kind="side_event", title="Reception", organizers="Ghana")
    item = make_item(session, title="Follow-up to A/RES/70/1", is_complete=False)
    make_item(session, title="Closing")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")
    Role.objects.create(item=item, kind=Role.Kind.MODERATOR, affiliation="Ghana")
    make_material(meeting, presentation=presentation)
    make_material(meeting, title="Report", url="", kind="report")
    for language in ("en", "fr", "ar"):
        make_material(
            meeting,
            title="Numbers",
            kind="paper",
            symbol="A/71/296",
            language=language,
            author="International Labour Organization",
            is_contributed=True,
        )
    make_page(meeting, group="Papers", slug="note", title="Information note")
    return meeting


PATHS = [
    "/",
    "/15/",
    "/15/agenda/",
    "/15/agenda/?by=room",
    "/15/agenda/?view=compact&zone=Asia/Tokyo",
    "/15/agenda/closing/",
    "/15/agenda/follow-up-to-ares701/",
    "/15/speakers/",
    "/15/speakers/ana-lima/",
    "/15/documents/",
    "/15/documents/?by=kind&kind=report",
    "/15/documents/?q=nothing&language=fr",
    "/15/contributed-papers/",
    "/15/participants/",
    "/15/note/",
    "/15/register/",
    "/meetings/",
    "/nothing/",
]


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light")]
)
def test_everybody_can_use_every_page(page, site, programme, axe, width, scheme):
    registration = make_registration(programme, status="confirmed", is_listed=True)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    found = {}
    own = registration.get_absolute_url()
    pages = [*PATHS, own, f"{own}correct/", f"{own}withdraw/", "/15/me/no/"]
    for path in pages:
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[path] = axe(page) + ([f"{wide} px wide"] if wide > width else [])

    assert {path: problems for path, problems in found.items() if problems} == {}


def test_everybody_can_use_the_form_with_errors_and_what_follows(
    page, site, programme, axe
):
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{site}/15/register/")
    page.get_by_label("State or organization").fill("Atlantis")
    page.get_by_label("Category").select_option("Member State")
    page.get_by_role("button", name="Send registration").click()
    expect(page.locator(".error-summary")).to_be_focused()
    assert axe(page) == []

    page.get_by_label("State or organization").fill("Ghana")
    page.get_by_label("Name", exact=True).fill("Ama")
    page.get_by_label("E-mail address").fill("ama@example.org")
    page.get_by_role("button", name="Send registration").click()
    expect(page.locator(".reference")).to_be_visible()
    assert axe(page) == []


@pytest.mark.parametrize(
    "path", ["", "agenda/", "now/", "agenda/closing/", "register/"]
)
def test_first_visit_is_light_and_asks_nobody_else(page, site, programme, path):
    sizes, hosts = [], set()

    def weigh(request):
        size = request.sizes()
        sizes.append(size["responseHeadersSize"] + size["responseBodySize"])
        hosts.add(request.url.split("/")[2])

    page.on("requestfinished", weigh)
    page.goto(f"{site}/15/{path}", wait_until="networkidle")

    assert sum(sizes) <= 60 * 1024
    # It is a day of the meeting: the page follows it.
    assert 1 < len(sizes) <= 6
    assert hosts == {site.split("/")[2]}


def test_what_is_on_now_is_on_a_phones_first_screen(page, site, programme):
    page.set_viewport_size({"width": 360, "height": 640})

    page.goto(f"{site}/15/agenda/")

    strip = page.locator(".strip").first
    expect(strip).to_contain_text("Now Conference Room 4 · Morning session")
    expect(strip).to_be_in_viewport(ratio=1)


def test_a_reader_elsewhere_sees_their_own_hours(browser, site, programme):
    programme.timezone = "Asia/Tokyo"
    programme.save()
    for zone, shown in (("Asia/Tokyo", 0), ("Europe/Zurich", 2)):
        page = browser.new_page(timezone_id=zone)
        page.goto(f"{site}/15/agenda/")
        expect(page.locator(".yours")).to_have_count(shown)
        page.close()


def test_the_agenda_without_scripts_is_whole(browser, site, programme):
    page = browser.new_page(java_script_enabled=False)

    page.goto(f"{site}/15/agenda/")
    page.get_by_text("Show another time zone too").click()
    page.get_by_label("City").select_option("Geneva")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_text("In small figures: those of Geneva.")).to_be_visible()
    expect(page.locator(".yours").first).to_be_visible()
    page.close()


def test_views_of_the_agenda_keep_each_other(browser, site, programme):
    page = browser.new_page(java_script_enabled=False)

    page.goto(f"{site}/15/agenda/?zone=Asia/Tokyo")
    page.get_by_role("link", name="By room").click()
    page.get_by_role("link", name="Compact").click()

    assert page.url.endswith("?by=room&view=compact&zone=Asia%2FTokyo")
    page.get_by_text("Show another time zone too").click()
    page.get_by_label("City").select_option("Geneva")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("a[aria-current='true']")).to_have_text(["By room", "Compact"])
    expect(page.get_by_text("In small figures: those of Geneva.")).to_be_visible()
    page.close()


def test_parallel_sessions_stand_side_by_side_and_on_a_phone_one_below_the_other(
    page, site, programme
):
    day = programme.starts_on + timedelta(days=1)
    for title in ("Working group A", "Working group B"):
        make_session(programme, title=title, date=day)
    tops = {}
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{site}/15/agenda/")
        groups = page.locator(".parallel .session")
        tops[width] = [groups.nth(n).bounding_box()["y"] for n in (0, 1)]

    assert tops[1280][0] == tops[1280][1]
    assert tops[320][0] < tops[320][1]


def test_printed_the_agenda_has_no_navigation(page, site, programme):
    page.goto(f"{site}/15/agenda/")
    page.emulate_media(media="print")

    expect(page.get_by_role("navigation", name="Meeting")).to_be_hidden()
    expect(page.get_by_role("heading", name="Organization of work")).to_be_visible()


def test_six_rooms_at_once_leave_room_on_a_phone_for_the_agenda(page, site):
    now = timezone.now()
    meeting = make_meeting(starts_on=now.date())
    hours = {
        "starts_at": now - timedelta(minutes=1),
        "ends_at": now + timedelta(minutes=1),
    }
    for number in range(1, 7):
        session = make_session(meeting, room=f"Conference Room {number}", **hours)
        make_item(session, title="A long title of an item that is on now", **hours)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}/15/agenda/")

    room = page.locator(".strip").filter(has_text="Conference Room 6")
    expect(room.get_by_role("link", name="VI. A long title")).to_be_visible()
    assert page.locator(".strips").bounding_box()["height"] <= 6 * 60
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()


def test_links_to_rooms_are_wide_apart_enough_for_a_thumb(page, site):
    meeting = make_meeting()
    for number in range(3):
        make_session(meeting, room=f"Conference Room {number}")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}/15/now/")

    links = page.get_by_role("navigation", name="Rooms").get_by_role("link").all()

    assert len(links) == 4
    assert min(link.bounding_box()["height"] for link in links) >= 44
    # One line, which goes on beyond the edge.
    assert len({link.bounding_box()["y"] for link in links}) == 1
    assert page.evaluate("document.documentElement.scrollWidth") == 320
