"""A publisher and a state store in a directory, for one machine. POSIX only (``flock``).

Every file is replaced as a whole: readers see the old bytes or the new ones, also after a power cut.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from calsieve.adapters.twin import compressed, is_twin, twin_path
from calsieve.errors import Conflict, PublishError
from calsieve.models import Document, Stored
from calsieve.paths import checked, is_calendar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def own_directory(environ: Mapping[str, str], variable: str, default: str) -> Path | None:
    """Return Calsieve's directory below what an XDG variable names, or below ``default`` in the home.

    None without a home. A relative path in the variable is not valid by the XDG Base Directory Specification.
    """
    base = Path(environ.get(variable, ""))
    if not base.is_absolute():
        base = Path(environ.get("HOME", "")) / default
    return base / "calsieve" if base.is_absolute() else None


class DirectoryPublisher:
    """Publishes below ``root``, readable by everybody who knows the path.

    Directories it makes can be entered but not listed by others: the paths in them are secrets.
    """

    def __init__(self, root: Path) -> None:
        self._folder = _Folder(root, directory_mode=0o711, file_mode=0o644)

    def read(self, path: str) -> Stored | None:
        return self._folder.read(path)

    def version(self, path: str) -> str | None:
        stored, beside = self._folder.read(path), twin_path(path)
        if stored is None:
            return None
        twin = self._folder.read(beside) if beside else None
        whole = beside is None or (twin and is_twin(twin.body, stored.body))
        return stored.version if whole else None

    def write(self, path: str, document: Document, *, replaces: Stored | None) -> str:
        with self._folder.locked():
            self._folder.demand(path, replaces)
            version = self._folder.replace(path, document.body)
            if beside := twin_path(path):
                self._folder.replace(beside, compressed(document.body))
        return version

    def delete(self, path: str) -> None:
        with self._folder.locked():
            self._folder.remove(path)
            if beside := twin_path(path):
                self._folder.remove(beside)

    def has_calendars(self) -> bool:
        return any(map(is_calendar, self._folder.files("")))


class DirectoryStateStore:
    """Remembers below ``root``, readable by nobody but the owner."""

    def __init__(self, root: Path) -> None:
        self._folder = _Folder(root, directory_mode=0o700, file_mode=0o600)

    def load(self, key: str) -> Stored | None:
        return self._folder.read(key)

    def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
        with self._folder.locked():
            self._folder.demand(key, replaces)
            self._folder.replace(key, body)

    def keys(self, below: str) -> list[str]:
        return self._folder.files(below)

    def forget(self, key: str) -> None:
        with self._folder.locked():
            self._folder.remove(key)


class _Folder:
    """Files below a root, replaced atomically; the version of a file is the SHA-256 of its bytes."""

    def __init__(self, root: Path, *, directory_mode: int, file_mode: int) -> None:
        self._root = root
        self._directory_mode = directory_mode
        self._file_mode = file_mode

    def read(self, path: str) -> Stored | None:
        with self._translated("read"):
            try:
                body = (self._root / checked(path)).read_bytes()
            except FileNotFoundError:
                return None
        return Stored(body, _version(body))

    def files(self, below: str) -> list[str]:
        """Return the paths of all files below a directory, sorted; of those in the making none."""
        with self._translated("list"):
            found = [path.relative_to(self._root) for path in (self._root / below).rglob("*") if path.is_file()]
        return sorted(path.as_posix() for path in found if not path.name.startswith("."))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep out every other writer to this root, in any process, for as long as the block runs."""
        with self._translated("write to"):
            self._make(self._root)
            # A file and not the directory itself: NFS locks only what is open for writing.
            lock = os.open(self._root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
            finally:
                os.close(lock)

    def demand(self, path: str, replaces: Stored | None) -> None:
        """Raise Conflict unless ``path`` holds ``replaces`` (None: nothing). Call it under the lock."""
        current = self.read(path)
        if (current and current.version) != (replaces and replaces.version):
            raise Conflict("somebody else wrote first: try again")

    def replace(self, path: str, body: bytes) -> str:
        """Write the whole file, durably, and return its version. Call it under the lock."""
        target = self._root / checked(path)
        self._make(target.parent)
        # The name is free: only the holder of the lock uses it, or a crashed one before us.
        temporary = target.with_name(f".{target.name}.tmp")
        with open(temporary, "wb", opener=_owners) as file:
            os.fchmod(file.fileno(), self._file_mode)
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync_directory(target.parent)
        return _version(body)

    def remove(self, path: str) -> None:
        """Take a file away, durably, and its directory if that is empty then. Call it under the lock."""
        target = self._root / checked(path)
        if target.is_file():
            target.unlink()
            _sync_directory(target.parent)
        with suppress(OSError):  # there is more in it, or nothing at all
            target.parent.rmdir()

    def _make(self, directory: Path) -> None:
        if not directory.is_dir():
            directory.mkdir(parents=True, exist_ok=True)
            directory.chmod(self._directory_mode)  # whatever the umask

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # Only the reason: the file's name is the feed's secret path.
            raise PublishError(
                f"can't {doing} the directory {self._root}: {error.strerror}; check its owner and its disk"
            ) from error


def _owners(path: str, flags: int) -> int:
    """Open a file that nobody else may open in the moment before it has its mode."""
    return os.open(path, flags | os.O_CLOEXEC, 0o600)


def _version(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _sync_directory(directory: Path) -> None:
    """Make the renaming itself survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
