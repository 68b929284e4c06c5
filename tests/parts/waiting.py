"""Waiting for the thing itself, with a deadline, and never for a length of time."""

import socket
import time
from collections.abc import Callable
from typing import Any


def wait_for(what: Callable[[], Any], seconds: float = 30, *, named: str = "") -> Any:
    """Ask until the answer is true, and return it; say what did not come in time."""
    deadline = time.monotonic() + seconds
    while not (answer := what()):
        if time.monotonic() > deadline:
            name = named or getattr(what, "__name__", "it")
            raise AssertionError(f"Waited {seconds} s in vain for: {name}")
        time.sleep(0.02)
    return answer


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(port: int) -> bool:
    """Whether something listens on this port of the loopback."""
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0
