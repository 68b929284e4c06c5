import pytest

from meeting import views
from tests.making import make_meeting

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
