"""One stored file: under its name, in parts, and never run in our origin."""

from hashlib import sha256

import pytest

from tests.making import make_material, make_meeting, make_picture

pytestmark = pytest.mark.django_db

CONTENT = b"%PDF-1.7\n" + bytes(range(256)) * 4
ETAG = f'"{sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def paper():
    return make_material(make_meeting(), file=CONTENT, filename="Étude de 2017.pdf")


def ask(client, material, **headers):
    return client.get(material.href, headers=headers)


def test_leaves_as_a_download_by_its_clean_name(client, paper):
    response = client.get(paper.href)

    assert response.getvalue() == CONTENT
    assert response["Content-Type"] == "application/pdf"
    name = "%C3%89tude%20de%202017.pdf"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox; default-src 'none'" in response["Content-Security-Policy"]
    assert response["Content-Length"] == str(len(CONTENT))
    assert response["ETag"] == ETAG
    assert response["Cache-Control"] == "public, no-cache"


def test_is_not_compressed_on_the_way(client, paper):
    response = ask(client, paper, accept_encoding="gzip")

    assert response.getvalue() == CONTENT


@pytest.mark.parametrize("filename", ["photo.jpg", "photo.PNG", "film.mp4"])
def test_pictures_and_films_are_shown_on_request(client, filename):
    picture = make_picture().read()
    material = make_material(file=picture, filename=filename)

    shown = client.get(f"{material.href}?view")

    assert shown["Content-Disposition"].startswith("inline")
    policy = shown["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert client.get(material.href)["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("filename", ["paper.pdf", "page.html", "draw.svg", "none"])
def test_nothing_else_is_ever_shown(client, filename):
    material = make_material(file=b"<script>", filename=filename)

    response = client.get(f"{material.href}?view")

    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] in {"application/pdf", "application/octet-stream"}


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=1000-", 1000, len(CONTENT)),
        ("bytes=1000-99999999", 1000, len(CONTENT)),
        ("bytes=-5", len(CONTENT) - 5, len(CONTENT)),
        ("bytes=-99999999", 0, len(CONTENT)),
    ],
)
def test_gives_the_part_that_is_asked_for(client, paper, asked, start, stop):
    response = ask(client, paper, range=asked)

    assert response.status_code == 206
    assert response.getvalue() == CONTENT[start:stop]
    assert response["Content-Length"] == str(stop - start)
    assert response["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=5-2", "lines=0-1", "bytes=-", "bytes=x-2", ""]
)
def test_gives_all_where_a_range_says_nothing_it_knows(client, paper, asked):
    response = ask(client, paper, range=asked)

    assert response.status_code == 200
    assert response.getvalue() == CONTENT


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=-0"])
def test_says_the_size_where_there_is_no_such_part(client, paper, asked):
    response = ask(client, paper, range=asked)

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_goes_on_only_with_the_same_file(client, paper):
    same = ask(client, paper, range="bytes=5-", if_range=ETAG)
    other = ask(client, paper, range="bytes=5-", if_range='"other"')

    assert (same.status_code, same.getvalue()) == (206, CONTENT[5:])
    assert (other.status_code, other.getvalue()) == (200, CONTENT)


def test_says_that_it_is_known_already(client, paper):
    response = ask(client, paper, if_none_match=ETAG, range="bytes=0-1")

    assert response.status_code == 304
    assert response.content == b""


def test_a_condition_on_when_it_was_changed_is_none_where_nobody_says_when(
    client, paper
):
    response = ask(client, paper, if_unmodified_since="Sat, 29 Oct 1994 19:43:31 GMT")

    assert (response.status_code, response.getvalue()) == (200, CONTENT)


def test_head_says_all_but_the_file(client, paper):
    response = client.head(paper.href)

    assert response["Content-Length"] == str(len(CONTENT))
    assert response["ETag"] == ETAG


def test_a_file_that_is_gone_is_not_found(client, paper):
    paper.file.storage.delete(paper.file.name)

    assert client.get(paper.href).status_code == 404
    assert client.head(paper.href).status_code == 404


def test_the_proxy_sends_it_where_there_is_one(client, paper, settings):
    settings.SENDFILE_PREFIX = "/stored/"

    response = client.get(paper.href)

    assert response["X-Accel-Redirect"] == f"/stored/{paper.file.name}"
    assert response.content == b""
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")


def test_the_proxy_is_told_of_no_file_that_is_gone(client, paper, settings):
    settings.SENDFILE_PREFIX = "/stored/"
    paper.file.storage.delete(paper.file.name)

    assert client.get(paper.href).status_code == 404


def test_a_former_name_leads_to_the_present_one(client, paper):
    response = client.get(f"/15/documents/{paper.pk}/old.pdf?view")

    assert response.status_code == 302
    assert response["Location"] == f"{paper.href}?view="
