"""The mailbox to which other servers send mails back."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from meeting.mail.bounces.reading import note

log = logging.getLogger(__name__)

# In one run. What is more waits for the next.
MOST_MAILS = 200
MOST_SECONDS = 240
# Of each mail. The notification comes first, then the headers of the mail it is about.
# Whoever sends us a mail of empty lines alone keeps the detectors busy for seconds.
MOST_BYTES = 256 * 1024
PATIENCE = SocketTimeout(connect=10, read=30)


@contextmanager
def opened(*, readonly: bool) -> Iterator[tuple[IMAPClient, int]]:
    """The mailbox, and the number under which its mails keep their numbers."""
    box = settings.BOUNCES_MAILBOX
    is_tls = box["scheme"] == "imaps"
    with IMAPClient(box["host"], box["port"], ssl=is_tls, timeout=PATIENCE) as client:
        if box["scheme"] == "imap+tls":
            client.starttls()
        client.login(box["user"], box["password"])
        selected = client.select_folder(box["folder"], readonly=readonly)
        yield client, selected[b"UIDVALIDITY"]


def check_mailbox() -> str:
    """What is wrong with it, or "ok"."""
    if not settings.BOUNCES_MAILBOX:
        return _("No mailbox is set.")
    try:
        with opened(readonly=True):
            return "ok"
    except (IMAPClientError, OSError) as error:
        return _said(error)


def read_mailbox() -> int:
    """Note what came back since the last time; return how many of ours did."""
    if not settings.BOUNCES_MAILBOX:
        return 0
    try:
        with opened(readonly=False) as (client, validity):
            return _read(client, f"bounces-{validity}")
    except (IMAPClientError, OSError) as error:
        log.error("The mailbox for bounces cannot be read: %s", _said(error))
        return 0


def _read(client: IMAPClient, mark: str) -> int:
    # What is not for us stays unread, for people; so we keep in mind how far we came.
    # Where that is forgotten, with this process, they are looked at once more.
    last = cache.get(mark, 0)
    unseen = client.search(["UNSEEN", "UID", f"{last + 1}:*"])
    # The range of IMAP holds the newest mail in any case.
    uids = sorted(uid for uid in unseen if uid > last)
    count, stop = 0, time.monotonic() + MOST_SECONDS
    for uid in uids[:MOST_MAILS]:
        if time.monotonic() > stop:
            break
        if note(_fetch(client, uid)):
            client.add_flags(uid, [SEEN])
            count += 1
        cache.set(mark, uid, timeout=None)
    return count


def _fetch(client: IMAPClient, uid: int) -> bytes:
    """Its beginning; nothing where somebody has deleted it meanwhile."""
    found = client.fetch(uid, [f"BODY.PEEK[]<0.{MOST_BYTES}>"])
    return found.get(uid, {}).get(b"BODY[]<0>") or b""


def _said(error: Exception) -> str:
    words = error.args[0] if error.args and isinstance(error.args[0], bytes) else b""
    return words.decode("utf-8", "replace") or f"{type(error).__name__}: {error}"
