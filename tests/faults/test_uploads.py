"""A file that cannot be kept, or is far too large: nothing breaks, and nothing is lost."""

import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

import pytest

from agenda.models import Material
from registration.models import Answer, Category, Registration
from tests.making import PDF, make_meeting, make_question, make_user
from tests.parts.s3 import S3
from tests.parts.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)

PAPER = PDF + b"%" * 600_000
GIGABYTE = 1024**3
REFUSED = "The file could not be kept just now, so nothing was saved."


class FullDisk:
    """A small disk of its own for the files, which another file can fill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filler = folder / "of-somebody-else"
        self.url = f"file://{folder}"

    def __enter__(self):
        self.folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=2m", "plenary-test"]
        if subprocess.run([*command, self.folder], capture_output=True).returncode:
            pytest.skip("a disk that can be filled needs the right to mount one (root)")
        return self

    def __exit__(self, *error):
        subprocess.run(["umount", "--lazy", self.folder], check=True)

    def fail(self):
        self.filler.write_bytes(b"\0" * (2 * 1024**2 - 200_000))

    def recover(self):
        self.filler.unlink()

    def files(self):
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return [path.read_bytes() for path in found if path != self.filler]


class StoppedS3(S3):
    def fail(self):
        self.stop()

    def recover(self):
        self.start()

    def files(self):
        return [each.get()["Body"].read() for each in self.objects()]


class SilentS3(StoppedS3):
    """Takes what it is asked, and never answers."""

    def fail(self):
        self.stop()
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=50)

    def recover(self):
        self.listener.close()
        self.start()


@pytest.fixture(params=["full disk", "stopped S3", "silent S3"])
def storage(request, tmp_path, installation):
    storages = {"stopped S3": StoppedS3, "silent S3": SilentS3}
    made = storages.get(request.param, lambda: FullDisk(tmp_path / "disk"))()
    with made as storage:
        installation.environment["STORAGE_URL"] = storage.url
        yield storage


@dataclass
class Form:
    """A page with a file, filled in."""

    visitor: Visitor
    path: str
    data: dict
    file: str
    kept: str

    def send(self, content=PAPER):
        """Fill it in anew and send it; the seconds until it was answered."""
        file = BytesIO(content)
        file.name = "paper.pdf"
        self.visitor.open(self.path)
        data = self.visitor.hidden_fields | self.data
        start = time.monotonic()
        self.visitor.send(self.path, data, file, self.file)
        return time.monotonic() - start


def material_form(plenary):
    meeting = make_meeting()
    visitor = Visitor(plenary.url)
    visitor.sign_in(make_user(is_superuser=True))
    data = {"meeting": meeting.pk, "kind": "paper", "visibility": "public"}
    typed = {"title": "Counting people on the move"}
    path = "/admin/agenda/material/add/"
    return Form(visitor, path, data | typed, "file", typed["title"])


def registration_form(plenary):
    question = make_question(kind="file", is_required=True)
    meeting = question.meeting
    category = Category.objects.of(meeting).filter(names="organization").first()
    data = {
        "category": category.pk,
        "organization": "International Organization for Tests",
        "name": "Ana O’Neill",
        "function": "Officer for counting",
        "email": "ana@example.org",
        "attendance": "in_person",
        "days": [day.isoformat() for day in meeting.days],
        "language": "en",
    }
    path = f"/{meeting.slug}/register/"
    return Form(Visitor(plenary.url), path, data, question.key, data["function"])


FORMS = {"material": material_form, "registration": registration_form}


def rows():
    return [
        *Material.objects.all(),
        *Registration.objects.all(),
        *Answer.objects.all(),
    ]


@pytest.mark.parametrize("name", FORMS)
def test_a_file_that_cannot_be_kept_loses_nothing_else(installation, storage, name):
    installation.start("web")
    form = FORMS[name](installation)

    storage.fail()
    seconds = form.send()

    assert REFUSED in form.visitor.page
    assert form.kept in form.visitor.page
    assert rows() == []
    assert seconds < 25

    storage.recover()
    assert storage.files() == []
    form.send()

    assert REFUSED not in form.visitor.page
    assert len(rows()) == (1 if name == "material" else 2)
    assert storage.files() == [PAPER]


@pytest.mark.parametrize("storage", ["full disk", "stopped S3"], indirect=True)
def test_a_form_with_another_error_says_that_its_file_is_not_kept(
    installation, storage
):
    installation.start("web")
    form = registration_form(installation)
    form.data["email"] = "no address"

    storage.fail()
    form.send()
    page = form.visitor.page
    storage.recover()

    assert REFUSED in page
    assert form.kept in page
    assert storage.files() == []


# Far too large.


class Zeros:
    """As many as one asks for, without having them."""

    def __init__(self, size):
        self.left = size

    def pieces(self):
        piece = b"\0" * 1024**2
        while self.left > 0:
            yield piece[: self.left]
            self.left -= len(piece)


def send_huge(form, size):
    """The same form with so many bytes as its file; what comes back."""
    form.visitor.open(form.path)
    fields = form.visitor.hidden_fields | form.data | {"until": "the end"}
    cookies = "; ".join(f"{each.name}={each.value}" for each in form.visitor.cookies)
    words = fields.pop("function")
    head = "".join(map(part, fields, fields.values())).encode()
    head += (
        f'--x\r\nContent-Disposition: form-data; name="{form.file}";'
        ' filename="film.mp4"\r\n\r\n'
    ).encode()
    # What was typed below the file.
    tail = f"\r\n{part('function', words)}--x--\r\n".encode()

    def body():
        yield head
        yield from Zeros(size).pieces()
        yield tail

    host = form.visitor.url.removeprefix("http://")
    connection = HTTPConnection(host, timeout=120)
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": str(len(head) + size + len(tail)),
        "Cookie": cookies,
    }
    connection.request("POST", form.path, body(), headers)
    return connection.getresponse().read().decode()


def part(name, value):
    values = value if isinstance(value, list) else [value]
    return "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{each}\r\n'
        for each in values
    )


def workers_of(installation):
    group = installation.processes["web"]._process.pid
    return [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/stat")
        if path.read_text().rpartition(")")[2].split()[2] == str(group)
    ]


def cpu_seconds(pid):
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / 100


def most_memory(pid):
    words = Path(f"/proc/{pid}/status").read_text()
    return int(words.partition("VmHWM:")[2].split()[0]) * 1024


def test_two_gigabytes_are_refused_while_the_site_answers(installation, tmp_path):
    installation.environment["TMPDIR"] = str(tmp_path / "tmp")
    (tmp_path / "tmp").mkdir()
    installation.start("web")
    form = registration_form(installation)
    form.visitor.open(form.path)
    workers = workers_of(installation)
    before = {pid: cpu_seconds(pid) for pid in workers}
    memory = max(map(most_memory, workers))

    page = []
    sending = threading.Thread(
        target=lambda: page.append(send_huge(form, 2 * GIGABYTE))
    )
    sending.start()
    waits = []
    while sending.is_alive():
        # Not so often that asking is what takes the time.
        sending.join(0.5)
        start = time.monotonic()
        Visitor(installation.url).open(form.path)
        waits.append(time.monotonic() - start)

    assert "This file is larger than" in page[0]
    assert form.kept in page[0]
    assert max(waits) < 2, waits
    # Of the processor, pages that were asked for meanwhile among it; no measure, but
    # a file that is read as a whole takes far longer.
    assert sum(cpu_seconds(pid) - before[pid] for pid in workers) < 15
    assert max(map(most_memory, workers)) - memory < 150 * 1024**2
    assert list((tmp_path / "tmp").iterdir()) == []
    assert rows() == []


def test_a_browser_that_goes_away_in_the_middle_leaves_nothing(installation, tmp_path):
    installation.environment["TMPDIR"] = str(tmp_path / "tmp")
    (tmp_path / "tmp").mkdir()
    installation.environment["STORAGE_URL"] = f"file://{tmp_path / 'files'}"
    installation.start("web")
    form = material_form(installation)
    form.visitor.open(form.path)
    fields = form.visitor.hidden_fields | form.data
    cookies = "; ".join(f"{each.name}={each.value}" for each in form.visitor.cookies)
    head = "".join(map(part, fields, fields.values()))
    head += (
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    )
    with socket.create_connection(("127.0.0.1", installation.port)) as caller:
        caller.sendall(
            f"POST {form.path} HTTP/1.1\r\nHost: 127.0.0.1:{installation.port}\r\n"
            f"Cookie: {cookies}\r\nContent-Length: 9000000\r\n"
            f"Content-Type: multipart/form-data; boundary=x\r\n\r\n{head}".encode()
        )
        caller.sendall(PAPER)
        caller.shutdown(socket.SHUT_WR)
        answer = caller.recv(100)

    assert answer.startswith(b"HTTP/1.1 400")
    assert rows() == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not (tmp_path / "files").exists()
