"""Processor time of the public pages, as multiples of a bare page of the same site.

Run it with `make bench`. Everything goes through the whole middleware in one process,
on a database of its own; what counts is the ratio, not the milliseconds.
"""

import time
from importlib import import_module

import ground  # isort: skip (sets Django up, so it comes first)
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from programme import make_programme

ROUNDS = 30


def measure(client: Client, path: str) -> tuple[float, int, int]:
    """Milliseconds of processor time a request, queries, and bytes before compression."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    count = len(queries)  # Before the next request forgets them.
    assert response.status_code == 200, (path, response.status_code)
    start = time.process_time()
    for _round in range(ROUNDS):
        client.get(path)
    return (
        (time.process_time() - start) * 1000 / ROUNDS,
        count,
        len(response.content),
    )


def main() -> None:
    ground.lay()
    settings.KEPT_SECONDS = 0  # Each page is made anew.
    import_module("meeting.wsgi")  # With memory looked after as the server does it.
    make_programme("24", 24)
    make_programme("400", 400)
    client = Client(headers={"host": "localhost"})
    bare, *_rest = measure(client, "/healthz")
    print(f"{'page':<22}{'ms':>8}{'x bare':>9}{'queries':>9}{'KB':>7}")
    for path in (
        "/healthz",
        "/24/",
        "/24/register/",
        "/24/agenda/",
        "/400/agenda/",
        "/24/agenda.ics",
        "/400/agenda.ics",
    ):
        spent, queries, size = measure(client, path)
        print(
            f"{path:<22}{spent:>8.1f}{spent / bare:>9.1f}{queries:>9}{size / 1024:>7.1f}"
        )


if __name__ == "__main__":
    main()
