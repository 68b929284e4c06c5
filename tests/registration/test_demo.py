"""The demonstration meetings, once they are loaded."""

import unicodedata
from datetime import date, timedelta
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.core.management import call_command
from django.test import TestCase
from django.utils import timezone
from pypdf import PdfReader

from agenda.models import Material, Request
from meeting.mail.models import Message
from meeting.models import Meeting
from registration.mailings.reaching import reach_of
from registration.models import (
    Registration,
)
from tests.parts.rows import kept

pytestmark = pytest.mark.django_db

Status = Registration.Status


def load_demo():
    out = StringIO()
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("load_demo", stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def said(django_db_setup, django_db_blocker):
    with kept(django_db_blocker):
        yield load_demo()


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


def test_loading_again_changes_nothing(said):
    meeting = Meeting.objects.get(number=15)
    meeting.title = "Renamed by the secretariat"
    meeting.save()

    again = load_demo()

    assert again == ""
    meeting.refresh_from_db()
    assert meeting.title == "Renamed by the secretariat"
    assert Registration.objects.count() == 120


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


def test_two_side_events_can_be_chosen(said):
    meeting = Meeting.objects.current()

    chosen = meeting.sessions.to_choose().filter(choices__status="confirmed")
    assert chosen.distinct().count() == 2


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
