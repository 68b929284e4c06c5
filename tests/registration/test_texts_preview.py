import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from meeting.mail import testing
from meeting.mail.models import Message
from registration import erasing
from registration.mails.kinds import KINDS
from registration.models import MailText, Registration
from tests.making import (
    make_mail_text,
    make_meeting,
    make_registration,
    make_user,
)
from tests.parts.staff import sign_in
from tests.registration.editing import opened, page_of, preview, send_test

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    return make_meeting(is_current=True, title="Fifteenth Meeting")


@pytest.fixture
def user(client):
    return sign_in(client)


def test_preview_shows_what_is_typed_and_saves_nothing(client, meeting, user):
    answer = preview(
        client, meeting, subject_en="For {name}", body_en="Hello {person}."
    )

    written = answer.context["draft"].written
    assert written.subject == "For Amina YUSUF"
    assert written.text.startswith("Hello Ms. Amina YUSUF.")
    assert written.text.replace("\n", "") in unescape(answer.text).replace("\n", "")
    assert answer.text.count("srcdoc") == 2
    assert not MailText.objects.exists()


def test_preview_opens_with_what_would_be_sent(client, meeting, user):
    make_mail_text(meeting)

    answer = client.get(page_of(meeting, "preview/"))

    assert answer.context["draft"].written.subject == "Own"


@pytest.mark.parametrize("page", ["preview/", "test/"])
def test_preview_has_a_policy_of_its_own(client, meeting, user, page):
    headers = client.post(page_of(meeting, page), opened(client, meeting)).headers

    policy = dict(
        part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; ")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self' 'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
    }
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    editor = client.get(page_of(meeting)).headers
    assert "unsafe-inline" not in editor["Content-Security-Policy"]
    assert editor["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", ["received", "waiting", "confirmed"])
def test_every_kind_is_previewed_with_anybody(client, meeting, user, kind, status):
    person = make_registration(meeting, name="Ann Bell", status=status)

    answer = preview(client, meeting, kind, whom=person.reference)

    written = answer.context["draft"].written
    assert "Ann Bell" in written.text
    assert person.token not in written.text + written.html
    assert "me/example/" in written.text
    assert not re.search(r"None|[{}]|: ?[.,]|, ?\.", written.text)


def test_preview_of_a_case_that_is_real_says_what_is_real(client, meeting, user):
    person = make_registration(meeting, status="declined", decline_reason="A rival.")

    answer = preview(client, meeting, "declined", whom=person.email)

    assert "The reason given" not in answer.context["draft"].written.text


@pytest.mark.parametrize("words", ["{0.reference}", "{0.email}", "nn be"])
def test_preview_finds_a_person(client, meeting, user, words):
    person = make_registration(meeting, name="Ann Bell")
    make_registration(meeting)

    words = words.format(person).lower()

    assert preview(client, meeting, whom=f" {words} ").context["draft"].person == person


def test_preview_finds_nobody_of_another_meeting(client, meeting, user):
    other = make_registration(make_meeting(), name="Ann Bell")

    answer = preview(client, meeting, whom=other.reference)

    assert answer.context["draft"].person is None
    assert f"Nobody is found by “{other.reference.upper()}”" in answer.text


def test_preview_of_a_name_of_several_says_who_they_are(client, meeting, user):
    both = [make_registration(meeting, name=name) for name in ("Ann A", "Ann B")]

    answer = preview(client, meeting, whom="Ann")

    assert answer.context["draft"].person is None
    assert all(person.reference in answer.text for person in both)


def test_preview_of_people_needs_the_permission_to_see_them(client, meeting):
    may_write = Permission.objects.filter(codename__endswith="_mailtext")
    user = make_user()
    user.user_permissions.set(may_write)
    client.force_login(user)
    person = make_registration(meeting, name="Ann Bell")

    answer = preview(client, meeting, whom=person.reference)

    assert "You may not see people" in answer.text
    assert "Ann Bell" not in answer.text


def test_preview_says_mistakes_in_words(client, meeting, user):
    answer = preview(client, meeting, body_en="{nmae} {{name}}")

    assert "There is no placeholder {nmae}. Did you mean {name}?" in answer.text
    assert "a brace stands alone or is doubled" in answer.text


@pytest.mark.parametrize("body", ["", "\x00", "x" * 30_000, "\r\n" * 50, "{link}" * 99])
def test_preview_breaks_on_nothing(client, meeting, user, body):
    assert preview(client, meeting, subject_en="", body_en=body).status_code == 200


def test_preview_prints_a_hostile_name_as_words(client, meeting, user):
    name = '"></iframe><script>alert(1)</script>'
    make_registration(meeting, name=name)

    answer = preview(client, meeting, whom="iframe", subject_en="{name}")

    assert "<script>" not in answer.text
    assert answer.context["draft"].written.subject == name


def test_preview_takes_few_queries(client, meeting, user, django_assert_num_queries):
    person = make_registration(meeting)
    data = opened(client, meeting) | {"whom": person.reference}
    client.post(page_of(meeting, "preview/"), data)

    with django_assert_num_queries(9):
        client.post(page_of(meeting, "preview/"), data)


# A test.


def test_test_goes_to_who_asks_as_it_is_typed(client, meeting, user):
    answer = send_test(client, meeting, subject_en="Hello", body_en="Come, {name}.")

    mail = Message.objects.get()
    assert (mail.about, mail.kind, mail.to) == (user, "test", user.email)
    assert mail.subject == "[Test] Hello"
    assert mail.text.startswith("Come, Amina YUSUF.")
    assert mail.reply_to == meeting.contact_email
    assert f"A test to {user.email} is kept in the outbox" in answer.text
    assert not MailText.objects.exists()


def test_test_is_on_its_way_where_a_server_is_set(client, meeting, user, mail_goes_out):
    assert f"A test is on its way to {user.email}" in send_test(client, meeting).text


def test_test_of_a_real_person_has_no_private_link(client, meeting, user):
    person = make_registration(meeting, name="Ann Bell")

    send_test(client, meeting, whom=person.reference)

    mail = Message.objects.get()
    assert mail.to == user.email
    assert "Ann Bell" in mail.text
    assert person.token not in mail.text + mail.html
    assert not person.messages.exists()


def test_test_needs_an_address_of_ones_own(client, meeting, user):
    user.email = ""
    user.save()

    answer = send_test(client, meeting)

    assert "Your account has no e-mail address" in answer.text
    assert not Message.objects.exists()


@pytest.mark.parametrize("fields", [{"body_en": "{nmae}"}, {"whom": "nobody"}])
def test_test_of_what_is_wrong_is_not_sent(client, meeting, user, fields):
    answer = send_test(client, meeting, **fields)

    assert "No test was sent." in answer.text
    assert not Message.objects.exists()


def test_tests_are_limited(client, meeting, user, monkeypatch):
    monkeypatch.setattr(testing, "MOST", 2)
    data = opened(client, meeting)
    # A test of the way that mails go is one too.
    testing.send_test(user, "me@example.org")
    client.post(page_of(meeting, "test/"), data)
    answer = client.post(page_of(meeting, "test/"), data)

    assert "You have sent 2 tests in the last 10 minutes." in answer.text
    assert Message.objects.count() == 2
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    client.post(page_of(meeting, "test/"), data)
    assert Message.objects.count() == 3


def test_test_with_somebodys_data_goes_with_them(client, meeting, user):
    person, other = make_registration(meeting, pk=1), make_registration(meeting, pk=11)
    for words in (person.reference, other.reference, ""):
        send_test(client, meeting, whom=words)

    erasing.erase(Registration.objects.filter(pk=1))

    left = Message.objects.filter(kind="test")
    assert left.count() == 2
    assert not any(person.reference in mail.text for mail in left)


@pytest.fixture
def two_languages(settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]


def test_preview_is_in_the_language_of_its_button(client, meeting, user, two_languages):
    answer = preview(client, meeting, language="ar", subject_ar="موضوع", body_ar="نص")

    assert '<html lang="ar" dir="rtl">' in unescape(answer.text)
    assert answer.context["draft"].written.subject == "موضوع"
    assert '<html lang="en" dir="ltr">' in answer.text


def test_preview_looks_for_what_no_database_takes(client, meeting, user):
    person = make_registration(meeting, name="Ann Bell")

    answer = preview(client, meeting, whom="Ann\x00 Bell")

    assert answer.context["draft"].person == person


def test_tests_with_the_data_of_who_was_merged_are_erased_too(client, meeting, user):
    kept = make_registration(meeting)
    other = make_registration(meeting, name="Ann Bell")
    send_test(client, meeting, whom=other.reference)
    kept.absorb(other)

    erasing.erase(Registration.objects.filter(pk=kept.pk))

    assert not Message.objects.filter(kind="test").exists()
