"""Secrets in one file of one's own, readable by its owner only, for those that ``calsieve login`` obtains.

Not encrypted: whoever may read the owner's files may read the calendars too. For machines of one's own;
the cloud has better places.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from calsieve.adapters.directory import DirectoryStateStore, own_directory
from calsieve.errors import PublishError, SecretError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from calsieve.models import Stored

FILE = "keyring.json"


def keyring_of(environ: Mapping[str, str]) -> Keyring:
    """Return the keyring below XDG_DATA_HOME. Raises SecretError if there is no home directory."""
    directory = own_directory(environ, "XDG_DATA_HOME", ".local/share")
    if directory is None:
        raise SecretError("there is no home directory with a keyring in it: set HOME or XDG_DATA_HOME")
    return Keyring(directory)


class Keyring:
    """Names and their secrets in ``directory``/keyring.json."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / FILE
        self._store = DirectoryStateStore(directory)

    def get(self, name: str) -> str | None:
        """Return a secret, or None. Raises SecretError if the file is damaged or others may read it."""
        return self._entries(self._stored()).get(name)

    def put(self, values: Mapping[str, str]) -> None:
        """Store ``values`` instead of older ones of their names. Raises SecretError, PublishError."""
        stored = self._stored()
        body = json.dumps({**self._entries(stored), **values}, indent=1).encode()
        self._store.save(FILE, body, replaces=stored)

    def _stored(self) -> Stored | None:
        try:
            if self._file.stat().st_mode & 0o077:
                raise SecretError(f"others may read or write {self._file}: chmod 600 it")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SecretError(f"can't look at {self._file}: {error.strerror}") from error
        try:
            return self._store.load(FILE)
        except PublishError as error:
            raise SecretError(str(error)) from error

    def _entries(self, stored: Stored | None) -> dict[str, str]:
        try:
            entries = json.loads(stored.body) if stored else {}
        except ValueError:  # its doc attribute is the secrets
            entries = None
        if isinstance(entries, dict) and all(isinstance(value, str) for value in entries.values()):
            return entries
        raise SecretError(f"{self._file} is damaged: remove it and sign in again")
