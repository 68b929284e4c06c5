"""Every test on real parts, in three stages: `make test`.

    tests/run.py [STAGE] [options of pytest]

Without a name: `most`, which is the suite and the services, then `races` and `browser`.
A stage alone is run by its name, `suite` and `services` too; `sqlite` and `postgresql`
are halves of the suite, `faults` is a part of the services, with one table of both
set-ups. What was left out is said, and is a failure where PLENARY_TEST_EVERYTHING is
set. Nothing is left behind, neither files nor processes.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

from tests.parts.chromium import find_chromium  # noqa: E402
from tests.parts.postgresql import postgresql  # noqa: E402
from tests.parts.processes import die_with_parent  # noqa: E402

APART = ["tests/races", "tests/services", "tests/faults", "tests/browser"]
SUITE = ["tests", *(f"--ignore={folder}" for folder in APART)]
SERVICES = ["tests/services", "tests/faults"]
ALONE = ["suite", "services", "sqlite", "postgresql", "faults"]
# The niceness of who has the processor last.
LAST = 19
# How long pytest may take to stop what it started.
TIME_TO_END = 30
# What pytest exits with when the options left no test.
NOTHING_CHOSEN = 5


@dataclass
class Run:
    """Of pytest, with these arguments and variables."""

    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    gives_way: bool = False
    """Whether others that need the processor at the same time have it first."""


class LeftOut(Exception):  # noqa: N818 (no error, unless everything was asked for)
    """Why a stage was not run."""


class Stages:
    """Each method is a stage, says whether it passed, and has what is announced."""

    def __init__(self, options: list[str], folder: Path, parts: ExitStack) -> None:
        self.options, self.folder, self.parts = options, folder, parts
        self._database = ""

    def most(self) -> bool:
        """the suite on both databases, and beside it the services, which mostly wait"""
        # A service may end its database, so it has one of its own.
        services = self._services(self.parts.enter_context(postgresql()))
        return self._at_once(*self._suite(gives_way=True), *services)

    def sqlite(self) -> bool:
        """the suite on SQLite"""
        return self._at_once(Run(SUITE))

    def postgresql(self) -> bool:
        """the same suite on PostgreSQL"""
        return self._at_once(self._on_postgresql(SUITE))

    def suite(self) -> bool:
        """the suite on SQLite, and what asks a database on PostgreSQL at the same time"""
        return self._at_once(*self._suite())

    def races(self) -> bool:
        """many people at once, through real HTTP, on both databases"""
        results = [self._at_once(Run(["tests/races"]))]
        results.append(self._at_once(self._on_postgresql(["tests/races"])))
        return all(results)

    def services(self) -> bool:
        """Redis, worker, beat, mail server and object storage, and what if they fail"""
        return self._at_once(*self._services(self.database))

    def faults(self) -> bool:
        """what becomes of mails while everything fails"""
        table = Path(tempfile.mkdtemp(dir=self.folder), "table.txt")
        own = {"FAULTS_TABLE": str(table)}
        production = ["tests/faults", "-k", "not embedded"]
        own_database = own | {"DATABASE_URL": self.database}
        results = [self._at_once(Run(production, own_database))]
        results.append(self._at_once(Run(["tests/faults", "-k", "embedded"], own)))
        if table.exists():
            print("", table.read_text(encoding="utf-8"), sep="\n", flush=True)
        return all(results)

    def browser(self) -> bool:
        """pages in Chromium, half of them on either database"""
        if find_chromium() is None:
            raise LeftOut(
                "NO CHROMIUM FOUND, so the browser tests were LEFT OUT. To get it:"
                " `apt-get install chromium`, or name a browser in CHROMIUM."
            )
        files = sorted(map(str, ROOT.glob("tests/browser/test_*.py")))
        return self._at_once(Run(files[::2]), self._on_postgresql(files[1::2]))

    @property
    def database(self) -> str:
        """A PostgreSQL, started when it is first asked for."""
        if not self._database:
            self._database = self.parts.enter_context(postgresql())
        return self._database

    def _suite(self, *, gives_way: bool = False) -> list[Run]:
        # Each keeps one processor busy.
        on_postgresql = self._on_postgresql([*SUITE, "--with-database"])
        on_postgresql.gives_way = gives_way
        return [Run(SUITE, gives_way=gives_way), on_postgresql]

    def _services(self, database: str) -> list[Run]:
        # The embedded set-up, and `up`, on the database that they have; all mostly wait.
        embedded = "embedded or test_up.py"
        production = [*SERVICES, "-k", f"not ({embedded})"]
        return [
            Run([*SERVICES, "-k", embedded]),
            Run(production, {"DATABASE_URL": database}),
        ]

    def _on_postgresql(self, arguments: list[str]) -> Run:
        return Run(arguments, {"DATABASE_URL": self.database})

    def _at_once(self, first: Run, *others: Run) -> bool:
        """What the others say comes after the first."""
        with ExitStack() as files:
            said = [
                files.enter_context(tempfile.TemporaryFile(dir=self.folder))
                for _other in others
            ]
            children = list(map(self._start, others, said))
            codes = finish(self._start(first), *children)
            for each in said:
                each.seek(0)
                print(each.read().decode(errors="replace"), flush=True)
        # By `-k`, some may have nothing to do.
        return set(codes) <= {0, NOTHING_CHOSEN} and 0 in codes

    def _start(self, run: Run, output: IO | None = None) -> subprocess.Popen:
        folder = tempfile.mkdtemp(dir=self.folder)
        own = {"VAR_DIR": f"{folder}/var", "TMPDIR": folder}
        kept = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        command = [sys.executable, "-m", "pytest", "--quiet", *run.arguments]
        command += [f"--basetemp={folder}/pytest", *self.options]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=kept | own | run.environment,
            stdout=output,
            stderr=output and subprocess.STDOUT,
            # In a group of its own, so that Ctrl-C reaches it once: through us.
            process_group=0,
            preexec_fn=partial(begin, LAST if run.gives_way else 0),
        )


def begin(niceness: int) -> None:
    die_with_parent()
    os.nice(niceness)


def finish(*children: subprocess.Popen) -> list[int]:
    """The exit codes; when we are stopped, the commands get time to clean up."""
    try:
        return [child.wait() for child in children]
    except KeyboardInterrupt:
        for child in children:
            child.send_signal(signal.SIGINT)
        try:
            for child in children:
                child.wait(TIME_TO_END)
        finally:
            for child in children:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
        raise


def result_of(stage: Callable[[], bool]) -> str:
    try:
        return "passed" if stage() else "FAILED"
    except LeftOut as reason:
        print(f"\n!!! {reason} !!!\n", flush=True)
        return "FAILED" if os.environ.get("PLENARY_TEST_EVERYTHING") else "left out"
    except Exception as error:
        # A part that does not start must not keep the other stages from running.
        print(f"{type(error).__name__}: {error}", flush=True)
        return "FAILED"


def main(arguments: list[str]) -> int:
    names = ["most", "races", "browser"]
    if arguments and arguments[0] in {*ALONE, *names}:
        names = [arguments.pop(0)]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    lines = []
    with ExitStack() as parts:
        folder = parts.enter_context(tempfile.TemporaryDirectory(prefix="plenary-"))
        stages = Stages(arguments, Path(folder), parts)
        for name in names:
            stage = getattr(stages, name)
            print(f"\n=== {name}: {stage.__doc__}", flush=True)
            start = time.monotonic()
            result = result_of(stage)
            lines.append(f"{name:<12}{result:<10}{time.monotonic() - start:>5.0f} s")
    print("", *lines, sep="\n", flush=True)
    return int(any("FAILED" in line for line in lines))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
