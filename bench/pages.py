"""Processor time of the public pages, and of the programme editor with half of a long
draft changed, as multiples of a bare page of the same site.

Run it with `make bench`. Everything goes through the whole middleware in one process,
on a database of its own; what counts is the ratio, not the milliseconds.
"""

import sys
import time
from importlib import import_module

import ground  # isort: skip (sets Django up, so it comes first)
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from programme import make_programme

from meeting.models import Meeting

ROUNDS = 30
# The bare page takes so little that fewer of it would measure nothing.
BARE_ROUNDS = 600
# What the editor of 400 items may take: a quarter of a second where a bare page takes
# a quarter of a millisecond.
MOST_EDITOR_TIMES = 1000
MOST_EDITOR_KB = 700


def measure(
    client: Client, path: str, rounds: int = ROUNDS
) -> tuple[float, int, float]:
    """Milliseconds of processor time a request, queries, and KB before compression."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
    count = len(queries)  # Before the next request forgets them.
    assert response.status_code == 200, (path, response.status_code)
    start = time.process_time()
    for _round in range(rounds):
        client.get(path)
    return (
        (time.process_time() - start) * 1000 / rounds,
        count,
        len(response.content) / 1024,
    )


def edited(meeting: Meeting) -> str:
    """The address of the editor, of a draft that differs from what readers see."""
    half = meeting.items.filter(position__in=range(0, 400, 2))
    half.update(title=Concat("title", Value(", and more")))
    return reverse("admin:agenda_programme", args=[meeting.pk])


def main() -> int:
    """The exit code: 1 where the editor takes too much."""
    ground.lay()
    settings.KEPT_SECONDS = 0  # Each page is made anew.
    import_module("meeting.wsgi")  # With memory looked after as the server does it.
    make_programme("24", 24)
    long = make_programme("400", 400)
    client = Client(headers={"host": "localhost"})
    bare, *_rest = measure(client, "/healthz", BARE_ROUNDS)
    print(f"{'page':<34}{'ms':>8}{'x bare':>9}{'queries':>9}{'KB':>7}")

    def row(path: str) -> tuple[float, float]:
        spent, queries, size = measure(client, path)
        times = spent / bare
        print(f"{path:<34}{spent:>8.1f}{times:>9.1f}{queries:>9}{size:>7.1f}")
        return times, size

    for path in (
        "/healthz",
        "/24/",
        "/24/register/",
        "/24/agenda/",
        "/400/agenda/",
        "/400/documents/",
        "/400/documents/?q=paper&by=kind",
        "/24/agenda.ics",
        "/400/agenda.ics",
    ):
        row(path)
    client.force_login(get_user_model().objects.create_superuser("staff"))
    times, size = row(edited(long))
    return int(times > MOST_EDITOR_TIMES or size > MOST_EDITOR_KB)


if __name__ == "__main__":
    sys.exit(main())
