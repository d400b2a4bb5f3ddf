"""What a running server is to the tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

USER = "alice"
PASSWORD = "secret"


@dataclass(frozen=True, slots=True)
class Server:
    """A CalDAV server on a port of 127.0.0.1, with one user and the path of one calendar of theirs.

    ``is_made`` says whether that calendar is there from the beginning; ``digest`` whether it takes the password
    by Digest only. ``directory`` is where its files are.
    """

    port: int
    calendar: str
    is_made: bool = False
    digest: bool = False
    directory: Path = Path()

    @property
    def auth(self) -> AuthBase:
        return HTTPDigestAuth(USER, PASSWORD) if self.digest else HTTPBasicAuth(USER, PASSWORD)
