"""Many people at once, through real HTTP: no seat is given twice, and nobody is lost.

RACES_RUNS says how often each race is run; `make races` runs each five times.
"""

import os
import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError

import pytest
from django.db import connection

from meeting.mail.models import Message
from registration.models import Choice, Registration, Status
from tests.making import (
    make_category,
    make_choice,
    make_meeting,
    make_question,
    make_registration,
    make_session,
)
from tests.parts.plenary import Plenary
from tests.parts.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
RUNS = range(1, int(os.environ.get("RACES_RUNS", "1")) + 1)
PEOPLE, SEATS = 200, 50


@pytest.fixture
def site(transactional_db, tmp_path):
    """Two web processes, and nothing else: what is asked of workers waits."""
    with Plenary(tmp_path, WEB_CONCURRENCY="2") as plenary:
        plenary.start("web")
        yield plenary.url


class Person:
    """Has the form open, and sends it when all others do."""

    def __init__(self, url, meeting, number, **typed):
        self.visitor, self.number, self.status = Visitor(url), number, 0
        self.path = f"/{meeting.slug}/register/"
        self.visitor.open(self.path)
        self.form = self.visitor.hidden_fields | {
            "organization": f"Organization {number}",
            "name": f"Person {number}",
            "email": f"person{number}@example.org",
            "attendance": "in_person",
            "days": [day.isoformat() for day in meeting.days],
            "language": "en",
            **typed,
        }

    def act(self):
        self.visitor.open(self.path, self.form)


class Leaver:
    def __init__(self, url, registration):
        self.visitor, self.status = Visitor(url), 0
        self.path = f"{registration.get_absolute_url()}withdraw/"
        self.visitor.open(self.path)

    def act(self):
        self.visitor.open(self.path, self.visitor.hidden_fields)


def all_at_once(people):
    """Have everybody act at one moment; return their answers and the seconds it took."""
    start = threading.Barrier(len(people))

    def go(person):
        start.wait()
        try:
            person.act()
        except HTTPError as error:
            return error.code
        except OSError:
            return 599  # Hung up on.
        return 200

    with ThreadPoolExecutor(len(people)) as pool:
        begun = time.monotonic()
        answers = list(pool.map(go, people))
    return Counter(answers), time.monotonic() - begun


def no_limit_but_the_meeting():
    meeting = make_meeting(capacity=SEATS)
    return meeting, {"category": make_category(meeting, approval="automatic").pk}


def category_limit():
    meeting = make_meeting(capacity=PEOPLE)
    category = make_category(meeting, approval="automatic", capacity=SEATS)
    return meeting, {"category": category.pk}


def organization_limit():
    meeting = make_meeting(organization_capacity=SEATS)
    category = make_category(meeting, approval="automatic")
    return meeting, {"category": category.pk, "organization": "Médecins du Monde"}


def all_limits_at_once():
    meeting = make_meeting(capacity=SEATS + 20, organization_capacity=SEATS)
    category = make_category(meeting, approval="automatic", capacity=SEATS + 10)
    return meeting, {"category": category.pk, "organization": "Médecins du Monde"}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize(
    "limit",
    [no_limit_but_the_meeting, category_limit, organization_limit, all_limits_at_once],
)
def test_200_people_race_for_50_seats(site, limit, run, result):
    meeting, typed = limit()
    people = [Person(site, meeting, number, **typed) for number in range(PEOPLE)]

    answers, seconds = all_at_once(people)

    found = list(Registration.objects.order_by("arrived_at", "pk"))
    statuses = Counter(each.status for each in found)
    lost = PEOPLE - len({each.email for each in found})
    failed = sum(count for code, count in answers.items() if code >= 500)
    result(_line(limit.__name__, run, PEOPLE, statuses, lost, failed, seconds))
    assert answers == {200: PEOPLE}
    assert statuses == {Status.CONFIRMED: SEATS, Status.WAITING: PEOPLE - SEATS}
    assert lost == 0
    # In order of arrival: first all the seats, then the list.
    in_order = [each.status for each in found]
    assert in_order == sorted(in_order, key=lambda status: status == Status.WAITING)
    assert [each.waiting_position for each in found[SEATS : SEATS + 3]] == [1, 2, 3]
    assert Message.objects.count() == PEOPLE


def session_places(meeting):
    session = make_session(meeting, is_chosen=True, capacity=SEATS)
    return {"sessions": session.pk}


def option_places(meeting):
    options = [("Group A", SEATS), ("Group B", None)]
    question = make_question(meeting, kind="one", options=options)
    return {question.key: question.options.first().pk, "asked": question.key}


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("places", [session_places, option_places])
def test_200_people_race_for_50_places_in_what_they_choose(site, places, run, result):
    meeting = make_meeting()
    category = make_category(meeting, approval="automatic")
    typed = {"category": category.pk, **places(meeting)}
    people = [Person(site, meeting, number, **typed) for number in range(PEOPLE)]

    answers, seconds = all_at_once(people)

    found = list(Choice.objects.order_by("queued_at", "pk"))
    statuses = Counter(each.status for each in found)
    lost = PEOPLE - len({each.registration_id for each in found})
    failed = sum(count for code, count in answers.items() if code >= 500)
    result(_line(places.__name__, run, PEOPLE, statuses, lost, failed, seconds))
    assert answers == {200: PEOPLE}
    assert statuses == {"confirmed": SEATS, "waiting": PEOPLE - SEATS}
    in_order = [each.status for each in found]
    assert in_order == sorted(in_order)
    assert Registration.objects.confirmed().count() == PEOPLE


@pytest.mark.parametrize("run", RUNS)
def test_every_seat_given_up_is_used_once(site, run, result):
    """20 withdraw while 40 more register: each free seat has a new owner, and only one."""
    meeting = make_meeting(capacity=SEATS)
    category = make_category(meeting, approval="automatic")
    event = make_session(meeting, is_chosen=True, capacity=SEATS)
    seated = []
    for _seat in range(SEATS):
        seated.append(make_registration(meeting, status=Status.CONFIRMED))
        make_choice(seated[-1], event, status="confirmed")
    people = [Leaver(site, each) for each in seated[:20]]
    people += [Person(site, meeting, n, category=category.pk) for n in range(100, 140)]

    answers, seconds = all_at_once(people)

    statuses = Counter(Registration.objects.values_list("status", flat=True))
    lost = SEATS + 40 - sum(statuses.values())
    failed = sum(count for code, count in answers.items() if code >= 500)
    result(_line("20_leave_40_come", run, 60, statuses, lost, failed, seconds))
    assert answers == {200: 60}
    assert statuses == {"confirmed": SEATS, "waiting": 20, "withdrawn": 20}
    assert event.choices.holding().count() == SEATS - 20


@pytest.mark.parametrize("run", RUNS)
def test_the_same_form_ten_times_at_once_is_one_registration(site, run, result):
    meeting = make_meeting()
    category = make_category(meeting, approval="automatic")
    first = Person(site, meeting, 1, category=category.pk)
    people = [first]
    for _again in range(9):
        again = Person(site, meeting, 1)
        # Their own cookie against forgery, and the first one's form.
        own = again.visitor.hidden_fields["csrfmiddlewaretoken"]
        again.form = first.form | {"csrfmiddlewaretoken": own}
        people.append(again)

    answers, seconds = all_at_once(people)

    statuses = Counter(Registration.objects.values_list("status", flat=True))
    references = {
        re.search(r'class="reference">([^<]+)<', person.visitor.page)[1]
        for person in people
    }
    failed = sum(count for code, count in answers.items() if code >= 500)
    result(_line("one_form_ten_times", run, 10, statuses, 0, failed, seconds))
    assert answers == {200: 10}
    assert references == {Registration.objects.get().reference}
    assert Message.objects.count() == 1


def _line(race, run, sent, statuses, lost, failed, seconds):
    """A row of the table."""
    name = race.replace("_", " ")
    seats, queue = statuses["confirmed"], statuses["waiting"]
    return [name, connection.vendor, run, sent, seats, queue, lost, failed, seconds]
