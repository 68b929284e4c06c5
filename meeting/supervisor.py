"""Keeps a few programs running: starts them, starts again what dies, ends them all."""

import contextlib
import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

# Who lives shorter than this many seconds died quickly; five in a row are hopeless.
QUICK = 10
QUICK_DEATHS = 5
# Seconds before it is started again; twice as many after each quick death.
PAUSE = 0.5
# How many seconds a program is given to end by itself.
PATIENCE = 10
LARGEST_LOG = 5 * 1024**2

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class HopelessError(Exception):
    """A program dies as often as it is started."""


@dataclass
class Program:
    name: str
    command: list[str]
    log: Path
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen | None = None
    started_at: float = 0
    due_at: float = 0
    quick_deaths: int = 0

    @property
    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    @property
    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self.due_at

    def start(self) -> None:
        self.started_at = time.monotonic()
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self.pass_fds,
                # A group of its own: Ctrl-C in the terminal reaches the parent alone.
                process_group=0,
                preexec_fn=partial(_end_with, os.getpid()),
            )

    def bury(self) -> None:
        """Decide when to start what has died again; give up where that is no use."""
        self.signal(signal.SIGKILL)  # What it started must not go on without it.
        lived = time.monotonic() - self.started_at
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK else 0
        death = f"{self.name} ended {_how(self.process.returncode)}"
        if self.quick_deaths == QUICK_DEATHS:
            raise HopelessError(
                f"{death}, {QUICK_DEATHS} times in a row; see {self.log}."
            )
        pause = PAUSE * 2**self.quick_deaths
        self.process, self.due_at = None, time.monotonic() + pause
        _say(f"{death} and starts again in {pause:g} s; see {self.log}.")

    def signal(self, number: int) -> None:
        """Signal the program and all that it started."""
        # Nobody may be left; macOS says so by a PermissionError.
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Supervisor:
    def __init__(self, programs: list[Program]) -> None:
        self.programs = programs
        self.is_ending = self.is_impatient = False
        self._wake, self._woken = socket.socketpair()

    def run(self) -> int:
        """Keep all running until a signal says to end; return the exit code."""
        self._listen()
        try:
            while not self.is_ending:
                self._tend()
                self._wait()
        except HopelessError as error:
            _say(str(error))
            return 1
        finally:
            self._end()
        return 0

    def _listen(self) -> None:
        # Every signal writes a byte, so that one which comes just before the
        # select is not slept through.
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in ENDING:
            # Whoever started it by nohup wants it to outlive the terminal.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._ask_to_end)

    def _ask_to_end(self, number: int, *_: Any) -> None:
        # A second Ctrl-C means "at once"; a second TERM may be make passing on its own.
        if self.is_ending and number == signal.SIGINT:
            self.is_impatient = True
        self.is_ending = True

    def _tend(self) -> None:
        for program in self.programs:
            if program.has_died:
                program.bury()
            elif program.is_due:
                program.start()

    def _wait(self) -> None:
        """Sleep until a signal comes or a program is due."""
        due = [each.due_at for each in self.programs if each.process is None]
        self._sleep(min(due) - time.monotonic() if due else None)

    def _sleep(self, seconds: float | None) -> None:
        timeout = None if seconds is None else max(seconds, 0)
        if select.select([self._woken], [], [], timeout)[0]:
            self._woken.recv(4096)

    def _end(self) -> None:
        """Ask all to end; kill those that do not."""
        stop = time.monotonic() + PATIENCE
        for program in self.programs:
            program.signal(signal.SIGTERM)
        while any(each.process and not each.has_died for each in self.programs):
            if time.monotonic() >= stop or self.is_impatient:
                break
            self._sleep(stop - time.monotonic())
        for program in self.programs:
            program.signal(signal.SIGKILL)
            if program.process:
                program.process.wait()
        # The interpreter, as it ends, lets a late one have its default effect.
        for number in ENDING:
            signal.signal(number, signal.SIG_IGN)


def _end_with(parent: int) -> None:
    """In the child: have Linux end it when the parent is gone, however that went."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def _how(code: int) -> str:
    return f"by signal {-code}" if code < 0 else f"with exit code {code}"


def _say(line: str) -> None:
    print(f"plenary: {line}", file=sys.stderr, flush=True)
