"""Private links: in no line of a log, and kept by nobody, however they are answered."""

import io
import logging

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from agenda.models import OwnAgenda
from meeting.private import WithoutLinks, hidden
from registration.unsubscribing import address_for
from tests.making import (
    make_contributor,
    make_item,
    make_meeting,
    make_registration,
    make_request,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(monkeypatch):
    """What the server writes while the test goes on."""
    written = io.StringIO()
    console = next(
        each
        for each in logging.getLogger().handlers
        if any(isinstance(kept, WithoutLinks) for kept in each.filters)
    )
    monkeypatch.setattr(console, "stream", written)
    return written


def private_paths():
    """An address of each kind, with the part that nobody else may know."""
    meeting = make_meeting()
    person = make_registration(meeting, status="confirmed")
    contributor = make_contributor(meeting)
    stars = OwnAgenda.objects.create(meeting=meeting)
    news = address_for(person, meeting).removeprefix(settings.SITE_URL)
    calendar = person.calendar_address.removeprefix(settings.SITE_URL)
    return {
        person.get_absolute_url(): person.token,
        contributor.get_absolute_url(): contributor.get_absolute_url().split("/")[-2],
        news: news.split("/")[-2],
        calendar: calendar.split("/")[-1].removesuffix(".ics"),
        reverse("mine-calendar", args=[meeting.slug, stars.token]): stars.token,
    }


def requests_of(path):
    """Those that are refused, led on or fail, each with a valid link."""
    elsewhere = path.replace("/15/", "/16/", 1)
    yield "GET", elsewhere
    yield "PUT", path
    yield "POST", path
    if path.endswith("/"):
        yield "GET", path + "documents/999/"
        yield "GET", path + "999/"
        yield "GET", path.removesuffix("/")


def test_no_refusal_writes_a_private_link_into_the_log(log):
    client = Client(enforce_csrf_checks=True)
    for path, secret in private_paths().items():
        assert hidden(path) != path
        for method, address in requests_of(path):
            client.generic(method, address)

        assert secret not in log.getvalue(), path
    assert "/15/contribute/hidden/999/" in log.getvalue()


def test_no_failure_writes_it_either(log, monkeypatch, client):
    client.raise_request_exception = False
    contributor = make_contributor()
    path = contributor.get_absolute_url()

    def fail(*_args, **_more):
        raise LookupError(f"Nothing at {path}?until=9&key=abc-DEF")

    monkeypatch.setattr("agenda.contributing.views._show_all", fail)

    assert client.get(path).status_code == 500
    assert "LookupError: Nothing at /15/contribute/hidden/?until=9&key=hidden" in (
        log.getvalue()
    )
    assert path not in log.getvalue()


def test_whatever_answers_a_private_link_is_kept_by_nobody():
    make_item()
    client = Client(enforce_csrf_checks=True)
    meeting = make_meeting()
    for path in private_paths():
        for method, address in requests_of(path):
            response = client.generic(method, address)
            assert "private" in response["Cache-Control"], (method, address)
            assert response["X-Robots-Tag"] == "noindex, nofollow", (method, address)
    assert "X-Robots-Tag" not in client.get(meeting.get_absolute_url())


def test_redirect_from_the_address_that_a_meeting_had_is_kept_by_nobody(client):
    contributor = make_contributor()
    path = contributor.get_absolute_url()
    meeting = contributor.meeting
    meeting.slug = "moved"
    meeting.save()

    response = client.get(path)

    assert (response.status_code, response["Cache-Control"]) == (
        301,
        "private, no-store",
    )


def test_a_failure_of_the_page_itself_is_kept_by_nobody(client, monkeypatch):
    client.raise_request_exception = False
    request = make_request()
    path = request.contributor.get_absolute_url()
    monkeypatch.setattr("agenda.contributing.views.cards_of", lambda *_: 1 / 0)

    response = client.get(path)

    assert (response.status_code, response["Cache-Control"]) == (
        500,
        "private, no-store",
    )
