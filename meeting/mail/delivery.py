"""How mails get from the outbox to the mail server: one alone, or all that are due."""

import logging
import smtplib
import threading
import time
from collections import deque
from contextlib import suppress

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, InterfaceError, connections

from meeting.mail.models import MailServer, Message, ask_for_sweep
from meeting.mail.parts import email_of
from meeting.mail.smtp import Turn

log = logging.getLogger(__name__)

# So many are read at a time: what is urgent and comes meanwhile waits for no more.
CHUNK = 100
# Another conversation for each so many mails; for a few it is not worth it.
MAILS_A_CONVERSATION = 5
# So many seconds a conversation may wait until the limit lets its next mail leave.
PATIENCE = 5
LOOK_AGAIN = 1
SWEEPS_IN_VAIN = 3
CLOSING = 421
# After these the conversation goes on: the mail was refused in due form. (After a
# refusal at DATA, smtplib does not always say RSET.)
REFUSED = (ValueError, smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused)

# Set when the worker is asked to end.
ending = threading.Event()
_sweeping = threading.Lock()
# The server that could not be reached last, and when that was.
_silent = ("", 0.0)


class NoServerError(Exception):
    """The mail server cannot be reached, or does not let us in: no mail's fault."""


def server_is_silent() -> bool:
    """Whether only sweeps should ask it, one at a time: each may wait for long.

    For some sweeps only: should beat have died, somebody must find out that it is back.
    """
    url, since = _silent
    is_recent = time.monotonic() - since < settings.MAIL_SWEEP * SWEEPS_IN_VAIN
    return url == settings.EMAIL_URL and is_recent


def deliver(message: Message) -> None:
    """Send one over a conversation of its own; without a server it stays owed."""
    wait = MailServer.reserve(PATIENCE)
    if wait is None or ending.wait(wait):
        return
    conversation = Conversation()
    try:
        conversation.open()
        if message.claim():
            conversation.send(message)
    except NoServerError:
        log.warning("Message %s waits until the mail server is back.", message.pk)
    finally:
        conversation.close()


def sweep(seconds: float = 60) -> int:
    """Send what is due, for so many seconds; say how many left.

    One at a time in a process, so that its other threads are free for what is urgent.
    """
    if not settings.EMAIL_URL or not _sweeping.acquire(blocking=False):
        return 0
    try:
        return Sweep(seconds).run()
    finally:
        _sweeping.release()


class Sweep:
    """All that is due, the most urgent first, over as many conversations as help."""

    def __init__(self, seconds: float) -> None:
        self._stop = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._waiting: deque[Message] = deque()
        self._helpers: list[threading.Thread] = []
        self._busy = self._sent = 0

    @property
    def _time_is_over(self) -> bool:
        return time.monotonic() > self._stop

    def run(self) -> int:
        self._read()
        if not self._waiting:
            return 0
        conversation = Conversation()
        try:
            conversation.open()
            self._get_help()
            self._serve(conversation)
        except NoServerError as error:
            log.warning("Mails wait for the mail server: %s", error)
        finally:
            conversation.close()
            while self._helpers:
                self._helpers.pop().join()
        if self._time_is_over:
            ask_for_sweep()
        return self._sent

    def _read(self) -> None:
        self._waiting.extend(Message.objects.due()[:CHUNK])

    def _get_help(self) -> None:
        worth_it = len(self._waiting) // MAILS_A_CONVERSATION
        while len(self._helpers) < min(worth_it, settings.MAIL_CONNECTIONS - 1):
            helper = threading.Thread(target=self._help, daemon=True)
            self._helpers.append(helper)
            helper.start()

    def _help(self) -> None:
        conversation = Conversation(is_first=False)
        try:
            conversation.open()
            self._serve(conversation)
        except NoServerError as error:
            # Some servers want fewer conversations than we do.
            log.info("One conversation less: %s", error)
        except (DatabaseError, InterfaceError):
            log.exception("One conversation less.")
        finally:
            conversation.close()
            connections.close_all()

    def _serve(self, conversation: "Conversation") -> None:
        while message := self._next():
            try:
                wait = MailServer.reserve(PATIENCE)
                if wait is None or ending.wait(wait):
                    break
                conversation.open()
                if message.claim():
                    conversation.send(message)
                    with self._lock:
                        self._sent += message.state == Message.State.SENT
            finally:
                with self._lock:
                    self._busy -= 1

    def _next(self) -> Message | None:
        """The next that is due; while others are busy, one may become due."""
        while not self._time_is_over and not ending.is_set():
            with self._lock:
                if not self._waiting:
                    self._read()
                    self._get_help()
                if self._waiting:
                    self._busy += 1
                    return self._waiting.popleft()
                if not self._busy:
                    return None
            # A server that thinks about one mail for long does not hold up the rest.
            ending.wait(LOOK_AGAIN)
        return None


class Conversation:
    """With the mail server, about one mail after the other."""

    def __init__(self, *, is_first: bool = True) -> None:
        self._is_first = is_first
        self._backend = get_connection()
        self._turn = getattr(self._backend, "turn", None) or Turn()
        self._has_served = self._was_cut = False

    def open(self) -> None:
        """Be ready for a mail, before it is claimed, so that it loses no try."""
        global _silent
        if getattr(self._backend, "is_open", False):
            return
        self._has_served = False
        try:
            self._backend.open()
        except (OSError, ValueError) as error:
            self._hang_up()
            if self._is_first:
                _silent = (settings.EMAIL_URL, time.monotonic())
                MailServer.note_failure(error)
            raise NoServerError(str(error)) from error
        _silent = ("", 0.0)
        MailServer.note_answer()

    def send(self, message: Message) -> None:
        """Send what was claimed, and note what became of it."""
        # However slow the server is: when the lease is over, another worker sends it.
        self._was_cut, seconds = False, settings.MAIL_LEASE * 0.8
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            email = self._hand_over(message)
        except Exception as error:
            # Whatever is wrong with one mail, the next must leave.
            if not isinstance(error, REFUSED):
                self._hang_up()
            if self._was_cut:
                error = TimeoutError(f"not done with this mail after {seconds:g} s")
            message.note_failure(error)
        else:
            self._has_served = True
            self._turn.server_has_it()
            message.note_sent(_name_at_provider(email))
        finally:
            timer.cancel()
            self._turn.give_back()

    def close(self) -> None:
        with suppress(OSError):
            self._backend.close()

    def _hand_over(self, message: Message) -> EmailMultiAlternatives:
        email = email_of(message, self._backend)
        try:
            self._transmit(email)
        except smtplib.SMTPException as error:
            if not self._had_enough(error):
                raise
            self._hang_up()
            self._backend.open()
            self._transmit(email)
        return email

    def _transmit(self, email: EmailMultiAlternatives) -> None:
        if not hasattr(self._backend, "turn"):
            self._turn.take()
        email.send()

    def _had_enough(self, error: smtplib.SMTPException) -> bool:
        """Whether the server ended a conversation after some mails, before this one."""
        has_ended = isinstance(error, smtplib.SMTPServerDisconnected) or (
            getattr(error, "smtp_code", None) == CLOSING
        )
        return has_ended and self._has_served and not self._backend.has_begun

    def _cut(self) -> None:
        if hasattr(self._backend, "cut"):
            self._was_cut = True
            self._backend.cut()

    def _hang_up(self) -> None:
        # Not by `close`, whose goodbye a silent server would make us wait for again.
        if hasattr(self._backend, "hang_up"):
            self._backend.hang_up()
        else:
            self.close()


def _name_at_provider(email: EmailMultiAlternatives) -> str:
    """What django-anymail knows of a mail that a provider took."""
    name = getattr(getattr(email, "anymail_status", None), "message_id", None)
    return name if isinstance(name, str) else ""
