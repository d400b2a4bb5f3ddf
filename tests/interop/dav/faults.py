"""What happens to requests and answers on their way: meddlers for the proxy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tests.interop.dav.proxy import Answer, Meddler, Request, Server

_TOKEN = re.compile(rb"(<[^<>/]*sync-token[^<>/]*>)[^<]+(</)")


def once(wanted: Callable[[Request], bool], meddler: Meddler) -> Meddler:
    """Meddle with the first request that is wanted, and no other."""
    done: list[Request] = []

    def meddle(request: Request, server: Server) -> Answer:
        if done or not wanted(request):
            return server(request)
        done.append(request)
        return meddler(request, server)

    return meddle


def before_multiget(action: Callable[[], object]) -> Meddler:
    """Let something happen between the listing and the first request for data."""

    def act(request: Request, server: Server) -> Answer:
        action()
        return server(request)

    return once(_is_multiget, act)


def unavailable(request: Request, server: Server) -> Answer:
    """Be too busy to answer."""
    return Answer(503, (("Retry-After", "0"),), b"busy")


def reset_in_mid_body(request: Request, server: Server) -> Answer:
    """Lose the connection when half of the answer has passed."""
    answer = server(request)
    return replace(answer, reset_after=len(answer.body) // 2)


def slow_data(request: Request, server: Server) -> Answer:
    """Let data trickle, never silent for long."""
    answer = server(request)
    return replace(answer, seconds_a_kib=0.5) if _is_multiget(request) else answer


def with_spoilt_token(request: Request, server: Server) -> Answer:
    """Ask what changed since a moment that the server never knew."""
    return server(replace(request, body=_TOKEN.sub(rb"\1http://example.org/sync/none\2", request.body)))


def moved_from(prefix: str, status: int) -> Meddler:
    """Send whoever asks below ``prefix`` to the same address without it."""

    def redirect(request: Request, server: Server) -> Answer:
        if not request.path.startswith(prefix):
            return server(request)
        host = dict(request.headers)["Host"]
        return Answer(status, (("Location", f"http://{host}/{request.path.removeprefix(prefix).lstrip('/')}"),))

    return redirect


def on_multiget(meddler: Meddler) -> Meddler:
    """Meddle with the first request for data."""
    return once(_is_multiget, meddler)


def _is_multiget(request: Request) -> bool:
    return b"calendar-multiget" in request.body
