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
    assert "OOF" in mail["X-Auto-Response-Suppress"]
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


def calendar(method="", uid="1"):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", f"UID:{uid}"]
    if not method:
        lines.pop(2)
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def files(mail):
    return [
        (part.get_filename(), part.get_content_type(), part.get_param("method"))
        for part in mail.iter_attachments()
    ]


def test_the_calendar_is_one_form_of_the_mail_and_a_file(arrived):
    request = calendar("REQUEST")

    mail = arrived(text="Hello.\n", html="<p>Hello.</p>", calendar=request)

    assert mail.get_content_type() == "multipart/mixed"
    assert files(mail) == [("meeting.ics", "text/calendar", "REQUEST")]
    (forms, file) = mail.iter_parts()
    assert forms.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in forms.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    *_others, form = forms.iter_parts()
    assert form["Content-Type"] == 'text/calendar; method="REQUEST"; charset="utf-8"'
    assert form.get_content().split() == file.get_content().split() == request.split()
    assert form.get_content_disposition() is None
    assert mail.get_body(["plain"]).get_content() == "Hello.\n"
    assert mail.get_body(["html"]).get_content() == "<p>Hello.</p>"


def test_several_calendars_are_a_file_each(arrived):
    objects = [
        calendar("CANCEL", "old"),
        calendar("REQUEST", "new"),
        calendar("REQUEST", "newer"),
    ]

    mail = arrived(calendar="".join(objects))

    assert files(mail) == [
        ("cancelled.ics", "text/calendar", "CANCEL"),
        ("meeting.ics", "text/calendar", "REQUEST"),
        ("meeting-2.ics", "text/calendar", "REQUEST"),
    ]
    contents = [part.get_content().split() for part in mail.iter_attachments()]
    assert contents == [each.split() for each in objects]
    forms = next(mail.iter_parts())
    _plain, form = forms.iter_parts()
    assert form.get_param("method") == "CANCEL"


def test_a_calendar_without_a_method_names_none(arrived):
    mail = arrived(calendar=calendar())

    assert files(mail) == [("meeting.ics", "text/calendar", None)]


def test_what_can_be_unsubscribed_says_how(arrived):
    url = "https://meetings.example.org/15/me/abc:def/mail/off/?kind=news&x=1"

    mail = arrived(unsubscribe=url)

    assert mail["List-Unsubscribe"] == f"<{url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_about_the_persons_own_doing_cannot_be_unsubscribed(arrived):
    mail = arrived()

    assert mail["List-Unsubscribe"] is None
    assert mail["List-Unsubscribe-Post"] is None


def test_a_long_address_to_unsubscribe_is_not_broken(mail_goes_out):
    url = f"https://meetings.example.org/15/me/{'a' * 400}/off/"

    make_message(unsubscribe=url).deliver()

    (mail,) = mail_goes_out.arrived
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in mail.content
