"""Addresses that lead into a private network, or elsewhere than to the web."""

from __future__ import annotations

from collections.abc import Iterator

from calsieve.errors import UpstreamRefused, UpstreamUnavailable
from tests.security.bad_input import BadInput, Refused

_PRIVATE = Refused(error=UpstreamRefused, words="its host is on a private network")
_NO_URL = Refused(error=UpstreamRefused, words="no http, https or webcal URL")
_SCHEME = Refused(error=UpstreamRefused, words="its address has to begin with one of")
_MALFORMED = Refused(error=UpstreamRefused, words="its address or one of its headers is malformed")
_UNKNOWN = Refused(error=UpstreamUnavailable, words="its host can't be found")

_HOSTS = {
    "loopback": "127.0.0.1",
    "loopback, not the usual one": "127.8.8.8",
    "loopback by name": "localhost",
    "loopback by a name with a dot": "localhost.",
    "loopback in capitals": "LOCALHOST",
    "loopback as one number": "2130706433",
    "loopback in hex": "0x7f000001",
    "loopback in octal": "0177.0.0.1",
    "loopback, shortened": "127.1",
    "loopback by IPv6": "[::1]",
    "loopback mapped into IPv6": "[::ffff:127.0.0.1]",
    "loopback mapped into IPv6, in hex": "[::ffff:7f00:1]",
    "loopback as an old compatible address": "[::127.0.0.1]",
    "loopback by 6to4": "[2002:7f00:1::]",
    "loopback by NAT64": "[64:ff9b::127.0.0.1]",
    "loopback by a NAT64 of one's own": "[64:ff9b:1::7f00:1]",
    "loopback by Teredo": "[2001:0:7f00:1::]",
    "loopback translated (SIIT)": "[::ffff:0:127.0.0.1]",
    "this host": "0.0.0.0",
    "this host as 0": "0",
    "this host by IPv6": "[::]",
    "a cloud's metadata": "169.254.169.254",
    "a cloud's metadata in hex": "0xa9fea9fe",
    "a cloud's metadata by IPv6": "[fd00:ec2::254]",
    "a cloud's metadata, mapped": "[::ffff:a9fe:a9fe]",
    "a cloud's metadata by NAT64": "[64:ff9b::a9fe:a9fe]",
    "a container's credentials": "169.254.170.2",
    "another cloud's metadata": "100.100.100.200",
    "a private network of class A": "10.1.2.3",
    "a private network of class B": "172.16.0.1",
    "a private network of class C": "192.168.0.1",
    "a unique local address": "[fd12:3456::1]",
    "a link-local address": "[fe80::1]",
    "a site-local address": "[fec0::1]",
    "a multicast address": "224.0.0.1",
    "a multicast address of IPv6": "[ff02::1]",
    "the broadcast address": "255.255.255.255",
    "a reserved address": "240.0.0.1",
    "a network for benchmarks": "198.18.0.1",
    "a network for documents": "[2001:db8::1]",
}
_ODD = {
    "a user that looks like a host": ("http://good.example@127.0.0.1/", _PRIVATE),
    "a backslash that ends the host for some": ("http://127.0.0.1\\@good.example/", _NO_URL),
    "a host of nothing": ("http://:80/", _NO_URL),
    "port 0": ("http://a.example:0/", _NO_URL),
    "a port beyond all ports": ("http://a.example:65536/", _NO_URL),
    "a port that is a word": ("http://a.example:http/", _NO_URL),
    "half of an IPv6 address": ("http://[::1/", _NO_URL),
    "loopback in full-width digits": ("http://１２７.0.0.1/", _MALFORMED),
    "loopback with ideographic stops": ("http://127。0。0。1/", _MALFORMED),
    "an IPv6 address with a zone": ("http://[fe80::1%25lo]/", _UNKNOWN),
    "a host with a NUL": ("http://a\0.example/", _MALFORMED),
    "a label too long for any name": (f"http://{'a' * 64}.example/", _UNKNOWN),
    "a file of the function": ("file:///proc/self/environ", _SCHEME),
    "gopher": ("gopher://127.0.0.1:25/_x", _SCHEME),
    "a script": ("javascript:alert(1)", _SCHEME),
    "no scheme": ("MARKED", _SCHEME),
    "webcal to loopback": ("webcal://127.0.0.1/", _PRIVATE),
}
_REDIRECTS = {
    "to loopback": ("http://127.0.0.1:8080/", _PRIVATE),
    "to loopback by name": ("http://localhost/", _PRIVATE),
    "to a cloud's metadata": ("http://169.254.169.254/latest/meta-data/iam/", _PRIVATE),
    "to a cloud's metadata, without a scheme": ("//169.254.169.254/", _PRIVATE),
    "to loopback mapped into IPv6": ("http://[::ffff:127.0.0.1]/", _PRIVATE),
    "to loopback as one number": ("http://2130706433/", _PRIVATE),
    "to loopback behind a user": ("http://public.example@127.0.0.1/", _PRIVATE),
    "to a file": ("file:///etc/passwd", _NO_URL),
    "to a script": ("javascript:alert(1)", _NO_URL),
    "to data": ("data:text/calendar,BEGIN:VCALENDAR", _NO_URL),
    "to gopher": ("gopher://127.0.0.1/", _NO_URL),
    "to half of an IPv6 address": ("http://[::1/", _NO_URL),
    "to a host that others read differently": ("http://127.0.0.1\\.public.example/", _NO_URL),
    "to itself, for ever": ("http://public.example/a", Refused(error=UpstreamRefused, words="in a circle")),
}


def _inputs() -> Iterator[BadInput]:
    for name, host in _HOSTS.items():
        yield BadInput("address", name, lambda host=host: f"http://{host}/private.ics", _PRIVATE)
    for name, (url, ends) in _ODD.items():
        yield BadInput("address", name, lambda url=url: url, ends)
    for name, (location, ends) in _REDIRECTS.items():
        yield BadInput("redirect", name, lambda location=location: location, ends)
    for kind in ("http", "caldav", "graph", "oauth"):
        yield BadInput("rebinding", kind, lambda kind=kind: kind, _PRIVATE)


INPUTS = tuple(_inputs())
