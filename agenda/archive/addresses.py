"""Where a link of the site leads, and whether the copy has it."""

from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from django.conf import settings
from django.templatetags.static import static
from django.urls import Resolver404, resolve

from agenda.archive.routes import LEFT_OUT, VIEWS
from meeting.models import Meeting


class Address(NamedTuple):
    """A place on this site, decoded; what follows the # is no part of it."""

    path: str
    query: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        asked = f"?{urlencode(self.query)}" if self.query else ""
        return f"{settings.SITE_URL}{quote(self.path)}{asked}"


def address_of(link: str, page: Address) -> Address | None:
    """Where a link on a page leads to; None where that is no place on this site."""
    try:
        parts = urlsplit(urljoin(str(page), link.strip()))
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" != settings.SITE_URL:
        return None
    path = unquote(parts.path)
    # A file is the same, whatever is asked of it.
    is_page = path.endswith("/")
    query = parse_qsl(parts.query, keep_blank_values=True) if is_page else []
    return Address(path, tuple(sorted(query)))


class Bounds:
    """What of the site a copy of this meeting takes in."""

    def __init__(self, meeting: Meeting) -> None:
        self.home = Address(meeting.get_absolute_url())
        self.static = static("")

    def has(self, address: Address) -> bool:
        """Whether it belongs to the meeting, or to the looks of its pages."""
        return address.path.startswith((self.home.path, self.static))

    def leaves_out(self, address: Address) -> bool:
        """Whether it is the meeting's, and of no use without a server."""
        try:
            name = resolve(address.path).url_name
        except Resolver404:
            return False  # As the site will say itself.
        asked = {name for name, _value in address.query}
        return name in LEFT_OUT or not asked <= VIEWS.get(name, set())
