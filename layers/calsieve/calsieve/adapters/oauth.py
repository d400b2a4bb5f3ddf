"""OAuth 2.0 access tokens: what is long-lived is exchanged for what is valid now (RFC 6749).

Knows nothing of calendars and of browsers: how a refresh token is obtained in the first place is the
command line's affair.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from calsieve.adapters.http.api import Call
from calsieve.errors import UpstreamRefused, UpstreamUnavailable
from calsieve.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calsieve.adapters.http.api import Conversation, JsonApi, Reply
    from calsieve.models import OAuth, Source
    from calsieve.ports import Secrets

_EARLY = 60  # a token is replaced this many seconds before its end: clocks differ, requests take time
_LONGEST = 86_400.0  # seconds that a token is kept at most, whatever is said of it
_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What is exchanged for an access token: the ``form`` that ``endpoint`` is sent (RFC 6749 §4 and §6).

    ``lost`` says in plain words what to do when the grant itself is not accepted (any more).
    """

    endpoint: str
    form: tuple[tuple[str, str], ...] = field(repr=False)
    lost: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What came for a grant; ``seconds`` is how long the access token lives, 0 if that was not said."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    seconds: float
    scope: str | None


def refresh_grant(provider: str, oauth: OAuth, secrets: Secrets) -> Grant:
    """Return the grant of a refresh token (RFC 6749 §6); public clients have no secret. Raises SecretError."""
    form = [
        ("grant_type", "refresh_token"),
        ("client_id", secrets.resolve(oauth.client_id)),
        ("refresh_token", secrets.resolve(oauth.refresh_token)),
    ]
    if oauth.client_secret:
        form.append(("client_secret", secrets.resolve(oauth.client_secret)))
    lost = (
        f"{provider} does not accept its refresh token (any more): it was revoked, or has expired, which Google's do"
        " after 7 days if the publishing status of the app is Testing. Run"
        f" `calsieve login {provider}` again and use the new one"
    )
    return Grant(endpoint=PROVIDERS[provider].token_url or "", form=tuple(form), lost=lost)


def client_grant(endpoint: str, client_id: str, client_secret: str, scope: str, lost: str) -> Grant:
    """Return the grant of an application that acts for itself (RFC 6749 §4.4)."""
    form = (
        ("grant_type", "client_credentials"),
        ("client_id", client_id),
        ("client_secret", client_secret),
        ("scope", scope),
    )
    return Grant(endpoint=endpoint, form=form, lost=lost)


def exchanged(conversation: Conversation, grant: Grant) -> Tokens:
    """Exchange ``grant`` now.

    Raises UpstreamRefused for what the user has to change, UpstreamUnavailable for the rest. Neither quotes
    the server but for its error code (RFC 6749 §5.2).
    """
    reply = conversation.ask(Call(url=grant.endpoint, form=dict(grant.form)))
    if reply.status >= 400:
        raise UpstreamRefused(conversation.source, _refusal(reply, grant))
    access, refresh, scope = (_text(reply.content, key) for key in ("access_token", "refresh_token", "scope"))
    if access is None:
        raise UpstreamUnavailable(conversation.source, "the sign-in server answered without an access token")
    seconds = reply.content.get("expires_in")
    return Tokens(access, refresh, min(_LONGEST, seconds) if isinstance(seconds, int | float) else 0.0, scope)


class AccessTokens:
    """Keeps access tokens until shortly before they end, in memory only.

    Some servers give a new refresh token with each access token, and sooner or later take only that: it is
    used from then on, but by this process alone. Google's and Microsoft's stay valid.
    """

    def __init__(self, api: JsonApi, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._known: dict[Grant, tuple[float, str]] = {}
        self._rotated: dict[Grant, Grant] = {}

    def token(self, source: str, grant: Grant) -> str:
        """Return a token that is valid now. Raises what ``exchanged`` does; failures are not remembered."""
        until, token = self._known.get(grant, (0.0, ""))
        if token and self._clock() < until:
            return token
        asked = self._clock()
        with self._api.conversation(source) as conversation:
            tokens = exchanged(conversation, self._rotated.get(grant, grant))
        if tokens.refresh:
            self._rotated[grant] = _renewed(grant, tokens.refresh)
        self._known[grant] = (asked + tokens.seconds - _EARLY, tokens.access)
        return tokens.access

    def forget(self, grant: Grant) -> None:
        """Ask anew next time: the token was not accepted, although its time is not over."""
        self._known.pop(grant, None)


class AccountTokens:
    """Access tokens for accounts that have ``oauth``; which endpoint gives them, their provider says."""

    def __init__(self, secrets: Secrets, tokens: AccessTokens) -> None:
        self._secrets = secrets
        self._tokens = tokens

    def token(self, source: Source, *, renew: bool = False) -> str:
        """Return an access token for ``source``; ``renew``: the last one was refused, get another.

        Raises SecretError, UpstreamRefused with what to do if access was revoked, UpstreamUnavailable.
        """
        if not (source.caldav and source.oauth):
            raise UpstreamRefused(source.name, "has nothing to sign in with: add `oauth`")
        grant = refresh_grant(source.caldav.provider, source.oauth, self._secrets)
        if renew:
            self._tokens.forget(grant)
        return self._tokens.token(source.name, grant)


def _renewed(grant: Grant, refresh: str) -> Grant:
    return replace(grant, form=tuple({**dict(grant.form), "refresh_token": refresh}.items()))


def _refusal(reply: Reply, grant: Grant) -> str:
    code = _text(reply.content, "error") or ""
    if code == "invalid_grant":
        return grant.lost
    if code in ("invalid_client", "unauthorized_client"):
        return "the sign-in server does not know its client_id or client_secret: correct them, or make a new secret"
    said = code if _CODE.fullmatch(code) else f"status {reply.status}"
    return f"the sign-in server refuses with {said}: check client_id, client_secret and what they may do"


def _text(content: Mapping[str, object], key: str) -> str | None:
    value = content.get(key)
    return value if isinstance(value, str) and value else None
