"""A real mail server on the loopback, which keeps what arrives."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.parts.waiting import free_port, wait_for


class MailServer:
    """`received` holds the mails; `answers` the reply to each address refused.

    It can be stopped, and started again where it was; or made to hang up whenever it
    should say that it has taken a mail.
    """

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.hangs_up = False
        self._controller: Controller | None = None

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
        self._controller = Controller(self, hostname=self.host, port=self.port)
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.received if mail["To"] == address]

    def wait_for_mail_to(self, address: str, seconds: float = 30) -> EmailMessage:
        """The first mail to this address, once it is there."""
        mails = wait_for(
            lambda: self.to(address), seconds, named=f"a mail to {address}"
        )
        return mails[0]

    async def handle_RCPT(  # noqa: N802 (aiosmtpd looks for this name)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.hangs_up:
            server.transport.close()
            return "421 Gone"
        # Lines end as they do in Python, and no longer as on the wire.
        content = envelope.original_content.replace(b"\r\n", b"\n")
        self.received.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"
