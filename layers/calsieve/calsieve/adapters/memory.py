"""A publisher, a state store and a notifier that keep everything in memory: for dry runs, tests and this machine."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from calsieve.adapters.twin import compressed, is_twin, twin_path
from calsieve.errors import Conflict
from calsieve.models import Document, Letter, Stored
from calsieve.paths import checked, is_calendar

if TYPE_CHECKING:
    from calsieve.ports import StateStore


class MemoryPublisher:
    """Publishes into ``files``, path to bytes. Not for several threads."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def read(self, path: str) -> Stored | None:
        return _read(self.files, path)

    def version(self, path: str) -> str | None:
        stored, beside = _read(self.files, path), twin_path(path)
        if stored is None:
            return None
        whole = beside is None or is_twin(self.files.get(beside, b""), stored.body)
        return stored.version if whole else None

    def write(self, path: str, document: Document, *, replaces: Stored | None) -> str:
        version = _replace(self.files, path, document.body, replaces)
        if beside := twin_path(path):
            self.files[beside] = compressed(document.body)
        return version

    def delete(self, path: str) -> None:
        for each in (checked(path), twin_path(path)):
            if each:
                self.files.pop(each, None)

    def has_calendars(self) -> bool:
        return any(map(is_calendar, self.files))


class MemoryStateStore:
    """Remembers in ``files``, key to bytes. Not for several threads."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def load(self, key: str) -> Stored | None:
        return _read(self.files, key)

    def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
        _replace(self.files, key, body, replaces)

    def keys(self, below: str) -> list[str]:
        return sorted(key for key in self.files if key.startswith(below))

    def forget(self, key: str) -> None:
        self.files.pop(checked(key), None)


class ForgetfulStateStore:
    """Knows what ``store`` knows; what is saved here goes no further. For dry runs."""

    def __init__(self, store: StateStore) -> None:
        self._store = store
        self._files: dict[str, bytes] = {}

    def load(self, key: str) -> Stored | None:
        return _read(self._files, key) or self._store.load(key)

    def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
        if _version(self.load(key)) != _version(replaces):
            raise Conflict("somebody else wrote first: try again")
        self._files[key] = body


class MemoryNotifier:
    """Keeps what it is told in ``told``: letters, with the name of the feed that each is about."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Letter]] = []

    def tell(self, feed: str, subject: str, text: str) -> None:
        self.told.append((feed, Letter(subject, text)))


def _read(files: dict[str, bytes], path: str) -> Stored | None:
    body = files.get(checked(path))
    return None if body is None else Stored(body, hashlib.sha256(body).hexdigest())


def _replace(files: dict[str, bytes], path: str, body: bytes, replaces: Stored | None) -> str:
    if _version(_read(files, path)) != _version(replaces):
        raise Conflict("somebody else wrote first: try again")
    files[path] = body
    return hashlib.sha256(body).hexdigest()


def _version(stored: Stored | None) -> str | None:
    return stored.version if stored else None
