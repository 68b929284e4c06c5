"""The site, asked within this process."""

from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import translation

from agenda.archive.addresses import Address


class Site:
    """As anybody sees it: without an account, cookie or private link."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._parts = urlsplit(settings.SITE_URL)
        # Made for tests, it leaves the connections of this process alone.
        self._client = Client(raise_request_exception=False)

    def get(self, address: Address) -> HttpResponseBase:
        self._client.cookies.clear()
        # The reader's language is that of the answer alone.
        with translation.override(translation.get_language()):
            return self._client.get(
                quote(address.path),
                headers={
                    "host": self._parts.netloc,
                    "accept-language": self._language,
                },
                query_params=dict(address.query),
                secure=self._parts.scheme == "https",
            )
