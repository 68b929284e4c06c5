"""The same bytes as a page's, by a view that does nothing else: what pages are held to.

The first request asks for the page and remembers what it was.
"""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from meeting import urls


@cache
def _page(slug: str) -> HttpResponse:
    headers = {"host": "localhost", "accept-encoding": "gzip"}
    return Client(headers=headers).get(f"/{slug}/agenda/")


def bare(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(slug)
    return HttpResponse(page.content, headers={"Content-Encoding": "gzip"})


urlpatterns = [path("bare/<slug:slug>/", bare), *urls.urlpatterns]
