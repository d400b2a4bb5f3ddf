from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from calsieve.adapters.directory import DirectoryPublisher, DirectoryStateStore
from calsieve.errors import Conflict, PublishError
from tests.adapters.publisher_contract import PATH, TWIN, PublisherContract, StateArchiveContract, document


class Tree(MutableMapping[str, bytes]):
    """A directory as a mapping, without the lock file."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __getitem__(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def __setitem__(self, path: str, body: bytes) -> None:
        (self.root / path).write_bytes(body)

    def __delitem__(self, path: str) -> None:
        (self.root / path).unlink()

    def __iter__(self) -> Iterator[str]:
        files = (path for path in self.root.rglob("*") if path.is_file() and path != self.root / ".lock")
        return (path.relative_to(self.root).as_posix() for path in files)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


class TestDirectoryPublisher(PublisherContract):
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        return tmp_path / "public"

    @pytest.fixture
    def publisher(self, root: Path) -> DirectoryPublisher:
        return DirectoryPublisher(root)

    @pytest.fixture
    def files(self, root: Path) -> Tree:
        return Tree(root)

    def test_anybody_can_read_a_file_but_not_list_the_directories(
        self, publisher: DirectoryPublisher, root: Path
    ) -> None:
        old = os.umask(0o077)
        try:
            publisher.write(PATH, document(), replaces=None)
        finally:
            os.umask(old)
        assert mode(root / PATH) == mode(root / TWIN) == 0o644
        assert mode(root) == mode((root / PATH).parent) == 0o711

    def test_a_directory_that_is_there_keeps_its_mode(self, publisher: DirectoryPublisher, root: Path) -> None:
        root.mkdir()
        root.chmod(0o750)
        publisher.write(PATH, document(), replaces=None)
        assert mode(root) == 0o750

    def test_nothing_but_the_two_files_and_the_lock_is_left(self, publisher: DirectoryPublisher, root: Path) -> None:
        publisher.write(PATH, document(), replaces=None)
        names = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
        assert names == {PATH, TWIN, ".lock"}

    def test_a_write_cut_off_half_way_is_not_seen_and_does_not_hinder_the_next(
        self, publisher: DirectoryPublisher, root: Path
    ) -> None:
        publisher.write(PATH, document("one"), replaces=None)
        (root / PATH).with_name(".team.ics.tmp").write_bytes(b"BEGIN:VCAL")
        stored = publisher.read(PATH)
        assert stored is not None
        assert stored.body == document("one").body
        publisher.write(PATH, document("two"), replaces=stored)
        assert gzip.decompress((root / TWIN).read_bytes()) == document("two").body

    def test_an_unusable_directory_is_named_but_not_the_secret_path(self, root: Path) -> None:
        root.write_text("a file in the way")
        with pytest.raises(PublishError, match="public") as caught:
            DirectoryPublisher(root).write(PATH, document(), replaces=None)
        assert PATH.split("/")[0] not in str(caught.value)
        with pytest.raises(PublishError, match="public"):
            DirectoryPublisher(root).read(PATH)

    def test_of_many_processes_that_replace_the_same_version_one_wins(
        self, publisher: DirectoryPublisher, root: Path
    ) -> None:
        publisher.write(PATH, document("0"), replaces=None)
        with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
            for turn in range(10):
                before = publisher.read(PATH)
                tries = [(root, f"{turn}.{writer}", before) for writer in range(4)]
                assert sorted(pool.map(_try, tries)) == [False, False, False, True]
                assert publisher.version(PATH)


def _try(job: tuple[Path, str, object]) -> bool:
    root, text, replaces = job
    try:
        DirectoryPublisher(root).write(PATH, document(text), replaces=replaces)  # type: ignore[arg-type]
    except Conflict:
        return False
    return True


class TestDirectoryStateStore(StateArchiveContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> DirectoryStateStore:
        return DirectoryStateStore(tmp_path / "state")

    def test_only_the_owner_can_read_it(self, store: DirectoryStateStore, tmp_path: Path) -> None:
        old = os.umask(0)
        try:
            store.save("feeds/team", b"one", replaces=None)
        finally:
            os.umask(old)
        assert mode(tmp_path / "state") == mode(tmp_path / "state/feeds") == 0o700
        assert mode(tmp_path / "state/feeds/team") == 0o600

    def test_nobody_else_can_open_it_while_it_is_made(
        self, store: DirectoryStateStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "fchmod", lambda *_: None)  # as if somebody looked before it
        old = os.umask(0)
        try:
            store.save("feeds/team", b"one", replaces=None)
        finally:
            os.umask(old)
        assert mode(tmp_path / "state/feeds/team") == 0o600
