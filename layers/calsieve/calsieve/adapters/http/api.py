"""APIs that answer in JSON: asked within bounds, patiently, and without following redirects.

A redirect could only lead credentials astray; APIs name their next address in the answer, where whoever
asks can judge it.
"""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, Unpack
from urllib.parse import urlencode

from calsieve.adapters.http import answers, body
from calsieve.adapters.http.client import Client, Options
from calsieve.adapters.http.limits import DEFAULT_LIMITS, Limits
from calsieve.adapters.http.request import Request
from calsieve.errors import UpstreamRefused, UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question: a GET, or with a ``form`` the POST of it. Nothing of it is fit to be shown."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """The status (a success, or 4xx) and the JSON object that came with it; empty if none came with a 4xx."""

    status: int
    content: Mapping[str, Any] = field(repr=False)


class JsonApi:
    """Opens conversations with APIs. The parameters are those of HttpFetcher."""

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        **options: Unpack[Options],
    ) -> None:
        self._limits = limits
        self._client = partial(Client, limits, **options)

    @contextmanager
    def conversation(self, source: str) -> Iterator[Conversation]:
        """Open one, with one deadline and one bound in bytes for all that is asked in it for ``source``."""
        client = self._client()
        with closing(client):
            yield Conversation(source, client, self._limits.max_bytes)


class Conversation:
    """Questions to an API that share a deadline, connections and a bound in bytes."""

    def __init__(self, source: str, client: Client, max_bytes: int) -> None:
        self.source = source
        self._client = client
        self._bytes_left = max_bytes

    def ask(self, call: Call) -> Reply:
        """Return the reply, also one that refuses with 4xx: its reasons are the caller's to understand.

        Raises UpstreamUnavailable for what may pass (after trying again) and for what is no JSON,
        UpstreamRefused for redirects, UpstreamTooLarge.
        """
        return self._client.ask(self._request(call), self._taken, _no_redirect)

    def _request(self, call: Call) -> Request:
        asked = Request(
            source=self.source, url=call.url, headers={"Accept": "application/json"}, credentials=call.headers
        )
        if call.form is None:
            return asked
        form = {**asked.headers, "Content-Type": "application/x-www-form-urlencoded"}
        return replace(asked, method="POST", content=urlencode(call.form).encode(), headers=form)

    def _taken(self, request: Request, response: Response) -> Reply:
        status = response.status_code
        if answers.may_pass(status):
            raise answers.refusal(request.source, status, response.headers)
        text = body.read(request.source, response.raw, self._bytes_left)
        self._bytes_left -= len(text)
        content = _object(text)
        if content is None and status < 400:
            raise UpstreamUnavailable(request.source, "answered with something else than the JSON of its API")
        return Reply(status, content or {})


def _object(text: bytes) -> Mapping[str, Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):  # its text quotes the answer
        return None
    return content if isinstance(content, dict) else None


def _no_redirect(request: Request, _: str | None) -> NoReturn:
    raise UpstreamRefused(request.source, "redirects, which its API never does: check its address")
