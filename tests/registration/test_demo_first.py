"""Loading the demonstration: beside what is there, and a part of it alone."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import TestCase

from registration import demo
from registration.models import (
    Registration,
)
from tests.making import make_meeting

pytestmark = pytest.mark.django_db

Status = Registration.Status


def load_demo():
    out = StringIO()
    with TestCase.captureOnCommitCallbacks(execute=True):
        call_command("load_demo", stdout=out)
    return out.getvalue()


def test_a_fifteenth_meeting_of_ones_own_is_left_alone():
    meeting = make_meeting(number=15, title="Our own")

    load_demo()

    meeting.refresh_from_db()
    assert (meeting.title, meeting.is_demo) == ("Our own", False)
    assert not meeting.registrations.exists()


def test_account_that_is_there_keeps_its_password():
    demo.open_account()

    assert demo.open_account() is None


def test_without_a_key_nothing_sensitive_is_asked(settings):
    settings.DATA_KEYS = []
    meeting = make_meeting(number=15)

    demo.open_registration(meeting)
    demo.invent_registrations(meeting)

    assert not meeting.questions.filter(is_sensitive=True).exists()
