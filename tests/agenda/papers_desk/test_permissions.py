"""Who may do what at the desk."""

import pytest
from django.contrib.auth.models import Permission

from agenda.models import DeskWork
from tests.agenda.papers_desk.pages import address, decide
from tests.making import make_desk_work, make_request, make_submission, make_user
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db


def test_organizers_see_without_buttons_and_links(client):
    sign_in(client, "Organizer")
    sent = make_submission()
    contributor = sent.request.contributor

    desk = client.get(address("papers", contributor.meeting_id))
    page = client.get(address("contributor_change", contributor.pk))

    assert desk.context["actions"] == []
    text = page.content.decode() + desk.content.decode()
    assert contributor.get_absolute_url() not in text
    assert "/decide/" not in text


def test_posting_needs_the_permission_to_add_materials(client):
    user = make_user(is_staff=True)
    names = ["view_request", "change_submission", "view_submission"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    sent = make_submission()

    assert decide(client, sent, "post").status_code == 403
    assert decide(client, sent, "accept").status_code == 302


@pytest.mark.parametrize("do", ["remind", "tell", "accept", "post", "deadline"])
def test_who_may_only_look_has_nothing_done(client, do):
    sign_in(client, "Organizer")
    sent = make_submission()
    many = address("papers_many", sent.request.contributor.meeting_id)

    response = client.post(
        many, {"do": do, "r": f"{sent.request_id}:{sent.pk}", "sure": "1"}
    )

    assert response.status_code == 403
    assert not DeskWork.objects.exists()


def test_many_are_posted_only_by_who_may_change_what_that_changes(client):
    user = make_user(is_staff=True)
    names = ["view_request", "change_submission"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    sent = make_submission()
    many = address("papers_many", sent.request.contributor.meeting_id)
    said = {"r": f"{sent.request_id}:{sent.pk}", "sure": "1"}

    assert client.post(many, {"do": "post", **said}).status_code == 403
    assert client.post(many, {"do": "accept", **said}).status_code == 302


def test_what_was_done_to_many_is_seen_and_gone_on_with_by_permission(client):
    work = make_desk_work(state="failed", error="OSError: no")
    go_on = address("papers_work_go_on", work.pk)

    sign_in(client, "Organizer")
    page = client.get(address("papers_work", work.pk))
    assert go_on not in page.text
    assert client.post(go_on).status_code == 403
    client.force_login(make_user(is_staff=True))
    assert client.get(address("papers_work", work.pk)).status_code == 403


def test_what_is_seen_of_another_request_cannot_be_decided_on_here(client, staff):
    sent, other = make_submission(), make_request()

    response = client.post(
        address("request_decide", other.pk), {"do": "accept", "seen": sent.pk}
    )

    assert response.status_code == 404
