"""What shows a server who asks: a password, or an access token from whoever gives them out."""

from __future__ import annotations

import hashlib
import re
import secrets as randomness
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from calsieve.adapters.http.request import basic
from calsieve.errors import UpstreamRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsieve.models import Source
    from calsieve.ports import Secrets

_CHALLENGE = re.compile(r"(?:^|,)\s*(?:(\w+)\s+)?([\w-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s,]*))")
_HASHES: Mapping[str, Callable[[bytes], str]] = {
    # RFC 7616 §3.3: sabre/dav before 3 offers nothing but Digest, and with MD5 alone
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).hexdigest(),
    "SHA-256": lambda data: hashlib.sha256(data).hexdigest(),
}


class Authorizer(Protocol):
    """The credentials of one source, for hosts that may have them: who sends them looks after that."""

    def headers(self, method: str, url: str) -> Mapping[str, str]:
        """Return the headers that authorise one request. Raises SecretError, SourceError."""
        ...

    def learn(self, answer: Mapping[str, str]) -> bool:
        """Take in the headers of an answer 401; tell whether the same request may now be answered otherwise."""
        ...


class Tokens(Protocol):
    """Gets access tokens for sources with ``oauth``, and keeps them as long as they hold."""

    def token(self, source: Source, *, renew: bool = False) -> str:
        """Return an access token; ``renew``: the last one was refused, get another.

        Raises SecretError, or a SourceError: UpstreamRefused if access was revoked, with what to do.
        """
        ...


def authorizer(source: Source, secrets: Secrets, tokens: Tokens | None) -> Authorizer:
    """Return what authorises the requests of ``source``. Raises SecretError, UpstreamRefused if it has nothing."""
    if source.oauth and tokens:
        return BearerAuthorizer(source, tokens)
    if source.basic:
        return PasswordAuthorizer(secrets.resolve(source.basic.user), secrets.resolve(source.basic.password))
    raise UpstreamRefused(source.name, "has no credentials that can be used here: give it a `secret`")


class BearerAuthorizer:
    """An access token (RFC 6750), renewed once if it is refused."""

    def __init__(self, source: Source, tokens: Tokens) -> None:
        self._source = source
        self._tokens = tokens
        self._renewed = False

    def headers(self, method: str, url: str) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._tokens.token(self._source)}"}

    def learn(self, answer: Mapping[str, str]) -> bool:
        if self._renewed:
            return False
        self._renewed = True
        self._tokens.token(self._source, renew=True)
        return True


class PasswordAuthorizer:
    """User and password: Basic at once, without being asked, and Digest where a server offers nothing else.

    iCloud and Yahoo answer a first request without credentials with challenges of no use; Cyrus offers Digest
    beside Basic and then refuses it.
    """

    def __init__(self, user: str, password: str, nonce: Callable[[], str] = lambda: randomness.token_hex(8)) -> None:
        self._user = user
        self._password = password
        self._nonce = nonce
        self._challenge: Mapping[str, str] | None = None
        self._count = 0

    def headers(self, method: str, url: str) -> Mapping[str, str]:
        if self._challenge is None:
            return {"Authorization": basic(self._user, self._password)}
        self._count += 1
        return {"Authorization": self._digest(self._challenge, method, url)}

    def learn(self, answer: Mapping[str, str]) -> bool:
        offered = _challenges(answer.get("WWW-Authenticate", ""))
        challenge = offered.get("digest")
        if challenge is None or "basic" in offered or challenge.get("algorithm", "MD5").upper() not in _HASHES:
            return False
        if self._challenge is not None and challenge.get("stale", "").lower() != "true":
            return False  # it knows the password and does not want it
        self._challenge, self._count = challenge, 0
        return True

    def _digest(self, challenge: Mapping[str, str], method: str, url: str) -> str:
        """Return the value of Authorization by RFC 7616 §3.4, with qop=auth if that is offered."""
        parts = urlsplit(url)
        uri = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        realm, nonce, algorithm = challenge.get("realm", ""), challenge.get("nonce", ""), challenge.get("algorithm")
        hashed = _HASHES[(algorithm or "MD5").upper()]
        who = hashed(f"{self._user}:{realm}:{self._password}".encode(errors="surrogateescape"))
        what = hashed(f"{method}:{uri}".encode())
        fields = {"username": self._user, "realm": realm, "nonce": nonce, "uri": uri}
        bare = {"algorithm": algorithm} if algorithm else {}
        if "auth" in re.split(r"[\s,]+", challenge.get("qop", "")):
            count, own = f"{self._count:08x}", self._nonce()
            fields |= {"cnonce": own, "response": hashed(f"{who}:{nonce}:{count}:{own}:auth:{what}".encode())}
            bare |= {"qop": "auth", "nc": count}
        else:  # RFC 2069
            fields["response"] = hashed(f"{who}:{nonce}:{what}".encode())
        if "opaque" in challenge:
            fields["opaque"] = challenge["opaque"]
        written = [
            *(f"{key}={_quoted(value)}" for key, value in fields.items()),
            *(f"{k}={v}" for k, v in bare.items()),
        ]
        return f"Digest {', '.join(written)}"


def _challenges(text: str) -> dict[str, dict[str, str]]:
    """Return the parameters of each scheme in a WWW-Authenticate, the first of each kind, names in lower case."""
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for scheme, name, quoted, plain in _CHALLENGE.findall(text):
        if scheme:
            current = {}
            found.setdefault(scheme.lower(), current)
        current[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) or plain
    return found


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode(errors="surrogateescape").decode("latin-1")  # as UTF-8 on the wire
