"""What the desk does to many, as a worker does it: each once, and nobody is left out."""

from collections import Counter
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from agenda.contributing import asking, working
from agenda.contributing.choosing import Organization, Terms
from agenda.models import Contributor, DeskWork, Request
from agenda.one_person import merge
from agenda.tasks import go_on_with_desks
from meeting.mail.models import Message
from tests.agenda.contributing.works import begin, begin_asking, passed_over
from tests.agenda.test_at_once import at_once
from tests.making import (
    make_contributor,
    make_meeting,
    make_presentation,
    make_request,
    make_role,
    make_speaker,
    make_submission,
    make_user,
)
from tests.parts.staff import make_member

pytestmark = pytest.mark.django_db

# Of one who is asked for one thing, with the mail and what is recorded of it.
MOST_QUERIES_EACH = 25
PEOPLE = 60


def terms(*kinds, **fields):
    return Terms(kinds or ("paper",), timezone.now() + timedelta(days=7), **fields)


def organizations(count, first=0):
    return [
        Organization(f"Organization {n}", "Ann", f"o{n}@example.org")
        for n in range(first, first + count)
    ]


def make_late(count, meeting=None, **fields):
    """Requests that are late, each to another organization of one meeting."""
    meeting = meeting or make_meeting()
    due_at = timezone.now() - timedelta(days=1)
    return [
        make_request(
            make_contributor(meeting, organization=f"Organization {n}", **fields),
            due_at=due_at,
        )
        for n in range(count)
    ]


def outcomes(work):
    return Counter(work.steps.values_list("outcome", flat=True))


def mails_each():
    return Counter(Message.objects.values_list("to", flat=True))


def lose(work):
    """As if its worker had died more than a minute ago."""
    lost = timezone.now() - timedelta(minutes=2)
    DeskWork.objects.filter(pk=work.pk).update(claimed_at=lost)


def work_until_killed(work, monkeypatch, chunks):
    """A worker that is gone in the middle of the chunk after so many."""
    advance, left = DeskWork.advance, iter(range(chunks))

    def advance_or_die(self, by):
        advance(self, by)
        if next(left, None) is None:
            raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(DeskWork, "advance", advance_or_die)
        with pytest.raises(SystemExit):
            working.work_off(work.pk)


def test_a_few_are_done_at_once_without_a_worker():
    work = begin("remind", make_late(working.FEW))

    work.refresh_from_db()
    assert (work.state, work.done) == ("done", working.FEW)
    assert Message.objects.count() == working.FEW


def test_many_wait_for_a_worker():
    work = begin("remind", make_late(working.FEW + 1))

    assert work.is_running
    assert not Message.objects.exists()

    working.work_off(work.pk)
    work.refresh_from_db()
    assert (work.state, work.done) == ("done", working.FEW + 1)
    assert set(mails_each().values()) == {1}


def test_a_mail_to_one_leaves_at_once_and_mails_to_many_after_others():
    first, *others = make_late(3)

    begin("remind", [first])
    begin("remind", others)

    are_bulk = Message.objects.order_by("pk").values_list("is_bulk", flat=True)
    assert list(are_bulk) == [False, True, True]


def count_queries(meeting, people, first):
    work = begin_asking(meeting, terms(), *organizations(people, first))
    count = 0

    def note(execute, *query):
        nonlocal count
        count += 1
        return execute(*query)

    # Django's own list of queries ends at 9,000.
    with connection.execute_wrapper(note):
        working.work_off(work.pk)
    assert outcomes(work) == {"done": people}
    return count


def test_500_are_asked_with_as_many_queries_in_the_last_chunk_as_in_the_first():
    meeting = make_meeting()
    size = working.CHUNK
    count_queries(meeting, size, 0)
    with_one = count_queries(meeting, size, 1_000)
    a_chunk = count_queries(meeting, 2 * size, 2_000) - with_one

    assert count_queries(meeting, 500, 3_000) == with_one + (500 // size - 1) * a_chunk
    assert a_chunk <= MOST_QUERIES_EACH * size


def test_work_that_was_killed_is_taken_up_where_it_stands(monkeypatch):
    work = begin_asking(make_meeting(), terms(), *organizations(PEOPLE))
    work_until_killed(work, monkeypatch, chunks=1)
    assert outcomes(work) == {"done": working.CHUNK, "waiting": PEOPLE - working.CHUNK}
    assert Message.objects.count() == Request.objects.count() == working.CHUNK

    working.work_off(work.pk)
    assert Message.objects.count() == working.CHUNK  # Its claim lasts a minute.
    lose(work)
    go_on_with_desks()

    work.refresh_from_db()
    assert (work.state, work.done) == ("done", PEOPLE)
    assert Request.objects.count() == PEOPLE
    assert mails_each() == {f"o{n}@example.org": 1 for n in range(PEOPLE)}


def test_work_done_is_not_done_again():
    work = begin("remind", make_late(2))

    working.work_off(work.pk)
    lose(work)
    go_on_with_desks()

    assert set(mails_each().values()) == {1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["ask", "remind"])
def test_two_workers_at_once_write_once_to_each(action, monkeypatch):
    if action == "ask":
        work = begin_asking(make_meeting(), terms(), *organizations(PEOPLE))
    else:
        work = begin("remind", make_late(PEOPLE))
    # Each takes the other for lost.
    monkeypatch.setattr("meeting.models.job.LEASE", timedelta(seconds=-60))

    at_once(lambda: working.work_off(work.pk), lambda: working.work_off(work.pk))

    work.refresh_from_db()
    assert (work.state, work.done) == ("done", PEOPLE)
    assert outcomes(work) == {"done": PEOPLE}
    assert set(mails_each().values()) == {1}
    assert len(mails_each()) == PEOPLE


def test_what_the_same_form_begins_twice_is_one_work():
    late = make_late(2)
    work = begin("remind", late)
    twin = DeskWork(
        meeting=work.meeting,
        action=work.action,
        said=work.said,
        key=work.key,
        created_by=work.created_by,
    )

    assert working.begin(twin, []) == work
    assert DeskWork.objects.get() == work


def test_who_did_it_is_recorded_also_by_a_worker():
    by = make_member("Secretariat")
    sent = [make_submission(each) for each in make_late(6)]
    work = begin("post", [each.request for each in sent], by=by)

    working.work_off(work.pk)

    posted = LogEntry.objects.filter(content_type__model="material")
    assert [entry.actor for entry in posted] == [by] * 6
    assert {each.latest.decided_by for each in Request.objects.all()} == {by}


# What has changed until it is done.


@pytest.mark.parametrize("group", [None, "Organizer"])
def test_who_may_not_do_it_any_longer_does_it_to_nobody(group):
    by = make_member("Secretariat")
    work = begin("remind", make_late(6), by=by)
    by.groups.clear()
    if group:
        by.groups.add(make_member(group).groups.get())

    working.work_off(work.pk)

    assert set(passed_over(work).values()) == {
        "Whoever asked for this may not do it any longer."
    }
    assert not Message.objects.exists()


def test_posting_needs_the_permissions_of_what_it_changes_also_when_it_is_done():
    by = make_user()
    by.user_permissions.set(Permission.objects.filter(codename="change_submission"))
    sent = [make_submission(each) for each in make_late(2)]

    posted = begin("post", [each.request for each in sent], by=by)
    accepted = begin("accept", [each.request for each in sent], by=by)

    assert (outcomes(posted), outcomes(accepted)) == ({"passed": 2}, {"done": 2})


def test_nobody_is_written_to_once_the_meeting_is_published_no_longer():
    work = begin("remind", make_late(6))
    work.meeting.is_published = False
    work.meeting.save()

    working.work_off(work.pk)

    assert outcomes(work) == {"passed": 6}
    assert not Message.objects.exists()


def test_what_was_withdrawn_or_arrived_meanwhile_is_passed_over():
    requests = make_late(7)
    work = begin("remind", requests)
    make_submission(requests[0])
    asking.withdraw(requests[1])

    working.work_off(work.pk)

    assert passed_over(work) == {
        "Organization 0": "Nothing is awaited from them.",
        "Organization 1": "They are asked for it no longer.",
    }
    assert Message.objects.count() == 5


def test_two_works_that_remind_the_same_remind_once():
    late, shown_at = make_late(6), timezone.now()
    works = [begin("remind", late, shown_at=shown_at) for _ in range(2)]

    for work in works:
        working.work_off(work.pk)

    assert outcomes(works[1]) == {"passed": 6}
    assert set(mails_each().values()) == {1}


def test_what_another_has_asked_for_meanwhile_is_passed_over():
    meeting = make_meeting()
    first = begin_asking(meeting, terms(), *organizations(6))
    second = begin_asking(meeting, terms("paper"), *organizations(7))

    working.work_off(first.pk)
    working.work_off(second.pk)

    whys = set(passed_over(second).values())
    assert whys == {"Somebody else has asked them for it meanwhile."}
    assert outcomes(second) == {"passed": 6, "done": 1}
    assert set(mails_each().values()) == {1}


def test_who_has_no_address_is_asked_and_not_written_to():
    typed = [Organization(f"Organization {n}") for n in range(6)]

    work = begin_asking(make_meeting(), terms(), *typed)
    working.work_off(work.pk)

    assert outcomes(work) == {"kept": 6}
    assert {step.why for step in work.steps.all()} == {"No address is known."}
    assert Request.objects.filter(asked_at=None).count() == 6


def test_what_was_typed_of_somebody_is_kept_with_them_alone():
    work = begin_asking(make_meeting(), terms(), *organizations(2))

    assert {str(step.chosen) for step in work.steps.all()} == {"{}"}
    assert set(Contributor.objects.values_list("contact", flat=True)) == {"Ann"}


def make_speaking(count):
    first = make_presentation()
    for n in range(count):
        presentation = make_presentation(first.item, title=f"Title {n}", released=False)
        speaker = make_speaker(f"Person {n}", email=f"p{n}@example.org")
        make_role(presentation, speaker=speaker, released=False)
    return first.meeting


def test_the_rules_that_were_confirmed_are_those_of_each_request():
    meeting = make_speaking(6)
    rules = terms("paper", "photo", max_pages=4, takes_late=False, note="Four points.")

    working.work_off(begin_asking(meeting, rules).pk)

    asked = Request.objects.filter(kind="paper")
    assert set(asked.values_list("due_at", "max_pages", "takes_late", "note")) == {
        (rules.due_at, 4, False, "Four points.")
    }
    assert {str(each) for each in asked} == {f"Paper: Title {n}" for n in range(6)}
    assert Request.objects.filter(kind="photo", presentation=None).count() == 6


def test_what_is_on_the_programme_no_longer_is_not_asked_for():
    meeting = make_speaking(6)
    work = begin_asking(meeting, terms("paper"))
    meeting.presentations.get(title="Title 3").delete()

    working.work_off(work.pk)

    assert passed_over(work) == {
        "Person 3": "What they were to be asked for is no longer planned."
    }
    assert not Contributor.objects.filter(speaker__name="Person 3").exists()


@pytest.mark.parametrize("action", ["ask", "remind"])
def test_who_became_one_person_with_another_meanwhile_is_not_left_out(action):
    meeting = make_speaking(6)
    work = begin_asking(meeting, terms("photo"))
    if action == "remind":
        working.work_off(work.pk)
        Message.objects.all().delete()
        work = begin("remind", list(Request.objects.all()))
    gone = meeting.presentations.get(title="Title 3").roles.get().speaker
    stays = make_speaker("Person Three", email="three@example.org")
    if action == "remind":
        # Of two contributors one stays.
        make_contributor(meeting, speaker=stays, email="")
    merge(gone, stays, by=None)

    working.work_off(work.pk)

    assert outcomes(work) == {"done": 6}
    assert mails_each()["three@example.org"] == 1


def test_work_that_stopped_with_an_error_goes_on_when_it_is_mended():
    sent = [make_submission(each) for each in make_late(6)]
    work = begin("post", [each.request for each in sent])
    storage, name = sent[5].file.storage, sent[5].file.name
    with sent[5].file.open("rb") as file:
        content = file.read()
    storage.delete(name)

    working.work_off(work.pk)

    work.refresh_from_db()
    assert (work.state, work.done) == ("failed", 5)
    assert work.error.startswith("FileNotFoundError")

    assert storage.save(name, ContentFile(content)) == name
    assert work.go_on()
    go_on_with_desks()
    work.refresh_from_db()
    assert (work.state, work.done, work.error) == ("done", 6, "")
    assert outcomes(work) == {"done": 6}
