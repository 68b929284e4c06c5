"""Somebody with a browser that knows no JavaScript: pages, cookies and forms."""

from html.parser import HTMLParser
from http.cookiejar import Cookie, CookieJar
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.test.client import (
    BOUNDARY,
    MULTIPART_CONTENT,
    Client,
    encode_multipart,
)


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
        self.cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))
        self._opener.addheaders += (headers or {}).items()

    def open(self, path: str, data: dict[str, Any] | None = None) -> None:
        """Go to this path, or send it `data`."""
        body = urlencode(data, doseq=True).encode() if data is not None else None
        request = Request(self.url + path, body)
        with self._opener.open(request, timeout=30) as response:
            self.address, self.page = response.geturl(), response.read().decode()

    def send(
        self, path: str, data: dict[str, Any], file: File, name: str = "file"
    ) -> None:
        """Send a form that has a file."""
        body = encode_multipart(BOUNDARY, data | {name: file})
        headers = {"Content-Type": MULTIPART_CONTENT}
        request = Request(self.url + path, body, headers)
        with self._opener.open(request, timeout=30) as response:
            self.address, self.page = response.geturl(), response.read().decode()

    def sign_in(self, user: User) -> None:
        """Have the cookie that this user gets by signing in."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        host = urlsplit(self.url).hostname
        rest = {"port": None, "port_specified": False, "domain_specified": False}
        rest |= {"domain_initial_dot": False, "path_specified": True, "path": "/"}
        rest |= {"secure": False, "expires": None, "discard": True, "rest": {}}
        rest |= {"comment": None, "comment_url": None}
        cookie = Cookie(0, session.key, session.value, domain=host, **rest)
        self.cookies.set_cookie(cookie)

    @property
    def hidden_fields(self) -> dict[str, str]:
        """What the form on this page sends by itself: its keys against forgery."""
        parser = _Hidden()
        parser.feed(self.page)
        return parser.fields
