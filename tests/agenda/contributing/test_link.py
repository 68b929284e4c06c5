"""The private link of a contributor: whom it lets in, until when, and to what."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.urls import reverse

from agenda.models import Contributor
from tests.making import (
    PDF,
    make_contributor,
    make_meeting,
    make_request,
    make_submission,
)

pytestmark = pytest.mark.django_db


def token_of(contributor):
    return contributor.get_absolute_url().split("/")[-2]


def addresses(contributor, token, slug=""):
    """Every address below the link, with its method."""
    request = contributor.requests.get()
    given = [slug or contributor.meeting.slug, token]
    more = {"contribute-file": request.submissions.get().pk}
    for name in ("contribute", "contribute-send", "contribute-sent", "contribute-file"):
        rest = [] if name == "contribute" else [more.get(name, request.pk)]
        yield "GET", reverse(name, args=[*given, *rest])
    yield "POST", reverse("contribute-send", args=[*given, request.pk])
    yield "POST", reverse("contribute-zone", args=given)


def answers(client, contributor, token, slug=""):
    found = addresses(contributor, token, slug)
    return {client.generic(*each).status_code for each in found}


@pytest.fixture
def contributor():
    found = make_contributor()
    make_submission(make_request(found))
    return found


def test_the_link_opens_everything_below_it(client, contributor):
    assert answers(client, contributor, token_of(contributor)) == {200}


def wrong_links(contributor):
    other = make_contributor(make_meeting())
    revoked = token_of(contributor)
    contributor.revoke_link()
    return {
        "of another meeting": (token_of(other), ""),
        "at another meeting": (token_of(contributor), other.meeting.slug),
        "revoked": (revoked, ""),
        "made up": ("x", ""),
        "signed for something else": (signing.dumps({"c": 1, "v": 1}), ""),
    }


def test_no_other_link_opens_any_of_it(client, contributor):
    for words, (token, slug) in wrong_links(contributor).items():
        assert answers(client, contributor, token, slug) == {404}, words


def test_somebody_elses_request_and_file_are_not_found(client, contributor):
    other = make_contributor(contributor.meeting, organization="IOM")
    make_request(other)
    token = token_of(other)

    found = [client.generic(*each) for each in addresses(contributor, token)]

    statuses = [each.status_code for each in found]
    assert statuses == [200, 404, 404, 404, 404, 200]


def test_a_link_that_does_not_work_says_whom_to_ask_and_no_more(client, contributor):
    address = contributor.get_absolute_url()
    contributor.revoke_link()

    response = client.get(address)

    page = response.content.decode()
    assert response.status_code == 404
    assert "This link does not work" in page
    assert "mailto:secretariat@example.org" in page
    assert str(contributor.speaker) not in page


def test_the_link_is_read_for_weeks_after_the_meeting_and_then_ends(
    client, contributor
):
    address, ends_at = contributor.get_absolute_url(), contributor.link_ends_at

    with time_machine.travel(ends_at - timedelta(minutes=1)):
        assert client.get(address).status_code == 200
    with time_machine.travel(ends_at + timedelta(minutes=1)):
        assert client.get(address).status_code == 404


def test_pages_of_a_link_are_kept_by_nobody(client, contributor):
    response = client.get(contributor.get_absolute_url())

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "same-origin"


def test_ones_own_file_comes_as_a_download_that_runs_nowhere(client, contributor):
    sent = contributor.requests.get().latest
    sent.filename = "réponse.pdf"
    sent.save()
    name = [contributor.meeting.slug, token_of(contributor), sent.pk]

    response = client.get(reverse("contribute-file", args=name))

    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''r")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


def test_a_file_that_is_gone_is_not_found(client, contributor):
    sent = contributor.requests.get().latest
    sent.file.storage.delete(sent.file.name)
    name = [contributor.meeting.slug, token_of(contributor), sent.pk]

    assert client.get(reverse("contribute-file", args=name)).status_code == 404


def zone_address(contributor):
    return reverse(
        "contribute-zone", args=[contributor.meeting.slug, token_of(contributor)]
    )


def test_a_zone_that_is_chosen_is_kept(client, contributor):
    response = client.post(
        zone_address(contributor), {"zone": "Asia/Tokyo"}, follow=True
    )

    assert Contributor.objects.get().zone == "Asia/Tokyo"
    assert (
        "Deadlines are in the hours of your time zone now." in response.content.decode()
    )


def test_the_zone_of_a_device_goes_before_that_of_the_list(client, contributor):
    zones = {"zone": ["Asia/Tokyo", "Europe/Paris"]}

    page = client.post(zone_address(contributor), zones, follow=True).content.decode()

    assert Contributor.objects.get().zone == "Europe/Paris"
    assert '<option value="Europe/Paris" selected>Europe/Paris</option>' in page


def test_a_zone_that_is_none_is_refused(client, contributor):
    response = client.post(zone_address(contributor), {"zone": "Europe/Atlantis"})

    error = response.context["form"].errors.as_data()["zone"][0]
    assert error.code == "timezone"
    assert Contributor.objects.get().zone == ""


def test_no_zone_at_all_is_refused(client, contributor):
    response = client.post(zone_address(contributor), {})

    error = response.context["form"].errors.as_data()["zone"][0]
    assert error.code == "required"
