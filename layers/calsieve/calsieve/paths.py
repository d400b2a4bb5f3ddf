"""Where a feed is published, and which paths may be stored at all.

A feed's address is its only protection, so its path carries 128 bits that can't be guessed, and they
differ from feed to feed: whoever is given one address learns nothing about the others.
"""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from typing import TYPE_CHECKING

from calsieve.errors import Conflict, PublishError

if TYPE_CHECKING:
    from collections.abc import Callable

    from calsieve.ports import StateStore

KEY_NAME = "path-key"
_KEY_BYTES = 32
_SECRET_BYTES = 16


def feed_path(key: bytes, name: str) -> str:
    """Return ``<32 hex digits>/<name>.ics``, the same for the same key and feed name, always.

    The digits are HMAC-SHA256 (RFC 2104) of the name, cut to 128 bits.
    """
    secret = hmac.digest(key, name.encode(), hashlib.sha256)[:_SECRET_BYTES]
    return checked(f"{secret.hex()}/{name}.ics")


def path_key(state: StateStore, random_bytes: Callable[[int], bytes]) -> bytes:
    """Return the key of all feed paths; make and keep it at the first call.

    Of several that make it at the same time one wins, and all return the winner's.
    Raises PublishError if the stored key is damaged: a new one would change every address.
    """
    stored = state.load(KEY_NAME)
    if stored is None:
        with suppress(Conflict):  # somebody else made it just now: theirs is the key
            state.save(KEY_NAME, random_bytes(_KEY_BYTES), replaces=None)
        stored = state.load(KEY_NAME)
    if stored is None or len(stored.body) != _KEY_BYTES:
        raise PublishError(
            f"the {KEY_NAME} in the state store is damaged: restore it from a backup, "
            "or delete it to get new addresses for all feeds"
        )
    return stored.body


def checked(path: str) -> str:
    """Return ``path`` if it is safe as a file below a directory and as a key, else raise PublishError.

    Safe is: relative, separated by ``/``, printable, no backslash, no part that is empty or begins
    with a dot (hidden files are the stores' own). The message does not repeat the path, it is a secret.
    """
    parts = path.split("/")
    if "\\" in path or not path.isprintable() or any(not part or part.startswith(".") for part in parts):
        raise PublishError("a feed's name does not make a safe path: use letters, digits and hyphens")
    return path
