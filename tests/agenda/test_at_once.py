"""What several people do to one programme at the same moment: nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from agenda.contributing import sending
from agenda.models import Item, Mark, OwnAgenda, Release
from agenda.models.edit import editing
from agenda.releasing import Proposal, release_as_shown
from agenda.today.desk import Desk
from tests.making import (
    PDF,
    make_item,
    make_meeting,
    make_request,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """What each gave, or the error that it raised."""
    start = Barrier(len(acts))

    def act(one):
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            return one()
        except ValidationError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(act, acts))


def make_programme(count=3):
    meeting = make_meeting()
    session = make_session(meeting, released=False)
    for number in range(count):
        make_item(session, released=False, title=f"Item {number}")
    Release.objects.make(meeting)
    return meeting


def test_two_who_release_at_once_make_one_release():
    meeting = make_programme()
    Item.objects.update(title="New")

    found = at_once(*[lambda: Release.objects.make(meeting)] * 4)

    assert found.count("nothing_new") == 3
    assert list(meeting.releases.values_list("number", flat=True)) == [2, 1]


def test_two_who_read_the_same_and_release_it_at_once_make_one():
    meeting, by = make_programme(), make_user()
    Item.objects.update(title="New")
    digest = Proposal.of(meeting).digest

    at_once(*[lambda: release_as_shown(meeting, digest, by=by)] * 3)

    assert meeting.releases.count() == 2


def test_release_has_all_of_an_edit_or_nothing():
    meeting, by = make_programme(20), make_user()

    def edit():
        with editing(meeting, by=by, what="Renamed."):
            for item in meeting.items.all():
                item.title = "Renamed"
                item.save()

    def release():
        return Release.objects.make(meeting, is_final=True)

    at_once(edit, release)

    rows = Release.objects.current(meeting).snapshot.rows["item"].values()
    assert len({row["title"] == "Renamed" for row in rows}) == 1


def test_desks_that_say_the_same_at_once_say_it_once():
    meeting = make_programme()
    pks = list(meeting.items.values_list("pk", flat=True))

    with time_machine.travel(meeting.starts_at):
        at_once(
            *[lambda: Desk(meeting, by=None).start(pks[1])] * 3,
            lambda: Desk(meeting, by=None).late(pks[2], 10),
            lambda: Desk(meeting, by=None).cancel(pks[0]),
        )

    marks = {mark.item_id: mark for mark in Mark.objects.all()}
    assert marks.keys() == set(pks)
    assert marks[pks[1]].state == "started"
    assert marks[pks[2]].minutes == 10
    assert marks[pks[0]].state == "cancelled"


def test_planned_release_is_withdrawn_or_out_and_never_both():
    meeting = make_programme()
    Item.objects.update(title="New")
    at = timezone.now() + timedelta(milliseconds=60)
    planned = Release.objects.make(meeting, at=at)

    withdrawn = at_once(*[planned.withdraw] * 3)

    is_there = Release.objects.filter(pk=planned.pk).exists()
    assert withdrawn.count(True) == (0 if is_there else 1)


def test_planned_release_gives_way_to_one_made_at_once():
    meeting = make_programme()
    Item.objects.update(title="New")
    planned = Release.objects.make(meeting, at=timezone.now() + timedelta(days=1))

    at_once(planned.withdraw, lambda: Release.objects.make(meeting))

    assert list(meeting.releases.values_list("number", flat=True)) == [2, 1]
    assert not meeting.releases.planned().exists()


def test_stars_that_come_at_once_are_all_kept():
    meeting = make_programme()
    agenda = OwnAgenda.objects.create(meeting=meeting)
    names = [f"i{pk}" for pk in meeting.items.values_list("pk", flat=True)]

    def star(name):
        client = Client()
        client.cookies[f"agenda_{meeting.pk}"] = agenda.token
        return client.post("/15/mine/", {"add": name}).status_code

    found = at_once(*[lambda name=name: star(name) for name in names * 2])

    assert set(found) == {302}
    assert agenda.stars == set(names)


def test_a_paper_that_one_form_sends_many_times_at_once_is_kept_once():
    request = make_request()

    def press():
        file = SimpleUploadedFile("paper.pdf", PDF)
        sent = sending.looked_at(request, file=file, title="Counting")
        return sending.keep(sent, after=0).number

    assert at_once(*[press] * 4) == [1] * 4
    assert request.submissions.count() == 1


def test_versions_that_come_at_once_are_all_kept():
    request = make_request(kind="biography")
    texts = [f"Version {number}." for number in range(4)]

    at_once(*[lambda text=text: sending.send(request, text=text) for text in texts])

    assert sorted(each.text for each in request.submissions.all()) == texts
