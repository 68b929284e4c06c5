"""Requests a second of the kept agenda, beside a bare view with the same bytes.

Run it with `make bench`. Both are served by one gunicorn as `manage.py up` starts it;
the visitors, four at a time, ask for each in turn, so that a busy machine hits both.
"""

import http.client
import os
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import ground  # isort: skip (sets Django up, so it comes first)
from programme import make_programme

from meeting.management.commands.up import WEB

VISITORS = 4
ROUNDS = 6
SECONDS = 2


@contextmanager
def served(**environment: str) -> Iterator[tuple[int, int]]:
    """Port and process of a gunicorn of its own, on the database of the bench."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"DJANGO_SETTINGS_MODULE": "rates_settings", "PYTHONPATH": "bench:."}
    command = [*WEB, f"--bind=127.0.0.1:{port}", "--log-level=warning"]
    environment = os.environ | settings | environment
    server = subprocess.Popen([*command], env=environment)
    try:
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def visit(port: int, path: str, until: float, done: list[int]) -> None:
    """Ask again and again on one connection, until it is time."""
    count, connection = 0, http.client.HTTPConnection("127.0.0.1", port)
    while time.monotonic() < until:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        response = connection.getresponse()
        assert response.status == 200, (path, response.status)
        response.read()
        count += 1
    done.append(count)


def rate(port: int, path: str) -> float:
    done: list[int] = []
    until = time.monotonic() + SECONDS
    visitors = [
        Thread(target=visit, args=(port, path, until, done))
        for _each in range(VISITORS)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    return sum(done) / SECONDS


def wait_for(port: int) -> None:
    for _try in range(100):
        try:
            return visit(port, "/healthz", time.monotonic() + 0.1, [])
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server does not answer.")


def main() -> None:
    ground.lay()
    make_programme("24", 24)
    make_programme("400", 400)
    print(f"{'cached':<22}{'a second':>9}{'bare':>9}{'share':>7}")
    with served() as (port, _server):
        wait_for(port)
        for slug in ("24", "400"):
            ours, bare = [], []
            for _round in range(ROUNDS):
                ours.append(rate(port, f"/{slug}/agenda/"))
                bare.append(rate(port, f"/bare/{slug}/"))
            share = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
            mine, theirs = statistics.median(ours), statistics.median(bare)
            print(
                f"/{slug}/agenda/".ljust(22)
                + f"{mine:>9.0f}{theirs:>9.0f}{share:>7.2f}"
            )


if __name__ == "__main__":
    main()
