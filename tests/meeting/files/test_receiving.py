"""Files as they come in: within limits, and beside whatever else was typed."""

import errno
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agenda.models import Material
from meeting.files import receiving
from registration.models import Import
from tests.making import PDF, make_meeting, make_question
from tests.parts.staff import form_data, sign_in


@pytest.fixture
def page(client, db):
    make_meeting()
    sign_in(client)
    return reverse("admin:agenda_material_add")


def send(client, page, *files, title="A paper"):
    data = form_data(client.get(page)) | {"title": title, "url": ""}
    return client.post(page, data | {"file": files[0]})


def codes(answer):
    errors = answer.context["adminform"].form.errors.as_data()
    return [(name, error.code) for name in errors for error in errors[name]]


def test_a_file_that_is_too_large_is_refused_and_what_was_typed_is_kept(
    client, page, settings
):
    settings.MATERIAL_MAX_BYTES = 1000

    answer = send(client, page, SimpleUploadedFile("a.pdf", PDF + b"%" * 1000))

    assert codes(answer) == [("file", "too_large")]
    assert answer.context["adminform"].form["title"].value() == "A paper"
    assert not Material.objects.exists()


def test_of_a_file_that_is_too_large_nothing_is_held(rf, settings):
    settings.MATERIAL_MAX_BYTES = 1000
    file = SimpleUploadedFile("a.pdf", b"x" * 5000)

    request = rf.post("/", {"before": "a", "file": file, "until": "b"})

    received = request.FILES["file"]
    assert (received.size, received.read()) == (5000, b"")
    assert request.POST.dict() == {"before": "a", "until": "b"}


def test_files_of_one_form_are_together_no_more_than_some_times_the_largest(
    rf, settings
):
    settings.MATERIAL_MAX_BYTES = 1000
    files = {
        f"file{number}": SimpleUploadedFile("a", b"x" * 900) for number in range(6)
    }

    request = rf.post("/", files)

    problems = [file.problem for file in request.FILES.values()]
    assert [bool(problem) for problem in problems] == [False] * 4 + [True] * 2


def test_a_large_file_waits_on_the_disk_under_no_name(rf, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = SimpleUploadedFile("a", b"x" * (receiving.IN_MEMORY + 1))

    request = rf.post("/", {"file": file})

    assert request.FILES["file"].file._rolled
    assert list(tmp_path.iterdir()) == []


def test_names_come_clean(rf):
    file = BytesIO(PDF)
    file.name = "paper\u202efdp.pdf"

    assert rf.post("/", {"file": file}).FILES["file"].name == "paperfdp.pdf"


class Full(BytesIO):
    def write(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_without_room_for_it_the_form_says_so_and_keeps_what_was_typed(
    client, page, monkeypatch
):
    monkeypatch.setattr(receiving, "SpooledTemporaryFile", lambda most: Full())

    answer = send(client, page, SimpleUploadedFile("a.pdf", PDF))

    assert codes(answer) == [("file", "not_kept")]
    assert answer.context["adminform"].form["title"].value() == "A paper"


def test_a_form_that_breaks_off_in_its_file_is_not_acted_upon(client, page):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nA paper\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    )

    answer = client.post(page, body + PDF, "multipart/form-data; boundary=x")

    assert answer.status_code == 400
    assert not Material.objects.exists()


def test_an_import_that_is_too_large_to_be_received_is_no_table(client, db, settings):
    settings.MATERIAL_MAX_BYTES = 1000
    meeting = make_meeting()
    sign_in(client)
    rows = b"Name,E-mail\n" + b"Ann Bell,ann@example.org\n" * 100

    answer = client.post(
        reverse("admin:registration_registration_import"),
        {"file": SimpleUploadedFile("people.csv", rows), "meeting": meeting.pk},
    )

    errors = answer.context["form"].errors.as_data()["file"]
    assert [error.code for error in errors] == ["too_large"]
    assert not Import.objects.exists()


def test_a_file_answer_that_is_too_large_to_be_received_is_refused(
    client, db, settings
):
    settings.MATERIAL_MAX_BYTES = 1000
    question = make_question(kind="file", is_required=True)

    file = SimpleUploadedFile("a.pdf", PDF + b"%" * 1000)
    address = reverse("register", args=[question.meeting.slug])
    data = {"name": "Ann Bell", "asked": [question.key], question.key: file}
    answer = client.post(address, data)

    form = answer.context["form"]
    errors = form.errors.as_data()[question.key]
    assert [error.code for error in errors] == ["too_large"]
    assert form["name"].value() == "Ann Bell"
