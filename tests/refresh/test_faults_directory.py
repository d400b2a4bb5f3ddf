"""Every operation on the disk fails, each in turn: nothing is half, nothing is lost, the next run puts all right."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import types
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import pytest

from calsieve.adapters import directory
from calsieve.adapters.directory import DirectoryPublisher, DirectoryStateStore
from calsieve.models import Notices, Outcome, Status
from tests.refresh.kit import NOW, WORK, World, fetched, team, unchanged

LATER = NOW + timedelta(days=2)
Bodies = dict[str, bytes]


class Crash(BaseException):
    """The process dies here."""


class Disk:
    """What the directory's adapter asks of the operating system, counted; ``fails`` says at which operation and how."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.operations = 0
        self.fails: Callable[[int], BaseException | None] = lambda number: None
        system = types.SimpleNamespace(**{name: getattr(os, name) for name in dir(os) if not name.startswith("__")})
        system.open, system.fchmod = self._counted(os.open), self._counted(os.fchmod)
        system.fsync = self._counted(lambda descriptor: None)  # it lasts, and there is no power cut to be had
        monkeypatch.setattr(directory, "os", system)
        monkeypatch.setattr(directory, "open", self._opened, raising=False)
        for name in ("read_bytes", "replace", "unlink", "mkdir", "rmdir", "chmod"):
            monkeypatch.setattr(Path, name, self._counted(getattr(Path, name)))

    def _counted(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **more: Any) -> Any:
            self._operation()
            return act(*given, **more)

        return counted

    def _operation(self) -> None:
        self.operations += 1
        if error := self.fails(self.operations):
            raise error

    def _opened(self, *given: Any, **more: Any) -> IO[bytes]:
        self._operation()
        file: IO[bytes] = open(*given, **more)  # noqa: SIM115, PTH123 - its user closes it
        write = file.write

        def half(body: bytes) -> int:
            try:
                self._operation()
            except BaseException:
                write(body[: len(body) // 2])
                raise
            return write(body)

        return _Opened(file, half)  # type: ignore[return-value]


class _Opened:
    def __init__(self, file: IO[bytes], write: Callable[[bytes], int]) -> None:
        self.file, self.write = file, write
        self.fileno, self.flush = file.fileno, file.flush

    def __enter__(self) -> _Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def at(root: Path, key: World | None = None) -> World:
    world = World(replace(team(WORK), notices=Notices()))
    world.publisher = DirectoryPublisher(root / "published")  # type: ignore[assignment]
    world.state = DirectoryStateStore(root / "state")  # type: ignore[assignment]
    world.key = key.key if key else world.key
    return world


def begun(root: Path, *, published: bool) -> World:
    """A feed with an Atom file; published before, its address was rotated and ends before LATER."""
    world = at(root)
    world.fetcher.answers[WORK] = fetched("Standup", day="20260520")
    if published:
        world.run()
        world.key = world.key.rotated("team", NOW + timedelta(days=1))
        world.run(now=NOW + timedelta(hours=1))
    else:
        root.mkdir()
    return world


def with_news(world: World) -> Outcome:
    return world.run(work=fetched("Review", day="20260520"), now=LATER)


def published(root: Path) -> Bodies:
    """What a web server would serve: not what is hidden."""
    files = [path for path in (root / "published").rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {str(path.relative_to(root)): path.open("rb").read() for path in files}


def hidden(root: Path) -> list[str]:
    return [path.name for path in root.rglob(".*") if path.name != ".lock"]


def nothing_is_half(now: Bodies, before: Bodies, after: Bodies) -> None:
    for path, body in now.items():
        assert body in (before.get(path), after.get(path)), path
        if path.endswith(".gz"):
            assert gzip.decompress(body)
    assert before.keys() & after.keys() <= now.keys()


ERRORS: dict[str, Callable[[], BaseException]] = {
    "disk full": lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "secret/path"),
    "not allowed": lambda: PermissionError(errno.EACCES, os.strerror(errno.EACCES), "secret/path"),
    "crash": Crash,
}


@pytest.mark.parametrize("error", [pytest.param(error, id=name) for name, error in ERRORS.items()])
@pytest.mark.parametrize("is_later", [False, True], ids=["first", "later"])
def test_each_operation_on_the_disk_fails_once(
    tmp_path: Path, disk: Disk, is_later: bool, error: Callable[[], BaseException]
) -> None:
    fails_in_turn(tmp_path, disk, is_later, lambda operation: lambda number: error() if number == operation else None)


@pytest.mark.parametrize("is_later", [False, True], ids=["first", "later"])
def test_the_disk_is_read_only_from_each_operation_on(tmp_path: Path, disk: Disk, is_later: bool) -> None:
    def read_only() -> OSError:
        return OSError(errno.EROFS, os.strerror(errno.EROFS), "secret/path")

    fails_in_turn(
        tmp_path, disk, is_later, lambda operation: lambda number: read_only() if number >= operation else None
    )


def fails_in_turn(
    tmp_path: Path, disk: Disk, is_later: bool, fails: Callable[[int], Callable[[int], BaseException | None]]
) -> None:
    first = begun(tmp_path / "begun", published=is_later)
    before = published(tmp_path / "begun")
    shutil.copytree(tmp_path / "begun", tmp_path / "wanted")
    disk.operations = 0
    with_news(at(tmp_path / "wanted", first))
    last, after = disk.operations, published(tmp_path / "wanted")
    assert last > 50
    for operation in range(1, last + 1):
        root = tmp_path / "one"
        shutil.copytree(tmp_path / "begun", root)
        world = at(root, first)
        disk.operations, disk.fails = 0, fails(operation)
        told = attempted(world)
        disk.fails = lambda number: None
        assert "secret" not in told
        nothing_is_half(published(root), before, after)
        is_put_right(world, root, after, operation)
        shutil.rmtree(root)


def attempted(world: World) -> str:
    try:
        return " ".join(with_news(world).problems)
    except Crash:
        return ""


def is_put_right(world: World, root: Path, after: Bodies, operation: int) -> None:
    assert with_news(world).status is not Status.FAILED, operation
    assert published(root) == after, operation
    assert hidden(root) == [], operation
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.name != ".lock"}
    assert world.run(now=LATER) == unchanged(world, LATER), operation
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.name != ".lock"} == before, operation
