"""A real IMAP server from the pymap wheel; stopped, it forgets everything."""

import sys
from pathlib import Path
from typing import Self

from imapclient import IMAPClient

from tests.parts.processes import Process
from tests.parts.waiting import answers, free_port, wait_for

SERVER = Path(sys.executable).with_name("pymap")
USER, PASSWORD = "bounces", "p:/@"


class Mailbox:
    """Has one mailbox; `certificate` is a file with key and certificate for TLS."""

    host = "127.0.0.1"

    def __init__(self, folder: Path, certificate: Path | None = None) -> None:
        self.port = free_port()
        command = [str(SERVER), "--host", self.host, "--port", str(self.port)]
        if certificate:
            command += ["--cert", str(certificate), "--key", str(certificate)]
        else:
            command += ["--no-tls"]
        command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
        self._process = Process(command, folder / "imap.log")

    def __enter__(self) -> Self:
        self._process.start()
        wait_for(lambda: answers(self.port), named="the IMAP server")
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"imap://{USER}:p%3A%2F%40@{self.host}:{self.port}/INBOX"

    def stop(self) -> None:
        self._process.stop()

    def put(self, *mails: bytes) -> None:
        """Unread, as a mail server puts them there."""
        with IMAPClient(self.host, self.port, ssl=False) as client:
            client.login(USER, PASSWORD)
            for mail in mails:
                client.append("INBOX", mail.replace(b"\n", b"\r\n"))

    def delete(self, *uids: int) -> None:
        with IMAPClient(self.host, self.port, ssl=False) as client:
            client.login(USER, PASSWORD)
            client.select_folder("INBOX")
            client.delete_messages(uids)
            client.expunge()

    @property
    def flags(self) -> list[set[str]]:
        """Of each mail, in the order in which they came."""
        with IMAPClient(self.host, self.port, ssl=False) as client:
            client.login(USER, PASSWORD)
            client.select_folder("INBOX", readonly=True)
            found = client.get_flags(client.search())
        return [
            {flag.decode() for flag in found[uid]} - {"\\Recent"}
            for uid in sorted(found)
        ]
