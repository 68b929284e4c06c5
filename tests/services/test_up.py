"""`manage.py up` as a person starts it: real processes, a real port, real signals."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.request import urlopen

import pytest

from meeting.environment import BASE
from meeting.supervisor import PATIENCE
from tests.parts.waiting import free_port, wait_for

linux = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="Looks for processes in /proc."
)
pytestmark = linux


class Up:
    """One `manage.py up`, with all that it starts, in an installation's `var/`."""

    def __init__(self, var: Path, port: int | None = None) -> None:
        self.port = port or free_port()
        self.process = subprocess.Popen(
            [sys.executable, BASE / "manage.py", "up", f"--port={self.port}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Neither in the project's folder nor with anything of this process.
            cwd=var.parent,
            env={"PATH": os.environ["PATH"], "VAR_DIR": str(var)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.end(signal.SIGTERM)

    def end(self, number: int) -> tuple[int, str, str]:
        """Signal it, and say its exit code, stdout and stderr."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err

    def has_answered(self) -> bool:
        return self.status_of("/healthz") == 200

    def status_of(self, path: str) -> int | None:
        try:
            with urlopen(f"http://localhost:{self.port}{path}", timeout=30) as answer:
                return answer.status
        except OSError as error:  # HTTPError is one too, and has a code.
            return getattr(error, "code", None)

    def child(self, name: str) -> int | None:
        """The process id of what it started by this name, once there is one."""
        for pid, parent, _group, command in processes():
            if parent == self.process.pid and name in command:
                return pid
        return None

    def children(self) -> set[int]:
        names = ("gunicorn", "worker", "beat")
        return {wait_for(lambda name=name: self.child(name)) for name in names}


def processes() -> Iterator[tuple[int, int, int, list[str]]]:
    """Id, parent, group and command of every process that lives."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended while we looked.
        if stat[0] != "Z":
            yield int(folder.name), int(stat[1]), int(stat[2]), command


def is_stopped(pid: int) -> bool:
    return "\nState:\tT" in Path(f"/proc/{pid}/status").read_text()


def living(groups: set[int]) -> list[list[str]]:
    return [command for _pid, _parent, group, command in processes() if group in groups]


def data_in(var: Path) -> list[str]:
    """Every row there is, but for beat's heartbeat."""
    database = sqlite3.connect(var / "plenary.sqlite3")
    rows = [row for row in database.iterdump() if "mail_heartbeat" not in row]
    database.close()
    return rows


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """An installation after its first start: its `var/`, and what the start said."""
    var = tmp_path_factory.mktemp("installation") / "var"
    with Up(var) as up:
        wait_for(up.has_answered, named="the first start's answer")
        code, out, err = up.end(signal.SIGINT)
    assert code == 0, err
    return var, out.replace(str(up.port), "PORT"), err


@pytest.fixture
def var(first_start: tuple[Path, str, str]) -> Path:
    return first_start[0]


def test_first_start_says_where_to_look_and_the_password_once(first_start):
    _var, out, err = first_start

    assert err == ""
    assert re.findall(r"as secretariat with the password ([-\w]{19}) ", out)
    assert out.endswith("Plenary is at http://localhost:PORT/ — Ctrl-C stops it.\n")


def test_first_start_loads_both_meetings_and_120_people(var):
    database = sqlite3.connect(var / "plenary.sqlite3")
    meetings = database.execute(
        "SELECT slug, is_current, is_demo FROM meeting_meeting ORDER BY slug"
    ).fetchall()
    people = database.execute(
        "SELECT is_demo, count(*) FROM registration_registration GROUP BY 1"
    ).fetchall()
    database.close()

    assert meetings == [("14", 0, 0), ("15", 1, 1)]
    assert people == [(1, 120)]


def test_second_start_says_one_line_and_changes_no_data(var):
    before = data_in(var)

    with Up(var) as up:
        wait_for(up.has_answered)
        up.children()
        code, out, err = up.end(signal.SIGINT)

    assert (code, err) == (0, "")
    assert out == f"Plenary is at http://localhost:{up.port}/ — Ctrl-C stops it.\n"
    assert data_in(var) == before


PAGES = [
    "/",
    "/meetings/",
    "/15/",
    "/15/agenda/",
    "/15/agenda.ics",
    "/15/register/",
    "/14/",
    "/14/agenda/",
    "/admin/login/",
    "/static/css/plenary.css",
]


@pytest.mark.parametrize("path", PAGES)
def test_pages_answer(serving, path):
    assert serving.status_of(path) == 200


@pytest.fixture(scope="module")
def serving(first_start: tuple[Path, str, str]) -> Iterator[Up]:
    with Up(first_start[0]) as up:
        wait_for(up.has_answered)
        yield up


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_ends_everything(var, number):
    with Up(var) as up:
        wait_for(up.has_answered)
        groups = up.children()
        code, _out, err = up.end(number)

    assert (code, err) == (0, "")
    assert living(groups) == []


def test_second_interrupt_does_not_wait_for_what_hangs(var):
    with Up(var) as up:
        groups = up.children()
        worker = up.child("worker")
        os.kill(worker, signal.SIGSTOP)
        wait_for(lambda: is_stopped(worker))
        asked_at = time.monotonic()
        up.process.send_signal(signal.SIGINT)
        wait_for(lambda: up.child("gunicorn") is None)
        code, _out, _err = up.end(signal.SIGINT)

    assert code == 0
    assert time.monotonic() - asked_at < PATIENCE
    assert living(groups) == []


@pytest.mark.parametrize("name", ["gunicorn", "worker", "beat"])
def test_what_dies_is_started_again(var, name):
    with Up(var) as up:
        wait_for(up.has_answered)
        up.children()
        dead = up.child(name)
        os.kill(dead, signal.SIGKILL)
        wait_for(lambda: up.child(name) not in {None, dead}, named=f"a new {name}")
        wait_for(up.has_answered)
        code, _out, err = up.end(signal.SIGINT)

    assert code == 0
    assert re.fullmatch(
        r"plenary: \w+ ended by signal 9 and starts again in 1 s; see .*\.log\.\n", err
    )


def test_nothing_outlives_a_killed_parent(var):
    with Up(var) as up:
        wait_for(up.has_answered)
        groups = up.children()
        up.end(signal.SIGKILL)

    wait_for(lambda: living(groups) == [], named="the end of all children")


def test_taken_port_is_said_and_nothing_is_started(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with Up(tmp_path / "var", port) as up:
            out, err = up.process.communicate(timeout=30)

    assert up.process.returncode == 1
    assert out == ""
    assert re.fullmatch(rf"plenary: port {port} is taken, .*\n", err)
    assert not (tmp_path / "var" / "plenary.sqlite3").exists()


def test_wrong_port_is_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, BASE / "manage.py", "up", "--port=eighty"],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)},
    )

    assert done.returncode == 1
    assert done.stderr == (
        "plenary: PORT in the environment: expected a whole number, 1 or more.\n"
    )


def test_five_quick_deaths_end_the_whole(tmp_path):
    script = f"""
import sys
import time
from pathlib import Path
from meeting import supervisor

supervisor.PAUSE = 0.001
log = Path({str(tmp_path / "log")!r})
lasting = [sys.executable, "-c", "import time; time.sleep(60)"]
dying = [sys.executable, "-c", "print('dies'); raise SystemExit(3)"]
programs = [
    supervisor.Program("web", lasting, log),
    supervisor.Program("worker", dying, log),
]
code = supervisor.Supervisor(programs).run()
print(programs[0].process.returncode)
sys.exit(code)
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        env={"PYTHONPATH": str(BASE)},
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "plenary: worker ended with exit code 3, 5 times in a row; see"
        f" {tmp_path / 'log'}."
    )
    assert (tmp_path / "log").read_text().count("dies") == 5
    # The other one was asked to end.
    assert done.stdout == "-15\n"
