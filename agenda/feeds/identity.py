"""By what other programs know the parts of a programme: the same for ever."""

from urllib.parse import urlsplit
from uuid import NAMESPACE_DNS, UUID, uuid5

from django.conf import settings

from agenda.models import Item, Session, Speaker


def host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def guid(part: Item | Session | Speaker) -> UUID:
    """Of a person by our own number: nobody's address could be guessed from it."""
    if isinstance(part, Session):
        return part.uid
    return named_guid(f"{part._meta.model_name}-{part.pk}")


def named_guid(name: str) -> UUID:
    return uuid5(uuid5(NAMESPACE_DNS, host()), name)


def number(part: Item | Session) -> int:
    """One of its own among items and sessions together."""
    return 2 * part.pk + isinstance(part, Item)
