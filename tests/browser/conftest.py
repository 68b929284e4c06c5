"""A real browser on the real site: its middleware, its static files, its database."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import ConsoleMessage, Page

from tests.parts.browsing import find_barriers
from tests.parts.chromium import find_chromium

# Playwright runs a loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    chromium = find_chromium()
    if chromium is None:
        problem = "No Chromium: install it, or name it in CHROMIUM."
        if os.environ.get("PLENARY_TEST_EVERYTHING"):
            pytest.fail(problem)
        pytest.skip(problem)
    return {"executable_path": chromium, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict:
    """The same everywhere; a test that needs another size sets it on its page."""
    return {
        "viewport": {"width": 1280, "height": 900},
        "locale": "en-GB",
        "timezone_id": "America/New_York",
        "color_scheme": "light",
        "reduced_motion": "reduce",
    }


@pytest.fixture(scope="session")
def _server(django_db_setup: None) -> Iterator[LiveServerThread]:
    # Django's handlers for static files and media are left out: ours serve them.
    server = LiveServerThread("localhost", lambda _django: WSGIHandler())
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield server
    server.terminate()


@pytest.fixture
def site(_server: LiveServerThread, transactional_db: None, settings) -> str:
    """The address of the site, without the last slash; mails carry it too."""
    settings.SITE_URL = f"http://{_server.host}:{_server.port}"
    return settings.SITE_URL


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A new page; whatever the policy blocks on it, or fails in a script, fails."""
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            problems.append(f"{page.url}: {message.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    yield page
    assert problems == []


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """Finds what keeps people out, a line for each element: `assert axe(page) == []`."""
    return find_barriers
