"""The list of all who are asked, in the admin."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agenda.models import Contributor, Request, Submission
from tests.agenda.papers_desk.pages import address
from tests.making import make_contributor, make_meeting, make_request, make_submission

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15


def test_the_list_has_the_same_queries_for_500_requests(client, staff):
    meeting = make_meeting()
    contributors = Contributor.objects.bulk_create(
        Contributor(meeting=meeting, organization=f"Organization {n}", email="a@b.org")
        for n in range(250)
    )
    due_at = timezone.now()
    Request.objects.bulk_create(
        Request(contributor=contributor, kind=kind, due_at=due_at)
        for contributor in contributors
        for kind in ("paper", "photo")
    )
    requests = list(Request.objects.all())
    Submission.objects.bulk_create(
        Submission(request=request, number=1) for request in requests[::2]
    )
    client.get(address("papers", meeting.pk))

    with CaptureQueriesContext(connection) as captured:
        page = client.get(address("papers", meeting.pk))

    assert page.context["count"] == 500
    assert len(captured) <= MOST_QUERIES


def test_the_menu_leads_to_the_desk_of_the_meeting_at_work(client, staff):
    meeting = make_meeting(is_current=True)

    response = client.get(reverse("admin:agenda_contributor_changelist"))

    assert response["Location"] == address("papers", meeting.pk)


def test_counts_stand_above_the_list_and_narrow_it(client, staff):
    request = make_request(due_at=timezone.now() - timedelta(days=1))
    meeting = request.contributor.meeting
    make_submission(make_request(make_contributor(meeting, organization="IOM")))

    page = client.get(address("papers", meeting.pk), {"show": "late"})

    looks = {each["look"].name: each["count"] for each in page.context["looks"]}
    assert looks == {"received": 1, "late": 1}
    assert [row.contributor for row, _requests in page.context["rows"]] == [
        request.contributor
    ]


def test_the_home_page_says_what_waits(client, staff):
    late = make_request(due_at=timezone.now() - timedelta(days=1))
    meeting = late.contributor.meeting
    make_submission(make_request(make_contributor(meeting, organization="IOM")))

    todo = client.get("/admin/", {"meeting": meeting.pk}).context["todo"]

    desk = address("papers", meeting.pk)
    waits = {each["url"].removeprefix(desk): each["count"] for each in todo}
    assert (waits["?show=received"], waits["?show=late"]) == (1, 1)
