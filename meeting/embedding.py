"""Other sites that may show the agenda within their pages, by their origins."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"{LABEL}(\.{LABEL})*")


def origin_of(address: str) -> str:
    """As browsers name a site: "https://example.org". Raises ValidationError."""
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname or "", parts.port
        # Names in other scripts, as browsers send them.
        host = host.encode("idna").decode() if host else ""
    except ValueError:
        host, port = "", None
    if not HOST.fullmatch(host) or parts.scheme not in {"https", "http"}:
        raise ValidationError(
            _(
                "“%(address)s” is no address of a site. Write it as https://example.org."
            ),
            code="origin",
            params={"address": address},
        )
    is_usual = port in {None, {"https": 443, "http": 80}[parts.scheme]}
    origin = f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValidationError(
            _(
                "“%(address)s” is more than a site. Leave out what follows the name:"
                " %(origin)s."
            ),
            code="origin_path",
            params={"address": address, "origin": origin},
        )
    return origin


def origins_of(lines: str) -> list[str]:
    """Each once, in their order; what is none is left out."""
    origins = []
    for line in lines.splitlines():
        try:
            origins.append(origin_of(line))
        except ValidationError:
            continue
    return list(dict.fromkeys(origins))
