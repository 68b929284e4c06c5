"""Documents for participants: on their own pages, by addresses that do not last."""

import os
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from meeting.files.signed import GOES_ON, LASTS
from registration.models import Status
from tests.making import (
    make_item,
    make_material,
    make_meeting,
    make_picture,
    make_registration,
)

pytestmark = pytest.mark.django_db


def make_document(meeting, **fields):
    defaults = {"file": b"%PDF-1.7\n", "visibility": "participants", "title": "Draft"}
    return make_material(meeting, **defaults | fields)


def make_participant(meeting, **fields):
    return make_registration(meeting, **{"status": Status.CONFIRMED} | fields)


def page_of(person):
    return f"{person.get_absolute_url()}documents/"


def test_own_page_leads_to_them_where_there_are_any(client):
    meeting = make_meeting()
    person = make_participant(meeting)
    make_material(meeting, file=b"public")
    assert (
        "documents/"
        not in client.get(person.get_absolute_url())
        .text.partition("<main")[2]
        .partition("</main>")[0]
    )

    make_document(meeting)

    assert page_of(person) in client.get(person.get_absolute_url()).text


@pytest.mark.parametrize(
    "status", [status for status in Status if status != Status.CONFIRMED]
)
def test_nobody_else_sees_or_opens_them(client, status):
    meeting = make_meeting()
    document = make_document(meeting)
    person = make_registration(meeting, status=status)

    assert page_of(person) not in client.get(person.get_absolute_url()).text
    assert client.get(page_of(person)).url == person.get_absolute_url()
    assert client.get(f"{page_of(person)}{document.pk}/").status_code == 404
    zipped = client.get(f"{person.get_absolute_url()}documents.zip")
    assert zipped.url == person.get_absolute_url()


def test_page_has_all_they_may_open_in_the_order_of_the_agenda(client):
    item = make_item(title="Opening")
    meeting = item.meeting
    make_document(meeting, item=item, title="Draft of it", language="fr")
    make_material(meeting, item=item, title="Film", url="https://example.org/film")
    make_document(meeting, title="Note", file=b"x" * 2048)
    make_document(meeting, title="For us alone", visibility="staff")
    tomorrow = timezone.now() + timedelta(days=1)
    make_document(meeting, title="For later", visible_from=tomorrow)

    html = client.get(page_of(make_participant(meeting))).text

    places = [html.index(word) for word in ("Note", "Opening", "Draft of it", "Film")]
    assert places == sorted(places)
    assert "français" in html
    assert "2.0\xa0KB" in html
    assert "Download all 2 documents" in html
    assert "For us alone" not in html
    assert "For later" not in html


def test_page_says_who_the_author_is(client):
    meeting = make_meeting()
    make_document(meeting, author="Office for Examples")

    page = client.get(page_of(make_participant(meeting)))

    assert "<bdi>Office for Examples</bdi>" in page.text


@pytest.mark.parametrize("number", [1, 10])
def test_page_costs_the_same_for_one_as_for_many(
    client, django_assert_num_queries, number
):
    item = make_item()
    person = make_participant(item.meeting)
    for _each in range(number):
        make_document(item.meeting)
        make_document(item.meeting, item=item)

    with django_assert_num_queries(7):
        client.get(page_of(person))


def test_file_opens_by_an_address_that_is_not_the_private_link(client):
    meeting = make_meeting()
    document = make_document(meeting, file=b"for them")
    person = make_participant(meeting)

    response = client.get(f"{page_of(person)}{document.pk}/")

    assert response.status_code == 302
    assert response.url.startswith(f"{document.href}?until=")
    assert person.token not in response.url
    assert client.get(document.href).status_code == 404
    opened = client.get(response.url)
    assert opened.getvalue() == b"for them"
    assert opened["Cache-Control"] == "private, no-store"


def test_address_opens_nothing_else(client):
    meeting = make_meeting()
    document, other = make_document(meeting), make_document(meeting)
    person = make_participant(meeting)
    query = client.get(f"{page_of(person)}{document.pk}/").url.partition("?")[2]

    assert client.get(f"{other.href}?{query}").status_code == 404
    longer = query.replace("until=", "until=9")
    assert client.get(f"{document.href}?{longer}").status_code == 404
    assert client.get(f"{document.href}?until=x&key=y").status_code == 404
    zipped = client.get(f"/15/documents.zip?{query}")
    assert zipped.status_code == 404


def test_after_its_time_it_says_where_to_open_it_again(client):
    meeting = make_meeting()
    document = make_document(meeting)
    person = make_participant(meeting)
    addresses = [
        client.get(f"{page_of(person)}{document.pk}/").url,
        client.get(f"{person.get_absolute_url()}documents.zip").url,
    ]

    with time_machine.travel(timezone.now() + LASTS + timedelta(seconds=1)):
        for address in addresses:
            response = client.get(address)
            assert response.status_code == 410
            assert "Open it from your own page again" in response.text


def test_a_download_begun_in_time_can_go_on(client):
    meeting = make_meeting()
    document = make_document(meeting, file=b"0123456789")
    person = make_participant(meeting)
    address = client.get(f"{page_of(person)}{document.pk}/").url
    etag = client.get(address)["ETag"]

    def go_on(after, known):
        headers = {"range": "bytes=5-", "if-range": known}
        with time_machine.travel(timezone.now() + after):
            return client.get(address, headers=headers)

    rest = go_on(GOES_ON, etag)
    assert (rest.status_code, rest.getvalue()) == (206, b"56789")
    assert go_on(GOES_ON, '"other"').status_code == 410
    assert go_on(GOES_ON + LASTS, etag).status_code == 410


def test_a_download_that_the_proxy_began_can_go_on(client, settings):
    settings.SENDFILE_PREFIX = "/stored/"
    meeting = make_meeting()
    document = make_document(meeting, file=b"0123456789")
    address = client.get(f"{page_of(make_participant(meeting))}{document.pk}/").url
    # As nginx 1.22 named a file of 1870 bytes of that moment.
    os.utime(document.file.path, (1_796_085_940, 1_796_085_940))

    def go_on(known):
        headers = {"range": "bytes=5-", "if-range": known}
        with time_machine.travel(timezone.now() + GOES_ON):
            return client.get(address, headers=headers).status_code

    assert go_on('"6b0e18b4-a"') == 200
    assert go_on('"6b0e18b4-74e"') == 410
    document.file.storage.delete(document.file.name)
    assert go_on('"6b0e18b4-a"') == 410


def test_what_is_hidden_meanwhile_opens_no_more(client):
    meeting = make_meeting()
    document = make_document(meeting)
    person = make_participant(meeting)
    address = client.get(f"{page_of(person)}{document.pk}/").url
    document.visibility = "staff"
    document.save()

    assert client.get(address).status_code == 404


def test_a_merged_registration_goes_on_with_its_download(client):
    meeting = make_meeting()
    document = make_document(meeting, file=b"0123456789")
    kept, doubled = make_participant(meeting), make_participant(meeting)
    address = client.get(f"{page_of(doubled)}{document.pk}/").url

    kept.former_links.create(former=doubled.pk, version=doubled.link_version)
    doubled.delete()

    assert client.get(address).getvalue() == b"0123456789"


def test_a_file_by_a_key_costs_one_query_more(client, django_assert_num_queries):
    meeting = make_meeting()
    document = make_document(meeting)
    address = client.get(f"{page_of(make_participant(meeting))}{document.pk}/").url

    with django_assert_num_queries(3):
        client.get(address)


def test_zip_has_what_participants_may_open(client):
    meeting = make_meeting()
    make_document(meeting, title="For them", file=b"for them")
    make_material(meeting, title="For all", file=b"for all")
    make_document(meeting, title="For staff", visibility="staff", file=b"for staff")
    person = make_participant(meeting)

    address = client.get(f"{person.get_absolute_url()}documents.zip").url

    content = client.get(address).getvalue()
    assert b"for them" in content
    assert b"for all" in content
    assert b"for staff" not in content
    assert b"for them" not in client.get("/15/documents.zip").getvalue()


def test_languages_of_one_document_stand_on_one_line(client):
    meeting = make_meeting()
    french = make_document(meeting, title="Note", language="fr")
    english = make_document(meeting, title="Note", language="en")
    person = make_participant(meeting)

    html = client.get(page_of(person)).text

    assert html.count('<li>\n<a class="opens"') == 1
    assert f'<a class="opens" href="{page_of(person)}{english.pk}/"' in html
    assert f'<a href="{page_of(person)}{french.pk}/" hreflang="fr">' in html
    assert html.count("for participants</span>") == 1


def test_page_says_which_language_is_for_participants(client):
    meeting = make_meeting()
    make_document(meeting, title="Note", language="en", visibility="public")
    make_document(meeting, title="Note", language="fr")

    html = client.get(page_of(make_participant(meeting))).text

    _english, french = html.split("français</span>")
    assert '<span class="tag">for participants</span>' in french
    assert '<span class="tag">for participants</span>' not in _english


def test_what_is_not_to_be_passed_on_is_not_cited(client):
    meeting = make_meeting()
    make_document(meeting, kind="paper")
    assert "Cite<" not in client.get(page_of(make_participant(meeting))).text

    make_document(meeting, kind="paper", visibility="public")

    assert "Cite<" in client.get(page_of(make_participant(meeting))).text


def test_photos_for_participants_are_no_thumbnails_that_do_not_open(client):
    meeting = make_meeting()
    picture = make_picture().read()
    make_document(meeting, kind="photo", file=picture, filename="photo.png")

    html = client.get(page_of(make_participant(meeting))).text

    assert "/thumbnail" not in html
    assert "for participants</span>" in html
