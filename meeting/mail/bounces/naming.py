"""How a mail that left carries its own name, so that it is known when it comes back.

The name is a token that nobody can make up: part of the address to which other servers
send mail back, and of a header that a provider says again by its webhook.
"""

import json
import re
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# What each provider reads in a mail that it is given by SMTP.
HEADERS = {
    "brevo": "X-Mailin-custom",
    "mailgun": "X-Mailgun-Variables",
    "mailjet": "X-MJ-EventPayload",
    "postmark": "X-PM-Metadata-plenary",
}


def token_of(pk: int) -> str:
    # Short, as a mailbox's name has 64 characters; in small letters, as servers may
    # change their case.
    number = f"{pk:x}"
    return f"{number}-{_signature(number)}"


def pk_of(token: str) -> int | None:
    """Whose token it is; None where it is none of ours."""
    number, _dash, signature = token.lower().partition("-")
    is_ours = constant_time_compare(signature, _signature(number))
    return int(number, 16) if is_ours else None


def _signature(number: str) -> str:
    digest = salted_hmac("meeting.mail.bounces", number, algorithm="sha256")
    return digest.hexdigest()[:16]


def envelope_sender(pk: int) -> str:
    """Where other servers send this mail back to, or what they say of it."""
    if not settings.MAIL_RETURN_PATH:
        return settings.DEFAULT_FROM_EMAIL
    name, _at, domain = settings.MAIL_RETURN_PATH.partition("@")
    return f"{name}+{token_of(pk)}@{domain}"


def pks_in(addresses: Iterable[str]) -> list[int]:
    """The mails whose envelope sender is among these addresses."""
    if not settings.MAIL_RETURN_PATH:
        return []
    name, _at, domain = map(re.escape, settings.MAIL_RETURN_PATH.partition("@"))
    ours = re.compile(rf"{name}\+([0-9a-f]+-[0-9a-f]+)@{domain}", re.IGNORECASE)
    tokens = [token for text in addresses for token in ours.findall(text)]
    return [pk for pk in map(pk_of, tokens) if pk is not None]


def headers_of(pk: int) -> dict[str, str]:
    """What a mail carries for its provider, and its sender as people see it."""
    headers = {"From": settings.DEFAULT_FROM_EMAIL}
    provider, token = settings.ANYMAIL_PROVIDER, token_of(pk)
    if provider == "postmark":
        headers[HEADERS[provider]] = token
    elif provider:
        headers[HEADERS[provider]] = json.dumps({"plenary": token})
    return headers
