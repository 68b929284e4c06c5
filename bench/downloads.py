"""Registrations while 200 people download slides over slow lines, and one large ZIP.

Run it with `make bench`. One gunicorn, as `manage.py up` starts it; what counts is how
many times as long a registration takes as on a quiet site, and how much memory the ZIP
of 1,000 materials of 1 GB takes.
"""

import os
import selectors
import socket
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event, Thread
from types import SimpleNamespace
from urllib.error import URLError

import ground  # isort: skip (sets Django up, so it comes first)
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from programme import make_programme
from rates import served, wait_for

from agenda.models import Material
from meeting.models import Meeting
from tests.parts.registering import register

READERS = 200
# Bytes that each reads, so many times a second.
SIP, SIPS = 4096, 5
ROUNDS = 15
FILES, MEGABYTE = 1000, 1024**2
# More than this, in times as long and in megabytes, is a defect.
MOST_TIMES, MOST_MEGABYTES = 3, 40
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "meeting.settings",
    "FORM_MIN_SECONDS": "0",
    "REGISTRATIONS_PER_ADDRESS": "100000",
}


def make_materials(meeting: Meeting) -> Material:
    """A slide deck of 50 MB; and 1,000 papers, each of the same megabyte on the disk."""
    deck = ContentFile(os.urandom(MEGABYTE) * 50, "deck.pdf")
    slides = Material.objects.create(meeting=meeting, title="Slides", file=deck)
    name = default_storage.save("materials/one.pdf", ContentFile(os.urandom(MEGABYTE)))
    Material.objects.bulk_create(
        Material(
            meeting=meeting,
            title=f"Paper {number}",
            file=name,
            filename="paper.pdf",
            size=MEGABYTE,
        )
        for number in range(FILES)
    )
    return slides


@contextmanager
def slow_readers(port: int, path: str) -> Iterator[list[int]]:
    """People who read a little at a time; how many have had an answer at all."""
    ask = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    readers, is_over, answered = selectors.DefaultSelector(), Event(), set()
    for number in range(READERS):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2 * SIP)
        reader.connect(("127.0.0.1", port))
        reader.sendall(ask)
        readers.register(reader, selectors.EVENT_READ, number)

    def sip() -> None:
        while not is_over.wait(1 / SIPS):
            for key, _events in readers.select(timeout=0):
                if key.fileobj.recv(SIP):
                    answered.add(key.data)

    thread = Thread(target=sip)
    thread.start()
    time.sleep(3)
    try:
        yield answered
    finally:
        is_over.set()
        thread.join()
        for key in list(readers.get_map().values()):
            key.fileobj.close()


def registering(port: int, meeting: Meeting, name: str) -> float:
    """Milliseconds that a registration takes; the middle one of several."""
    site = SimpleNamespace(url=f"http://127.0.0.1:{port}")
    taken = []
    for number in range(ROUNDS):
        start = time.monotonic()
        try:
            register(site, meeting, f"{name}{number}@example.org")
        except (URLError, TimeoutError):
            return float("inf")
        taken.append(time.monotonic() - start)
    return statistics.median(taken) * 1000


def memory_of(server: int) -> float:
    """Megabytes of the one that serves: the child of the one that was started."""
    with open(f"/proc/{server}/task/{server}/children") as children:
        child = children.read().split()[0]
    with open(f"/proc/{child}/status") as status:
        facts = dict(line.split(":", 1) for line in status)
    return int(facts["VmRSS"].split()[0]) / 1024


def read_zip(port: int, path: str, server: int) -> tuple[float, float]:
    """Gigabytes that came, and the most megabytes that it took meanwhile."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 200, response.status
    read, most = 0, 0.0
    while chunk := response.read(MEGABYTE):
        read += len(chunk)
        if read % (50 * MEGABYTE) < len(chunk):
            most = max(most, memory_of(server))
    return read / 1024**3, most


def main() -> int:
    """The exit code: 1 where it slows down, or takes memory."""
    ground.lay()
    meeting = make_programme("24", 24)
    slides = make_materials(meeting)
    with served(**SETTINGS) as (port, server):
        wait_for(port)
        quiet = registering(port, meeting, "quiet")
        before = memory_of(server)
        with slow_readers(port, slides.href) as answered:
            busy = registering(port, meeting, "busy")
            count, most = len(answered), memory_of(server)
        print(f"registration: {quiet:.0f} ms; while {count} read: {busy:.0f} ms")
        times, readers = busy / quiet, most - before
        print(f"{times:.1f} times as long; {readers:.0f} MB more for the readers")
        before = memory_of(server)
        size, most = read_zip(port, "/24/documents.zip", server)
        grown = most - before
        print(f"ZIP of {FILES} files, {size:.2f} GB: {grown:.1f} MB more")
    return int(times > MOST_TIMES or count < READERS or grown > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
