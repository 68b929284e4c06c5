"""SMTP as the outbox needs it: one conversation for many mails, and no mail half noted."""

import contextlib
import smtplib
import socket
import threading
from typing import Any

from django.core.mail.backends import smtp


class Turn:
    """From a mail's DATA to our own note that it was sent, one mail at a time.

    So whoever kills a worker can catch only one mail that the server has taken and we
    did not note, however many conversations there are.
    """

    LONGEST_WAIT = 1
    _lock = threading.Lock()
    _is_noting = False

    def __init__(self) -> None:
        self._is_mine = False

    def take(self) -> None:
        """Wait for it; but not for a server that thinks about another mail for long."""
        while not self._is_mine:
            self._is_mine = self._lock.acquire(timeout=self.LONGEST_WAIT)
            # A database that is away is waited for: nobody else could note either.
            if not self._is_mine and not Turn._is_noting:
                return

    def server_has_it(self) -> None:
        Turn._is_noting = self._is_mine

    def give_back(self) -> None:
        if self._is_mine:
            self._is_mine = Turn._is_noting = False
            self._lock.release()


class _TakesTurns:
    turn: Turn
    # Whether the server may have taken the mail.
    has_begun = False

    def mail(self, *args: Any) -> tuple[int, bytes]:
        self.has_begun = False
        return super().mail(*args)

    def data(self, msg: bytes) -> tuple[int, bytes]:
        self.has_begun = True
        self.turn.take()
        return super().data(msg)


class _Plain(_TakesTurns, smtplib.SMTP):
    pass


class _Encrypted(_TakesTurns, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, whose mails take turns, and which can hang up without a word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turn = Turn()

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Encrypted if self.use_ssl else _Plain

    @property
    def is_open(self) -> bool:
        return self.connection is not None and self.connection.sock is not None

    @property
    def has_begun(self) -> bool:
        return self.connection is not None and self.connection.has_begun

    def open(self) -> bool | None:
        if self.is_open:
            return False
        self.hang_up()
        is_new = super().open()
        self.connection.turn = self.turn
        # Or else only the first mail would find out that we are not greeted.
        self.connection.ehlo_or_helo_if_needed()
        return is_new

    def cut(self) -> None:
        """From another thread: end the wait for whatever the server should say."""
        connection = self.connection
        if connection is not None and connection.sock is not None:
            with contextlib.suppress(OSError):
                # Not the method of an encrypted one, which would unwrap it as well.
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Without goodbye, whose answer might take as long again."""
        for connection in (self.connection, self._partial_connection):
            if connection is not None:
                connection.close()
        self.connection = self._partial_connection = None
