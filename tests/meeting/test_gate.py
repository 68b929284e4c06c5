"""So many requests at work at a time; who waits for a slow line is none of them."""

import subprocess
import sys
from io import BytesIO
from threading import Event, Thread

import pytest
from django.http import FileResponse, HttpResponse

from meeting.gate import AT_ONCE, KEEPERS, Gate

# Nothing here takes longer, unless it is broken.
SECONDS = 5


def ask(gate, body=None):
    environ = {"wsgi.input": body or BytesIO(b"")}
    return gate(environ, lambda *_said: None)


def in_thread(gate, body=None):
    thread = Thread(target=ask, args=[gate, body], daemon=True)
    thread.start()
    return thread


def test_others_wait_while_all_places_are_taken():
    begun, may_end, count = Event(), Event(), []

    def application(environ, start_response):
        count.append(1)
        begun.set()
        may_end.wait(SECONDS)
        return HttpResponse()

    gate = Gate(application, 1)
    first = in_thread(gate)
    begun.wait(SECONDS)
    second = in_thread(gate)
    second.join(0.05)
    assert len(count) == 1

    may_end.set()
    first.join(SECONDS)
    second.join(SECONDS)

    assert len(count) == 2


def test_what_is_sent_afterwards_holds_no_place():
    gate = Gate(lambda *_asked: FileResponse(BytesIO(b"slides")), 1)

    answers = [ask(gate) for _each in range(3)]

    assert [answer.getvalue() for answer in answers] == [b"slides"] * 3


def test_who_waits_for_an_upload_holds_no_place():
    class Slow(BytesIO):
        def read(self, *size):
            waits.set()
            arrived.wait(SECONDS)
            return b"all of it"

    waits, arrived, read = Event(), Event(), []

    def application(environ, start_response):
        read.append(environ["wsgi.input"].read(9))
        return HttpResponse()

    gate = Gate(application, 1)
    uploading = in_thread(gate, Slow())
    waits.wait(SECONDS)

    ask(gate)
    assert read == [b""]

    arrived.set()
    uploading.join(SECONDS)
    assert read == [b"", b"all of it"]


def test_a_place_is_given_back_where_an_application_fails():
    def application(environ, start_response):
        raise RuntimeError

    gate = Gate(application, 1)
    for _each in range(2):
        with pytest.raises(RuntimeError):
            ask(gate)


def test_few_threads_keep_their_connections(monkeypatch):
    closed = []
    monkeypatch.setattr("meeting.gate.connections.close_all", lambda: closed.append(1))
    gate, ends = Gate(lambda *_asked: HttpResponse(), 4), Event()

    def ask_and_stay():
        ask(gate)
        ready.set()
        ends.wait(SECONDS)

    for _each in range(KEEPERS + 2):
        ready = Event()
        Thread(target=ask_and_stay, daemon=True).start()
        ready.wait(SECONDS)
    ends.set()

    assert len(closed) == 2


READS = """
import socket
import meeting.wsgi
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader
class Asked(socket.socket):
    def recv(self, size):
        print(size)
        return super().recv(size)
sender, receiver = socket.socketpair()
sender.sendall(b"x")
sender.close()
Body(LengthReader(SocketUnreader(Asked(fileno=receiver.detach())), 2**31)).read(2**20)
"""


def test_gunicorn_reads_no_more_at_once_than_is_copied_cheaply():
    # In a process of its own: what is served changes more than that.
    run = [sys.executable, "-c", READS]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout

    assert {int(size) for size in said.split()} == {AT_ONCE}
