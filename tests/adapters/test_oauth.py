"""Access tokens: how long they are kept, what is sent for them, and what is said when none comes."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from dataclasses import replace

import pytest

from calsieve import providers
from calsieve.adapters import oauth
from calsieve.adapters.http.api import JsonApi
from calsieve.adapters.oauth import AccessTokens, AccountTokens, Grant, client_grant
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.errors import SecretError, SourceError, UpstreamRefused, UpstreamUnavailable
from calsieve.models import CalDav, OAuth, Secret, Source
from tests.adapters.http_kit import Timepiece
from tests.adapters.oauth_server import CLIENT_ID, CLIENT_SECRET, AuthorizationServer, error
from tests.adapters.upstream_server import UpstreamServer, answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[AuthorizationServer]:
    """Have Google's place taken by a server here."""
    with AuthorizationServer() as running:
        google = replace(providers.PROVIDERS["google"], token_url=running.exchange)
        monkeypatch.setattr(oauth, "PROVIDERS", {**providers.PROVIDERS, "google": google})
        yield running


def account(token: str, secret: str = CLIENT_SECRET) -> Source:
    user = Secret("literal", "jane@example.com")
    access = OAuth(Secret("literal", CLIENT_ID), Secret("literal", secret), Secret("literal", token))
    return Source(name="home", url=Secret("literal", "https://x"), caldav=CalDav("google", user), oauth=access)


def tokens(time: Timepiece | None = None) -> AccountTokens:
    time = time or Timepiece()
    api = JsonApi(allow_private=True, clock=time.clock, sleep=time.sleep)
    return AccountTokens(EnvironmentSecrets({}), AccessTokens(api, time.clock))


def test_a_refresh_token_is_exchanged_for_an_access_token(server: AuthorizationServer) -> None:
    source = account(server.known_token())
    assert tokens().token(source) in server.access_tokens
    assert server.asked[0]["grant_type"] == "refresh_token"
    assert set(server.asked[0]) == {"grant_type", "client_id", "client_secret", "refresh_token"}


def test_it_is_kept_until_a_minute_before_its_end(server: AuthorizationServer) -> None:
    time, source = Timepiece(), account(server.known_token())
    kept = tokens(time)
    first = kept.token(source)
    time.now += 3539
    assert kept.token(source) == first
    time.now += 1
    assert kept.token(source) != first
    assert len(server.asked) == 2


@pytest.mark.parametrize("seconds", [10**400, 10**12], ids=["400 digits", "ages"])
def test_it_is_kept_a_day_at_most(server: AuthorizationServer, seconds: int) -> None:
    server.expires_in = seconds
    time, source = Timepiece(), account(server.known_token())
    kept = tokens(time)
    first = kept.token(source)
    time.now += 86_400
    assert kept.token(source) != first


def test_each_account_has_its_own(server: AuthorizationServer) -> None:
    kept = tokens()
    one, other = account(server.known_token()), account(server.known_token())
    assert kept.token(one) != kept.token(other)


def test_one_that_was_refused_is_renewed_before_its_end(server: AuthorizationServer) -> None:
    kept, source = tokens(), account(server.known_token())
    first = kept.token(source)
    assert kept.token(source, renew=True) != first


def test_a_rotated_refresh_token_takes_the_place_of_the_old_one(server: AuthorizationServer) -> None:
    server.rotates, server.expires_in = True, 0
    kept, source = tokens(), account(server.known_token())
    for _ in range(3):
        assert kept.token(source) in server.access_tokens
    assert len({form["refresh_token"] for form in server.asked}) == 3


def test_an_application_gets_a_token_for_itself(server: AuthorizationServer) -> None:
    time = Timepiece()
    grant = client_grant(server.exchange, CLIENT_ID, CLIENT_SECRET, "https://graph.example/.default", "")
    assert AccessTokens(JsonApi(allow_private=True), time.clock).token("team", grant) in server.access_tokens
    assert server.asked[0]["scope"] == "https://graph.example/.default"


# ── when none comes ──


def test_a_revoked_token_says_to_sign_in_again(server: AuthorizationServer) -> None:
    with pytest.raises(UpstreamRefused, match=r"home: google does not accept .* Run `calsieve login google` again"):
        tokens().token(account("1//MARKED-revoked"))
    assert len(server.asked) == 1


def test_a_wrong_client_says_what_to_correct(server: AuthorizationServer) -> None:
    with pytest.raises(UpstreamRefused, match="client_id or client_secret: correct them"):
        tokens().token(account(server.known_token(), "MARKED-wrong"))


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (400, error("invalid_scope"), UpstreamRefused, "refuses with invalid_scope"),
        (403, error("MARKED <b>"), UpstreamRefused, "refuses with status 403"),
        (403, b"<html>MARKED", UpstreamRefused, "refuses with status 403"),
        (200, b"<html>MARKED", UpstreamUnavailable, "something else than the JSON"),
        (200, b'["MARKED"]', UpstreamUnavailable, "something else than the JSON"),
        (200, b"[" * 100_000, UpstreamUnavailable, "something else than the JSON"),
        (200, b'{"access_token": 1}', UpstreamUnavailable, "without an access token"),
        (302, b"", UpstreamRefused, "redirects"),
    ],
)
def test_other_answers_are_told_without_their_text(
    server: AuthorizationServer, status: int, body: bytes, kind: type[SourceError], said: str
) -> None:
    server.answers = [(status, body)] * 3
    with pytest.raises(kind, match=said) as caught:
        tokens().token(account(server.known_token()))
    assert "MARKED" not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_is_busy_is_asked_again(server: AuthorizationServer) -> None:
    time = Timepiece()
    server.answers = [(503, b""), (429, b"")]
    assert tokens(time).token(account(server.known_token())) in server.access_tokens
    assert time.pauses == [1, 2]


def test_a_failure_is_not_remembered(server: AuthorizationServer) -> None:
    kept, source = tokens(), account("1//MARKED-late")
    with pytest.raises(UpstreamRefused):
        kept.token(source)
    server.refresh_tokens.add("1//MARKED-late")
    assert kept.token(source)


def test_a_secret_that_is_missing_is_named(server: AuthorizationServer) -> None:
    source = account("x")
    assert source.oauth
    source = replace(source, oauth=replace(source.oauth, refresh_token=Secret("keyring", "google-refresh_token")))
    with pytest.raises(SecretError, match="keyring"):
        tokens().token(source)
    assert server.asked == []


def test_no_secret_shows_in_what_is_printed() -> None:
    grant = client_grant("https://x", CLIENT_ID, CLIENT_SECRET, "scope", "lost")
    assert "MARKED" not in repr(grant)
    assert "MARKED" not in repr(oauth.Tokens("MARKED", "MARKED", 1, None))


def test_a_redirect_takes_no_secret_along() -> None:
    with UpstreamServer(answer()) as other, UpstreamServer(answer(307, Location=other.url("/token"))) as first:
        grant = Grant(endpoint=first.url("/token"), form=(("refresh_token", "x"),), lost="lost")
        with pytest.raises(UpstreamRefused, match="redirects, which its API never does"):
            AccessTokens(JsonApi(allow_private=True)).token("home", grant)
        assert other.connections == 0


def test_private_networks_are_asked_only_where_allowed(server: AuthorizationServer) -> None:
    grant = client_grant(server.exchange, CLIENT_ID, CLIENT_SECRET, "s", "")
    with pytest.raises(UpstreamRefused, match="private network"):
        AccessTokens(JsonApi()).token("home", grant)
    assert server.asked == []
