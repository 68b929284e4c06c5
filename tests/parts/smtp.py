"""A real mail server on the loopback, which keeps what arrives."""

import asyncio
import contextlib
import random
import socket
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import NamedTuple, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.parts.waiting import free_port, wait_for


class Arrived(NamedTuple):
    """A mail as it came over the wire."""

    sender: str
    recipients: list[str]
    content: bytes
    at: float


@dataclass
class Moods:
    """How often a server fails, by chance; what befalls an address follows from `seed`.

    Shares are of one: `refusals` of addresses for now, `drops` of the connection in the
    middle of a mail, `lost` acknowledgements of a mail that was kept, and `delays`.
    """

    seed: int
    refusals: float = 0
    drops: float = 0
    lost: float = 0
    delays: float = 0
    seconds: float = 10
    lost_so_far: int = 0
    _tries: Counter = field(default_factory=Counter)

    def begins(self, address: str) -> None:
        self._tries[address] += 1

    def befalls(self, what: str, address: str) -> bool:
        share = getattr(self, what)
        fate = random.Random(f"{self.seed} {what} {address} {self._tries[address]}")
        return fate.random() < share

    def tries_needed(self, address: str) -> int:
        """Until a sender knows that this address has its mail."""
        moods, faults = replace(self, _tries=Counter()), ("refusals", "drops", "lost")
        for tries in count(1):
            moods.begins(address)
            if not any(moods.befalls(fault, address) for fault in faults):
                return tries

    async def pause(self) -> None:
        """At each of four words, a quarter of the delays."""
        if random.random() < self.delays / 4:
            await asyncio.sleep(self.seconds)


class _Dialogue(SMTP):
    """Hangs up in the middle of a mail where its moods say so."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 (aiosmtpd's name)
        moods = self.event_handler.moods
        await moods.pause()
        if self.envelope.rcpt_tos and moods.befalls("drops", self.envelope.rcpt_tos[0]):
            await self.push("354 Go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Dialogue(self.handler, **self.SMTP_kwargs)


class MailServer:
    """`received` holds the mails; `answers` the reply to each address refused.

    It can be stopped, and started again where it was; made to hang up whenever it
    should say that it has taken a mail, or after `most_mails`; be unreliable by its
    `moods`; or say nothing.
    """

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.port = free_port()
        self.arrived: list[Arrived] = []
        self.received: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.asked: Counter = Counter()
        self.connections = 0
        self.hangs_up = False
        self.most_mails: int | None = None
        self.moods = Moods(seed=0)
        self._controller: Controller | None = None
        self._mute: socket.socket | None = None
        self._kept_waiting: list[socket.socket] = []

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    @property
    def ids(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.received]

    def start(self) -> None:
        self._controller = _Controller(self, hostname=self.host, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None
        if self._mute:
            self._mute.close()
            self._mute = None
        while self._kept_waiting:
            self._kept_waiting.pop().close()

    def fall_silent(self) -> None:
        """Take every connection, and never speak."""
        self.stop()
        # The system takes them, and nobody here does anything about it.
        self._mute = socket.create_server((self.host, self.port), backlog=128)
        self._mute.settimeout(0.1)

    def is_kept_waiting(self) -> bool:
        """Whether somebody has connected since it fell silent, or does so now."""
        with contextlib.suppress(TimeoutError):
            self._kept_waiting.append(self._mute.accept()[0])
        return bool(self._kept_waiting)

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.received if mail["To"] == address]

    def wait_for_mail_to(self, address: str, seconds: float = 30) -> EmailMessage:
        """The first mail to this address, once it is there."""
        mails = wait_for(
            lambda: self.to(address), seconds, named=f"a mail to {address}"
        )
        return mails[0]

    async def handle_EHLO(  # noqa: N802 (aiosmtpd looks for these names)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        await self.moods.pause()
        session.mails = getattr(session, "mails", 0) + 1
        if self.most_mails and session.mails > self.most_mails:
            server.transport.close()
            return "421 4.7.0 Too many mails in this session"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        await self.moods.pause()
        self.asked[address] += 1
        self.moods.begins(address)
        if address in self.answers:
            return self.answers[address]
        if self.moods.befalls("refusals", address):
            return "451 4.3.2 Not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        await self.moods.pause()
        if self.hangs_up:
            server.transport.close()
            return "421 Gone"
        self._keep(envelope)
        if self.moods.befalls("lost", envelope.rcpt_tos[0]):
            self.moods.lost_so_far += 1
            server.transport.abort()
        return "250 OK"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.original_content
        recipients = list(envelope.rcpt_tos)
        self.arrived.append(
            Arrived(envelope.mail_from, recipients, content, time.time())
        )
        # Lines end as they do in Python, and no longer as on the wire.
        content = content.replace(b"\r\n", b"\n")
        self.received.append(message_from_bytes(content, policy=policy.default))
