"""Sensitive answers and files: who sees them, and what is noted of it."""

from io import StringIO
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.urls import reverse

from meeting.files.names import clean_name
from registration.answers import Answers, read, read_file
from registration.models import Answer
from registration.sealing import SealBrokenError, unseal
from tests.making import (
    PDF,
    make_answer,
    make_meeting,
    make_question,
    make_registration,
)
from tests.parts.staff import sign_in

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
BROKEN = "cannot be opened: its key is missing"


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        }
    }


def text(response):
    return response.content.decode()


def make_sealed(value="QX1234567", **fields):
    meeting = make_meeting()
    kind = {"kind": "file"} if isinstance(value, bytes) else {}
    question = make_question(
        meeting, text="Passport number?", is_sensitive=True, **kind
    )
    return make_answer(make_registration(meeting), question, value, **fields)


def address(answer, page="show"):
    name = f"admin:registration_registration_answer_{page}"
    return reverse(name, args=[answer.registration_id, answer.pk])


def page_of(answer):
    name = "admin:registration_registration_change"
    return reverse(name, args=[answer.registration_id])


def sign_in_to_read(client):
    user = sign_in(client)
    user.user_permissions.add(Permission.objects.get(codename="view_sensitive"))
    return user


def readings():
    entries = LogEntry.objects.filter(action=LogEntry.Action.ACCESS)
    return [
        (entry.actor, entry.object_id, entry.additional_data["read"])
        for entry in entries
    ]


# Answers.


def test_the_staffs_page_masks_it_and_offers_nothing_to_who_may_not_see(client):
    answer = make_sealed()
    sign_in(client)

    page = text(client.get(page_of(answer)))

    assert "QX1234567" not in page
    assert "••••••" in page
    assert address(answer) not in page


def test_who_may_sees_it_once_and_that_is_noted(client):
    answer = make_sealed()
    user = sign_in_to_read(client)
    page = text(client.get(page_of(answer)))

    shown = client.post(address(answer))

    assert "QX1234567" not in page
    assert f'action="{address(answer)}"' in page
    assert "QX1234567" in text(shown)
    assert "no-store" in shown["Cache-Control"]
    assert readings() == [(user, answer.registration_id, ["Passport number?"])]
    after = text(client.get(page_of(answer)))
    assert "QX1234567" not in after
    assert "Read: Passport number?" in after


def test_looking_at_the_page_shows_and_notes_nothing(client):
    answer = make_sealed()
    sign_in_to_read(client)

    assert client.get(address(answer)).status_code == 405
    assert readings() == []


def test_who_may_not_is_refused_and_nothing_is_noted(client):
    answer = make_sealed()
    sign_in(client)

    response = client.post(address(answer))

    assert response.status_code == 403
    assert "QX1234567" not in text(response)
    assert readings() == []


def test_who_sees_no_registrations_sees_no_answer_of_one(client):
    answer = make_sealed()
    user = sign_in(client, "Sensitive answers")

    response = client.post(address(answer))

    assert user.has_perm("registration.view_sensitive")
    assert response.status_code in (403, 404)


def test_an_answer_of_somebody_else_is_not_found(client):
    answer = make_sealed()
    other = make_registration(answer.registration.meeting)
    sign_in_to_read(client)
    name = "admin:registration_registration_answer_show"

    assert client.post(reverse(name, args=[other.pk, answer.pk])).status_code == 404


# Files.


def test_a_file_is_handed_to_staff_and_never_run(client):
    meeting = make_meeting()
    question = make_question(meeting, kind="file")
    registration = make_registration(meeting)
    answer = make_answer(registration, question, PDF, name="lettre d’Amina.pdf")
    sign_in(client)

    response = client.get(address(answer, "file"))

    assert response.content == PDF
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''lettre%20d%E2%80%99Amina.pdf"
    )
    assert readings() == []


def test_a_sensitive_file_is_handed_to_who_may_and_noted(client):
    answer = make_sealed(PDF, name="Amina QX1234567.PDF")
    user = sign_in_to_read(client)

    looked = client.get(address(answer, "file"))
    asked = client.post(address(answer, "file"))

    assert looked.status_code == 405
    assert asked.content == PDF
    assert asked["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert readings() == [(user, answer.registration_id, ["Passport number?"])]
    assert PDF not in Path(answer.file.path).read_bytes()


def test_a_sensitive_file_is_refused_to_who_may_not(client):
    answer = make_sealed(PDF)
    sign_in(client)

    assert client.post(address(answer, "file")).status_code == 403


def test_a_file_that_is_gone_is_not_found(client):
    answer = make_sealed(PDF)
    answer.file.storage.delete(answer.file.name)
    sign_in_to_read(client)

    assert client.post(address(answer, "file")).status_code == 404


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\amina\\letter.pdf", "letter.pdf"),
        ("let\r\nter.pdf", "let ter.pdf"),
        ("gnp.\u202efdp.exe", "gnp.fdp.exe"),
        ("...", "answer"),
        ("", "answer"),
    ],
)
def test_a_files_name_is_made_clean(name, clean):
    assert clean_name(name, "answer") == clean


# Keys.


def rotate():
    out = StringIO()
    call_command("rotate_data_keys", stdout=out)
    return out.getvalue()


def test_a_new_key_seals_everything_anew(settings):
    settings.DATA_KEYS = [OLD]
    passport, letter = make_sealed(), make_sealed(PDF)
    make_answer(passport.registration, passport.question, "QX7654321")
    before = letter.file.path
    settings.DATA_KEYS = [NEW, OLD]

    first, second = rotate(), rotate()

    settings.DATA_KEYS = [NEW]
    passport, letter = Answer.objects.order_by("pk")
    assert read(passport) == "QX7654321"
    assert read_file(letter) == PDF
    assert not Path(before).exists()
    assert first == "Sealed with the first key: 2 anew, 0 were already.\n"
    assert second == "Sealed with the first key: 0 anew, 2 were already.\n"


def test_a_new_key_seals_the_history_too_and_writes_none(settings):
    settings.DATA_KEYS = [OLD]
    answer = make_sealed()
    make_answer(answer.registration, answer.question, "QX7654321")
    entries = LogEntry.objects.get_for_object(answer)
    count = entries.count()
    settings.DATA_KEYS = [NEW, OLD]

    rotate()

    settings.DATA_KEYS = [NEW]
    latest = entries.latest("pk").changes["value"]
    assert [unseal(value) for value in latest] == ["QX1234567", "QX7654321"]
    assert entries.count() == count


def test_what_no_key_opens_is_said_and_left_as_it_is(settings):
    settings.DATA_KEYS = [OLD]
    answer = make_sealed()
    settings.DATA_KEYS = [NEW]

    with pytest.raises(CommandError, match="1 cannot be opened"):
        rotate()

    settings.DATA_KEYS = [OLD]
    answer.refresh_from_db()
    assert read(answer) == "QX1234567"


@pytest.mark.parametrize("keys", [[], [NEW]])
def test_staff_are_told_that_a_key_is_missing(client, settings, keys):
    settings.DATA_KEYS = [OLD]
    answer, letter = make_sealed(), make_sealed(PDF, name="letter.pdf")
    settings.DATA_KEYS = keys
    sign_in_to_read(client)

    shown = client.post(address(answer))
    file = client.post(address(letter, "file"), follow=True)

    assert client.get(page_of(answer)).status_code == 200
    assert BROKEN in text(shown)
    assert f"“document.pdf” {BROKEN}" in text(file)


def test_the_person_is_told_that_a_key_is_missing(client, settings):
    settings.DATA_KEYS = [OLD]
    answer, letter = make_sealed(), make_sealed(PDF, name="letter.pdf")
    settings.DATA_KEYS = [NEW]

    page = client.get(own(answer.registration, "me-data"))
    file = client.get(own(letter.registration, "me-file", letter.pk), follow=True)

    assert BROKEN in text(page)
    assert f"“document.pdf” {BROKEN}" in text(file)


def own(registration, name, *more):
    return reverse(name, args=[registration.meeting.slug, registration.token, *more])


def test_what_no_key_opens_can_be_answered_anew(settings):
    settings.DATA_KEYS = [OLD]
    answer = make_sealed()
    settings.DATA_KEYS = [NEW]

    Answers({answer.question: "QX7654321"}).save(answer.registration)

    answer.refresh_from_db()
    assert read(answer) == "QX7654321"


def test_without_any_key_nothing_opens(settings):
    settings.DATA_KEYS = [OLD]
    answer = make_sealed()
    settings.DATA_KEYS = []

    with pytest.raises(SealBrokenError):
        read(answer)
