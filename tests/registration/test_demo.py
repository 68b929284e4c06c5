import unicodedata
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from pypdf import PdfReader

from agenda.models import Material, Request
from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.states import states
from registration import demo
from registration.answers import read, read_file
from registration.mailings.reaching import reach_of
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

pytestmark = pytest.mark.django_db

Status = Registration.Status


def load_demo(django_capture_on_commit_callbacks):
    out = StringIO()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture
def said(django_capture_on_commit_callbacks):
    return load_demo(django_capture_on_commit_callbacks)


@pytest.fixture
def people():
    meeting = make_meeting(number=15)
    demo.open_registration(meeting)
    demo.invent_registrations(meeting)
    return meeting.registrations.select_related("category", "meeting")


def scripts_in(names):
    letters = {letter for name in names for letter in name if letter.isalpha()}
    return {unicodedata.name(letter).split()[0] for letter in letters}


def test_archive_stands_on_its_own_dates(said):
    meeting = Meeting.objects.get(number=14)

    assert meeting.starts_on == date(2016, 2, 25)
    assert (meeting.is_current, meeting.is_demo) == (False, False)
    assert meeting.registrations.count() == 0


def test_current_meeting_begins_in_six_weeks(said):
    meeting = Meeting.objects.current()

    assert meeting.number == 15
    assert meeting.starts_on == timezone.localdate() + timedelta(weeks=6)
    assert meeting.is_demo
    assert meeting.sessions.exists()
    assert meeting.registrations.count() == 120


def test_registration_is_open_until_a_week_before_in_the_meetings_zone(people):
    meeting = Meeting.objects.get()
    closes = timezone.localtime(meeting.registration_closes_at, meeting.zone)

    assert meeting.is_registration_open
    assert closes.date() == meeting.starts_on - timedelta(days=7)
    assert (closes.hour, closes.minute) == (18, 0)


def test_loading_again_changes_nothing(said, django_capture_on_commit_callbacks):
    meeting = Meeting.objects.get(number=15)
    meeting.title = "Renamed by the secretariat"
    meeting.save()

    again = load_demo(django_capture_on_commit_callbacks)

    assert again == ""
    meeting.refresh_from_db()
    assert meeting.title == "Renamed by the secretariat"
    assert Registration.objects.count() == 120


def test_a_fifteenth_meeting_of_ones_own_is_left_alone(
    django_capture_on_commit_callbacks,
):
    meeting = make_meeting(number=15, title="Our own")

    load_demo(django_capture_on_commit_callbacks)

    meeting.refresh_from_db()
    assert (meeting.title, meeting.is_demo) == ("Our own", False)
    assert not meeting.registrations.exists()


def test_account_is_staff_of_the_secretariat_and_no_more(said):
    account = get_user_model().objects.get(username="secretariat")

    assert (account.is_staff, account.is_superuser) == (True, False)
    assert [group.name for group in account.groups.all()] == ["Secretariat"]


def test_password_that_is_printed_works(said):
    password = said.partition("with the password ")[2].split()[0]

    assert authenticate(username="secretariat", password=password)


def test_the_account_has_an_address_for_tests_of_mails(said):
    account = get_user_model().objects.get(username="secretariat")

    assert account.email == "secretariat@plenary.example"


def test_account_that_is_there_keeps_its_password():
    demo.open_account()

    assert demo.open_account() is None


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


def test_two_side_events_can_be_chosen(said):
    meeting = Meeting.objects.current()

    chosen = meeting.sessions.to_choose().filter(choices__status="confirmed")
    assert chosen.distinct().count() == 2


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


def test_without_a_key_nothing_sensitive_is_asked(settings):
    settings.DATA_KEYS = []
    meeting = make_meeting(number=15)

    demo.open_registration(meeting)
    demo.invent_registrations(meeting)

    assert not meeting.questions.filter(is_sensitive=True).exists()


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


def test_nobody_is_owed_a_mail(said):
    assert not Message.objects.exists()


def test_a_rule_is_followed_and_a_letter_waits_to_be_sent(said):
    meeting = Meeting.objects.get(number=15)

    by_state = dict(meeting.mailings.values_list("state", "name"))

    assert by_state == {"active": "Practical information", "draft": "Call for papers"}
    for mailing in meeting.mailings.all():
        mailing.texts.get().full_clean()
        assert reach_of(mailing).count > 5


def test_the_papers_desk_has_requests_in_each_state_and_owes_nobody_a_mail(said):
    meeting = Meeting.objects.get(number=15)

    requests = Request.objects.filter(contributor__meeting=meeting)
    assert {request.state for request in requests} == set(Request.State)
    assert not any(each.messages.exists() for each in meeting.contributors.all())


def test_a_made_up_paper_is_posted_and_says_that_it_was_made_up(said):
    paper = Material.objects.public().get(is_contributed=True)

    with paper.file.open("rb") as file:
        text = PdfReader(file).pages[0].extract_text()

    assert "Made up for a demonstration" in text
    assert paper.pages == 4


def test_a_biography_is_asked_for_without_the_rules_of_papers(said):
    asked = Meeting.objects.get(slug="15").contributors.get(organization="").requests

    assert asked.get(kind="biography").most_pages is None
    assert asked.get(kind="presentation").most_pages == 4
