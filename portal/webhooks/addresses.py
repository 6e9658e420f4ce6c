"""Which network addresses a receiver may have. Standard library only.

Whoever names a receiver must not make the portal call what only the portal can reach (OWASP ASVS 5.0, 1.3.6). So every
address that a name resolves to is judged, and the connection goes to that very address (`posting`).
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Under which clouds hand out what a machine may know of itself: all that is link-local, and these. No setting opens
#: them.
METADATA = frozenset(
    map(
        ip_address,
        (
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:42::42",
            "fd00:ec2::23",
            "fd00:ec2::254",
            "fd20:ce::254",
        ),
    )
)
#: Not everybody's standard library counts these as not global.
CLOSED = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/96",
            "100::/64",
            "2001::/23",
            "::ffff:0:0:0/96",  # IPv4-translated (RFC 2765)
            "3fff::/20",  # documentation (RFC 9637)
            "5f00::/16",  # segment routing (RFC 9602)
            "fec0::/10",
            "ff00::/8",
        ),
    )
)
_NAT64 = ip_network("64:ff9b::/96")
_NAT64_LOCAL = ip_network("64:ff9b:1::/48")
_SIX_TO_FOUR = ip_network("2002::/16")


def may_be_called(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Whether the address is one of the open Internet, or lies in a network that the settings name."""
    inner = _inside(address)
    if METADATA & {address, inner} or inner.is_link_local:
        return False
    if is_named(address, allowed):
        return True
    return _is_open(address) and _is_open(inner)


def is_named(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether the settings name its network. What an address of version 6 carries inside counts as well."""
    inner = _inside(address)
    return any(one.version == inner.version and inner in one for one in allowed)


def _is_open(address: Address) -> bool:
    closed = any(one.version == address.version and address in one for one in CLOSED)
    return address.is_global and not address.is_multicast and not closed


def _inside(address: Address) -> Address:
    """The address of version 4 that one of version 6 leads to: mapped (RFC 4291), 6to4 (RFC 3056), NAT64 (RFC 6052
    and 8215). Else the address itself, without its zone."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    if address in _NAT64 or address in _NAT64_LOCAL:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return IPv6Address(int(address))


def read_networks(words: Iterable[str]) -> tuple[Network, ...]:
    """Networks as in 10.20.0.0/16. Raises ValueError."""
    return tuple(ip_network(word) for word in words)


def opens_everything(network: Network) -> bool:
    """Whether a network is so wide that naming it names no network: 10.0.0.0/8 and fc00::/7 are the widest private
    ones."""
    return network.prefixlen < (8 if network.version == 4 else 7)
