"""Where the credentials of an account may go, and what the addresses in a server's answers mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from calsieve.adapters.caldav.multistatus import Garbled
from calsieve.adapters.http.request import bare, same_owner, split
from calsieve.errors import UpstreamRefused

if TYPE_CHECKING:
    from calsieve.providers import Provider

# RFC 3986 §3.3: what a path may hold as it is, apart from letters, digits and -._~
_PLAIN = "/!$&'()*+,;=:@"
# Anything else that ends like a provider's domain may be an address with a zone (RFC 6874), or a host cut short.
_NAME = re.compile(r"[a-z0-9.-]+")


class Elsewhere(UpstreamRefused):
    """An address that credentials are not sent to."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Which addresses belong to a provider: its own hosts by https, or else the origin of the given ``url``.

    The origin may be raised from http to https on the standard ports, and no answer leads down again.
    """

    source: str
    provider: Provider
    url: str = field(repr=False)

    def allows(self, target: SplitResult) -> bool:
        """Tell whether credentials may be sent to ``target``."""
        if not self.provider.hosts:
            return same_owner(urlsplit(self.url), target)
        host = target.hostname or ""
        own = any(host == domain or host.endswith(f".{domain}") for domain in self.provider.hosts)
        return own and bool(_NAME.fullmatch(host)) and target.scheme == "https" and target.port in (None, 443)

    def checked(self, target: SplitResult, base: str = "") -> str:
        """Return the address ``target`` if an answer from ``base`` may lead to it. Raises Elsewhere."""
        if self.allows(target) and not _is_descent(target, base):
            return bare(target)
        raise Elsewhere(
            self.source,
            "leads to a host that is not the provider's, or away from https: its credentials are not sent there; "
            "if the server has moved, use its new address",
        )

    def followed(self, href: str, base: str) -> str:
        """Return the address of a principal or a home that an answer from ``base`` names. Raises Elsewhere.

        Servers behind a proxy write http:// or their inner port: for their own host name the path is what counts.
        """
        target = split(self.source, href.strip(), base)
        if target.hostname == urlsplit(base).hostname and (not self.allows(target) or _is_descent(target, base)):
            return at_origin(target, base)
        return self.checked(target, base)


def _is_descent(target: SplitResult, base: str) -> bool:
    return target.scheme == "http" and urlsplit(base).scheme == "https"


def item_path(source: str, href: str, base: str) -> str:
    """Return the path that ``href`` in an answer from ``base`` names, as it is written there.

    Whatever host it names, an item is asked for at the origin of its calendar only. Raises Garbled for no URL.
    """
    try:
        parts = urlsplit(urljoin(base, href.strip()))
    except ValueError:  # its text may quote the address
        parts = None
    if parts is None:
        raise Garbled(source, "names something by an address that is none")
    return urlunsplit(("", "", parts.path, parts.query, ""))


def at_origin(target: SplitResult, base: str) -> str:
    """Return the path of ``target`` at the origin of ``base``."""
    origin = urlsplit(base)
    # encoded as it will be sent, for Digest is of that; what is encoded already stays as it is
    path = quote(target.path, f"{_PLAIN}%")
    return urlunsplit((origin.scheme, origin.netloc, path, target.query, ""))


def canonical(path: str) -> str:
    """Return one spelling for all ways to percent-encode a path (RFC 3986 §6.2.2)."""
    return quote(unquote_to_bytes(path), _PLAIN)
