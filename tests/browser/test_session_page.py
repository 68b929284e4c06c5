from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.making import (
    make_item,
    make_material,
    make_presentation,
    make_registration,
    make_role,
    make_session,
    make_speaker,
)


class FilmHandler(BaseHTTPRequestHandler):
    """The site of a film: says so, and keeps what it was asked for."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Film</title><p>The film runs")

    def log_message(self, *args):
        pass


@pytest.fixture
def films() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), FilmHandler)
    server.asked = []
    server.origin = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def session(site, films, settings):
    settings.WEBCAST_HOSTS = [films.origin]
    session = make_session(
        webcast=f"{films.origin}/film", is_embedded=True, remote_url="https://m.test/1"
    )
    item = make_item(session, title="Follow-up to A/RES/70/1")
    presentation = make_presentation(item, title="A first look")
    make_role(presentation, speaker=make_speaker("Ana LIMA"), function="Director")
    make_material(session.meeting, item=item)
    make_material(session.meeting, session=session, title="Background")
    return session


def address(site, session):
    return f"{site}/15/sessions/{session.pk}/"


def test_film_loads_after_a_press_and_nothing_before(page, site, session, films):
    page.goto(address(site, session))
    page.wait_for_load_state("networkidle")
    assert films.asked == []

    page.get_by_role("link", name="Watch the webcast").press("Enter")

    film = page.frame_locator(".film")
    expect(film.get_by_text("The film runs")).to_be_visible()
    assert films.asked[0] == "/film"
    expect(page.locator("iframe.film")).to_have_attribute("title", "Morning session")


def test_film_is_a_link_without_javascript(browser, site, session, films):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(site, session))

    page.get_by_role("link", name="Watch the webcast").click()

    assert page.url == f"{films.origin}/film"
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(page, site, session, axe, width, scheme):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    person = make_registration(session.meeting, status="confirmed", attendance="remote")

    for url in (address(site, session), site + person.get_absolute_url()):
        page.goto(url)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
