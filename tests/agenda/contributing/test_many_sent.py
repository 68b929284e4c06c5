"""How often something can be sent: by one link, and by many people of one office."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from agenda.contributing.sending import MOST_AN_HOUR
from tests.making import PDF, make_contributor, make_meeting, make_request

pytestmark = pytest.mark.django_db
OFFICE = "192.0.2.7"


def send(client, request, number):
    content = PDF + f"% version {number}\n".encode()
    file = SimpleUploadedFile("paper.pdf", content)
    data = {"title": f"Title {number}", "language": "fr", "after": "0", "file": file}
    page = f"{request.contributor.get_absolute_url()}{request.pk}/"
    return client.post(page, data, REMOTE_ADDR=OFFICE)


def test_a_link_that_sends_without_end_is_told_to_wait_with_all_that_was_typed(client):
    paper = make_request()
    for number in range(MOST_AN_HOUR):
        assert send(client, paper, number).status_code == 302

    answer = send(client, paper, MOST_AN_HOUR)

    said = answer.content.decode()
    assert answer.status_code == 200
    assert "You have sent this 20 times within an hour, which is the most." in said
    assert "What has arrived is safe. Wait an hour, and send this again." in said
    assert f">\nTitle {MOST_AN_HOUR}</textarea>" in said
    assert answer.context["form"]["language"].value() == "fr"
    assert "choose it again" in said
    assert paper.submissions.count() == MOST_AN_HOUR
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert send(client, paper, MOST_AN_HOUR).status_code == 302


def test_thirty_speakers_behind_one_address_are_not_in_each_other_s_way(client):
    meeting = make_meeting()
    papers = [make_request(make_contributor(meeting)) for _each in range(30)]

    answers = [send(client, paper, n) for n in range(3) for paper in papers]

    assert {answer.status_code for answer in answers} == {302}
    assert [paper.submissions.count() for paper in papers] == [3] * 30


def test_another_link_goes_on_where_one_has_to_wait(client):
    meeting = make_meeting()
    wild, calm = (make_request(make_contributor(meeting)) for _each in range(2))
    for number in range(MOST_AN_HOUR + 1):
        last = send(client, wild, number)

    assert last.status_code == 200
    assert send(client, calm, 0).status_code == 302


def test_an_organization_with_thirty_papers_sends_them_all_at_once(client):
    organization = make_contributor(organization="International Office for Tests")
    papers = [make_request(organization) for _each in range(30)]

    assert {send(client, paper, 0).status_code for paper in papers} == {302}
