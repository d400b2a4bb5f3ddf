"""What an upstream's refusals and foreign exceptions mean, in words that give nothing away."""

from __future__ import annotations

import http.client
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions

from calsieve.adapters.http.transport import PrivateAddress, UnknownHost
from calsieve.errors import SourceError, UpstreamRefused, UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429})
FOREIGN = (
    PrivateAddress,
    UnknownHost,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)
_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
_ADVICE = {
    401: "wants other credentials: correct its user and password, or its token",
    403: "forbids it: check its credentials, or give it a browser's user_agent",
    404: "has nothing there: check its address",
    410: "has nothing there any more: ask its owner for the new address",
}
_PATIENCE = {429: "is asked too often: if this goes on, give its feeds a longer schedule"}
_AGAIN = "if this goes on, check its address"
_FAULT = f"has trouble of its own: {_AGAIN}"


class AskedToWait(UpstreamUnavailable):
    """The upstream is there and says, by Retry-After, in how many seconds to come again."""

    def __init__(self, source: str, reason: str, seconds: float) -> None:
        super().__init__(source, f"{reason}, and asks to come again in {seconds:.0f} seconds")
        self.seconds = seconds


def may_pass(status: int) -> bool:
    """Tell whether a status means that the same request may work later."""
    return status in _PASSING or status >= 500


def refusal(source: str, status: int, headers: Mapping[str, str]) -> SourceError:
    """Return the error that a status other than success, 304 or a redirect stands for."""
    if may_pass(status):
        reason = f"answered with status {status}"
        wait = retry_after(headers)
        if wait is not None:
            return AskedToWait(source, reason, wait)
        return UpstreamUnavailable(source, f"{reason}: {_PATIENCE.get(status, _FAULT)}")
    return UpstreamRefused(source, f"answered with status {status}: {_ADVICE.get(status, 'check its address')}")


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of Retry-After (RFC 9110 §10.2.3), or None if there are none to be had.

    A date is measured against the answer's own Date, so that a wrong clock on either side does no harm.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        then, now = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("Date", ""))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # no date, only one of the two has a zone, or one beyond all time
        return None


def translated(source: str, error: Exception) -> SourceError:
    """Return what a foreign exception means, without a word of its text: that quotes addresses."""
    if isinstance(error, PrivateAddress):
        return UpstreamRefused(source, "its host is on a private network, which is not allowed here")
    if isinstance(error, UnknownHost):
        return UpstreamUnavailable(source, f"its host can't be found: {_AGAIN}")
    if isinstance(error, _TIMEOUTS):
        return UpstreamUnavailable(source, f"did not answer in time: {_AGAIN}")
    if isinstance(error, requests.exceptions.SSLError | urllib3.exceptions.SSLError):
        return UpstreamUnavailable(
            source,
            "no secure connection: its certificate is not trusted, or it has none (then write http:// in its address)",
        )
    if isinstance(error, requests.exceptions.InvalidURL):
        return UpstreamRefused(source, "its address is malformed: correct it")
    return UpstreamUnavailable(source, f"no connection, or one that broke before the answer: {_AGAIN}")
