"""The people of the demonstration, all of them made up."""

import unicodedata
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from meeting.models import Meeting
from meeting.states import states
from registration import demo
from registration.answers import read, read_file
from registration.models import (
    Answer,
    Choice,
    Correction,
    Option,
    Places,
    PrivacyNotice,
    Question,
    Registration,
)
from tests.making import make_meeting
from tests.parts.rows import kept

pytestmark = pytest.mark.django_db

Status = Registration.Status


@pytest.fixture(scope="module")
def meeting(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        meeting = make_meeting(number=15)
        demo.open_registration(meeting)
        demo.invent_registrations(meeting)
        yield meeting


@pytest.fixture
def people(meeting):
    return Registration.objects.select_related("category", "meeting")


def scripts_in(names):
    letters = {letter for name in names for letter in name if letter.isalpha()}
    return {unicodedata.name(letter).split()[0] for letter in letters}


def test_registration_is_open_until_a_week_before_in_the_meetings_zone(people):
    meeting = Meeting.objects.get()
    closes = timezone.localtime(meeting.registration_closes_at, meeting.zone)

    assert meeting.is_registration_open
    assert closes.date() == meeting.starts_on - timedelta(days=7)
    assert (closes.hour, closes.minute) == (18, 0)


def test_people_are_120_and_marked_as_made_up(people):
    assert people.count() == 120
    assert people.filter(is_demo=True).count() == 120


def test_people_are_the_same_each_time(people):
    names = people.order_by("created_at").values_list("name", "status", "is_listed")
    first = list(names)
    people.delete()

    demo.invent_registrations(Meeting.objects.get())

    assert list(names.all()) == first


def test_people_come_from_all_regions_and_categories(people):
    regions = {states()[each.state].region for each in people if each.state}

    assert regions >= {"Africa", "Americas", "Asia", "Europe", "Oceania"}
    assert {each.category.position for each in people} == set(range(1, 10))


def test_people_of_member_states_name_their_state(people):
    for each in people:
        is_state = each.category.names == "state"
        assert bool(each.state) == is_state
        if is_state:
            assert states()[each.state].status == "Member State"
            assert each.organization == states()[each.state].names["en"]


def test_names_are_of_many_scripts_and_shapes(people):
    names = [each.name for each in people]

    assert scripts_in(names) >= {"LATIN", "ARABIC", "CYRILLIC", "CJK"}
    assert [name for name in names if name.isascii() and " " not in name]
    assert [name for name in names if "'" in name]


def test_addresses_are_in_a_domain_that_is_nobodys(people):
    for each in people:
        assert each.email.endswith(".example")
        each.full_clean()


def test_statuses_are_mixed_within_the_seats(people):
    statuses = {each.status for each in people}

    assert statuses == {
        Status.RECEIVED,
        Status.NEEDS_CORRECTION,
        Status.WAITING,
        Status.CONFIRMED,
        Status.DECLINED,
        Status.WITHDRAWN,
    }


def test_nobody_is_seated_beyond_a_limit_or_waits_without_need(people):
    meeting = Meeting.objects.get()
    places = Places(meeting)

    for each in people:
        for pool, limit in places.limits_of(each).items():
            assert places.taken(pool) <= limit
        if each.status == Status.WAITING:
            assert not places.has_room_for(each)
    with transaction.atomic():
        assert Places.locked(meeting.pk).fill() == []


def test_entities_of_the_united_nations_wait_for_no_decision(people):
    of_un = people.filter(category__name="United Nations entity")

    assert of_un.exists()
    assert not of_un.filter(status=Status.RECEIVED).exists()


def test_side_event_is_full_and_somebody_waits(people):
    breakfast = Meeting.objects.get().sessions.get(title__startswith="Working")
    statuses = breakfast.choices.values_list("status", flat=True)

    assert list(statuses).count("confirmed") == breakfast.capacity
    assert "waiting" in statuses


def test_places_of_an_option_are_given_within_the_limit(people):
    options = Option.objects.filter(capacity__isnull=False)

    for option in options:
        assert option.choices.holding().count() <= option.capacity
    assert Choice.objects.filter(option__in=options, status="waiting").exists()


def test_everybody_answers_what_they_must_and_nothing_else(people):
    meeting = Meeting.objects.get()
    questions = list(meeting.questions.asked())
    assert len(questions) == 6
    visa = questions[0]

    for each in people:
        answers = {answer.question: answer for answer in each.answers.all()}
        options = each.choices.filter(option__isnull=False)
        chosen = {choice.option.question for choice in options}
        for question in questions:
            categories = question.categories.all()
            is_theirs = not categories or each.category in categories
            applies = question.depends_on is None or answers[visa].value == "yes"
            has_answer = question in answers or question in chosen
            if question.is_required or not (is_theirs and applies):
                assert has_answer == (is_theirs and applies)


def test_passport_numbers_are_sealed(people):
    answers = Answer.objects.filter(question__is_sensitive=True)

    assert answers.exists()
    for answer in answers:
        assert answer.is_sealed
        assert read(answer).startswith("X")
        assert not answer.value.startswith("X")


def test_letters_can_be_opened(people):
    letter = Answer.objects.exclude(file="").first()

    assert read_file(letter).startswith(b"%PDF")


def test_questions_are_as_the_admin_would_have_them(people):
    for question in Question.objects.all():
        question.full_clean()


def test_corrections_are_asked_for_and_made(people):
    assert Correction.objects.unchecked().count() == 2
    asked = Correction.objects.open()
    assert {each.registration.status for each in asked} == {Status.NEEDS_CORRECTION}
    assert asked.count() == people.filter(status=Status.NEEDS_CORRECTION).count()


def test_everybody_has_agreed_to_the_notice(people):
    notice = PrivacyNotice.objects.get()

    assert notice.is_fixed
    assert {each.notice for each in people} == {notice}


def test_two_are_alike(people):
    names = [each.name_key for each in people]

    assert [name for name in set(names) if names.count(name) > 1] == [
        "matilda ofarrelly"
    ]


def test_wishes_are_mixed(people):
    days = {day.isoformat() for day in Meeting.objects.get().days}

    assert {each.attendance for each in people} == {"in_person", "remote"}
    assert all(each.days and set(each.days) <= days for each in people)
    for field in ("access_needs", "dietary_needs", "is_listed"):
        assert 0 < sum(bool(getattr(each, field)) for each in people) < 120


def test_people_registered_over_the_month(people):
    opened = Meeting.objects.get().registration_opens_at
    moments = [each.created_at for each in people.order_by("created_at")]

    assert opened <= moments[0] < opened + timedelta(days=3)
    assert timezone.now() - timedelta(days=3) < moments[-1] <= timezone.now()
