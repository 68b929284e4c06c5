"""What the desk does to many at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agenda.contributing import working
from meeting.mail.models import Message
from tests.agenda.papers_desk.pages import address, became, make_late, remind_all, said
from tests.making import make_contributor, make_desk_work, make_request, make_submission

pytestmark = pytest.mark.django_db


def test_it_is_said_who_is_reminded_before_it_is_done(client, staff):
    request = make_request(due_at=timezone.now() - timedelta(days=1))
    meeting = request.contributor.meeting
    make_request(
        make_contributor(meeting, organization="IOM", email=""), due_at=request.due_at
    )
    many = address("papers_many", meeting.pk) + "?show=late"

    page = client.post(many, {"do": "remind", "all": "1"})

    assert [group.contributor for group in page.context["chosen"]] == [
        request.contributor
    ]
    assert [str(group.contributor) for group in page.context["passed"]] == ["IOM"]
    assert not Message.objects.exists()


def test_the_late_are_reminded_in_one_action(client, staff):
    request = make_request(due_at=timezone.now() - timedelta(days=1))
    meeting = request.contributor.meeting
    make_request(make_contributor(meeting, organization="In time"))
    many = address("papers_many", meeting.pk) + "?show=late"
    shown = client.post(many, {"do": "remind", "all": "1"}).context

    page = client.post(
        many,
        {
            "do": "remind",
            "r": [f"{pick.request.pk}:" for pick in shown["picks"]],
            "shown_at": shown["shown_at"],
            "line": "We go to print on Friday.",
            "sure": "1",
        },
        follow=True,
    )

    mail = Message.objects.get()
    assert mail.about == request.contributor
    assert "We go to print on Friday." in mail.text
    assert (page.context["title"], page.context["counted"]) == ("Remind", "1 mail")
    assert became(page) == {str(request.contributor): "done: "}
    assert f'href="{address("papers", meeting.pk)}?show=late"' in page.text


def test_those_ticked_are_accepted(client, staff):
    sent = make_submission()
    request = sent.request
    many = address("papers_many", request.contributor.meeting_id)

    client.post(many, {"do": "accept", "r": f"{request.pk}:{sent.pk}", "sure": "1"})

    sent.refresh_from_db()
    assert (sent.state, sent.decided_by) == ("accepted", staff)


def test_nothing_ticked_is_said(client, staff):
    meeting = make_request().contributor.meeting

    page = client.post(
        address("papers_many", meeting.pk), {"do": "accept"}, follow=True
    )

    assert said(page) == ["Tick at least one request, and choose what to do with it."]


def test_requests_of_another_meeting_are_not_reached(client, staff):
    sent = make_submission()
    other = make_request().contributor.meeting

    client.post(
        address("papers_many", other.pk),
        {"do": "accept", "r": f"{sent.request_id}:{sent.pk}", "sure": "1"},
    )

    sent.refresh_from_db()
    assert sent.state == "received"


def test_work_for_many_shows_its_progress_and_then_its_result(client, staff):
    meeting = make_late(7)

    page = remind_all(client, meeting)

    assert "0 of 7 done" in page.text
    assert '<noscript><meta http-equiv="refresh"' in page.text
    work = page.context["work"]
    assert (
        address("papers_work", work.pk)
        in client.get(address("papers", meeting.pk)).text
    )
    working.work_off(work.pk)
    page = client.get(address("papers_work", work.pk))
    assert page.context["counted"] == "7 mails"
    assert 'http-equiv="refresh"' not in page.text


def test_all_400_without_an_address_are_named_page_by_page(client, staff):
    meeting = make_late(400, email="")
    work = remind_all(client, meeting).context["work"]
    working.work_off(work.pk)
    url = address("papers_work", work.pk)

    pages = [client.get(url, {"p": number}) for number in (1, 2)]

    assert pages[0].context["whys"] == [("passed over", "No address is known.", 400)]
    named = [str(step) for page in pages for step in page.context["page"]]
    assert named == [f"Name {n:03}" for n in range(400)]


def test_the_result_asks_the_same_queries_for_all(client, staff):
    def count(people):
        work = remind_all(client, make_late(people, email="")).context["work"]
        working.work_off(work.pk)
        url = address("papers_work", work.pk)
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).context["page"].paginator.count == people
        return len(captured)

    assert count(1) == count(9)


def test_work_that_stopped_is_told_and_gone_on_with(client, staff):
    work = make_desk_work(make_late(1), state="failed", error="OSError: no", total=1)
    url = address("papers_work", work.pk)
    assert "OSError: no" in client.get(url).text
    assert address("papers_work_go_on", work.pk) in client.get(url).text

    client.post(address("papers_work_go_on", work.pk))

    work.refresh_from_db()
    assert (work.state, work.error) == ("running", "")
