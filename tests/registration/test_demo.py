import unicodedata
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.utils import timezone

from meeting.mail.models import Message
from meeting.models import Meeting
from meeting.states import states
from registration import demo
from registration.models import Registration
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
        Status.CONFIRMED,
        Status.DECLINED,
        Status.WITHDRAWN,
    }
    # Nobody waits, since there are seats left.
    meeting = Meeting.objects.get()
    assert 0 < people.holding_place(meeting).count() < meeting.capacity


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
