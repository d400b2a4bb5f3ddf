"""Which IP addresses belong to the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291 §2.4; nothing else is routed on the internet
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address that is reached


def is_public(address: str) -> bool:
    """Tell whether ``address`` is a public unicast address.

    Not public: loopback, private, link-local (there the clouds keep their metadata services), shared
    (RFC 6598), multicast, reserved and documentation ranges, and any IPv6 form that carries such an
    IPv4 address (mapped, NAT64, 6to4).
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address) and (inner := _carried(ip)) is not None:
        return _is_public(inner)
    return _is_public(ip)


def _carried(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False
    return ip.is_global and not ip.is_multicast  # is_global counts some multicast in
