"""Requests by HTTP within limits, with patience for what may pass."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING, TypedDict, TypeVar

from calsieve.adapters.http import answers
from calsieve.adapters.http.limits import Deadline, Limits
from calsieve.adapters.http.request import Request, prepared, redirected
from calsieve.adapters.http.transport import GuardedAdapter
from calsieve.errors import UpstreamRefused, UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import Response

Answer = TypeVar("Answer")


class Options(TypedDict, total=False):
    """How a Client asks, besides its limits: for those who make one for each thing that they are asked for."""

    allow_private: bool
    ca_bundle: str | None
    clock: Callable[[], float]
    sleep: Callable[[float], None]


class Client:
    """Asks an upstream, trying again what may pass. All that one client is asked shares one deadline. Close it.

    ``allow_private`` also admits hosts on loopback and private networks. ``ca_bundle`` is the path of
    certificates to trust instead of certifi's. Obeys no environment variable, no proxy and no .netrc, keeps
    no cookies.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        allow_private: bool = False,
        ca_bundle: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._verify = ca_bundle or True
        self._sleep = sleep
        self._deadline = Deadline(limits.total_seconds, clock)
        self._adapter = GuardedAdapter(self._deadline, allow_private=allow_private)

    def close(self) -> None:
        """Close all connections."""
        self._adapter.close()

    def ask(
        self,
        request: Request,
        take: Callable[[Request, Response], Answer],
        follow: Callable[[Request, str | None], Request] = redirected,
    ) -> Answer:
        """Return what ``take`` makes of the answer to ``request``, or to the one that redirects lead to.

        ``follow`` makes the next request of one that was redirected, and its Location. UpstreamUnavailable, from
        wherever it comes, is a reason to try the whole again. Raises what the two raise, and SourceErrors for
        foreign exceptions: none of them carries one that could quote the address.
        """
        tried = 0
        while True:
            try:
                return self._try(request, take, follow)
            except UpstreamUnavailable as error:
                setback = error
            tried += 1
            self._pause(setback, tried)

    def _pause(self, setback: UpstreamUnavailable, tried: int) -> None:
        pause = self._limits.pause_seconds * 2 ** (tried - 1)
        if isinstance(setback, answers.AskedToWait):
            pause = max(pause, setback.seconds)
        if tried >= self._limits.tries or pause >= self._deadline.left():
            raise setback
        self._sleep(pause)

    def _try(
        self,
        request: Request,
        take: Callable[[Request, Response], Answer],
        follow: Callable[[Request, str | None], Request],
    ) -> Answer:
        try:
            return self._follow(request, take, follow)
        except answers.FOREIGN as error:
            problem = answers.translated(request.source, error)
        if self._deadline.left() <= 0:
            problem = UpstreamUnavailable(request.source, f"was not done within {self._limits.total_seconds:g} seconds")
        raise problem  # not inside the except clause: there it would take the foreign text along

    def _follow(
        self,
        request: Request,
        take: Callable[[Request, Response], Answer],
        follow: Callable[[Request, str | None], Request],
    ) -> Answer:
        visited: set[str] = set()
        while request.url not in visited:
            if len(visited) > self._limits.max_redirects:
                raise UpstreamRefused(
                    request.source,
                    f"redirects more than {self._limits.max_redirects} times: check its address",
                )
            visited.add(request.url)
            with closing(self._send(request)) as response:
                if response.status_code not in answers.REDIRECTS:
                    return take(request, response)
                request = follow(request, response.headers.get("Location"))
        raise UpstreamRefused(
            request.source,
            "redirects in a circle, often to its login page: check its address and credentials",
        )

    def _send(self, request: Request) -> Response:
        # not by way of a Session, which would read a redirect's body whole, of whatever size it is
        return self._adapter.send(
            prepared(request),
            stream=True,
            timeout=(
                self._deadline.within(self._limits.connect_seconds),
                self._deadline.within(self._limits.read_seconds),
            ),
            verify=self._verify,
        )
