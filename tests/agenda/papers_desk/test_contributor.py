"""The page of one contributor: what came, and what is said of it."""

import re
from datetime import UTC, datetime

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agenda.models import Material, Request
from meeting.mail.models import Message
from tests.agenda.papers_desk.pages import address, codes, decide, in_days, said
from tests.making import (
    make_contributor,
    make_message,
    make_request,
    make_speaker,
    make_submission,
)

pytestmark = pytest.mark.django_db
LATER = datetime(2090, 1, 1, 14, tzinfo=UTC)


def test_all_versions_stand_beside_each_other(client, staff):
    request = make_request()
    make_submission(request, pages=6)
    make_submission(request, pages=4)

    page = client.get(address("contributor_change", request.contributor_id))

    newest = page.context["asked"][0]["compared"].versions[0]
    assert "pages: 6 → 4" in newest.differences


def test_the_page_of_those_who_have_sent_nothing_yet(client, staff):
    asked = make_request()

    page = client.get(address("contributor_change", asked.contributor.pk))

    assert page.status_code == 200
    assert page.context["asked"][0]["compared"].versions == []


def test_one_page_asks_the_same_queries_for_all_its_requests(client, staff):
    contributor = make_contributor()

    def count():
        url = address("contributor_change", contributor.pk)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    make_submission(make_request(contributor))
    count()
    with_one = count()
    for kind in ("photo", "presentation", "statement"):
        make_submission(make_request(contributor, kind=kind))

    assert count() == with_one


def test_what_came_is_accepted(client, staff):
    sent = make_submission()

    decide(client, sent, "accept")

    sent.refresh_from_db()
    assert (sent.state, sent.decided_by) == ("accepted", staff)


def test_what_came_is_accepted_and_posted_at_once(client, staff):
    sent = make_submission()

    decide(client, sent, "post")

    assert Material.objects.public().get().request == sent.request


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"visibility": "participants"}, "for participants alone"),
        ({"visibility": "staff"}, "now for staff alone"),
        ({"visible_from": LATER}, "held back until 1 Jan 2090"),
        (None, "taken down since"),
    ],
)
def test_it_says_who_has_not_got_what_was_posted(client, staff, changes, words):
    sent = make_submission()
    decide(client, sent, "post")
    if changes is None:
        Material.objects.get().delete()
    else:
        Material.objects.update(**changes)

    contributor = sent.request.contributor
    for page in (
        client.get(address("papers", contributor.meeting_id)),
        client.get(address("contributor_change", contributor.pk)),
    ):
        found = re.search(r"posted \d+ [^<]*(?:<b>([^<]*)</b>)?", page.text)
        assert (found[1] or "").startswith(words)
        assert bool(found[1]) == bool(words)


def test_what_came_is_posted_at_a_set_time(client, staff):
    sent = make_submission()

    decide(client, sent, "post_at", at=in_days(3))

    material = Material.objects.get()
    assert material.visible_from.strftime("%M") == in_days(3)[-2:]
    assert not Material.objects.public().exists()


def test_what_waits_for_its_time_is_posted_at_once_without_another_version(
    client, staff
):
    sent = make_submission()
    decide(client, sent, "post_at", at=in_days(3))

    decide(client, sent, "post")

    material = Material.objects.public().get()
    assert (material.number, material.versions.count()) == (1, 0)
    assert Message.objects.count() == 1


def test_a_change_is_asked_for_with_more_time(client, staff):
    sent = make_submission()

    decide(client, sent, "change", comment="Shorter, please.", at=in_days(20))

    request = Request.objects.get()
    assert request.state == "change_asked"
    assert request.due_at > sent.request.due_at
    assert "Shorter, please." in Message.objects.get().text


@pytest.mark.parametrize(
    ("do", "fields", "expected"),
    [
        ("change", {"comment": " "}, {"comment": ["required"]}),
        ("change", {"comment": "x", "at": "2020-01-01T10:00"}, {"at": ["past"]}),
        ("post_at", {"at": ""}, {"at": ["required"]}),
    ],
)
def test_mistakes_of_a_decision_are_said(client, staff, do, fields, expected):
    sent = make_submission()

    page = decide(client, sent, do, **fields)

    assert codes(page.context["wrong"]) == expected
    assert Request.objects.get().state == "received"


def test_a_version_that_came_meanwhile_is_said_and_the_typing_stays(client, staff):
    sent = make_submission()
    make_submission(sent.request)

    page = decide(client, sent, "change", comment="Shorter, please.")

    assert codes(page.context["wrong"]) == {"__all__": ["newer"]}
    assert "Shorter, please." in page.content.decode()
    assert Request.objects.get().state == "received"


def test_a_biography_stands_beside_that_which_it_replaces(client, staff):
    contributor = make_contributor(speaker=make_speaker(biography="As it was."))
    make_submission(make_request(contributor, kind="biography"), text="As it is.")

    page = client.get(address("contributor_change", contributor.pk))

    compared = page.context["asked"][0]["compared"]
    assert (compared.shown_now, compared.latest.text) == ("As it was.", "As it is.")


def test_the_deadline_of_one_request_is_moved_and_told(client, staff):
    request = make_request()
    prefix = f"deadline-{request.pk}"

    client.post(
        address("request_deadline", request.pk),
        {f"{prefix}-at": in_days(30), f"{prefix}-tells": "on"},
    )

    assert Request.objects.get().due_at > request.due_at
    assert Message.objects.get().kind == "paper_moved"


def test_a_request_is_withdrawn_after_a_question(client, staff):
    request = make_request()
    url = address("request_withdraw", request.pk)

    client.get(url)
    assert Request.objects.exists()
    client.post(url)

    assert not Request.objects.exists()


def test_a_request_stays_where_something_was_sent(client, staff):
    request = make_submission().request

    page = client.post(address("request_withdraw", request.pk), follow=True)

    assert Request.objects.exists()
    assert said(page)[0].startswith("Something has been sent for this")


def test_address_and_zone_are_corrected(client, staff):
    contributor = make_contributor(email="")

    client.post(
        address("contributor_change", contributor.pk),
        {"email": "new@example.org", "zone": "Asia/Tokyo", "language": "en"},
    )

    contributor.refresh_from_db()
    assert (contributor.email, contributor.zone) == ("new@example.org", "Asia/Tokyo")


def test_two_who_correct_something_else_keep_both(client, staff):
    contributor = make_contributor(organization="IOM", email="a@example.org")
    shown = {"initial-organization": "IOM", "initial-email": "a@example.org"}
    both = {"organization": "IOM", "language": "en", "initial-language": "en"}
    url = address("contributor_change", contributor.pk)

    client.post(url, {**shown, **both, "email": "b@example.org"})
    client.post(url, {**shown, **both, "email": "a@example.org", "contact": "Jane"})

    contributor.refresh_from_db()
    assert (contributor.email, contributor.contact) == ("b@example.org", "Jane")


def test_the_link_is_sent_again(client, staff):
    contributor = make_request().contributor

    client.post(address("contributor_link", contributor.pk), {"do": "send"})

    assert contributor.address in Message.objects.get().text


def test_the_link_is_revoked(client, staff):
    contributor = make_contributor()

    client.post(address("contributor_link", contributor.pk), {"do": "revoke"})

    assert client.get(contributor.get_absolute_url()).status_code == 404


def test_who_did_what_is_shown(client, staff):
    sent = make_submission()
    decide(client, sent, "accept")

    page = client.get(address("contributor_change", sent.request.contributor_id))

    newest = page.context["history"][0]
    assert (newest.who, newest.object_repr) == (str(staff), sent.filename)
    assert LogEntry.objects.get_for_object(sent).first().actor == staff


def test_all_mails_to_them_are_shown(client, staff):
    contributor = make_contributor()
    message = make_message(contributor)

    page = client.get(address("contributor_change", contributor.pk))

    assert [mail.message for mail in page.context["mails"]] == [message]
