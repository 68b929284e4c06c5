from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from meeting.embedding import origin_of, origins_of
from tests.making import make_item, make_meeting, make_session, make_user
from tests.parts.staff import form_data

pytestmark = pytest.mark.django_db

SITE = "https://example.org"
ADDRESSES = ["/15/embed/", "/15/embed/fragment"]


def make_allowing_meeting(**fields):
    return make_meeting(embed_hosts=f"{SITE}\nhttps://other.example.org:8443", **fields)


def policy(response):
    return response.headers["Content-Security-Policy"].split("; ")


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_not_there_where_no_site_is_allowed(client, address):
    make_meeting()

    assert client.get(address).status_code == 404


def test_frame_is_for_the_sites_that_are_allowed(client):
    make_allowing_meeting()

    response = client.get("/15/embed/")

    ancestors = f"frame-ancestors {SITE} https://other.example.org:8443"
    assert ancestors in policy(response)
    assert "default-src 'self'" in policy(response)
    assert "X-Frame-Options" not in response


def test_other_pages_are_in_no_frame(client):
    make_allowing_meeting()

    response = client.get("/15/agenda/")

    assert "frame-ancestors 'none'" in policy(response)
    assert response["X-Frame-Options"] == "DENY"


def test_frame_keeps_its_policy_where_nothing_is_new(client):
    make_allowing_meeting()
    etag = client.get("/15/embed/")["ETag"]

    again = client.get("/15/embed/", headers={"If-None-Match": etag})

    assert again.status_code == 304
    assert f"frame-ancestors {SITE} https://other.example.org:8443" in policy(again)
    assert "X-Frame-Options" not in again


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_in_it_are_whole(client, address):
    session = make_session(make_allowing_meeting())
    make_item(session, slug="panel")

    html = client.get(address).text

    assert f'href="http://localhost:8000/15/agenda/#s{session.pk}"' in html
    assert 'href="http://localhost:8000/15/agenda/panel/"' in html


def test_fragment_has_no_scripts_or_styles(client):
    make_item(make_session(make_allowing_meeting()), title="<script>")

    html = client.get("/15/embed/fragment").text

    assert html.startswith('<section class="plenary-agenda" lang="en" dir="ltr">')
    assert "<script" not in html
    assert "style" not in html


@pytest.mark.parametrize(
    ("origin", "answer"),
    [(SITE, SITE), ("https://elsewhere.example", None), ("null", None)],
)
def test_fragment_is_given_to_the_sites_that_are_allowed(client, origin, answer):
    make_allowing_meeting()

    response = client.get("/15/embed/fragment", headers={"Origin": origin})

    assert response.get("Access-Control-Allow-Origin") == answer
    assert "Origin" in response["Vary"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_cookies_change_nothing_and_none_is_set(client, address):
    make_allowing_meeting()
    without = client.get(address)
    client.force_login(make_user())

    response = client.get(address)

    assert not response.cookies
    assert response["ETag"] == without["ETag"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_speaks_the_language_that_is_asked_for(client, settings, address):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    make_allowing_meeting()

    assert '<section class="plenary-agenda" lang="ar" dir="rtl">' in (
        client.get(f"{address}?lang=ar").text
    )
    assert '<section class="plenary-agenda" lang="en" dir="ltr">' in (
        client.get(f"{address}?lang=xx").text
    )


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("items", [1, 3])
def test_queries_are_as_many_for_any_length(
    client, address, items, django_assert_num_queries
):
    session = make_session(make_allowing_meeting())
    for _each in range(items):
        make_item(session)

    # Who may have the fragment is asked each time, whether or not it is kept.
    with django_assert_num_queries(4 if "fragment" in address else 3):
        client.get(address)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_not_released_is_not_in_it(client, address):
    session = make_session(make_allowing_meeting())
    make_item(session, title="Secret", released=False)

    assert "Secret" not in client.get(address).text


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://example.org", "https://example.org"),
        (" HTTPS://Example.org/ ", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("http://localhost:8371", "http://localhost:8371"),
        ("https://مثال.إختبار", "https://xn--mgbh0fb.xn--kgbechtv"),
    ],
)
def test_a_site_is_named_as_browsers_name_it(written, origin):
    assert origin_of(written) == origin


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("example.org", "origin"),
        ("ftp://example.org", "origin"),
        ("https://*.example.org", "origin"),
        ("https://example.org;script-src *", "origin"),
        ("https://example.org 'unsafe-inline'", "origin"),
        ("https://[broken", "origin"),
        ("https://example.org:port", "origin"),
        ("https://example.org/events", "origin_path"),
        ("https://example.org?x", "origin_path"),
        ("https://somebody@example.org", "origin_path"),
    ],
)
def test_what_is_no_site_is_refused(written, code):
    with pytest.raises(ValidationError) as caught:
        origin_of(written)

    assert caught.value.code == code
    assert origins_of(f"{written}\nhttps://good.example") == ["https://good.example"]


def test_staff_are_told_of_each_wrong_line_and_keep_their_typing(admin_client):
    meeting = make_meeting()
    address = reverse("admin:meeting_meeting_change", args=[meeting.pk])
    typed = "https://good.example\nexample.org\nhttps://example.org/events"

    response = send(admin_client, address, embed_hosts=typed)

    form = response.context["adminform"].form
    problems = form.errors.as_data()["embed_hosts"]
    assert [problem.code for problem in problems] == ["origin", "origin_path"]
    assert "https://example.org/events" in response.text
    assert (
        "more than a site. Leave out what follows the name: https://example.org."
        in (response.text)
    )


def test_staff_copy_the_snippet_once_a_site_is_allowed(admin_client):
    meeting = make_meeting()
    address = reverse("admin:meeting_meeting_change", args=[meeting.pk])
    assert "&lt;iframe" not in admin_client.get(address).text

    send(admin_client, address, embed_hosts="https://Example.org/\nhttps://example.org")

    meeting.refresh_from_db()
    assert meeting.embed_hosts == "https://example.org"
    html = unescape(admin_client.get(address).text)
    assert '<iframe src="http://localhost:8000/15/embed/"' in html
    assert "http://localhost:8000/static/js/embed-host.js" in html


def send(client, address, **changes):
    return client.post(address, form_data(client.get(address)) | changes)
