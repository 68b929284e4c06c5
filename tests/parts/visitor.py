"""Somebody with a browser that knows no JavaScript: pages, cookies and forms."""

from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from django.core.files import File
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.fields[given["name"]] = given.get("value") or ""


class Visitor:
    """`address` and `page` are where they are and what they see.

    `headers` go with all that they ask.
    """

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.url, self.address, self.page = url, url, ""
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders += (headers or {}).items()

    def open(self, path: str, data: dict[str, Any] | None = None) -> None:
        """Go to this path, or send it `data`."""
        body = urlencode(data, doseq=True).encode() if data is not None else None
        request = Request(self.url + path, body)
        with self._opener.open(request, timeout=30) as response:
            self.address, self.page = response.geturl(), response.read().decode()

    def send(self, path: str, data: dict[str, str], file: File) -> None:
        """Send a form that has a file."""
        body = encode_multipart(BOUNDARY, data | {"file": file})
        headers = {"Content-Type": MULTIPART_CONTENT}
        request = Request(self.url + path, body, headers)
        with self._opener.open(request, timeout=30) as response:
            self.address, self.page = response.geturl(), response.read().decode()

    @property
    def hidden_fields(self) -> dict[str, str]:
        """What the form on this page sends by itself: its keys against forgery."""
        parser = _Hidden()
        parser.feed(self.page)
        return parser.fields
