"""``calsieve login``: a browser that goes to a sign-in server here and comes back, and what is stored and printed."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
import requests
from click.testing import CliRunner, Result
from moto import mock_aws

from calsieve import config
from calsieve.adapters.http.api import JsonApi
from calsieve.adapters.keyring import Keyring
from calsieve.cli import login as command
from calsieve.cli.main import main
from calsieve.cli.sign_in import Client, NotSignedIn, Service, challenge, sign_in
from calsieve.models import OAuth, Secret
from tests.adapters.oauth_server import CLIENT_ID, CLIENT_SECRET, SCOPE, AuthorizationServer

REGION = "eu-central-1"


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    with AuthorizationServer() as running:
        yield running


class Browser:
    """Opens addresses in the background, like a real one; ``pages`` are what it came to see."""

    def __init__(self) -> None:
        self.pages: list[requests.Response] = []

    def open(self, address: str) -> None:
        Thread(target=lambda: self.pages.append(requests.get(address, timeout=10)), daemon=True).start()


def signed_in(server: AuthorizationServer, show: Any, secret: str = CLIENT_SECRET, seconds: float = 10) -> str:
    service = Service(f"{server.base}/auth", server.exchange, SCOPE)
    api = JsonApi(allow_private=True)
    return sign_in(Client(CLIENT_ID, secret), service, "jane@example.com", api=api, show=show, seconds=seconds)


# ── signing in ──


def test_a_refresh_token_comes_back_by_the_browser(server: AuthorizationServer) -> None:
    browser = Browser()
    assert signed_in(server, browser.open) in server.refresh_tokens
    assert server.questions[0]["login_hint"] == "jane@example.com"
    assert server.asked[0]["code_verifier"] not in str(server.questions)


def test_each_sign_in_has_its_own_verifier_and_state(server: AuthorizationServer) -> None:
    for _ in range(2):
        signed_in(server, Browser().open)
    first, second = server.questions
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_the_challenge_is_the_one_of_rfc_7636_appendix_b() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_an_answer_without_this_runs_state_is_ignored(server: AuthorizationServer) -> None:
    seen = []

    def forge(address: str) -> None:
        redirect = dict(parse_qsl(urlsplit(address).query))["redirect_uri"]
        for query in ("?code=forged&state=forged", "?code=forged", "favicon.ico", ""):
            seen.append(requests.get(redirect + query, timeout=10).status_code)
        requests.get(address, timeout=10)

    assert signed_in(server, lambda address: Thread(target=forge, args=(address,)).start()) in server.refresh_tokens
    assert "forged" not in [form["code"] for form in server.asked]
    assert seen == [404] * 4


def test_a_silent_connection_does_not_keep_the_browser_out(
    server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calsieve.cli.sign_in._Handler.timeout", 0.1)
    connections = []

    def occupied(address: str) -> None:
        redirect = urlsplit(dict(parse_qsl(urlsplit(address).query))["redirect_uri"])
        connections.append(socket.create_connection((redirect.hostname, redirect.port)))
        Browser().open(address)

    assert signed_in(server, occupied) in server.refresh_tokens
    connections[0].close()


def test_a_stolen_code_is_worth_nothing_without_the_verifier(server: AuthorizationServer) -> None:
    """Hold the server here to RFC 7636, or the other tests would prove nothing."""
    location = server.consent(
        {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "code_challenge_method": "S256",
            "code_challenge": challenge("x"),
            "redirect_uri": "http://127.0.0.1:1/",
            "state": "s",
        }
    )
    code = dict(parse_qsl(urlsplit(location or "").query))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1:1/"}
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    assert server.answer({**form, **client, "code_verifier": "y"})[0] == 400


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"denies": True}, "did not agree"),
        ({"granted": "openid"}, "tick its box"),
        ({"gives_refresh_token": False}, "no refresh token came"),
    ],
)
def test_what_went_wrong_is_said(server: AuthorizationServer, setting: dict[str, Any], said: str) -> None:
    for name, value in setting.items():
        setattr(server, name, value)
    with pytest.raises(NotSignedIn, match=said):
        signed_in(server, Browser().open)


def test_waiting_ends(server: AuthorizationServer) -> None:
    with pytest.raises(NotSignedIn, match="in time"):
        signed_in(server, lambda _: None, seconds=0.05)


# ── the command ──


@pytest.fixture
def ready(server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Browser:
    """Have a server for Google, a browser, a client's secret and an empty home."""
    browser = Browser()
    monkeypatch.setattr(command, "google", lambda: Service(f"{server.base}/auth", server.exchange, SCOPE))
    monkeypatch.setattr("webbrowser.open", browser.open)
    monkeypatch.setenv("GOOGLE_CLIENT_SECRET", CLIENT_SECRET)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return browser


def login(*more: str, given: str | None = None) -> Result:
    arguments = ["login", "google", "--user", "jane@example.com", "--client-id", CLIENT_ID, *more]
    return CliRunner().invoke(main, arguments, catch_exceptions=False, input=given)


def source_of(result: Result) -> OAuth:
    """Return the access of the source that was printed, by way of a feeds.yaml."""
    assert result.exit_code == 0, result.output
    source = config.load(f"feeds:\n  - name: home\n    sources:\n{result.stdout}").feeds[0].sources[0]
    assert source.caldav
    assert source.oauth
    assert (source.caldav.provider, source.caldav.user.value) == ("google", "jane@example.com")
    return source.oauth


@pytest.mark.usefixtures("ready")
def test_it_goes_into_the_keyring_and_the_source_that_is_printed_finds_it(
    server: AuthorizationServer, tmp_path: Path
) -> None:
    access = source_of(login("--name", "jane"))
    assert access.refresh_token == Secret("keyring", "jane-refresh_token")
    keyring = Keyring(tmp_path / "calsieve")
    assert keyring.get("jane-refresh_token") in server.refresh_tokens
    assert (keyring.get("jane-client_id"), keyring.get("jane-client_secret")) == (CLIENT_ID, CLIENT_SECRET)
    assert stat.S_IMODE((tmp_path / "calsieve/keyring.json").stat().st_mode) == 0o600


@pytest.mark.usefixtures("ready")
def test_nothing_secret_is_printed() -> None:
    result = login()
    assert "MARKED" not in result.output
    assert "open this in a browser" in result.stderr


def test_without_a_browser_the_address_is_printed_only(
    server: AuthorizationServer, ready: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sign_in.__kwdefaults__, "seconds", 0.05)
    result = login("--no-browser")
    assert (result.exit_code, "in time" in result.stderr) == (1, True)
    assert f"{server.base}/auth?" in result.stderr
    assert ready.pages == []


@pytest.mark.usefixtures("ready")
def test_the_clients_secret_is_asked_for_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOOGLE_CLIENT_SECRET")
    result = login(given=f"{CLIENT_SECRET}\n")
    assert result.exit_code == 0
    assert CLIENT_SECRET not in result.output


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield


@pytest.mark.usefixtures("ready", "aws")
def test_it_goes_into_encrypted_parameters(server: AuthorizationServer) -> None:
    access = source_of(login("--ssm", "/calsieve/google", "--region", REGION))
    assert access.refresh_token == Secret("ssm", "/calsieve/google/refresh_token")
    client = boto3.client("ssm", region_name=REGION)
    stored = client.get_parameter(Name="/calsieve/google/refresh_token", WithDecryption=True)["Parameter"]
    assert stored["Type"] == "SecureString"
    assert stored["Value"] in server.refresh_tokens


@pytest.mark.usefixtures("ready", "aws")
def test_it_goes_into_one_secret_and_again_into_the_same(server: AuthorizationServer) -> None:
    for _ in range(2):
        access = source_of(login("--secretsmanager", "calsieve/google", "--region", REGION))
    assert access.refresh_token == Secret("secretsmanager", "calsieve/google#refresh_token")
    client = boto3.client("secretsmanager", region_name=REGION)
    stored = json.loads(client.get_secret_value(SecretId="calsieve/google")["SecretString"])
    assert stored["refresh_token"] in server.refresh_tokens
    assert stored["client_secret"] == CLIENT_SECRET


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--ssm", "no-slash"], "ssm:/path"),
        (["--name", "with blank"], "keyring:NAME"),
        (["--secretsmanager", "a b"], "secretsmanager:name"),
        (["--ssm", "/a", "--secretsmanager", "b"], "only one"),
    ],
)
def test_a_place_that_can_not_be_is_told_before_anybody_signs_in(
    server: AuthorizationServer, ready: Browser, options: list[str], said: str
) -> None:
    result = login(*options)
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert server.questions == []
