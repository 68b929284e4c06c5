"""What may stand in a mail: nothing that ends a header, names another reader, or that
PostgreSQL does not take.
"""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

# Lines may end and tabs may stand; half characters have no place in UTF-8.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
LINE_END = re.compile("\r\n?")
LONGEST_ADDRESS = 254
# A comma or semicolon is where a long header is folded, in the middle of an address.
WEB_ADDRESS = re.compile(r"https?://[!-~]+", re.IGNORECASE)
NO_WEB_ADDRESS = re.compile(r'[<>",;\\]')


def one_line(text: str, longest: int) -> str:
    return NO_TEXT.sub("", " ".join(text.split()))[:longest]


def lines(text: str) -> str:
    return NO_TEXT.sub("", LINE_END.sub("\n", text))


def calendar_lines(text: str) -> str:
    """These end with CR LF, as RFC 5545 wants."""
    return lines(text).replace("\n", "\r\n")


def validate_address(address: str) -> None:
    """One plain address, as it goes into the envelope: no name, no quotes, no list."""
    validate_email(address)
    local, _at, domain = address.rpartition("@")
    is_plain = (
        len(address) <= LONGEST_ADDRESS
        and local.isascii()
        and not set(address) & set('",;:<>()\\ ')
        # Line separators and signs that nobody sees are no letters of a domain.
        and domain.isprintable()
        and _is_domain(domain)
    )
    if not is_plain:
        raise ValidationError(
            _("Enter one e-mail address, without a name or quotation marks."),
            code="not_plain",
        )


def is_address(address: str) -> bool:
    try:
        validate_address(address)
    except ValidationError:
        return False
    return True


def web_address(url: str, longest: int) -> str:
    """The address as it is, or nothing where a header could not carry it whole."""
    fits = len(url) <= longest and WEB_ADDRESS.fullmatch(url)
    return url if fits and not NO_WEB_ADDRESS.search(url) else ""


def _is_domain(domain: str) -> bool:
    try:
        domain.encode("idna")
    except UnicodeError:
        return False
    return True
