"""What a running server is to the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from tests.interop.dav.items import Item

USER = "alice"
PASSWORD = "secret"


def unchanged(item: Item) -> Item:
    return item


@dataclass(frozen=True, slots=True)
class Server:
    """A CalDAV server on a port of 127.0.0.1, with one user and the path of one calendar of theirs.

    ``is_made`` says whether that calendar is there from the beginning, ``digest`` whether the server takes passwords
    by Digest only, ``stored`` what it makes of an item that is put there. ``directory`` is where its files are.
    """

    port: int
    calendar: str
    is_made: bool = False
    digest: bool = False
    directory: Path = Path()
    stored: Callable[[Item], Item] = unchanged

    @property
    def auth(self) -> AuthBase:
        return HTTPDigestAuth(USER, PASSWORD) if self.digest else HTTPBasicAuth(USER, PASSWORD)
