"""A virus scanner that speaks clamd's protocol, and finds what it is told to find."""

import socket
import socketserver
import struct
import threading
from typing import Self

# What every scanner takes for a virus, so that it can be tried; in two pieces here, so
# that no scanner finds it in this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + rb"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Conversation(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        command = self._read_word()
        if self.server.is_silent:
            self.server.let_go.wait()
        elif command == b"zPING":
            self.request.sendall(b"PONG\0")
        elif command == b"zINSTREAM":
            self._scan()

    def _read_word(self) -> bytes:
        word = b""
        while not word.endswith(b"\0"):
            letter = self.request.recv(1)
            if not letter:
                break
            word += letter
        return word.rstrip(b"\0")

    def _scan(self) -> None:
        content = b""
        while size := struct.unpack("!I", self._read(4))[0]:
            content += self._read(size)
            if len(content) > self.server.most:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.seen.append(content)
        is_clean = EICAR not in content
        said = "OK" if is_clean else "Eicar-Test-Signature FOUND"
        self.request.sendall(f"stream: {said}\0".encode())

    def _read(self, size: int) -> bytes:
        content = b""
        while len(content) < size:
            content += self.request.recv(size - len(content))
        return content


class Clamd(socketserver.ThreadingTCPServer):
    """`seen` has what it looked at; it looks at no more than `most` bytes."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.seen: list[bytes] = []
        self.is_silent, self.most = False, 25 * 1024**2
        self.let_go = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.let_go.set()
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return "tcp://{}:{}".format(*self.server_address)


class ClamdOnSocket(Clamd):
    """The same, on a socket in the file system."""

    address_family = socket.AF_UNIX

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__()

    def server_bind(self) -> None:
        self.socket.bind(self.path)
        self.server_address = self.path

    @property
    def url(self) -> str:
        return f"unix://{self.path}"
