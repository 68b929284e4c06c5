import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.html import escape

from meeting.letters import Address, Lines, mistakes
from meeting.mail.models import Message
from meeting.mail.parts import email_of
from meeting.words import inert
from registration import mails
from registration.mails.kinds import FOOT, KINDS
from registration.mails.placeholders import placeholders
from registration.models import Registration
from tests.making import (
    make_choice,
    make_meeting,
    make_registration,
    make_session,
)
from tests.parts.reader import Reader

# Each kind of mail, and how the registration then stands; words after the kind tell
# apart what is written differently.
CASES = {
    "received": {},
    "anew": {},
    "moved": {"status": "confirmed"},
    "needs_correction": {"status": "needs_correction", "held": "received"},
    "needs_correction while confirmed": {
        "status": "needs_correction",
        "held": "confirmed",
    },
    "needs_correction while waiting": {"status": "needs_correction", "held": "waiting"},
    "waiting": {"status": "waiting"},
    "offered": {"status": "offered"},
    "confirmed": {"status": "confirmed"},
    "confirmed with sessions": {"status": "confirmed"},
    "confirmed remotely": {"status": "confirmed", "attendance": "remote"},
    "declined": {"status": "declined"},
    "declined with a reason": {
        "status": "declined",
        "decline_reason": "All places for civil society are taken.",
        "is_reason_shown": True,
    },
    "withdrawn": {"status": "withdrawn"},
    "corrected": {},
    "known": {},
    "reminder": {"status": "confirmed"},
    "changed": {"status": "confirmed"},
    "offer_passed": {"status": "waiting"},
    "choice_confirmed": {"status": "confirmed"},
    "choice_offered": {"status": "confirmed"},
    "link": {"status": "waiting"},
}
CHANGES = {
    "changes": Lines("– Item I is now called “Opening”."),
    "release_note": "",
    "calendar_line": "",
    "all_changes": Address("https://example.org/15/releases/2/changes/"),
}
each_case = pytest.mark.parametrize("case", CASES)


def owe(registration, case):
    """The mail of this case, to a person for whom things stand so."""
    for name, value in CASES[case].items():
        setattr(registration, name, value)
    meeting = registration.meeting
    in_two_days = meeting.starts_at - timedelta(days=20)
    if registration.status == "offered":
        registration.offer_until = in_two_days
    registration.save()
    more = {"known": {"submitted": "7KQ4M-2XD9B"}, "changed": CHANGES}.get(case, {})
    if case.startswith("needs_correction"):
        ask_for_correction(registration)
    if case == "confirmed with sessions":
        for title, status in (("Opening", "confirmed"), ("Reception", "waiting")):
            make_choice(registration, make_session(meeting, title=title), status=status)
    if case.startswith("choice"):
        session = make_session(meeting, title="Round table")
        fields = {"status": "confirmed"}
        if case == "choice_offered":
            fields = {"status": "offered", "offer_until": in_two_days}
        more = {"choice": make_choice(registration, session, **fields)}
    kind = case.split()[0]
    if kind == "anew":
        return mails.owe(registration, mails.RECEIVED, is_anew=True)
    return mails.owe(registration, kind, **more)


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


def ask_for_correction(registration, note="Please write it in full."):
    registration.corrections.create(
        fields=["organization", "function"], note=note, asked_at=timezone.now()
    )


def test_every_kind_of_mail_is_among_the_cases():
    assert {case.split()[0] for case in CASES} == {*KINDS}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_words_as_they_come_name_known_placeholders_alone(kind):
    known = placeholders(kind.places)

    for words in (kind.subject, kind.body, *FOOT):
        assert [error.messages for error in mistakes(str(words), known)] == []
    assert all(f"{{{name}}}" in kind.body for name in kind.places)


@pytest.mark.django_db
@each_case
def test_mail_says_the_outcome_first_and_is_short(case):
    meeting = make_meeting(title="Fifteenth Coordination Meeting")
    make_session(meeting)
    message = owe(make_registration(meeting), case)

    assert "Fifteenth Coordination Meeting" in message.subject
    assert "Fifteenth Coordination Meeting" in message.text.splitlines()[0]
    assert len(message.text.split()) <= 120
    assert "\n\n\n" not in message.text


@pytest.mark.django_db
@each_case
def test_mail_has_nothing_missing_and_no_stray_blank(case):
    message = owe(make_registration(make_meeting(capacity=0)), case)

    html = Reader(message.html)
    assert message.text == message.text.strip() + "\n"
    assert not re.search(r"\n\n\n|^ | $|  ", message.text, re.MULTILINE)
    assert not re.search(r"None|[{}\[\]]|: ?[.,]|, ?\.", message.text + html.text)
    assert not re.search(r"<(p|bdi|strong)>\s*</", message.html)
    # Person, outcome and what to do: each paragraph stands alone.
    assert 4 <= message.text.count("\n\n") + 1 <= 5


@pytest.mark.django_db
@each_case
def test_mail_says_the_same_as_text_and_in_html(case):
    message = owe(make_registration(make_meeting(capacity=0)), case)

    html = Reader(message.html).text
    lines = [line for line in message.text.splitlines() if line]
    assert [line for line in lines if line.rstrip(":") not in html] == [
        line for line in lines if line.startswith("http")
    ]


SAID = {
    "needs_correction": ["To be corrected: State or organization, Function."],
    "needs_correction while confirmed": ["Your seat stays yours meanwhile."],
    "needs_correction while waiting": ["You keep your place on the waiting list"],
    "waiting": ["no seat is free for you yet", "Your place on the waiting list: 1."],
    "offered": ["until 00.00 on"],
    "confirmed with sessions": ["Opening; Reception (on the waiting list, place 1)."],
    "declined with a reason": ["The reason given: All places for civil society"],
    "choice_confirmed": ["You have a place in “Round table” at the"],
    "choice_offered": ["free in “Round table” at the", "until 00.00 on"],
    "link": ["Status of your registration: On the waiting list."],
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", SAID)
def test_mail_says_what_the_person_must_know(case):
    message = owe(make_registration(make_meeting(capacity=0)), case)

    assert [words for words in SAID[case] if words not in message.text] == []


@pytest.mark.django_db
def test_mail_gives_no_reason_that_is_not_to_be_shown():
    hidden = make_registration(status="declined", decline_reason="Sent by a rival.")

    message = mails.owe(hidden, "declined")

    assert "rival" not in message.text + message.html
    assert "The reason given" not in message.text + message.html


@pytest.mark.django_db
def test_mail_about_a_correction_without_a_line_has_no_gap():
    registration = make_registration(status="needs_correction")
    ask_for_correction(registration, note="")

    message = mails.owe(registration, "needs_correction")

    assert f"{registration.reference}\n\nTo be corrected:" in message.text
    assert "The secretariat writes" not in message.text + message.html


@pytest.mark.django_db
@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("case", ["declined", "needs_correction"])
def test_mail_prints_what_the_staff_wrote_as_harmless_text(case, words):
    registration = make_registration(
        status=case, decline_reason=words, is_reason_shown=True
    )
    ask_for_correction(registration, note=words)

    message = mails.owe(registration, case)

    assert inert(words) in message.text
    assert escape(inert(words)) in message.html
    assert "evil.example" not in message.text + message.html


@pytest.mark.django_db
def test_mail_speaks_of_no_seat_for_remote_people_who_need_none_to_wait():
    meeting = make_meeting(capacity=0, counts_remote=True)

    message = owe(make_registration(meeting), "waiting")

    assert "remotely" not in message.text + message.html


@pytest.mark.django_db
@each_case
def test_mail_has_the_reference_and_one_link_to_the_own_page(case):
    registration = make_registration()
    message = owe(registration, case)
    html = Reader(message.html)

    assert registration.reference in message.text
    assert registration.reference in html.text
    links = [registration.address]
    if case == "changed":
        links.insert(0, str(CHANGES["all_changes"]))
    assert re.findall(r"https?://\S+", message.text) == links
    assert html.links == links
    assert not {"img", "script", "link"} & set(html.tags)
    assert "url(" not in message.html
    assert "@import" not in message.html


@pytest.mark.django_db
@each_case
def test_mail_says_times_with_their_zone(case):
    message = owe(make_registration(), case)

    hours = re.findall(r"\b\d\d\.\d\d\b", message.text)
    named = re.findall(r"\b\d\d\.\d\d on [^,]+, New York time \(UTC−\d\)", message.text)
    assert len(hours) == len(named) >= 1


@pytest.mark.django_db
def test_mail_can_be_answered_and_carries_the_calendar():
    message = owe(make_registration(), "confirmed")

    assert message.reply_to == "secretariat@example.org"
    assert message.calendar.startswith("BEGIN:VCALENDAR")


@pytest.mark.django_db
def test_mail_with_an_offer_carries_the_days_as_not_yet_sure():
    assert "STATUS:TENTATIVE" in owe(make_registration(), "offered").calendar


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["declined", "withdrawn", "known", "link"])
def test_mail_to_those_who_are_not_expected_has_no_calendar(case):
    assert owe(make_registration(), case).calendar == ""


@pytest.mark.django_db
@each_case
@pytest.mark.parametrize("name", HOSTILE)
def test_mail_prints_what_was_typed_as_harmless_text(case, name):
    plain = make_registration(name="Amina", organization="Kenya")
    # Not by the form, which would already have put it on one line.
    hostile = make_registration(
        plain.meeting, name=name, organization=name, honorific=name[:50]
    )
    expected, found = owe(plain, case), owe(hostile, case)

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
        email_of(message).message().as_bytes(), policy=policy.default
    )
    assert mail["To"] == registration.email
    assert mail["Bcc"] is None


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


@pytest.mark.django_db
def test_who_was_told_otherwise_reads_that_it_no_longer_holds():
    registration = make_registration()
    before = registration.standing_in_full
    registration.confirm()

    registration.restore(before)

    mail = Message.objects.latest("pk")
    assert mail.subject == f"Decided on anew: {registration.meeting.title}"
    assert "What we wrote to you before no longer holds." in mail.text
    assert "What we wrote to you before no longer holds." in mail.html
    assert "We have received your registration" not in mail.text
