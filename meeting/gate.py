"""How many requests are at work at a time, in a process that has many more threads.

A thread costs little while it waits for a slow line, and a lot while it works beside
others. So each reader and sender has one, and a few at a time make pages.
"""

from collections.abc import Callable, Iterable
from io import RawIOBase
from threading import Semaphore, get_ident
from typing import Any

from django.db import connections

# So many threads keep their connections to the database when they have nothing to do;
# without a limit, each of hundreds would.
KEEPERS = 8
# Of what is sent to us: as much as stays in the processor's cache while it is copied.
AT_ONCE = 256 * 1024

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Gate:
    """A WSGI application that lets so many requests at a time into another one."""

    def __init__(self, application: Application, places: int) -> None:
        self.application, self.places = application, Semaphore(places)
        self._keepers: set[int] = set()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        environ["wsgi.input"] = Outside(environ["wsgi.input"], self.places)
        with self.places:
            self._keepers.discard(get_ident())
            answer = self.application(environ, start_response)
            self._leave(answer)
        # What is streamed leaves from here on, and may take an hour.
        return answer

    def _leave(self, answer: Iterable[bytes]) -> None:
        """Without a connection to the database, unless this thread may keep it."""
        is_finished = not getattr(answer, "streaming", True)
        if is_finished and len(self._keepers) < KEEPERS:
            self._keepers.add(get_ident())
        else:
            connections.close_all()


class Outside:
    """What is sent to us: who waits for it gives up the place meanwhile."""

    def __init__(self, body: RawIOBase, places: Semaphore) -> None:
        self._body, self._places = body, places

    def read(self, *size: int) -> bytes:
        return self._wait_for(self._body.read, *size)

    def readline(self, *size: int) -> bytes:
        return self._wait_for(self._body.readline, *size)

    def _wait_for(self, read: Callable[..., bytes], *size: int) -> bytes:
        self._places.release()
        try:
            return read(*size)
        finally:
            self._places.acquire()
