from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from meeting import views
from tests.making import PDF, make_meeting

pytestmark = pytest.mark.django_db
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    "path", ["/", "/15/", "/15/agenda/", "/admin/login/", "/nope/", "/healthz"]
)
def test_every_answer_carries_the_strict_headers(client, path):
    make_meeting()

    headers = client.get(path).headers

    policy = headers["Content-Security-Policy"]
    assert set(policy.split("; ")) == set(POLICY.split("; "))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_page_of_a_failure_asks_nothing_of_the_database(
    client, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(views, "get_object_or_404", lambda *_, **__: 1 / 0)
    client.raise_request_exception = False

    with django_assert_num_queries(0):
        response = client.get("/15/")

    assert response.status_code == 500
    assert "The fault is ours" in response.text


def test_form_without_the_cookie_is_refused_and_keeps_what_was_typed():
    make_meeting()
    client = Client(enforce_csrf_checks=True)

    response = client.post("/15/register/", {"name": "Amina Yusuf"})

    assert response.status_code == 403
    assert 'value="Amina Yusuf"' in response.text
    assert "allow cookies for this site" in response.text


def test_any_other_form_without_the_cookie_says_what_to_do():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {})

    assert response.status_code == 403
    assert "Allow cookies for this site" in response.text


@pytest.mark.parametrize(
    "sent",
    [
        {"name": "x" * 3_000_000},
        {"name": "x" * 3_000_000, "paper": SimpleUploadedFile("a.pdf", PDF)},
        {f"name-{number}": "x" for number in range(5_001)},
        {"paper": [SimpleUploadedFile("a.pdf", PDF) for _ in range(101)]},
    ],
)
@pytest.mark.parametrize("path", ["/15/register/", "/admin/login/"])
def test_a_form_with_too_much_in_it_says_so_and_is_read_to_its_end(client, sent, path):
    make_meeting()

    response = client.post(path, sent)

    assert response.status_code == 413
    assert "Go back: what you wrote is still there." in response.text
    assert response.wsgi_request.read() == b""


def test_a_long_text_in_the_form_of_addresses_is_too_much_as_well(client):
    make_meeting()
    kind = "application/x-www-form-urlencoded"

    response = client.post("/15/register/", f"name={'x' * 3_000_000}", kind)

    assert response.status_code == 413
    assert response.wsgi_request.read() == b""


def test_any_other_request_that_makes_no_sense_is_refused(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_missing_page_stays_in_its_meeting(client):
    make_meeting()

    response = client.get("/15/nothing/")

    assert response.status_code == 404
    assert 'href="/15/agenda/"' in response.text


@pytest.mark.parametrize("opens", [None, -9, 9])
def test_form_without_the_cookie_when_registration_is_not_open(opens):
    now = timezone.now()
    make_meeting(
        registration_opens_at=opens and now + timedelta(days=opens),
        registration_closes_at=opens and now + timedelta(days=opens + 1),
    )

    response = Client(enforce_csrf_checks=True).post("/15/register/", {"name": "Ann"})

    assert response.status_code == 403
    assert "Send registration" not in response.text
