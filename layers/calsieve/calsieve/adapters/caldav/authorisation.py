"""What shows a server who asks: a password, or an access token from whoever gives them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calsieve.models import Source


class Authorizer(Protocol):
    """The credentials of one source, for hosts that may have them: who sends them looks after that."""

    def headers(self, method: str, url: str) -> Mapping[str, str]:
        """Return the headers that authorise one request. Raises SecretError, SourceError."""
        ...

    def learn(self, answer: Mapping[str, str]) -> bool:
        """Take in the headers of an answer 401; tell whether the same request may now be answered otherwise."""
        ...


class Tokens(Protocol):
    """Gives access tokens for sources with ``oauth``, and keeps them as long as they hold."""

    def token(self, source: Source, *, renew: bool = False) -> str:
        """Return an access token; ``renew``: the last one was refused, get another.

        Raises SecretError, or a SourceError: UpstreamRefused if access was revoked, with what to do.
        """
        ...
