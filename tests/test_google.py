"""A Google account, from feeds.yaml to the published file: tokens that come, are spent early, and are revoked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calsieve import config, wiring
from calsieve.adapters.keyring import Keyring
from calsieve.models import Outcome, Status
from calsieve.providers import PROVIDERS
from tests.adapters.caldav_server import Asked, CalDavServer, Reply, event, filled
from tests.adapters.oauth_server import CLIENT_ID, CLIENT_SECRET, AuthorizationServer
from tests.published import assert_published

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
FEEDS = """\
feeds:
  - name: jane
    sources:
      - caldav: google
        user: jane@example.com
        oauth:
          client_id: keyring:google-client_id
          client_secret: keyring:google-client_secret
          refresh_token: keyring:google-refresh_token
"""


class Google:
    """Sign-in and calendars; every access token that the one gave is good for the other, until it is spent."""

    def __init__(self, sign_in: AuthorizationServer, calendars: CalDavServer, home: Path) -> None:
        self.sign_in = sign_in
        self.calendars = calendars
        self.home = home
        self.calendars.faults.append(self._judged)

    def _judged(self, asked: Asked) -> Reply | None:
        given = asked.headers.get("authorization", "").removeprefix("Bearer ")
        self.calendars.bearer = given if given in self.sign_in.access_tokens else "none"
        return None

    def target(self) -> wiring.Target:
        """Return what refreshes; its access tokens last as long as it does."""
        environ = {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "data")}
        return wiring.target(str(self.home / "public"), environ=environ)

    def refreshed(self, target: wiring.Target | None = None) -> tuple[Outcome, bytes]:
        outcome = (target or self.target()).refresh(config.load(FEEDS).feeds[0], NOW)
        published = self.home / "public" / outcome.path
        return outcome, published.read_bytes() if published.exists() else b""


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    with AuthorizationServer() as sign_in, CalDavServer(home=filled(3)) as calendars:
        there = replace(PROVIDERS["google"], url=calendars.url(), hosts=(), token_url=sign_in.exchange)
        monkeypatch.setitem(PROVIDERS, "google", there)  # type: ignore[misc]
        values = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": sign_in.known_token()}
        Keyring(tmp_path / "data/calsieve").put({f"google-{key}": value for key, value in values.items()})
        yield Google(sign_in, calendars, tmp_path)


def test_an_account_is_published_with_the_token_that_login_kept(google: Google) -> None:
    outcome, body = google.refreshed()
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert_published(body)
    assert body.count(b"BEGIN:VEVENT") == 3


def test_one_access_token_serves_many_requests_and_refreshes(google: Google) -> None:
    target = google.target()
    google.refreshed(target)
    google.refreshed(target)
    assert len(google.sign_in.asked) == 1
    assert len(google.calendars.asked) > 3


def test_an_access_token_that_is_spent_early_is_renewed(google: Google) -> None:
    target = google.target()
    google.refreshed(target)
    google.sign_in.access_tokens.clear()
    google.calendars.calendars["home"].put("new.ics", event("new"))
    outcome, body = google.refreshed(target)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert b"UID:new" in body
    assert len(google.sign_in.asked) == 2


def test_a_revoked_sign_in_keeps_yesterdays_file_and_says_what_to_do(google: Google) -> None:
    _, before = google.refreshed()
    google.sign_in.refresh_tokens.clear()
    outcome, after = google.refreshed()
    assert outcome.status is Status.FAILED
    assert "Run `calsieve login google` again" in outcome.problems[0]
    assert after == before


def test_no_token_and_no_secret_is_in_the_state_or_in_a_message(google: Google) -> None:
    google.refreshed()
    google.sign_in.refresh_tokens.clear()
    outcome, _ = google.refreshed()
    kept = [path.read_bytes() for path in (google.home / ".local/state").rglob("*") if path.is_file()]
    assert len(kept) > 2
    assert not any(b"MARKED" in body for body in [*kept, repr(outcome).encode()])


def test_calendars_see_access_tokens_and_nothing_else(google: Google) -> None:
    google.refreshed()
    assert {asked.headers["authorization"].partition("-")[0] for asked in google.calendars.asked} == {
        "Bearer ya29.MARKED"
    }
