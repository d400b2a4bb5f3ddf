"""Signing in by the browser, for a refresh token: RFC 8252 with a loopback redirect, PKCE (RFC 7636) and state.

Nobody who only sees the browser's addresses can use what comes back: the code is worth nothing without the
verifier, which stays here, and an answer without this run's state is ignored.
"""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import click

from calsieve.adapters.oauth import Grant, exchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsieve.adapters.http.api import JsonApi
    from calsieve.adapters.oauth import Tokens

_PATIENCE = 300  # seconds to find the right account, its password and the second factor
_PAGE = (
    b"<!doctype html><meta charset=utf-8><meta name=referrer content=no-referrer><title>Calsieve</title>"
    b"<p>That is all here. Go on where Calsieve runs; this page can be closed."
)


class NotSignedIn(click.ClickException):
    """There is no refresh token; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the browser is sent (RFC 6749 §3.1), where a code is exchanged for tokens (§3.2), and for what access."""

    sign_in: str
    exchange: str
    scope: str


@dataclass(frozen=True, slots=True)
class Client:
    """The app as which Calsieve signs in, registered by the user."""

    id: str
    secret: str = field(repr=False)


def sign_in(
    client: Client,
    service: Service,
    user: str,
    *,
    api: JsonApi,
    show: Callable[[str], object],
    seconds: float = _PATIENCE,
) -> str:
    """Return a refresh token for ``user``; ``show`` brings an address into a browser.

    Raises NotSignedIn, or a SourceError if the sign-in server can't be asked.
    """
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    with _Listener(state) as listener:
        question = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": listener.address,
            "scope": service.scope,
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            "access_type": "offline",  # Google's way to ask for a refresh token,
            "prompt": "consent",  # and the one to get it again and not only the first time
            "login_hint": user,
        }
        show(f"{service.sign_in}?{urlencode(question)}")
        code = _code(listener.answer(seconds))
    grant = _code_grant(client, service.exchange, code, verifier, listener.address)
    with api.conversation("sign-in") as conversation:
        tokens = exchanged(conversation, grant)
    return _refresh_token(tokens, service.scope)


def challenge(verifier: str) -> str:
    """Return the S256 code challenge of a verifier (RFC 7636 §4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _code_grant(client: Client, endpoint: str, code: str, verifier: str, redirect: str) -> Grant:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": redirect,
        "client_id": client.id,
        "client_secret": client.secret,
    }
    late = "it was not accepted: start again, and don't wait long before you agree"
    return Grant(endpoint=endpoint, form=tuple(form.items()), lost=late)


def _refresh_token(tokens: Tokens, scope: str) -> str:
    if tokens.scope is not None and scope not in tokens.scope.split():
        raise NotSignedIn("access to calendars was not granted: start again and tick its box")
    if tokens.refresh is None:
        raise NotSignedIn("no refresh token came: remove the app's access in your account's settings, then start again")
    return tokens.refresh


def _code(answer: Mapping[str, str]) -> str:
    if answer.get("error") == "access_denied":
        raise NotSignedIn("the browser says that you did not agree: start again if you want to")
    if not (code := answer.get("code")):
        raise NotSignedIn("the browser came back without a code: check the client ID, and that its type is Desktop app")
    return code


class _Listener(HTTPServer):
    """Waits on a free port of 127.0.0.1 for the browser to come back (RFC 8252 §7.3)."""

    def __init__(self, state: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._state = state
        self._answer: dict[str, str] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def answer(self, seconds: float) -> Mapping[str, str]:
        """Return the parameters that came with the right state. Raises NotSignedIn if none came in time."""
        end = time.monotonic() + seconds
        while self._answer is None:
            self.timeout = end - time.monotonic()
            if self.timeout <= 0:
                raise NotSignedIn("nobody agreed in the browser in time: start again")
            self.handle_request()
        return self._answer

    def take(self, parameters: dict[str, str]) -> bool:
        """Keep the first parameters with the right state; return whether these are."""
        if self._answer or not compare_digest(parameters.get("state", "").encode(), self._state.encode()):
            return False
        self._answer = parameters
        return True


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    timeout = 5  # a connection that says nothing must not keep the browser out

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
        known = parts.path == "/" and self.server.take(parameters)
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE if known else b"There is nothing here.")

    def log_message(self, *_: object) -> None:
        """Say nothing: a request's line holds the code."""
