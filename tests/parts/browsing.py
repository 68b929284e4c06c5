"""What a browser test does on many pages."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

# Only what is found comes back: what axe looked at is far more than the page.
FIND = """async (options) => (await axe.run(options)).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id} (${rule.impact}), ${rule.help}: ${node.html}`))"""


def find_barriers(page: Page, **options: Any) -> list[str]:
    """What keeps people out, as axe finds it: a line for each element."""
    # A click waits until the next page begins, not until it is there.
    page.wait_for_load_state()
    page.evaluate(AXE_SCRIPT)
    return page.evaluate(FIND, {"resultTypes": ["violations"], **options})


def barriers(page: Page) -> list[str]:
    """The same in the admin, where axe's look at style sheets would break the policy."""
    return find_barriers(page, preload=False)


def log_in(page: Page, site: str, user: User) -> None:
    """Have the page go on as this user; `test_admin_login` takes the way of people."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": site}
    page.context.add_cookies([cookie])
