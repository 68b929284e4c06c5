"""A page with a file, filled in; and such files as are far too large."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from io import BytesIO
from typing import Any

from registration.models import Category
from tests.making import make_question
from tests.parts.visitor import Visitor

MEGABYTE = 1024**2
# As browsers make them; it is what the server looks for in all that comes.
BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW8"


@dataclass
class Form:
    """What a visitor has typed into the page at `path`, whose file is called `file`."""

    visitor: Visitor
    path: str
    data: dict[str, Any]
    file: str
    kept: str

    def send(self, content: bytes) -> float:
        """Fill it in anew and send it; the seconds until it was answered."""
        file = BytesIO(content)
        file.name = "paper.pdf"
        self.visitor.open(self.path)
        data = self.visitor.hidden_fields | self.data
        start = time.monotonic()
        self.visitor.send(self.path, data, file, self.file)
        return time.monotonic() - start

    def send_huge(self, size: int, boundary: str = BOUNDARY) -> str:
        """The same with so many bytes as its file; what comes back."""
        self.visitor.open(self.path)
        fields = self.visitor.hidden_fields | self.data | {"until": "the end"}
        cookies = "; ".join(
            f"{each.name}={each.value}" for each in self.visitor.cookies
        )
        words = fields.pop("function")
        parts = (part(name, value, boundary) for name, value in fields.items())
        head = "".join(parts).encode()
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{self.file}";'
            ' filename="film.mp4"\r\n\r\n'
        ).encode()
        # What was typed below the file.
        last = part("function", words, boundary)
        tail = f"\r\n{last}--{boundary}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            yield from zeros(size)
            yield tail

        host = self.visitor.url.removeprefix("http://")
        connection = HTTPConnection(host, timeout=120)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + size + len(tail)),
            "Cookie": cookies,
        }
        connection.request("POST", self.path, body(), headers)
        return connection.getresponse().read().decode()


def registration_form(site: Any) -> Form:
    question = make_question(kind="file", is_required=True)
    meeting = question.meeting
    category = Category.objects.of(meeting).filter(names="organization").first()
    data = {
        "category": category.pk,
        "organization": "International Organization for Tests",
        "name": "Ana O’Neill",
        "function": "Officer for counting",
        "email": "ana@example.org",
        "attendance": "in_person",
        "days": [day.isoformat() for day in meeting.days],
        "language": "en",
    }
    path = f"/{meeting.slug}/register/"
    return Form(Visitor(site.url), path, data, question.key, data["function"])


def part(name: str, value: Any, boundary: str = BOUNDARY) -> str:
    values = value if isinstance(value, list) else [value]
    return "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
        f"\r\n\r\n{each}\r\n"
        for each in values
    )


def zeros(size: int) -> Iterator[bytes]:
    """As many as one asks for, without having them."""
    piece = b"\0" * MEGABYTE
    for start in range(0, size, MEGABYTE):
        yield piece[: size - start]
