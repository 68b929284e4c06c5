"""What a contributor's page at the desk says of versions and of what was done."""

import pytest
from django.urls import reverse

from agenda.contributing import deciding
from tests.making import make_contributor, make_meeting, make_request, make_submission
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db


def page_of(client, contributor):
    sign_in(client)
    address = reverse("admin:agenda_contributor_change", args=[contributor.pk])
    return client.get(address).text


def test_what_was_done_is_told_in_words(client):
    contributor = make_contributor(make_meeting())
    sent = make_submission(make_request(contributor))
    deciding.ask_change(sent, "Number the pages.", by=None)
    contributor.revoke_link()

    history = page_of(client, contributor).partition('id="history"')[2]

    for sentence in (
        "Asked for: Paper",
        "Version 1 arrived: paper-1.pdf",
        "A change is asked for: Number the pages.",
        "The private link was made to open nothing any longer",
    ):
        assert sentence in history
    for word in ("decided", "link version", "Update", "sha256"):
        assert word not in history


def test_slides_are_counted_as_slides(client):
    request = make_request(make_contributor(make_meeting()), kind="presentation")
    request.max_pages = 10
    request.save()
    make_submission(request, pages=8)
    make_submission(request, pages=9, file=b"%PDF-1.7 another")

    page = page_of(client, request.contributor)

    assert "at most 10 slides" in page
    assert "slides: 8 → 9" in page
    assert 'data-label="Slides">9' in page
