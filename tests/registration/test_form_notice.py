import pytest

from registration.forms import RegistrationForm, new_key
from registration.models import PrivacyNotice
from tests.making import make_meeting
from tests.registration.sending import address_of, send, typed

pytestmark = pytest.mark.django_db


def make_notice(meeting, text="We keep **little**."):
    notice = PrivacyNotice.objects.create(meeting=meeting, text=text)
    notice.publish()
    return notice


def fill(meeting, **changes):
    data = {"key": new_key(meeting), **typed(meeting, **changes)}
    return RegistrationForm(data, meeting=meeting)


def codes(form):
    return [error.code for error in form.errors.as_data().get("agrees", [])]


def test_notice_is_not_asked_about_where_there_is_none():
    meeting = make_meeting()
    PrivacyNotice.objects.create(meeting=meeting, text="A draft")

    assert "agrees" not in RegistrationForm(meeting=meeting).fields


def test_notice_in_force_is_linked_and_not_agreed_to_at_first(client):
    meeting = make_meeting()
    make_notice(meeting, "Old")
    make_notice(meeting)

    page = client.get(address_of(meeting)).content.decode()

    assert f'href="/{meeting.slug}/register/privacy/"' in page
    assert "I have read the privacy notice, version 2, and agree" in page
    assert '<input type="checkbox" name="agrees" value="2"' in page


def test_notice_must_be_agreed_to():
    meeting = make_meeting()
    make_notice(meeting)

    form = fill(meeting)

    assert codes(form) == ["required"]


def test_notice_that_was_agreed_to_is_kept_with_its_moment(client):
    meeting = make_meeting()
    notice = make_notice(meeting)

    assert send(client, meeting, agrees="1").status_code == 302

    registration = meeting.registrations.get()
    assert registration.notice == notice
    assert registration.agreed_at


def test_notice_that_has_changed_meanwhile_is_asked_about_anew():
    meeting = make_meeting()
    make_notice(meeting)
    make_notice(meeting)

    form = fill(meeting, agrees="1")

    assert form.errors["agrees"] == [
        "The privacy notice has changed while you had the form open. Read version 2,"
        " and tick that you agree to it."
    ]
    assert "checked" not in str(form["agrees"])
