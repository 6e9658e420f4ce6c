"""Where a request came from, as much of it as may be kept."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

#: What is kept of an address: the network, not the household (data minimisation, Art. 5(1)(c) GDPR).
KEPT_BITS = {4: 24, 6: 48}


def network_of(request: HttpRequest) -> str:
    """The sender's network address, truncated to /24 (IPv4) or /48 (IPv6); "" where there is none.

    Behind a proxy the last entry of X-Forwarded-For counts, which the proxy itself wrote; what a sender puts in
    front of it changes nothing (ASVS 5.0, 15.3.4).
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", address).rpartition(",")[2]
    return truncated_network(address)


def truncated_network(address: str) -> str:
    """The network of an address as text; "" for what is no address. An IPv4 address in IPv6 clothes counts as IPv4."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    bare = str(found).partition("%")[0]
    return str(ip_network(f"{bare}/{KEPT_BITS[found.version]}", strict=False))
