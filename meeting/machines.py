"""Whose machine asks, as far as can be known."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Whose machine it is: what our own proxies say, and nothing that it says itself."""
    own = request.META.get("REMOTE_ADDR", "")
    if not settings.PROXIES:
        return own
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if len(forwarded) < settings.PROXIES:
        return own  # It did not come through all of them.
    return _without_port(forwarded[-settings.PROXIES].strip()) or own


def _without_port(address: str) -> str:
    """The address of "192.0.2.1:8000" or "[2001:db8::1]:8000"; empty where it is none."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        return str(ip_address(address))
    except ValueError:
        return ""


def network_of(address: str) -> str:
    """What one machine has: one address of four numbers, or a whole /64 of the long."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return address
