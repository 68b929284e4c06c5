"""A virus scanner, where there is one: ClamAV's clamd, which CLAMD_URL names.

It fails closed: what it cannot look at is not taken.
"""

import logging
import socket
import struct
import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)

CHUNK = 256 * 1024
# Seconds for all that is said about one file, and for a greeting.
PATIENCE, GREETING = 20, 3
LONGEST_ANSWER = 4096
# Verdicts; others end with "FOUND", after the name of what was found.
CLEAN, UNKNOWN = "OK", ""


def check_harmless(file: File) -> None:
    """Raises ValidationError (infected, not_scanned), where a scanner is set."""
    # Of a file that came with a form it was asked before any transaction began.
    if not hasattr(file, "verdict"):
        look_at(file)
    if file.verdict == CLEAN:
        return
    if file.verdict.endswith("FOUND"):
        sentence = _(
            "The virus scanner found something harmful in this file (%(name)s), and it"
            " was not taken. Have your computer checked, and send a clean copy."
        )
        name = file.verdict.removesuffix("FOUND").strip()
        raise ValidationError(sentence, "infected", {"name": name})
    sentence = _(
        "Files cannot be checked for viruses just now, so this one was not taken. Try"
        " again in some minutes; if it goes on, write to the secretariat."
    )
    raise ValidationError(sentence, code="not_scanned")


def look_at(file: File) -> None:
    """Have the file say its `verdict`; without a scanner everything is clean."""
    file.verdict = _verdict(file) if settings.CLAMD else CLEAN


def greet() -> None:
    """Raises OSError where the scanner does not answer."""
    if (said := _ask(b"zPING\0", None, GREETING)) != "PONG":
        raise OSError(f"The scanner said: {said}")


def _verdict(file: File) -> str:
    try:
        said = _ask(b"zINSTREAM\0", file, PATIENCE).removeprefix("stream: ")
    except OSError as error:
        log.error("The virus scanner cannot be reached: %s", error)
        return UNKNOWN
    if said == CLEAN or said.endswith(" FOUND"):
        return said
    # "INSTREAM size limit exceeded. ERROR": its StreamMaxLength is to be raised.
    log.error("The virus scanner could not look at a file: %s", said)
    return UNKNOWN


def _ask(command: bytes, file: File | None, seconds: float) -> str:
    deadline = time.monotonic() + seconds
    with _connected(min(seconds, GREETING)) as scanner:
        _wait_until(deadline, scanner)
        scanner.sendall(command)
        if file is not None:
            _send(scanner, file, deadline)
        return _answer(scanner, deadline)


def _connected(seconds: float) -> socket.socket:
    address = settings.CLAMD
    if isinstance(address, tuple):
        return socket.create_connection(address, seconds)
    scanner = socket.socket(socket.AF_UNIX)
    try:
        scanner.settimeout(seconds)
        scanner.connect(address)
    except OSError:
        scanner.close()
        raise
    return scanner


def _send(scanner: socket.socket, file: File, deadline: float) -> None:
    """In pieces, each after its length; one of no length ends it."""
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            _wait_until(deadline, scanner)
            scanner.sendall(struct.pack("!I", len(chunk)) + chunk)
        scanner.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # It has heard enough, and has said why.
    finally:
        file.seek(0)


def _answer(scanner: socket.socket, deadline: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        _wait_until(deadline, scanner)
        piece = scanner.recv(LONGEST_ANSWER)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode(errors="replace")


def _wait_until(deadline: float, scanner: socket.socket) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    scanner.settimeout(left)
