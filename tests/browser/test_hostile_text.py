"""What somebody typed, in a real browser: nothing of it runs, also in what scripts make."""

import pytest
from playwright.sync_api import Page

from agenda.models import Contributor, Material, Speaker
from meeting import environment as env
from tests.agenda.test_hostile_text import TEXTS, plant
from tests.making import (
    PDF,
    make_contributor,
    make_material,
    make_request,
    make_submission,
    make_user,
)
from tests.parts.browsing import log_in

TEXT = TEXTS["html"] + TEXTS["comment"]


@pytest.fixture
def meeting(site, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": env.storage(tmp_path)}
    meeting = plant(TEXT)
    Speaker.objects.update(biography=TEXT)
    speaker = Speaker.objects.get()
    contributor = make_contributor(meeting, speaker=speaker, contact=TEXT)
    asked = make_request(contributor, note=TEXT, item=meeting.items.get())
    make_submission(asked, title=TEXT, filename=f"{TEXT}.pdf"[:250], comment=TEXT)
    make_material(meeting, title=TEXT, author=TEXT, file=PDF)
    return meeting


def visit(page: Page, addresses: list[str]) -> None:
    """Each, with all that folds or opens opened; the page fails where a script runs."""
    for address in addresses:
        assert page.goto(address).ok, address
        page.evaluate(
            "document.querySelectorAll('details').forEach(d => d.open = true)"
        )
        assert page.locator("img[src=x], svg[onload]").count() == 0, address


def test_nothing_runs_on_public_and_private_pages(page, site, meeting):
    page.on("dialog", lambda dialog: pytest.fail(f"{page.url}: {dialog.message}"))
    own = Contributor.objects.get().get_absolute_url()
    asked = Contributor.objects.get().requests.get()
    names = ["", "agenda/", "now/", "speakers/", "speakers/speaker/", "documents/"]
    names += ["agenda/item/", "search/?q=a", "mine/", "releases/1/changes/"]
    names.append(f"sessions/{meeting.sessions.get().pk}/")
    addresses = [f"{site}/15/{name}" for name in names]
    visit(page, [*addresses, f"{site}{own}", f"{site}{own}{asked.pk}/"])


def test_nothing_runs_in_the_admin(page, site, meeting):
    page.on("dialog", lambda dialog: pytest.fail(f"{page.url}: {dialog.message}"))
    log_in(page, site, make_user("ann", is_superuser=True))
    contributor, material = Contributor.objects.get(), Material.objects.last()
    speaker, item = Speaker.objects.get(), meeting.items.get()
    names = ["material/", f"material/{material.pk}/change/", "material/several/"]
    names += [f"speaker/{speaker.pk}/change/", f"speaker/{speaker.pk}/merge/"]
    names += [f"contributor/{contributor.pk}/change/"]
    names += [f"contributor/desk/{meeting.pk}/", f"contributor/desk/{meeting.pk}/ask/"]
    names += [f"programme/{meeting.pk}/", f"item/{item.pk}/change/"]
    visit(page, [f"{site}/admin/agenda/{name}" for name in names])
