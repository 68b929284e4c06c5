"""Sensitive answers, encrypted with keys that are not in the database.

Fernet (AES-128 in CBC mode with HMAC-SHA256), as the `cryptography` library has it.
The first key of `DATA_KEYS` seals; all of them open, so that a key can be replaced.
"""

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SealBrokenError(Exception):
    """What was sealed cannot be opened: its key is not among DATA_KEYS."""


def seal(text: str) -> str:
    return seal_bytes(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises SealBrokenError where no key opens it."""
    return unseal_bytes(sealed.encode()).decode()


def seal_bytes(content: bytes) -> bytes:
    if not settings.DATA_KEYS:
        raise ImproperlyConfigured("DATA_KEYS is empty: nothing can be sealed.")
    return _keys(tuple(settings.DATA_KEYS)).encrypt(content)


def unseal_bytes(sealed: bytes) -> bytes:
    """Raises SealBrokenError where no key opens it."""
    if not settings.DATA_KEYS:
        raise SealBrokenError
    try:
        return _keys(tuple(settings.DATA_KEYS)).decrypt(sealed)
    except InvalidToken as error:
        raise SealBrokenError from error


def has_newest_seal(sealed: bytes) -> bool:
    """Whether the key that seals today opens it, without the older ones."""
    try:
        Fernet(settings.DATA_KEYS[0]).decrypt(sealed)
    except InvalidToken:
        return False
    return True


@cache
def _keys(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
