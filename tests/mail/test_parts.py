"""What a mail consists of when it arrives."""

import pytest

from tests.making import make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrived(mail_goes_out):
    def deliver(**fields):
        assert make_message(**fields).deliver() == "sent"
        return mail_goes_out.received[-1]

    return deliver


def test_headers(arrived, settings):
    settings.DEFAULT_FROM_EMAIL = "Plenary <no-reply@example.org>"

    mail = arrived(
        subject="Réunion № 15",
        reply_to="secretariat@example.org",
        message_id="<1234@example.org>",
    )

    assert mail["From"] == "Plenary <no-reply@example.org>"
    assert mail["To"] == "person@example.org"
    assert mail["Reply-To"] == "secretariat@example.org"
    assert mail["Subject"] == "Réunion № 15"
    assert mail["Message-ID"] == "<1234@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Date"].datetime is not None
    assert mail["Cc"] is None
    assert mail["Bcc"] is None


def test_a_plain_mail_is_its_text_alone(arrived):
    mail = arrived(text="Côte d'Ivoire, Türkiye, 中国\n")

    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == "Côte d'Ivoire, Türkiye, 中国\n"
    assert mail["Reply-To"] is None


def test_text_and_html_are_two_forms_of_one_mail(arrived):
    mail = arrived(text="Hello.\n", html="<p>Hello.</p>")

    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(["plain"]).get_content() == "Hello.\n"
    assert mail.get_body(["html"]).get_content() == "<p>Hello.</p>"


def test_the_calendar_is_attached(arrived):
    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"

    mail = arrived(text="Hello.\n", html="<p>Hello.</p>", calendar=calendar)

    (attachment,) = mail.iter_attachments()
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_filename() == "meeting.ics"
    assert attachment.get_content().split() == calendar.split()
    assert mail.get_body(["plain"]).get_content() == "Hello.\n"
    assert mail.get_body(["html"]).get_content() == "<p>Hello.</p>"
