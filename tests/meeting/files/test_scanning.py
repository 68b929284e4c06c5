"""The virus scanner: every file passes it, and what it cannot look at is not taken."""

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agenda.models import Material
from meeting import environment as env
from meeting.files import scanning
from meeting.files.checking import validate_upload
from tests.making import PDF, make_meeting
from tests.parts.clamd import EICAR, Clamd, ClamdOnSocket
from tests.parts.staff import form_data, sign_in
from tests.parts.waiting import free_port


@pytest.fixture
def scanner(settings, monkeypatch):
    with Clamd() as clamd:
        use(clamd.url, settings, monkeypatch)
        yield clamd


def use(url, settings, monkeypatch):
    monkeypatch.setenv("CLAMD_URL", url)
    settings.CLAMD = env.clamd()


def send(content=PDF):
    validate_upload(SimpleUploadedFile("paper.pdf", content))


def refusal(content=PDF):
    with pytest.raises(ValidationError) as refused:
        send(content)
    return refused.value


def test_a_clean_file_is_looked_at_whole_and_taken(scanner):
    content = PDF + b"%" * 600_000

    send(content)

    assert scanner.seen == [content]


def test_what_is_found_is_refused_by_its_name(scanner):
    error = refusal(PDF + EICAR)

    assert error.code == "infected"
    assert error.params == {"name": "Eicar-Test-Signature"}


def test_a_scanner_that_is_silent_is_waited_for_only_so_long(scanner, monkeypatch):
    monkeypatch.setattr(scanning, "PATIENCE", 0.2)
    scanner.is_silent = True

    assert refusal().code == "not_scanned"


def test_without_an_answering_scanner_nothing_is_taken(settings, monkeypatch):
    use(f"tcp://127.0.0.1:{free_port()}", settings, monkeypatch)

    assert refusal().code == "not_scanned"


def test_a_file_too_large_for_the_scanner_is_not_taken(scanner):
    scanner.most = 100

    assert refusal(PDF + b"%" * 900_000).code == "not_scanned"


def test_a_scanner_may_listen_on_a_socket_of_the_file_system(
    settings, monkeypatch, tmp_path
):
    with ClamdOnSocket(str(tmp_path / "clamd.ctl")) as clamd:
        use(clamd.url, settings, monkeypatch)

        send()
        assert refusal(PDF + EICAR).code == "infected"

    assert clamd.seen[0] == PDF


def test_without_a_scanner_nobody_is_asked(settings):
    assert settings.CLAMD is None

    send()


def test_a_file_of_a_form_is_scanned_once_and_before_any_row_is_locked(
    scanner, client, db
):
    make_meeting()
    sign_in(client)
    page = reverse("admin:agenda_material_add")
    data = form_data(client.get(page)) | {"title": "A paper", "url": ""}

    file = SimpleUploadedFile("paper.pdf", PDF, "application/pdf")
    answer = client.post(page, data | {"file": file})

    assert answer.status_code == 302
    assert Material.objects.get().filename == "paper.pdf"
    assert scanner.seen == [PDF]


def test_an_infected_file_comes_back_to_the_form_with_all_that_was_typed(
    scanner, client, db
):
    make_meeting()
    sign_in(client)
    page = reverse("admin:agenda_material_add")
    data = form_data(client.get(page)) | {"title": "A paper", "url": ""}

    file = SimpleUploadedFile("paper.pdf", PDF + EICAR, "application/pdf")
    answer = client.post(page, data | {"file": file})

    form = answer.context["adminform"].form
    assert [error.code for error in form.errors["file"].as_data()] == ["infected"]
    assert form["title"].value() == "A paper"
    assert not Material.objects.exists()


def test_one_silent_scanner_is_waited_for_once_a_form(scanner, rf, monkeypatch):
    calls = []
    monkeypatch.setattr(scanning, "PATIENCE", 0.1)
    ask = scanning._ask
    monkeypatch.setattr(
        scanning, "_ask", lambda *args: calls.append(args) or ask(*args)
    )
    scanner.is_silent = True
    files = {f"file{number}": SimpleUploadedFile("a.pdf", PDF) for number in range(5)}

    received = rf.post("/", files).FILES

    assert len(calls) == 1
    assert {file.verdict for file in received.values()} == {scanning.UNKNOWN}


def test_whoever_watches_is_told_when_the_scanner_is_gone(
    client, db, settings, monkeypatch
):
    with Clamd() as clamd:
        use(clamd.url, settings, monkeypatch)
        assert client.get("/readyz").json()["scanner"] == "ok"

    assert client.get("/readyz").json()["scanner"] == "ConnectionRefusedError"


def test_whoever_watches_is_told_of_no_scanner_where_there_is_none(client, db):
    assert "scanner" not in client.get("/readyz").json()


@pytest.mark.parametrize(
    ("url", "clamd"),
    [
        ("tcp://scanner:3311", ("scanner", 3311)),
        ("tcp://scanner", ("scanner", 3310)),
        ("unix:///run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
        ("", None),
    ],
)
def test_clamd_url_says_where_the_scanner_listens(monkeypatch, url, clamd):
    monkeypatch.setenv("CLAMD_URL", url)

    assert env.clamd() == clamd


@pytest.mark.parametrize(
    "url", ["http://scanner", "tcp://", "unix://host/run/x", "unix:", "tcp://a:b"]
)
def test_a_wrong_clamd_url_is_said_by_name(monkeypatch, url):
    monkeypatch.setenv("CLAMD_URL", url)

    with pytest.raises(ImproperlyConfigured, match="CLAMD_URL"):
        env.clamd()
