"""An authorization server on 127.0.0.1 that does what RFC 6749, RFC 7636 and Google's documents say, with faults."""

from __future__ import annotations

import json
import secrets
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "123-abc.apps.example.com", "GOCSPX-MARKED"
SCOPE = "https://example.org/auth/calendar.readonly"
Form = dict[str, str]


@dataclass
class AuthorizationServer:
    """Knows one client. The attributes are what a test may turn; ``asked`` are the forms that came for tokens."""

    expires_in: int = 3600
    rotates: bool = False
    denies: bool = False
    granted: str = SCOPE
    gives_refresh_token: bool = True
    access_tokens: set[str] = field(default_factory=set)
    refresh_tokens: set[str] = field(default_factory=set)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[Form] = field(default_factory=list)
    questions: list[Form] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._codes: dict[str, Form] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"outer": self}))

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def exchange(self) -> str:
        return f"{self.base}/token"

    def known_token(self) -> str:
        """Return a refresh token that is good."""
        token = f"1//MARKED-{secrets.token_hex(4)}"
        self.refresh_tokens.add(token)
        return token

    def consent(self, question: Form) -> str | None:
        """Return where the user is sent after agreeing; None if the question is not to be answered."""
        self.questions.append(question)
        wanted = {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}
        redirect = question.get("redirect_uri", "")
        if wanted.items() - question.items() or not redirect.startswith("http://127.0.0.1:"):
            return None
        if self.denies:
            return f"{redirect}?{urlencode({'error': 'access_denied', 'state': question['state']})}"
        code = secrets.token_hex(8)
        self._codes[code] = question
        return f"{redirect}?{urlencode({'state': question['state'], 'code': code, 'scope': self.granted})}"

    def answer(self, form: Form) -> tuple[int, bytes]:
        self.asked.append(form)
        if self.answers:
            return self.answers.pop(0)
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return 401, error("invalid_client")
        accepted = {
            "refresh_token": self._refreshes,
            "authorization_code": self._redeems,
            "client_credentials": lambda form: bool(form.get("scope")),
        }[form["grant_type"]](form)
        return (200, json.dumps(dict(self._tokens(form))).encode()) if accepted else (400, error("invalid_grant"))

    def _refreshes(self, form: Form) -> bool:
        token = form["refresh_token"]
        known = token in self.refresh_tokens
        if self.rotates:
            self.refresh_tokens.discard(token)
        return known

    def _redeems(self, form: Form) -> bool:
        question = self._codes.pop(form["code"], {})
        digest = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        return (question.get("redirect_uri"), question.get("code_challenge")) == (form["redirect_uri"], digest)

    def _tokens(self, form: Form) -> Iterator[tuple[str, str | int]]:
        access = f"ya29.MARKED-{secrets.token_hex(4)}"
        self.access_tokens.add(access)
        yield from (("access_token", access), ("token_type", "Bearer"), ("expires_in", self.expires_in))
        if form["grant_type"] == "client_credentials":
            return
        yield "scope", self.granted
        if self.gives_refresh_token and (self.rotates or form["grant_type"] == "authorization_code"):
            yield "refresh_token", self.known_token()


def error(code: str) -> bytes:
    """Return the body of a refusal (RFC 6749 §5.2), with a description that is not to be shown."""
    return json.dumps({"error": code, "error_description": "MARKED"}).encode()


class _Handler(BaseHTTPRequestHandler):
    outer: AuthorizationServer

    def do_GET(self) -> None:
        location = self.outer.consent(dict(parse_qsl(urlsplit(self.path).query)))
        self.send_response(302 if location else 400)
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, reply = self.outer.answer(dict(parse_qsl(body.decode())))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_: object) -> None:
        pass
