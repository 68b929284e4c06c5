"""Answers that need not be sent again to whoever has them (RFC 9110, 13)."""

from datetime import datetime
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date


def feed_response(
    request: HttpRequest,
    content: bytes,
    content_type: str,
    *,
    filename: str = "",
    changed_at: datetime | None = None,
) -> HttpResponse:
    """`content`, or 304 where the reader has these very bytes.

    `changed_at` is only for content of which every change moves it on.
    """
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=content_type, headers={"ETag": etag})
    moment = None
    if changed_at:
        moment = int(changed_at.timestamp())
        response["Last-Modified"] = http_date(moment)
    if filename:
        response["Content-Disposition"] = f'inline; filename="{filename}"'
    # Kept by whoever likes, and asked about each time.
    patch_cache_control(response, public=True, no_cache=True)
    return get_conditional_response(
        request, etag=etag, last_modified=moment, response=response
    )
