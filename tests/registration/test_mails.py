import re
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from html.parser import HTMLParser
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.html import escape

from meeting.mail.models import Message
from registration import mails
from registration.models import Registration
from registration.templatetags.inert import inert
from tests.making import make_meeting, make_registration, make_session

KINDS = [
    "received",
    "waiting",
    "confirmed",
    "declined",
    "withdrawn",
    "corrected",
    "known",
    "reminder",
]
each_kind = pytest.mark.parametrize("kind", KINDS)


def owe(registration, kind):
    return mails.owe(registration, kind, submitted="7KQ4M-2XD9B")


class Reader(HTMLParser):
    """What a mail program shows, and where its links and images lead."""

    def __init__(self, html):
        super().__init__()
        self.words, self.tags, self.links = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())


@pytest.mark.django_db
@each_kind
def test_mail_says_the_outcome_first_and_is_short(kind):
    meeting = make_meeting(title="Fifteenth Coordination Meeting")
    make_session(meeting)
    message = owe(make_registration(meeting), kind)

    assert "Fifteenth Coordination Meeting" in message.subject
    assert "Fifteenth Coordination Meeting" in message.text.splitlines()[0]
    assert len(message.text.split()) <= 120
    assert "\n\n\n" not in message.text


@pytest.mark.django_db
@each_kind
def test_mail_has_the_reference_and_one_link_to_it(kind):
    registration = make_registration()
    message = owe(registration, kind)
    html = Reader(message.html)

    assert registration.reference in message.text
    assert registration.reference in html.text
    assert re.findall(r"https?://\S+", message.text) == [registration.address]
    assert html.links == [registration.address]
    assert not {"img", "script", "style", "link"} & set(html.tags)


@pytest.mark.django_db
@each_kind
def test_mail_says_times_with_their_zone(kind):
    message = owe(make_registration(), kind)

    hours = re.findall(r"\b\d\d\.\d\d\b", message.text)
    named = re.findall(r"\b\d\d\.\d\d on [^,]+, New York time \(UTC−\d\)", message.text)
    assert len(hours) == len(named) >= 1


@pytest.mark.django_db
def test_mail_can_be_answered_and_carries_the_calendar():
    message = owe(make_registration(), "confirmed")

    assert message.reply_to == "secretariat@example.org"
    assert message.calendar.startswith("BEGIN:VCALENDAR")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["declined", "withdrawn", "known"])
def test_mail_to_those_who_are_not_expected_has_no_calendar(kind):
    assert owe(make_registration(), kind).calendar == ""


HOSTILE = [
    "<b>Bold</b><img src=x>",
    "[x](http://evil.example)",
    "{{ 7*7 }}{% now 'Y' %}",
    "x\r\nBcc: a@b.c\r\n\r\nBody",
    "Côte d'Ivoire & <Co>",
    "www.evil.example/pay",
    "x" * 200,
    "محمد",
]


@pytest.mark.django_db
@each_kind
@pytest.mark.parametrize("name", HOSTILE)
def test_mail_prints_what_was_typed_as_harmless_text(kind, name):
    plain = make_registration(name="Amina", organization="Kenya")
    # Not by the form, which would already have put it on one line.
    hostile = make_registration(
        plain.meeting, name=name, organization=name, honorific=name[:50]
    )
    expected, found = owe(plain, kind), owe(hostile, kind)

    assert inert(f"{name[:50]} {name}") in found.text
    assert escape(inert(name)) in found.html
    assert Reader(found.html).tags == Reader(expected.html).tags
    assert found.text.count("\n") == expected.text.count("\n")
    assert "http://evil" not in found.text + found.html
    assert "evil.example" not in found.text + found.html
    assert found.subject == expected.subject


@pytest.mark.django_db
def test_mail_with_a_line_break_in_a_name_has_no_other_header():
    registration = make_registration(name="x\r\nBcc: a@b.c", honorific="\nTo: z@y.x")
    message = owe(registration, "received")

    mail = message_from_bytes(
        message._to_email(None).message().as_bytes(), policy=policy.default
    )
    assert mail["To"] == registration.email
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    "words",
    [
        "http://evil.example",
        "www.evil.example",
        "evil.example",
        "https://127.0.0.1/x",
        "pay@evil.example",
        "EVIL.COM",
        "evil。com",
    ],
)
def test_inert_words_look_as_typed_and_are_no_address(words):
    assert inert(words).replace("\u2060", "") == words
    assert not re.search(r"://|www\.\w|\w@\w|\w\.\w\w|。\w", inert(words))


@pytest.mark.parametrize(
    "words", ["Amina YUSUF", "J. R. R. Tolkien", "Dr. O'Brien", "St. Gallen", "王"]
)
def test_inert_leaves_names_alone(words):
    assert inert(words) == words


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_mail_is_in_english_until_the_translation_is_ready(language):
    message = owe(make_registration(language=language), "received")

    assert message.language == "en"
    assert '<html lang="en" dir="ltr">' in message.html


@pytest.mark.django_db
def test_mail_is_in_the_persons_language_once_it_is_ready(settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]

    message = owe(make_registration(language="ar"), "received")

    assert message.language == "ar"
    assert '<html lang="ar" dir="rtl">' in message.html


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("attendance", "words"),
    [("in_person", "You have a seat."), ("remote", "You take part remotely.")],
)
def test_confirmation_says_how_one_takes_part(attendance, words):
    message = owe(make_registration(attendance=attendance), "confirmed")

    assert words in message.text
    assert words in Reader(message.html).text


@pytest.mark.django_db
def test_owe_once_is_once_for_each_name():
    registration = make_registration()

    for name in ("first", "first", "second"):
        mails.owe_once(registration, mails.KNOWN, name, submitted="7KQ4M-2XD9B")

    assert sorted(registration.messages.values_list("once", flat=True)) == [
        "known:first",
        "known:second",
    ]


@pytest.mark.django_db(transaction=True)
def test_owe_once_is_once_for_many_at_the_same_time():
    registration = make_registration()
    start = Barrier(6)

    def owe_with_others(_number):
        try:
            start.wait()
            mails.owe_once(registration, mails.REMINDER)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(owe_with_others, range(6)))

    assert Message.objects.get().once == "reminder"


@pytest.mark.django_db
def test_mail_to_what_is_no_address_is_refused():
    registration = make_registration()
    Registration.objects.update(email="a@b.c\nBcc: x@y.z")
    registration.refresh_from_db()

    with pytest.raises(ValidationError):
        owe(registration, "confirmed")
    assert not Message.objects.exists()
