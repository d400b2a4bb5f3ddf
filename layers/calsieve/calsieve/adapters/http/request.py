"""What is asked of an upstream, and what a redirect makes of it. Pure: opens no connection."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

import requests

from calsieve.errors import UpstreamRefused, UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calsieve.models import Source, Validators
    from calsieve.ports import Secrets

VERSION = "0.1.0"
_HONEST = f"Calsieve/{VERSION} (+https://github.com/calsieve/calsieve)"
# Exchange Online answers unknown agents with 302 or 500 (OwaBasicUnsupportedException) since mid-2025;
# this is the least that it takes for a browser.
_BROWSER_LIKE = "Mozilla/5.0 (Linux) Chrome/139"
_USER_AGENTS = {
    "outlook.office365.com": _BROWSER_LIKE,
    "outlook.office.com": _BROWSER_LIKE,
    "outlook.cloud.microsoft": _BROWSER_LIKE,
    "outlook.live.com": _BROWSER_LIKE,
    "calendar.live.com": _BROWSER_LIKE,
    "outlook.office365.us": _BROWSER_LIKE,
    "partner.outlook.cn": _BROWSER_LIKE,
}
_SCHEMES = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # RFC 9110 §5.5
_STANDARD_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request. ``credentials`` are headers that belong to the host that the user named, and to no other."""

    source: str
    url: str = field(repr=False)
    method: str = "GET"
    content: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    conditions: Mapping[str, str] = field(default_factory=dict)
    user_agent: str | None = field(default=None, repr=False)


def first_request(source: Source, validators: Validators, secrets: Secrets) -> Request:
    """Return the request for ``source``, conditional if there are ``validators`` that were given at its address.

    ``webcal://`` is asked by https, with no way back to http. Raises UpstreamRefused, SecretError.
    """
    parts = split(source.name, secrets.resolve(source.url).strip())
    userinfo, _, _ = parts.netloc.rpartition("@")
    url = bare(parts)
    # What a reference leads to may have changed: another calendar that did not change since is another calendar.
    hold = validators.address in (None, address_mark(url))
    return Request(
        source=source.name,
        url=url,
        credentials=_of_address(userinfo) | _of_settings(source, secrets),
        conditions=_conditions(validators) if hold else {},
        user_agent=secrets.resolve(source.user_agent) if source.user_agent else None,
    )


def redirected(request: Request, location: str | None) -> Request:
    """Return the request that follows a redirect to ``location``, absolute or relative.

    Credentials stay behind for good when scheme, host or port change; only the step from http to https
    on the standard ports keeps them. Raises UpstreamRefused for a step from https to http with credentials.
    """
    old, new = urlsplit(request.url), redirect_target(request, location)
    if request.credentials and old.scheme == "https" and new.scheme == "http":
        raise UpstreamRefused(
            request.source,
            "redirects from https to http, where its credentials could be read: use the new address",
        )
    kept = request.credentials if same_owner(old, new) else {}
    return replace(request, url=bare(new), credentials=kept)


def redirect_target(request: Request, location: str | None) -> SplitResult:
    """Return where a redirect to ``location``, absolute or relative, leads. Raises as ``redirected``."""
    if not location:
        raise UpstreamUnavailable(request.source, "redirects without saying where to")
    # http.client reads headers as latin-1, servers write UTF-8 into this one
    target = location.encode("latin-1", "replace").decode("utf-8", "replace")
    return split(request.source, target, base=request.url)


def prepared(request: Request) -> requests.PreparedRequest:
    """Return ``request`` in the form that adapters send. Raises UpstreamRefused if it can't be written so."""
    headers = {
        "User-Agent": request.user_agent or _user_agent(request.url),
        "Accept": "text/calendar, */*;q=0.5",
        "Accept-Encoding": "gzip, deflate",
        **request.headers,
        **request.conditions,
        **request.credentials,
    }
    try:
        for value in headers.values():
            if _CONTROL.search(value):  # requests lets NUL pass
                raise ValueError
            value.encode("latin-1")
        return requests.Request(request.method, request.url, headers=headers, data=request.content).prepare()
    except ValueError:  # requests' own complaints about addresses and headers are ValueErrors too
        pass
    raise UpstreamRefused(request.source, "its address or one of its headers is malformed: correct it")


def split(source: str, url: str, base: str = "") -> SplitResult:
    """Return the parts of an address, https in place of webcal.

    Raises UpstreamRefused for other schemes, and for a host that others might read differently.
    """
    try:
        parts = urlsplit(urljoin(base, url))
        usable = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
        # urllib3 would end the host at a backslash: who judges the address has to see the same one
        usable = usable and "\\" not in parts.netloc
    except ValueError:  # its text quotes the address
        usable = False
    if not usable:
        raise UpstreamRefused(source, "its address, or where that redirects to, is no http, https or webcal URL")
    return parts._replace(scheme=_SCHEMES[parts.scheme])


def bare(parts: SplitResult) -> str:
    """Return an address without user, password and fragment."""
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, address, parts.path, parts.query, ""))


def address_mark(url: str) -> str:
    """Return what tells an address from others, and nothing of it."""
    return hashlib.sha256(url.encode(errors="surrogateescape")).hexdigest()[:32]


def same_owner(old: SplitResult, new: SplitResult) -> bool:
    """Tell whether scheme, host and port are the same, or were only raised from http to https on standard ports."""
    before, after = _origin(old), _origin(new)
    upgraded = (("http", old.hostname, 80), ("https", old.hostname, 443))
    return before == after or (before, after) == upgraded


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or _STANDARD_PORTS[parts.scheme]


def _of_address(userinfo: str) -> dict[str, str]:
    user, _, password = userinfo.partition(":")
    return {"Authorization": basic(unquote(user), unquote(password))} if userinfo else {}


def _of_settings(source: Source, secrets: Secrets) -> dict[str, str]:
    found: dict[str, str] = {}
    if source.basic:
        found["Authorization"] = basic(secrets.resolve(source.basic.user), secrets.resolve(source.basic.password))
    if source.bearer:
        found["Authorization"] = f"Bearer {secrets.resolve(source.bearer)}"
    return found | {name: secrets.resolve(secret) for name, secret in source.headers.items()}


def basic(user: str, password: str) -> str:
    """Return the value of Authorization for RFC 7617."""
    # UTF-8 by RFC 7617 §2.1; the environment brings undecodable bytes as surrogates
    pair = f"{user}:{password}".encode(errors="surrogateescape")
    return f"Basic {b64encode(pair).decode('ascii')}"


def _conditions(validators: Validators) -> dict[str, str]:
    pairs = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    # one with control characters could say something else: it is as good as none
    return {name: value for name, value in pairs.items() if value and not _CONTROL.search(value)}


def _user_agent(url: str) -> str:
    return _USER_AGENTS.get(urlsplit(url).hostname or "", _HONEST)
