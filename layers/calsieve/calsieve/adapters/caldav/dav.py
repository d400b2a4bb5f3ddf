"""One account asked by WebDAV: methods, redirects and refusals, with credentials only where they belong."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from calsieve.adapters.caldav import multistatus
from calsieve.adapters.http import answers, body
from calsieve.adapters.http.request import Request, redirect_target
from calsieve.errors import UpstreamRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import Response

    from calsieve.adapters.caldav.authorisation import Authorizer
    from calsieve.adapters.caldav.trust import Trust
    from calsieve.adapters.http.client import Client

Answer = TypeVar("Answer")
_MULTISTATUS = 207
# How servers say that they don't do such a thing. 500 is how some say so to a REPORT, or of one bad item for good.
_UNABLE = frozenset({501, 505, 507})
_UNABLE_IN_PART = _UNABLE | {500}
_NO_DAV = frozenset({405, 501})  # so a plain web server says that it does not know PROPFIND
NOT_THERE = frozenset({404, 410})
_TRIES_TO_LOG_IN = 3


class Declined(UpstreamRefused):
    """A question that the server understood well enough to say no to. There may be another way."""

    def __init__(self, source: str, reason: str, status: int) -> None:
        super().__init__(source, reason)
        self.status = status


class _Unauthorised(Exception):
    """401, with the headers that came with it."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.headers = headers


class Dav:
    """Asks on behalf of one source; ``most`` bounds the bytes of an answer.

    Everything raises SecretError, SourceErrors, and Declined where only this question was refused.
    """

    def __init__(self, client: Client, trust: Trust, authorizer: Authorizer, most: int, user_agent: str | None) -> None:
        self.trust = trust
        self.source = trust.source
        self._client = client
        self._authorizer = authorizer
        self._most = most
        self._user_agent = user_agent

    def propfind(
        self, url: str, question: bytes, depth: int, take: Callable[[multistatus.Response], None]
    ) -> tuple[str, Mapping[str, str]]:
        """Ask for properties; return the address that answered and the headers of its answer."""
        _, at, headers = self._multistatus("PROPFIND", url, question, depth, take, self._most)
        return at, headers

    def report(
        self, url: str, question: bytes, take: Callable[[multistatus.Response], None], most: int | None = None
    ) -> str:
        """Ask for a report; return the sync-token of the answer, or "". ``most`` may bound this answer further.

        The depth is 1 whatever RFC 6578 says of sync-collection: Apple's server and SOGo insist on it.
        """
        token, _, _ = self._multistatus("REPORT", url, question, 1, take, min(most or self._most, self._most))
        return token

    def get(self, url: str) -> bytes:
        """Return one item as it is served. Raises InvalidCalendar for a web page and for nothing at all."""
        return self._ask(self._request("GET", url), self._item)

    def _multistatus(
        self,
        method: str,
        url: str,
        question: bytes,
        depth: int,
        take: Callable[[multistatus.Response], None],
        most: int,
    ) -> tuple[str, str, Mapping[str, str]]:
        request = replace(
            self._request(method, url),
            content=question,
            headers={
                "Content-Type": "application/xml; charset=utf-8",
                "Accept": "application/xml",
                "Depth": str(depth),
            },
        )
        return self._ask(request, partial(self._responses, take, most))

    def _request(self, method: str, url: str) -> Request:
        """Return a request, of which there are none to hosts that are not the provider's."""
        return Request(
            source=self.source, url=self.trust.checked(urlsplit(url)), method=method, user_agent=self._user_agent
        )

    def _ask(self, request: Request, take: Callable[[Request, Response], Answer]) -> Answer:
        for _ in range(_TRIES_TO_LOG_IN):
            # made anew each time: Digest counts its requests
            authorised = replace(request, credentials=self._authorizer.headers(request.method, request.url))
            try:
                return self._client.ask(authorised, take, self._followed)
            except _Unauthorised as refused:
                if not self._authorizer.learn(refused.headers):
                    break
        raise answers.refusal(self.source, 401, {})

    def _followed(self, request: Request, location: str | None) -> Request:
        """Return the same question at another address of the provider; requests would make a GET of it."""
        url = self.trust.checked(redirect_target(request, location), request.url)
        return replace(request, url=url, credentials=self._authorizer.headers(request.method, url))

    def _responses(
        self, take: Callable[[multistatus.Response], None], most: int, request: Request, response: Response
    ) -> tuple[str, str, Mapping[str, str]]:
        self._require(_MULTISTATUS, request, response)
        pieces = body.unpacked(self.source, response.raw, most)
        return multistatus.read(self.source, pieces, take), request.url, response.headers

    def _item(self, request: Request, response: Response) -> bytes:
        self._require(200, request, response)
        item, raw = body.read(self.source, response.raw, self._most), response.raw
        body.require_calendar_like(
            self.source, item, response.headers.get("Content-Type", "").lower(), framed=body.is_framed(raw)
        )
        return item

    def _require(self, wanted: int, request: Request, response: Response) -> None:
        """Raise what another status than ``wanted`` means."""
        status, headers = response.status_code, response.headers
        if status == wanted:
            return
        if status == 401:
            raise _Unauthorised(headers)
        if status < 300 or (request.method == "PROPFIND" and status in _NO_DAV):
            raise Declined(self.source, "does not answer as a CalDAV server: check its address", status)
        problem = answers.refusal(self.source, status, headers)
        unable = _UNABLE if request.method == "PROPFIND" else _UNABLE_IN_PART
        if status in unable or isinstance(problem, UpstreamRefused):
            raise Declined(self.source, problem.reason, status)
        raise problem
