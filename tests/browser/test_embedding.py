"""A page of another site really shows the agenda in a frame, where it may."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.making import make_item, make_meeting, make_session

pytestmark = pytest.mark.django_db(transaction=True)


class OtherSite:
    """Answers every address with one page, by the name that it is asked for."""

    def __init__(self) -> None:
        site = self
        self.html = ""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(site.html.encode())

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def other_site() -> Iterator[OtherSite]:
    other = OtherSite()
    yield other
    other.server.shutdown()
    other.server.server_close()


def make_agenda(origin: str):
    meeting = make_meeting(embed_hosts=origin)
    session = make_session(meeting)
    for number in range(1, 31):
        make_item(
            session, title=f"Item {number}", slug=f"item-{number}", released=False
        )
    return make_item(session, title="The last one", slug="last")


def framing(site: str) -> str:
    return f"""<!doctype html><title>Another site</title><h1>Events</h1>
    <iframe src="{site}/15/embed/" title="Agenda" width="100%" height="200"
      data-plenary></iframe>
    <script src="{site}/static/js/embed-host.js" defer></script>"""


def test_a_site_that_is_allowed_shows_it_at_its_full_height(site, page, other_site):
    origin = f"http://localhost:{other_site.port}"
    make_agenda(origin)
    other_site.html = framing(site)

    page.goto(origin)

    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="The last one")).to_be_visible()
    page.wait_for_function(
        "document.querySelector('iframe').getBoundingClientRect().height > 900"
    )
    scrolls = frame.locator("html").evaluate("e => e.scrollHeight > e.clientHeight + 4")
    assert not scrolls
    assert page.context.cookies() == []


def test_links_open_in_place_of_the_page_around_it(site, page, other_site):
    origin = f"http://localhost:{other_site.port}"
    make_agenda(origin)
    other_site.html = framing(site)
    page.goto(origin)

    page.frame_locator("iframe").get_by_role("link", name="The last one").click()

    page.wait_for_url(f"{site}/15/agenda/last/")
    expect(page.get_by_role("heading", level=1)).to_have_text("The last one")


def test_a_site_that_is_not_allowed_shows_nothing(site, context, other_site):
    make_agenda("https://example.org")
    other_site.html = framing(site)
    # The policy is to block it, so the page is one that may say so.
    page = context.new_page()
    refusals = []
    page.on("console", lambda message: refusals.append(message.text))

    page.goto(f"http://localhost:{other_site.port}")

    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="The last one")).to_have_count(0)
    assert any("frame-ancestors" in words for words in refusals)
    assert page.locator("iframe").evaluate("e => e.clientHeight") == 200


def test_a_page_of_a_site_that_is_allowed_fetches_the_plain_html(
    site, page, other_site
):
    origin = f"http://localhost:{other_site.port}"
    make_agenda(origin)
    other_site.html = "<!doctype html><title>Another site</title>"
    page.goto(origin)

    html = page.evaluate(
        "url => fetch(url).then(r => r.text())", f"{site}/15/embed/fragment"
    )

    assert "The last one" in html


def test_a_page_of_another_site_cannot_read_the_plain_html(site, context, other_site):
    make_agenda("https://example.org")
    other_site.html = "<!doctype html><title>Another site</title>"
    page = context.new_page()
    page.goto(f"http://localhost:{other_site.port}")

    found = page.evaluate(
        "url => fetch(url).then(() => 'read', () => 'refused')",
        f"{site}/15/embed/fragment",
    )

    assert found == "refused"


@pytest.mark.parametrize("width", [320, 1280])
def test_the_frame_is_for_everybody(site, page: Page, axe, width):
    make_agenda("https://example.org")
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{site}/15/embed/")

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("address", ["", "agenda/", "agenda/last/"])
def test_the_policy_lets_data_for_search_engines_stand(site, page, address):
    make_agenda("")

    # The page's fixture fails where the policy blocks anything.
    page.goto(f"{site}/15/{address}")

    data = page.locator('script[type="application/ld+json"]').evaluate(
        "e => JSON.parse(e.textContent)['@type']"
    )
    assert data == "Event"
