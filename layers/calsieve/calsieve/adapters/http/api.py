"""APIs that answer in JSON: asked within bounds, patiently, and without following redirects.

A redirect could only lead credentials astray; APIs name their next address in the answer, where whoever
asks can judge it.
"""

from __future__ import annotations

import json
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from calsieve.adapters.http import answers, body
from calsieve.adapters.http.limits import DEFAULT_LIMITS, Deadline, Limits
from calsieve.adapters.http.patience import patiently
from calsieve.adapters.http.request import HONEST_AGENT
from calsieve.adapters.http.transport import GuardedAdapter
from calsieve.errors import UpstreamRefused, UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


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
        *,
        allow_private: bool = False,
        ca_bundle: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._allow_private = allow_private
        self._verify = ca_bundle or True
        self._clock = clock
        self._sleep = sleep

    @contextmanager
    def conversation(self, source: str) -> Iterator[Conversation]:
        """Open one, with one deadline and one bound in bytes for all that is asked in it for ``source``."""
        deadline = Deadline(self._limits.total_seconds, self._clock)
        with closing(GuardedAdapter(deadline, allow_private=self._allow_private)) as adapter:
            yield Conversation(source, adapter, self._limits, deadline, self._verify, self._sleep)


class Conversation:
    """Questions to an API that share a deadline, connections and a bound in bytes."""

    def __init__(
        self,
        source: str,
        adapter: GuardedAdapter,
        limits: Limits,
        deadline: Deadline,
        verify: str | bool,
        sleep: Callable[[float], None],
    ) -> None:
        self.source = source
        self._adapter = adapter
        self._limits = limits
        self._deadline = deadline
        self._verify = verify
        self._sleep = sleep
        self._bytes_left = limits.max_bytes

    def ask(self, call: Call) -> Reply:
        """Return the reply, also one that refuses with 4xx: its reasons are the caller's to understand.

        Raises UpstreamUnavailable for what may pass (after trying again) and for what is no JSON,
        UpstreamRefused for redirects, UpstreamTooLarge.
        """
        return patiently(self.source, lambda: self._once(call), self._limits, self._deadline, self._sleep)

    def _once(self, call: Call) -> Reply:
        with closing(self._sent(call)) as response:
            status = response.status_code
            if status in answers.REDIRECTS:
                raise UpstreamRefused(self.source, "redirects, which its API never does: check its address")
            if answers.may_pass(status):
                raise answers.refusal(self.source, status, response.headers)
            text = body.read(self.source, response.raw, self._bytes_left)
        self._bytes_left -= len(text)
        return Reply(status, self._object(text, required=status < 400))

    def _sent(self, call: Call) -> requests.Response:
        headers = {"User-Agent": HONEST_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
        return self._adapter.send(
            requests.Request(
                "GET" if call.form is None else "POST", call.url, headers={**headers, **call.headers}, data=call.form
            ).prepare(),
            stream=True,
            timeout=(
                self._deadline.within(self._limits.connect_seconds),
                self._deadline.within(self._limits.read_seconds),
            ),
            verify=self._verify,
        )

    def _object(self, text: bytes, *, required: bool) -> Mapping[str, Any]:
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):  # its text quotes the answer
            content = None
        if isinstance(content, dict):
            return content
        if required:
            raise UpstreamUnavailable(self.source, "answered with something else than the JSON of its API")
        return {}
