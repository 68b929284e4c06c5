"""The site, asked within this process."""

from io import BytesIO
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http.response import HttpResponseBase

from agenda.archive.addresses import Address


class Site:
    """As anybody sees it: without an account, cookie or private link."""

    def __init__(self, language: str) -> None:
        self._handler = WSGIHandler()
        parts = urlsplit(settings.SITE_URL)
        self._environ = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": str(parts.port or {"http": 80, "https": 443}[parts.scheme]),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": parts.netloc,
            "HTTP_ACCEPT_LANGUAGE": language,
            "wsgi.url_scheme": parts.scheme,
        }

    def get(self, address: Address) -> HttpResponseBase:
        """The answer, to be closed by whoever asks."""
        environ = {
            **self._environ,
            # WSGI has the bytes of an address as letters.
            "PATH_INFO": address.path.encode().decode("latin-1"),
            "QUERY_STRING": urlencode(address.query),
            "wsgi.input": BytesIO(),
        }
        return self._handler.get_response(WSGIRequest(environ))
