"""Answers of which whoever keeps them is told whether they still hold."""

from datetime import datetime

from django.http import HttpResponse
from django.utils.http import http_date


def feed_response(
    content: bytes,
    content_type: str,
    *,
    filename: str = "",
    changed_at: datetime | None = None,
) -> HttpResponse:
    """`content`, for `kept` to compare with what the reader has.

    `changed_at` is only for content of which every change moves it on.
    """
    response = HttpResponse(content, content_type=content_type)
    if changed_at:
        response["Last-Modified"] = http_date(int(changed_at.timestamp()))
    if filename:
        response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
