"""Addresses that open something for some minutes, made for who may have it.

They take the place of a private link, which would stay in the history of a browser,
or be passed on with the file.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

SIGNER = signing.Signer(salt="meeting.files")
LASTS = timedelta(minutes=5)
# Whoever has begun in time may go on: a large file over a slow line, with pauses.
GOES_ON = timedelta(hours=12)


class Key(Enum):
    NONE = "none"
    GOOD = "good"
    OVER = "over"


def signed(address: str, subject: str, reader: str) -> str:
    """The address, with a key that opens what is named by `subject` from now on.

    Whose key it is says `reader`: whether they still may is to be asked each time.
    """
    until = str(int((timezone.now() + LASTS).timestamp()))
    key = SIGNER.signature(f"{subject}:{reader}:{until}")
    return f"{address}?{urlencode({'until': until, 'by': reader, 'key': key})}"


def key_of(
    request: HttpRequest,
    subject: str,
    has_begun: Callable[[], bool] = lambda: False,
) -> Key:
    """Whether the address of this request opens it still; a wrong key is none.

    `has_begun` says whether it asks for the rest of what was begun in time.
    """
    until, key = request.GET.get("until", ""), request.GET.get("key", "")
    try:
        SIGNER.unsign(f"{subject}:{reader_of(request)}:{until}:{key}")
    except signing.BadSignature:
        return Key.NONE
    left = datetime.fromtimestamp(int(until), UTC) - timezone.now()
    if left > timedelta(0) or (left > -GOES_ON and has_begun()):
        return Key.GOOD
    return Key.OVER


def reader_of(request: HttpRequest) -> str:
    """Whose key it is; nothing is proven by it but together with the key."""
    return request.GET.get("by", "")
