"""Where the machine publishes and remembers: in memory, in a directory, in a bucket. All tell each of their steps.

``step`` is called before and after each reading and writing of a file, with whether others have to wait there.
What is done from outside goes by no step.
"""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from mypy_boto3_s3 import S3Client

from calsieve.adapters.directory import DirectoryPublisher, DirectoryStateStore
from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from calsieve.adapters.s3 import S3Publisher, S3StateStore
from calsieve.ports import Publisher, StateStore

Step = Callable[[bool], None]


class Stores(ABC):
    """A publisher and a state store of which everything is known. ``writes`` counts what was written or deleted."""

    publisher: Publisher
    state: StateStore
    step: Step = staticmethod(lambda _: None)

    @property
    @abstractmethod
    def writes(self) -> int: ...

    @abstractmethod
    def published(self) -> dict[str, bytes]:
        """Return all files that are published, twins too."""

    @abstractmethod
    def remembered(self) -> dict[str, bytes]:
        """Return all that is remembered."""

    @abstractmethod
    def put(self, path: str, body: bytes | None, *, state: bool = False) -> None:
        """Replace a file from outside, or take it away."""


class _Files(dict[str, bytes]):
    """A store's files, in steps. Between looking and writing nobody comes: what is in memory is not for several."""

    step: Step
    writes = 0

    def get(self, key: str, default: Any = None) -> Any:
        self.step(False)
        return super().get(key, default)

    def __setitem__(self, key: str, body: bytes) -> None:
        self.step(True)
        super().__setitem__(key, body)
        self.writes += 1
        self.step(True)

    def pop(self, key: str, default: Any = None) -> Any:
        self.step(True)
        self.writes += key in self
        found = super().pop(key, default)
        self.step(True)
        return found


class InMemory(Stores):
    """Steps are those of dictionaries."""

    def __init__(self) -> None:
        self.publisher, self.state = MemoryPublisher(), MemoryStateStore()
        self._files, self._state = _Files(), _Files()
        self.publisher.files, self.state.files = self._files, self._state
        for files in (self._files, self._state):
            files.step = lambda waits: self.step(waits)

    @property
    def writes(self) -> int:
        return self._files.writes + self._state.writes

    def published(self) -> dict[str, bytes]:
        return dict(self._files)

    def remembered(self) -> dict[str, bytes]:
        return dict(self._state)

    def put(self, path: str, body: bytes | None, *, state: bool = False) -> None:
        files = self._state if state else self._files
        if body is None:
            dict.pop(files, path)
        else:
            dict.__setitem__(files, path, body)


class _Folder(Protocol):
    def read(self, path: str) -> Any: ...
    def locked(self) -> AbstractContextManager[None]: ...
    def replace(self, path: str, body: bytes) -> str: ...
    def remove(self, path: str) -> None: ...


class _Stepping:
    """A directory adapter's folder; what it does to files, it does in steps."""

    def __init__(self, folder: Any, step: Step) -> None:
        self.folder, self.step, self.writes = folder, step, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.folder, name)

    def read(self, path: str) -> Any:
        self.step(False)
        return self.folder.read(path)

    def replace(self, path: str, body: bytes) -> str:
        self.step(True)
        version: str = self.folder.replace(path, body)
        self.writes += 1
        self.step(True)
        return version

    def remove(self, path: str) -> None:
        self.step(True)
        there = self.folder.read(path) is not None
        self.folder.remove(path)
        self.writes += there
        self.step(True)


class InDirectory(Stores):
    """Writers to one directory wait for each other."""

    def __init__(self, root: Path) -> None:
        self._root = root
        publisher, state = DirectoryPublisher(root / "public"), DirectoryStateStore(root / "state")
        self._folders = [_Stepping(each._folder, lambda waits: self.step(waits)) for each in (publisher, state)]
        publisher._folder, state._folder = self._folders  # type: ignore[assignment]
        self.publisher, self.state = publisher, state

    @property
    def writes(self) -> int:
        return sum(folder.writes for folder in self._folders)

    def published(self) -> dict[str, bytes]:
        return self._below("public")

    def remembered(self) -> dict[str, bytes]:
        return self._below("state")

    def put(self, path: str, body: bytes | None, *, state: bool = False) -> None:
        file = self._root / ("state" if state else "public") / path
        if body is None:
            file.unlink()
        else:
            file.write_bytes(body)

    def _below(self, name: str) -> dict[str, bytes]:
        root = self._root / name
        files = (path for path in root.rglob("*") if path.is_file() and not path.name.startswith("."))
        return {str(path.relative_to(root)): path.read_bytes() for path in files}


class InBucket(Stores):
    """Steps are the calls of S3."""

    def __init__(self, client: S3Client) -> None:
        self._client, self._name, self._writes = client, f"feeds-{uuid.uuid4()}", 0
        client.create_bucket(Bucket=self._name)
        self.publisher, self.state = (S3Publisher(client, self._name, "p"), S3StateStore(client, self._name, "s"))
        for moment in ("before-call", "after-call"):
            client.meta.events.register(f"{moment}.s3", self._called)
        for write in ("PutObject", "DeleteObject"):
            client.meta.events.register(f"after-call.s3.{write}", self._written)

    @property
    def writes(self) -> int:
        return self._writes

    def published(self) -> dict[str, bytes]:
        return self._below("p/")

    def remembered(self) -> dict[str, bytes]:
        return self._below("s/")

    def put(self, path: str, body: bytes | None, *, state: bool = False) -> None:
        key = f"{'s' if state else 'p'}/{path}"
        if body is None:
            self._client.delete_object(Bucket=self._name, Key=key)
        else:
            self._client.put_object(Bucket=self._name, Key=key, Body=body)

    def _called(self, **_: object) -> None:
        self.step(False)

    def _written(self, parsed: Any, **_: object) -> None:
        self._writes += parsed["ResponseMetadata"]["HTTPStatusCode"] < 300

    def _below(self, prefix: str) -> dict[str, bytes]:
        listed = self._client.list_objects_v2(Bucket=self._name, Prefix=prefix).get("Contents", ())
        keys = [one["Key"] for one in listed]
        bodies = (self._client.get_object(Bucket=self._name, Key=key)["Body"].read() for key in keys)
        return {key.removeprefix(prefix): body for key, body in zip(keys, bodies, strict=True)}
