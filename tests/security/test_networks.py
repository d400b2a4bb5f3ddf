"""The environment leads no kind of source elsewhere: what a table of addresses can't show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calsieve.adapters.caldav import CalDavFetcher
from calsieve.adapters.graph import GraphFetcher
from calsieve.adapters.http import HttpFetcher
from calsieve.adapters.http.api import JsonApi
from calsieve.adapters.memory import MemoryStateStore
from calsieve.adapters.oauth import AccessTokens, Grant
from calsieve.errors import SourceError
from calsieve.models import Validators
from tests.adapters.upstream_server import CALENDAR, UpstreamServer, answer
from tests.core.kit import NOW
from tests.security.doors import LIMITS, NOTHING, SECRETS, account, mailbox


def by_http(server: UpstreamServer) -> object:
    return HttpFetcher(SECRETS, LIMITS, allow_private=True).fetch(server.source(), Validators())


def by_caldav(server: UpstreamServer) -> object:
    fetcher = CalDavFetcher(SECRETS, MemoryStateStore(), LIMITS, allow_private=True, now=lambda: NOW)
    return fetcher.fetch(account(server.url()), NOTHING)


def by_sign_in(server: UpstreamServer) -> object:
    api = JsonApi(LIMITS, allow_private=True)
    return AccessTokens(api).token("work", Grant(endpoint=server.url(), form=(("a", "b"),), lost=""))


def by_graph(server: UpstreamServer) -> object:
    api = JsonApi(LIMITS, allow_private=True)
    places = {"graph": server.base, "sign_in": server.base}
    return GraphFetcher(SECRETS, AccessTokens(api), api, now=lambda: NOW, **places).fetch(mailbox(), NOTHING)


@pytest.mark.parametrize("ask", [by_http, by_caldav, by_sign_in, by_graph])
def test_proxies_of_the_environment_are_not_asked(
    ask: Callable[[UpstreamServer], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with UpstreamServer(answer(body=CALENDAR)) as proxy, UpstreamServer(answer(400)) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.base)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(SourceError):
            ask(server)
        assert proxy.connections == 0 < server.connections
